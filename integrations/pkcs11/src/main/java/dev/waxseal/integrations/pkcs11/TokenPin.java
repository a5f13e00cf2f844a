package dev.waxseal.integrations.pkcs11;

import dev.waxseal.error.InvalidInputException;
import java.util.Arrays;

/** The user PIN of a token. It can't be printed by accident, and is overwritten after use. For one use by one thread. */
public final class TokenPin implements AutoCloseable {
    private static final int MAX_CHARACTERS = 255;

    private final char[] characters;

    private TokenPin(char[] characters) {
        this.characters = characters;
    }

    /**
     * Holds a PIN.
     *
     * @param characters 1 to 255; copied, so that the caller may overwrite its own
     * @return the PIN, held
     * @throws InvalidInputException if it is empty or too long; the message doesn't hold it
     */
    public static TokenPin of(char[] characters) {
        if (characters.length == 0 || characters.length > MAX_CHARACTERS) {
            throw new InvalidInputException("a token's PIN has 1 to " + MAX_CHARACTERS
                    + " characters, but this one has " + characters.length + ": check where it comes from");
        }
        return new TokenPin(characters.clone());
    }

    /** Not a copy. */
    char[] characters() {
        return characters;
    }

    /** Overwrites the PIN. */
    @Override
    public void close() {
        Arrays.fill(characters, '\0');
    }

    /** Returns a placeholder, never the PIN. */
    @Override
    public String toString() {
        return "TokenPin[withheld]";
    }
}
