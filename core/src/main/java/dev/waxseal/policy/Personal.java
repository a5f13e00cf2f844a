package dev.waxseal.policy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Personal data: always encrypted, collected for the named purposes only (GDPR Art. 5(1)(b) and (c)), on the named lawful
 * basis (GDPR Art. 6).
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
public @interface Personal {
    /**
     * What kind of data it is. Decides the sensitivity, hence the compartment.
     *
     * @return the category
     */
    DataCategory category();

    /**
     * What it is collected for. Access names one of these.
     *
     * @return at least one purpose, each a name of 1 to 64 characters
     */
    String[] purposes();

    /**
     * On which lawful basis it is processed.
     *
     * @return the basis, the contract with the customer unless said otherwise
     */
    LawfulBasis basis() default LawfulBasis.CONTRACT;

    /**
     * How it looks to those who may only see it masked.
     *
     * @return the mask, {@link Mask#HIDDEN} unless said otherwise
     */
    Mask mask() default Mask.HIDDEN;
}
