package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.JsonLimitException;
import dev.waxseal.cloudapi.JsonLimits;
import dev.waxseal.cloudapi.JsonObject;
import dev.waxseal.cloudapi.MalformedJsonException;
import dev.waxseal.cloudapi.Secret;
import dev.waxseal.error.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The host's front door for Meta's webhooks. The host's own web server takes the requests; this checks and reads them:
 *
 * <pre>{@code
 * Webhooks webhooks = Webhooks.builder()
 *         .appSecret(Secret.of(appSecret))
 *         .verifyToken(Secret.of(verifyToken))
 *         .build();
 *
 * // GET: Meta verifies the endpoint
 * String answer = webhooks.answerHandshake(request.getQueryString());
 * // POST: Meta delivers
 * WebhookPayload payload = webhooks.receive(request.getInputStream(), request.getHeader(WebhookSignature.HEADER));
 * }</pre>
 *
 * <p>A {@link WebhookException} says with which status to answer. Meta repeats a delivery until it is answered with 200,
 * so answer that only after the payload is stored, and recognise repeated messages by their id. Immutable and safe for use
 * by several threads.
 */
public final class Webhooks {
    /** How large a body may be if not set otherwise: 3 MiB. Meta sends up to 3 MB. */
    public static final int DEFAULT_MAXIMUM_BODY_BYTES = 3 * 1024 * 1024;

    private final WebhookSignature signature;
    private final @Nullable Handshake handshake;
    private final int maximumBodyBytes;
    private final JsonLimits jsonLimits;

    private Webhooks(
            WebhookSignature signature, @Nullable Handshake handshake, int maximumBodyBytes, JsonLimits jsonLimits) {
        this.signature = signature;
        this.handshake = handshake;
        this.maximumBodyBytes = maximumBodyBytes;
        this.jsonLimits = jsonLimits;
    }

    /**
     * Starts a front door.
     *
     * @return a builder, which needs the app secret
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns how large a body may be.
     *
     * @return the size in bytes
     */
    public int maximumBodyBytes() {
        return maximumBodyBytes;
    }

    /**
     * Checks and reads a delivery.
     *
     * @param body the body's bytes exactly as they were received
     * @param signatureHeader the value of the header {@link WebhookSignature#HEADER}; null if the request has none
     * @return the payload
     * @throws PayloadLimitException if the body is too large, or its JSON passes a limit
     * @throws SignatureRefusedException if the body isn't signed under the app secret
     * @throws PayloadMalformedException if the body is signed, but no JSON object
     */
    public WebhookPayload receive(byte[] body, @Nullable String signatureHeader) {
        if (body.length > maximumBodyBytes) {
            throw new PayloadLimitException("the webhook body is larger than " + maximumBodyBytes
                    + " bytes; if such bodies are meant to be read, raise Webhooks.Builder.maximumBodyBytes");
        }
        signature.verify(body, signatureHeader);
        try {
            if (Json.parse(body, jsonLimits) instanceof JsonObject payload) {
                return PayloadParser.read(payload);
            }
        } catch (MalformedJsonException e) {
            throw new PayloadMalformedException(e);
        } catch (JsonLimitException e) {
            throw new PayloadLimitException(e);
        }
        throw new PayloadMalformedException(
                "a signed webhook payload is JSON, but no object; check that the app secret signs nothing but webhooks");
    }

    /**
     * Checks and reads a delivery from a stream, of which at most one byte more than the body limit is read. Doesn't close
     * the stream.
     *
     * @param body the body exactly as it is received, not decoded
     * @param signatureHeader the value of the header {@link WebhookSignature#HEADER}; null if the request has none
     * @return the payload
     * @throws IOException if the stream can't be read
     * @throws PayloadLimitException if the body is too large, or its JSON passes a limit
     * @throws SignatureRefusedException if the body isn't signed under the app secret
     * @throws PayloadMalformedException if the body is signed, but no JSON object
     */
    public WebhookPayload receive(InputStream body, @Nullable String signatureHeader) throws IOException {
        return receive(body.readNBytes(maximumBodyBytes + 1), signatureHeader);
    }

    /**
     * Answers the request by which Meta verifies the endpoint, given its parameters.
     *
     * @param mode the parameter {@code hub.mode}; null if there is none
     * @param token the parameter {@code hub.verify_token}; null if there is none
     * @param challenge the parameter {@code hub.challenge}; null if there is none
     * @return the challenge, to be the body of the answer, as {@code text/plain}
     * @throws HandshakeRefusedException if a parameter is missing or malformed, the token is wrong, or no verify token is
     *     set here
     */
    public String answerHandshake(@Nullable String mode, @Nullable String token, @Nullable String challenge) {
        if (handshake == null) {
            throw new HandshakeRefusedException(
                    "no verify token is set; set Webhooks.Builder.verifyToken to the one entered at Meta");
        }
        return handshake.answer(mode, token, challenge);
    }

    /**
     * Answers the request by which Meta verifies the endpoint, given its query.
     *
     * @param rawQuery what follows the question mark, still percent-encoded; null if there is nothing
     * @return the challenge, to be the body of the answer, as {@code text/plain}
     * @throws HandshakeRefusedException if a parameter is missing, malformed or there twice, the token is wrong, or no
     *     verify token is set here
     */
    public String answerHandshake(@Nullable String rawQuery) {
        HandshakeQuery query = HandshakeQuery.parse(rawQuery == null ? "" : rawQuery);
        return answerHandshake(query.mode(), query.token(), query.challenge());
    }

    /** Returns the settings, never a secret. */
    @Override
    public String toString() {
        return "Webhooks[maximumBodyBytes=" + maximumBodyBytes + "]";
    }

    /** Collects the settings of a front door. Not safe for use by several threads. */
    public static final class Builder {
        private static final int LARGEST_MAXIMUM = 64 * 1024 * 1024;

        private Optional<Secret> appSecret = Optional.empty();
        private Optional<Secret> previousAppSecret = Optional.empty();
        private Optional<Secret> verifyToken = Optional.empty();
        private int maximumBodyBytes = DEFAULT_MAXIMUM_BODY_BYTES;
        private JsonLimits jsonLimits = JsonLimits.defaults();

        private Builder() {}

        /**
         * Sets the app's secret, under which Meta signs; required.
         *
         * @param secret the secret from Meta's App Dashboard, as text; at least 16 bytes
         * @return this builder
         */
        public Builder appSecret(Secret secret) {
            appSecret = Optional.of(secret);
            return this;
        }

        /**
         * Sets the app's secret before the current one, accepted too while a secret is replaced. Leave it out once Meta
         * signs under the current one.
         *
         * @param secret the previous secret, as text; at least 16 bytes
         * @return this builder
         */
        public Builder previousAppSecret(Secret secret) {
            previousAppSecret = Optional.of(secret);
            return this;
        }

        /**
         * Sets the token that was entered at Meta with the endpoint's address. Without it every handshake is refused.
         *
         * @param token the token, 1 to 1 024 bytes; best 32 random ones in Base64
         * @return this builder
         */
        public Builder verifyToken(Secret token) {
            verifyToken = Optional.of(token);
            return this;
        }

        /**
         * Sets how large a body may be.
         *
         * @param bytes 1 to 67 108 864 bytes (64 MiB); {@link #DEFAULT_MAXIMUM_BODY_BYTES} if not set
         * @return this builder
         * @throws InvalidInputException if it is out of range
         */
        public Builder maximumBodyBytes(int bytes) {
            if (bytes < 1 || bytes > LARGEST_MAXIMUM) {
                throw new InvalidInputException(
                        "the maximum body must be from 1 to " + LARGEST_MAXIMUM + " bytes, not " + bytes);
            }
            maximumBodyBytes = bytes;
            return this;
        }

        /**
         * Sets what is read at most of a body's JSON.
         *
         * @param limits the limits; {@link JsonLimits#defaults()} if not set
         * @return this builder
         */
        public Builder jsonLimits(JsonLimits limits) {
            jsonLimits = limits;
            return this;
        }

        /**
         * Makes the front door.
         *
         * @return the front door
         * @throws InvalidInputException if the app secret is missing, a secret is too short or the verify token too long
         */
        public Webhooks build() {
            Secret current = appSecret.orElseThrow(() -> new InvalidInputException(
                    "the app secret is missing; set Webhooks.Builder.appSecret to the one in Meta's App Dashboard"));
            WebhookSignature signature = previousAppSecret
                    .map(previous -> WebhookSignature.underEither(current, previous))
                    .orElseGet(() -> WebhookSignature.under(current));
            return new Webhooks(signature, verifyToken.map(Handshake::new).orElse(null), maximumBodyBytes, jsonLimits);
        }
    }
}
