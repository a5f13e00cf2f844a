package dev.waxseal.integrations.gcp;

import dev.waxseal.error.InvalidInputException;

/**
 * An OAuth 2.0 access token for Google Cloud, sent as {@code Authorization: Bearer} (RFC 6750). It can't be printed by
 * accident. Immutable and thread safe.
 */
public final class GcpAccessToken {
    private static final int MAX_CHARACTERS = 8_192;

    private final String value;

    private GcpAccessToken(String value) {
        this.value = value;
    }

    /**
     * Holds a token of the scope {@code https://www.googleapis.com/auth/cloudkms} or {@code …/cloud-platform}.
     *
     * @param value 1 to 8,192 printable ASCII characters without spaces; white space around it is left out
     * @return the token, held
     * @throws InvalidInputException if it can't be a token; the message doesn't hold it
     */
    public static GcpAccessToken of(String value) {
        String token = value.strip();
        boolean fits = !token.isEmpty()
                && token.length() <= MAX_CHARACTERS
                && token.chars().allMatch(character -> character > ' ' && character < 0x7f);
        if (!fits) {
            throw new InvalidInputException("an access token of Google Cloud has 1 to " + MAX_CHARACTERS
                    + " printable ASCII characters without spaces, but this one doesn't: check where it comes from");
        }
        return new GcpAccessToken(token);
    }

    String value() {
        return value;
    }

    /** Returns a placeholder, never the token. */
    @Override
    public String toString() {
        return "GcpAccessToken[withheld]";
    }
}
