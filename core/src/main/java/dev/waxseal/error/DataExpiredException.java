package dev.waxseal.error;

import java.time.LocalDate;

/**
 * The data was due to be gone on a day that has come, whether the key of that day is destroyed yet or not. Distinct from tampering
 * ({@link IntegrityException}): nothing is wrong, the data's time is over.
 */
public final class DataExpiredException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /** The day on which the data expired. */
    private final LocalDate day;

    /**
     * Creates the error.
     *
     * @param day the day on which the data expired
     */
    public DataExpiredException(LocalDate day) {
        super("expired on " + day + ": the time of this data is over, so it can't be read or written any more");
        this.day = day;
    }

    /**
     * The day on which the data expired.
     *
     * @return the expiry day
     */
    public LocalDate day() {
        return day;
    }
}
