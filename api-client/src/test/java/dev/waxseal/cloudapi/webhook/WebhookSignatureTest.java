package dev.waxseal.cloudapi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.cloudapi.Secret;
import dev.waxseal.cloudapi.webhook.SignatureRefusedException.Reason;
import dev.waxseal.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {
    private static final Secret CURRENT = Secret.of("current-secret-current-secret");
    private static final Secret PREVIOUS = Secret.of("previous-secret-previous-secret");
    private static final byte[] BODY = "{\"object\":\"canary\"}".getBytes(StandardCharsets.UTF_8);

    private final WebhookSignature signature = WebhookSignature.under(CURRENT);

    private static Reason reasonOf(Runnable check) {
        try {
            check.run();
        } catch (SignatureRefusedException e) {
            assertThat(e.getMessage()).doesNotContain("canary").doesNotContain("secret-current");
            assertThat(e).hasNoCause();
            assertThat(e.httpStatus()).isEqualTo(401);
            return e.reason();
        }
        throw new AssertionError("the signature was accepted");
    }

    @Test
    void theSignatureIsTheHmacOfTheJdk() throws Exception {
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec("current-secret-current-secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(signature.sign(BODY)).isEqualTo("sha256=" + HexFormat.of().formatHex(hmac.doFinal(BODY)));
    }

    @Property(tries = 300)
    void aSignedBodyIsAccepted(@ForAll byte[] body) {
        assertThatCode(() -> signature.verify(body, signature.sign(body))).doesNotThrowAnyException();
    }

    @Property(tries = 500)
    void anyFlippedBitOfTheBodyIsRefused(
            @ForAll @Size(min = 1, max = 200) byte[] body, @ForAll @IntRange(min = 0) int at) {
        String header = signature.sign(body);
        byte[] tampered = body.clone();
        tampered[at / 8 % body.length] ^= (byte) (1 << at % 8);
        assertThat(reasonOf(() -> signature.verify(tampered, header))).isEqualTo(Reason.WRONG);
    }

    @Test
    void anyFlippedBitOfTheSignatureIsRefused() {
        byte[] header = signature.sign(BODY).getBytes(StandardCharsets.ISO_8859_1);
        for (int bit = 0; bit < header.length * 8; bit++) {
            byte[] tampered = header.clone();
            tampered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(reasonOf(() -> signature.verify(BODY, new String(tampered, StandardCharsets.ISO_8859_1))))
                    .isIn(Reason.WRONG, Reason.MALFORMED);
        }
    }

    @Test
    void bothSecretsAreAcceptedWhileOneReplacesTheOther() {
        WebhookSignature either = WebhookSignature.underEither(CURRENT, PREVIOUS);
        assertThatCode(() -> either.verify(BODY, WebhookSignature.under(CURRENT).sign(BODY)))
                .doesNotThrowAnyException();
        assertThatCode(() ->
                        either.verify(BODY, WebhookSignature.under(PREVIOUS).sign(BODY)))
                .doesNotThrowAnyException();
        assertThat(either.sign(BODY)).isEqualTo(signature.sign(BODY));
    }

    @Test
    void anotherSecretIsRefused() {
        String header = WebhookSignature.under(PREVIOUS).sign(BODY);
        assertThat(reasonOf(() -> signature.verify(BODY, header))).isEqualTo(Reason.WRONG);
    }

    @Test
    void aMissingSignatureIsRefused() {
        assertThat(reasonOf(() -> signature.verify(BODY, null))).isEqualTo(Reason.MISSING);
        assertThat(reasonOf(() -> signature.verify(BODY, ""))).isEqualTo(Reason.MISSING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "canary",
                "sha256=",
                "sha1=0123456789012345678901234567890123456789",
                "sha256=0123",
                "sha256=gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"
            })
    void aMalformedSignatureIsRefused(String header) {
        assertThat(reasonOf(() -> signature.verify(BODY, header))).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void upperCaseAndWhiteSpaceAreNotTheSignature() {
        String header = signature.sign(BODY);
        assertThat(reasonOf(() -> signature.verify(BODY, header.toUpperCase(Locale.ROOT))))
                .isEqualTo(Reason.MALFORMED);
        assertThat(reasonOf(() -> signature.verify(BODY, header + "\n"))).isEqualTo(Reason.MALFORMED);
        assertThat(reasonOf(() -> signature.verify(BODY, " " + header))).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> WebhookSignature.under(Secret.of("canary")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void noSecretIsPrinted() {
        assertThat(signature.toString()).doesNotContain("current-secret");
    }
}
