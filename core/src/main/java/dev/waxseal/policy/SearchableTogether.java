package dev.waxseal.policy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gets a blind index over several components at once, so that records are found by all their values together, and nothing
 * is told of any of them alone. Stands on the class, beside {@link CustomerRecord}. Components that are to be found by
 * together only have {@code @Searchable(value = …, exact = false)}.
 *
 * <p>What it leaks: which records share all the values, and how often each combination occurs.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(SearchableTogether.Several.class)
public @interface SearchableTogether {
    /**
     * The name to search by.
     *
     * @return a name like a component's, which no component has
     */
    String name();

    /**
     * The components.
     *
     * @return the names of 2 to 8 components that are {@link Searchable}
     */
    String[] of();

    /**
     * How long an entry is, as in {@link Searchable#bits}.
     *
     * @return a multiple of 8 from 16 to 128 bits; 128 unless said otherwise
     */
    int bits() default 128;

    /** Several of them on one class. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Several {
        /**
         * All of them.
         *
         * @return the annotations
         */
        SearchableTogether[] value();
    }
}
