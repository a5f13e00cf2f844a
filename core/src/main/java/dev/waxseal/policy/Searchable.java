package dev.waxseal.policy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gets a blind index, so that records can be found by the exact value after normalisation. Stands beside {@link Personal},
 * on a String. What it leaks: the database shows which records share a value, and how often.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({
    ElementType.RECORD_COMPONENT,
    ElementType.FIELD,
    ElementType.METHOD,
    ElementType.PARAMETER,
    ElementType.ANNOTATION_TYPE
})
public @interface Searchable {
    /**
     * Turns the many spellings of a value into one.
     *
     * @return a {@link Normaliser} with a public constructor without parameters
     */
    Class<? extends Normaliser> value();
}
