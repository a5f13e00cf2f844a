package dev.waxseal.error;

/**
 * A value handed in can't be what it must be (a phone number, an id, a bound). Nothing was changed. The message names the
 * component and the rule, never the value.
 */
public final class InvalidInputException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     */
    public InvalidInputException(String message) {
        super(message);
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened, to which thing, and what to do; never a personal value or a secret
     * @param cause what was thrown underneath
     */
    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
