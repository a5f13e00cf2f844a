package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Secret;
import dev.waxseal.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Meta's verification of an endpoint: who asks must know the token, and gets the challenge back. */
final class Handshake {
    static final int MAXIMUM_TOKEN_BYTES = 1_024;

    /** Meta's challenges are digits. Nothing that a browser could take for markup is ever sent back. */
    private static final Pattern CHALLENGE = Pattern.compile("[0-9A-Za-z._~-]{1,256}");

    private final Secret token;

    Handshake(Secret token) {
        if (token.length() > MAXIMUM_TOKEN_BYTES) {
            throw new InvalidInputException(
                    "a verify token has at most " + MAXIMUM_TOKEN_BYTES + " bytes, but this one has " + token.length());
        }
        this.token = token;
    }

    String answer(@Nullable String mode, @Nullable String given, @Nullable String challenge) {
        if (mode == null || !mode.equals("subscribe")) {
            throw new HandshakeRefusedException(
                    "hub.mode is missing or not \"subscribe\": the request is no handshake of Meta's");
        }
        if (given == null || given.length() > MAXIMUM_TOKEN_BYTES || !isToken(given)) {
            throw new HandshakeRefusedException("hub.verify_token is missing or not the token set here; check that the"
                    + " token entered at Meta is the one set by Webhooks.Builder.verifyToken");
        }
        if (challenge == null || !CHALLENGE.matcher(challenge).matches()) {
            throw new HandshakeRefusedException(
                    "hub.challenge is missing or not 1 to 256 letters, digits, dots, dashes, underscores and tildes");
        }
        return challenge;
    }

    private boolean isToken(String given) {
        byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
        return token.use(expected -> MessageDigest.isEqual(bytes, expected));
    }
}
