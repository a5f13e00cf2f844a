package dev.waxseal.integrations.aws;

import dev.waxseal.error.InvalidInputException;
import java.util.Optional;

/**
 * An access key of AWS, permanent or temporary. Its secrets can't be printed by accident. Immutable and thread safe.
 */
public final class AwsCredentials {
    private static final int MAX_CHARACTERS = 8_192;

    private final String accessKeyId;
    private final String secretAccessKey;
    private final Optional<String> sessionToken;

    private AwsCredentials(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
        this.accessKeyId = printable("access key id", accessKeyId);
        this.secretAccessKey = printable("secret access key", secretAccessKey);
        this.sessionToken = sessionToken.map(token -> printable("session token", token));
    }

    /**
     * A permanent access key.
     *
     * @param accessKeyId such as {@code AKIA…}
     * @param secretAccessKey its secret
     * @return the credentials
     * @throws InvalidInputException if they can't be ones; the message doesn't hold them
     */
    public static AwsCredentials of(String accessKeyId, String secretAccessKey) {
        return new AwsCredentials(accessKeyId, secretAccessKey, Optional.empty());
    }

    /**
     * Temporary credentials of the Security Token Service.
     *
     * @param accessKeyId such as {@code ASIA…}
     * @param secretAccessKey its secret
     * @param sessionToken the token that belongs to them
     * @return the credentials
     * @throws InvalidInputException if they can't be ones; the message doesn't hold them
     */
    public static AwsCredentials temporary(String accessKeyId, String secretAccessKey, String sessionToken) {
        return new AwsCredentials(accessKeyId, secretAccessKey, Optional.of(sessionToken));
    }

    private static String printable(String what, String value) {
        String stripped = value.strip();
        boolean fits = !stripped.isEmpty()
                && stripped.length() <= MAX_CHARACTERS
                && stripped.chars().allMatch(character -> character > ' ' && character < 0x7f);
        if (!fits) {
            throw new InvalidInputException("an AWS " + what + " has 1 to " + MAX_CHARACTERS
                    + " printable ASCII characters without spaces, but this one doesn't: check where it comes from");
        }
        return stripped;
    }

    String accessKeyId() {
        return accessKeyId;
    }

    String secretAccessKey() {
        return secretAccessKey;
    }

    Optional<String> sessionToken() {
        return sessionToken;
    }

    /** Returns a placeholder, never the credentials. */
    @Override
    public String toString() {
        return "AwsCredentials[withheld]";
    }
}
