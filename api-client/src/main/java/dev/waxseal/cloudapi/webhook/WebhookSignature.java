package dev.waxseal.cloudapi.webhook;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.Mac;
import com.google.crypto.tink.mac.HmacKey;
import com.google.crypto.tink.mac.HmacParameters;
import com.google.crypto.tink.subtle.PrfMac;
import com.google.crypto.tink.util.SecretBytes;
import dev.waxseal.cloudapi.Secret;
import dev.waxseal.cloudapi.webhook.SignatureRefusedException.Reason;
import dev.waxseal.error.InvalidInputException;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Meta's signature of a webhook delivery: the header {@code X-Hub-Signature-256}, which is {@code sha256=} and the
 * HMAC-SHA256 (RFC 2104) of the body's bytes under the app's secret, in lower-case hexadecimal digits. Compared in
 * constant time. Immutable and safe for use by several threads.
 */
public final class WebhookSignature {
    /** The name of the header that carries the signature. */
    public static final String HEADER = "X-Hub-Signature-256";

    private static final String PREFIX = "sha256=";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-f]{64}");
    private static final int TAG_BYTES = 32;
    private static final int MINIMUM_SECRET_BYTES = 16;

    private final List<Mac> macs;

    private WebhookSignature(List<Mac> macs) {
        this.macs = macs;
    }

    /**
     * Checks signatures under one app secret.
     *
     * @param appSecret the app's secret from Meta's App Dashboard, as text; at least 16 bytes
     * @return the check
     * @throws InvalidInputException if the secret is shorter
     */
    public static WebhookSignature under(Secret appSecret) {
        return new WebhookSignature(List.of(mac(appSecret)));
    }

    /**
     * Checks signatures under either of two app secrets, for the time in which a secret is replaced.
     *
     * @param current the secret that {@link #sign} uses; at least 16 bytes
     * @param previous the secret before it; at least 16 bytes
     * @return the check
     * @throws InvalidInputException if a secret is shorter
     */
    public static WebhookSignature underEither(Secret current, Secret previous) {
        return new WebhookSignature(List.of(mac(current), mac(previous)));
    }

    private static Mac mac(Secret secret) {
        if (secret.length() < MINIMUM_SECRET_BYTES) {
            throw new InvalidInputException("an app secret has at least " + MINIMUM_SECRET_BYTES
                    + " bytes, but this one has " + secret.length() + "; take it from Meta's App Dashboard");
        }
        return secret.use(WebhookSignature::mac);
    }

    @AccessesPartialKey
    private static Mac mac(byte[] secret) {
        try {
            return PrfMac.create(HmacKey.builder()
                    .setParameters(HmacParameters.builder()
                            .setKeySizeBytes(secret.length)
                            .setTagSizeBytes(TAG_BYTES)
                            .setHashType(HmacParameters.HashType.SHA256)
                            .setVariant(HmacParameters.Variant.NO_PREFIX)
                            .build())
                    .setKeyBytes(SecretBytes.copyFrom(secret, InsecureSecretKeyAccess.get()))
                    .build());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is missing from this Java runtime", e);
        }
    }

    /**
     * Signs a body as Meta does; for tests and for stand-ins of Meta.
     *
     * @param body the body's bytes
     * @return the header's value
     */
    public String sign(byte[] body) {
        try {
            return PREFIX + HexFormat.of().formatHex(macs.get(0).computeMac(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is missing from this Java runtime", e);
        }
    }

    /**
     * Checks that a body was signed under one of the secrets.
     *
     * @param body the body's bytes exactly as they were received, before any decoding
     * @param header the value of {@link #HEADER}; null if the request has none
     * @throws SignatureRefusedException if the header is missing or malformed, or the signature is wrong
     */
    public void verify(byte[] body, @Nullable String header) {
        if (header == null || header.isEmpty()) {
            throw new SignatureRefusedException(
                    Reason.MISSING,
                    "the request has no " + HEADER
                            + " header: it is not from Meta, or something in between dropped it");
        }
        if (!FORM.matcher(header).matches()) {
            throw new SignatureRefusedException(
                    Reason.MALFORMED,
                    "the " + HEADER + " header is not \"sha256=\" and 64 lower-case hexadecimal digits;"
                            + " pass it on exactly as it was received");
        }
        byte[] tag = HexFormat.of().parseHex(header, PREFIX.length(), header.length());
        for (Mac mac : macs) {
            if (matches(mac, tag, body)) {
                return;
            }
        }
        throw new SignatureRefusedException(
                Reason.WRONG,
                "the signature is not that of this body under the app secret: check that the secret is the one in Meta's"
                        + " App Dashboard, and that the body's bytes are those received, before any decoding");
    }

    private static boolean matches(Mac mac, byte[] tag, byte[] body) {
        try {
            mac.verifyMac(tag, body);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Returns a placeholder, never a secret. */
    @Override
    public String toString() {
        return "WebhookSignature[" + macs.size() + " secrets withheld]";
    }
}
