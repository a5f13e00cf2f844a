package dev.waxseal.error;

/**
 * Nothing of what was asked for may be shown to this principal for this purpose. The refusal is in the audit trail.
 */
public final class AccessDeniedException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     */
    public AccessDeniedException(String message) {
        super(message);
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     * @param cause what was thrown underneath
     */
    public AccessDeniedException(String message, Throwable cause) {
        super(message, cause);
    }
}
