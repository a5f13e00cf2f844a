package dev.waxseal.policy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@link Retain}. Immutable.
 *
 * @param period how long; more than nothing
 * @param from the name of the component that the period is counted from
 * @param then what happens on the expiry day
 * @param basis the recorded ground, possibly empty
 */
public record RetentionRule(Period period, String from, AfterRetention then, String basis) {

    /**
     * The day on which the data must be gone: the start's calendar day plus the period.
     *
     * @param start the value of the component {@link #from()}: an Instant, LocalDate, OffsetDateTime or ZonedDateTime
     * @param zone the time zone in which an Instant's calendar day is read; other kinds carry their own
     * @return the expiry day, or empty while the start is not known
     */
    public Optional<LocalDate> expiryDay(@Nullable Object start, ZoneId zone) {
        return Optional.ofNullable(start).map(known -> day(known, zone).plus(period));
    }

    static boolean canStartFrom(Class<?> type) {
        return type == Instant.class
                || type == LocalDate.class
                || type == OffsetDateTime.class
                || type == ZonedDateTime.class;
    }

    private static LocalDate day(Object start, ZoneId zone) {
        if (start instanceof Instant instant) {
            return LocalDate.ofInstant(instant, zone);
        }
        if (start instanceof LocalDate date) {
            return date;
        }
        if (start instanceof OffsetDateTime dateTime) {
            return dateTime.toLocalDate();
        }
        return ((ZonedDateTime) start).toLocalDate();
    }
}
