package dev.waxseal.policy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gets a blind index, so that records can be found by the value after normalisation. Stands beside {@link Personal}, on a
 * String.
 *
 * <p>What each kind leaks to who reads the database, without any key: which records share an entry, and how often each
 * occurs. So much for the exact value, a beginning or an ending; the shorter these are, the fewer there are, and the
 * better their frequencies tell them apart. Words show besides which occur together. docs/FORMAT.md has the whole of it.
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

    /**
     * Whether records are found by the whole value.
     *
     * @return true unless said otherwise
     */
    boolean exact() default true;

    /**
     * By beginnings of which lengths records are found too.
     *
     * @return at most 4 lengths of 1 to 32 characters (code points of the normalised value)
     */
    int[] prefixes() default {};

    /**
     * By endings of which lengths records are found too, for instance 4 for the last four digits of a phone number.
     *
     * @return at most 4 lengths of 1 to 32 characters (code points of the normalised value)
     */
    int[] suffixes() default {};

    /**
     * Whether records are found by each word of the value too, in any order: for names. The first {@value
     * SearchPolicy#MAX_WORDS} different words of a value are indexed.
     *
     * @return false unless said otherwise
     */
    boolean words() default false;

    /**
     * How long an entry is. Shorter ones make different values share entries, which blurs what the index leaks and costs
     * opening records that then turn out not to match; what is found is exact nevertheless.
     *
     * @return a multiple of 8 from 16 to 128 bits; 128 unless said otherwise
     */
    int bits() default 128;
}
