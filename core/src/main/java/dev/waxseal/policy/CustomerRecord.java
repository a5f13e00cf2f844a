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

    /**
     * The version of the type's policy. Raise it by one whenever you change what decides how the records are sealed,
     * judged or found (a component, its purposes, its period, how it is searched), then re-seal the records of older
     * versions with {@code Vault.reseal}. Two applications may only use the same version with the same policy.
     *
     * @return the version, from 1
     */
    int version() default 1;
}
