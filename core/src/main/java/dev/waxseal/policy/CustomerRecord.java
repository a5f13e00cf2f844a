package dev.waxseal.policy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A type that Waxseal guards.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE})
public @interface CustomerRecord {
    /**
     * The stable name of the record type. It is bound into every ciphertext, so renaming the class breaks nothing and
     * renaming this makes old records unreadable.
     *
     * @return a lower-case name of at most 64 characters: letters, digits, '.', '_' and '-', beginning with a letter
     */
    String value();
}
