package dev.waxseal.cloudapi.webhook;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a handshake, read from the query of its address. */
record HandshakeQuery(
        @Nullable String mode,
        @Nullable String token,
        @Nullable String challenge) {
    private static final int MAXIMUM_LENGTH = 8_192;

    static HandshakeQuery parse(String rawQuery) {
        if (rawQuery.length() > MAXIMUM_LENGTH) {
            throw new HandshakeRefusedException("the query is longer than " + MAXIMUM_LENGTH
                    + " characters: the request is no handshake of Meta's");
        }
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : rawQuery.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = decode(equals < 0 ? parameter : parameter.substring(0, equals));
            String value = equals < 0 ? "" : decode(parameter.substring(equals + 1));
            if (name.startsWith("hub.") && parameters.put(name, value) != null) {
                throw new HandshakeRefusedException(
                        "a hub parameter is there twice: the request is no handshake of" + " Meta's");
            }
        }
        return new HandshakeQuery(
                parameters.get("hub.mode"), parameters.get("hub.verify_token"), parameters.get("hub.challenge"));
    }

    private static String decode(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new HandshakeRefusedException("the query is not percent-encoded as it should be");
        }
    }

    /** Returns a placeholder: the token is a secret. */
    @Override
    public String toString() {
        return "HandshakeQuery[withheld]";
    }
}
