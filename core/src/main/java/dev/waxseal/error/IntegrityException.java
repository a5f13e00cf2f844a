package dev.waxseal.error;

/**
 * Data does not verify: it was altered, moved to another row, field, subject, tenant, record type or day, or cut short.
 * Never accompanied by a partial result.
 */
public final class IntegrityException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     */
    public IntegrityException(String message) {
        super(message);
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     * @param cause what was thrown underneath
     */
    public IntegrityException(String message, Throwable cause) {
        super(message, cause);
    }
}
