package dev.waxseal.error;

/**
 * A class is annotated wrongly, or a query asks for what its policy doesn't declare (a purpose, a field, an index). The
 * message names the class, the component and the remedy; all mistakes of a class are reported at once.
 */
public final class PolicyException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     */
    public PolicyException(String message) {
        super(message);
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     * @param cause what was thrown underneath
     */
    public PolicyException(String message, Throwable cause) {
        super(message, cause);
    }
}
