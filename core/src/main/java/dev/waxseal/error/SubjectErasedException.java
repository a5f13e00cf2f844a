package dev.waxseal.error;

/**
 * The data subject was erased: the key is destroyed, so nothing of theirs can be read or written under it again.
 */
public final class SubjectErasedException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     */
    public SubjectErasedException(String message) {
        super(message);
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     * @param cause what was thrown underneath
     */
    public SubjectErasedException(String message, Throwable cause) {
        super(message, cause);
    }
}
