package dev.waxseal.error;

/**
 * A key can't be had right now: the root key is out of reach, or this process was given the wrong one. Retryable once the
 * cause named in the message is mended; nothing was changed.
 */
public final class KeyUnavailableException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     */
    public KeyUnavailableException(String message) {
        super(message);
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     * @param cause what was thrown underneath
     */
    public KeyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
