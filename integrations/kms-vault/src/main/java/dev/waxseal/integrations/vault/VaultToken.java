package dev.waxseal.integrations.vault;

import dev.waxseal.error.InvalidInputException;

/**
 * A token for Vault or OpenBao, as sent in the header {@code X-Vault-Token}. It can't be printed by accident. Immutable and
 * thread safe.
 */
public final class VaultToken {
    private static final int MAX_CHARACTERS = 8_192;

    private final String value;

    private VaultToken(String value) {
        this.value = value;
    }

    /**
     * Holds a token.
     *
     * @param value 1 to 8,192 printable ASCII characters without spaces; white space around it, such as the line end of a
     *     token file, is left out
     * @return the token, held
     * @throws InvalidInputException if it can't be a token; the message doesn't hold it
     */
    public static VaultToken of(String value) {
        String token = value.strip();
        if (token.isEmpty() || token.length() > MAX_CHARACTERS) {
            throw new InvalidInputException("a Vault token has 1 to " + MAX_CHARACTERS
                    + " characters, but this one has " + token.length() + ": check where it comes from");
        }
        if (!token.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
            throw new InvalidInputException(
                    "a Vault token holds a space, a control or a non-ASCII character: check where" + " it comes from");
        }
        return new VaultToken(token);
    }

    String value() {
        return value;
    }

    /** Returns a placeholder, never the token. */
    @Override
    public String toString() {
        return "VaultToken[withheld]";
    }
}
