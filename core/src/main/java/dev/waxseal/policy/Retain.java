package dev.waxseal.policy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How long the data is kept (GDPR Art. 5(1)(e)): on a type for all of its personal components, on a component for that one.
 *
 * <p>The expiry day is the calendar day of the starting instant in the tenant's time zone, plus the period ({@link
 * java.time.LocalDate#plus(java.time.temporal.TemporalAmount)}: a day that the target month lacks becomes its last day).
 * From the beginning of that day on the data counts as gone.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({
    ElementType.TYPE,
    ElementType.RECORD_COMPONENT,
    ElementType.FIELD,
    ElementType.METHOD,
    ElementType.PARAMETER,
    ElementType.ANNOTATION_TYPE
})
public @interface Retain {
    /**
     * How long, as an ISO 8601 period of years, months, weeks and days.
     *
     * @return for instance {@code P2Y}, {@code P90D}; more than nothing
     */
    String period();

    /**
     * The component that the period is counted from: an Instant, LocalDate, OffsetDateTime or ZonedDateTime. While it is
     * null, the data has no known end.
     *
     * @return the component's name
     */
    String from();

    /**
     * What happens then.
     *
     * @return erasure unless said otherwise
     */
    AfterRetention then() default AfterRetention.ERASE;

    /**
     * Why this long: a law's article or a decision.
     *
     * @return the ground, empty where none was recorded
     */
    String basis() default "";
}
