package dev.waxseal.error;

/**
 * The root of everything that Waxseal throws on purpose. Messages never hold a personal value or a secret, so that they
 * can be logged as they are.
 */
public class WaxsealException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     */
    public WaxsealException(String message) {
        super(message);
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     * @param cause what was thrown underneath
     */
    public WaxsealException(String message, Throwable cause) {
        super(message, cause);
    }
}
