package dev.waxseal.error;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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
     * Checks a text that an operator or the host gives: a name, a reason.
     *
     * @param text the text
     * @param what what it is, for the message
     * @param most the most characters it may have
     * @return the text
     * @throws InvalidInputException when it is null, blank, too long, or holds half a surrogate pair or a NUL character
     */
    public static String requireText(@Nullable String text, String what, int most) {
        if (text == null || text.isBlank()) {
            throw new InvalidInputException("the " + what + " is " + (text == null ? "null" : "blank") + ": give one");
        }
        if (text.length() > most) {
            throw new InvalidInputException(
                    "the " + what + " has " + text.length() + " characters, at most " + most + " are allowed");
        }
        if (text.indexOf(0) >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new InvalidInputException(
                    "the " + what + " holds a NUL character or half a surrogate pair: give whole text");
        }
        return text;
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
