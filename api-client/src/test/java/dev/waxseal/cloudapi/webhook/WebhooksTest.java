package dev.waxseal.cloudapi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.JsonArbitraries;
import dev.waxseal.cloudapi.JsonArray;
import dev.waxseal.cloudapi.JsonLimits;
import dev.waxseal.cloudapi.JsonObject;
import dev.waxseal.cloudapi.Secret;
import dev.waxseal.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WebhooksTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Property(tries = 1000)
    void anySignedBytesAreReadOrRefused(@ForAll byte[] body) {
        try {
            Samples.receive(body);
        } catch (PayloadMalformedException | PayloadLimitException e) {
            assertThat(e.httpStatus()).isIn(400, 413);
        }
    }

    @Property(tries = 500)
    void anySignedObjectIsRead(@ForAll("objects") JsonObject body) {
        WebhookPayload payload = Samples.receive(body);
        assertThat(payload.raw()).isEqualTo(body);
        payload.events().forEach(event -> assertThat(event.raw()).isNotNull());
    }

    @Property(tries = 1000)
    void whateverReplacesAPartTheWholeIsStillReadAndNoMessageIsLost(
            @ForAll @IntRange(max = 60) int part, @ForAll("replacements") Json replacement) {
        Json body = replaced(Json.parse(Samples.MESSAGES), new int[] {part}, replacement);
        if (!(body instanceof JsonObject)) {
            assertThatThrownBy(() -> Samples.receive(body)).isInstanceOf(PayloadMalformedException.class);
            return;
        }
        WebhookPayload payload = Samples.receive(body);
        assertThat(payload.raw().toJson()).isEqualTo(body.toJson());
        List<Json> raws = payload.events().stream().map(WebhookEvent::raw).toList();
        for (Json message : at(body, "messages")) {
            assertThat(raws).anyMatch(raw -> contains(raw, message));
        }
        for (Json status : at(body, "statuses")) {
            assertThat(raws).anyMatch(raw -> contains(raw, status));
        }
    }

    private static List<Json> at(Json body, String name) {
        return body.get("entry").orElse(body).elements().stream()
                .flatMap(entry -> entry.get("changes").orElse(entry).elements().stream())
                .flatMap(change -> change.get("value").stream())
                .flatMap(value -> value.get(name).stream())
                .flatMap(messages -> messages.elements().stream())
                .toList();
    }

    private static boolean contains(Json whole, Json part) {
        return whole.equals(part)
                || whole.elements().stream().anyMatch(element -> contains(element, part))
                || (whole instanceof JsonObject object
                        && object.members().values().stream().anyMatch(member -> contains(member, part)));
    }

    /** Replaces the n-th value, counted from the outside in. */
    private static Json replaced(Json json, int[] countdown, Json replacement) {
        if (countdown[0]-- == 0) {
            return replacement;
        }
        if (json instanceof JsonObject object) {
            Map<String, Json> members = new LinkedHashMap<>();
            object.members().forEach((name, value) -> members.put(name, replaced(value, countdown, replacement)));
            return JsonObject.of(members);
        }
        if (json instanceof JsonArray) {
            List<Json> elements = new ArrayList<>();
            json.elements().forEach(element -> elements.add(replaced(element, countdown, replacement)));
            return JsonArray.of(elements);
        }
        return json;
    }

    @Provide
    Arbitrary<JsonObject> objects() {
        return JsonArbitraries.objects(List.of(
                "object", "entry", "id", "changes", "field", "value", "messages", "statuses", "contacts", "errors"));
    }

    @Provide
    Arbitrary<Json> replacements() {
        return JsonArbitraries.values();
    }

    @Test
    void aBodyAtTheLimitIsReadAndOneByteMoreIsRefusedBeforeItsSignature() throws IOException {
        byte[] body = bytes(Samples.MESSAGES);
        Webhooks.Builder builder = Webhooks.builder().appSecret(Samples.APP_SECRET);
        Webhooks enough = builder.maximumBodyBytes(body.length).build();
        Webhooks tooLittle = builder.maximumBodyBytes(body.length - 1).build();
        String signature = Samples.SIGNATURE.sign(body);

        assertThat(enough.receive(body, signature).messages()).hasSize(3);
        assertThat(enough.receive(new ByteArrayInputStream(body), signature).messages())
                .hasSize(3);
        assertThatThrownBy(() -> tooLittle.receive(body, null))
                .isInstanceOfSatisfying(
                        PayloadLimitException.class,
                        e -> assertThat(e.httpStatus()).isEqualTo(413))
                .hasMessageContaining("maximumBodyBytes");
    }

    @Test
    void atMostOneByteMoreThanTheLimitIsReadFromAStream() {
        Webhooks small = Webhooks.builder()
                .appSecret(Samples.APP_SECRET)
                .maximumBodyBytes(1000)
                .build();
        int[] read = {0};
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                read[0]++;
                return ' ';
            }
        };
        assertThatThrownBy(() -> small.receive(endless, null)).isInstanceOf(PayloadLimitException.class);
        assertThat(read[0]).isEqualTo(1001);
    }

    @Test
    void anUnsignedBodyIsNotEvenParsed() {
        assertThatThrownBy(() -> Samples.WEBHOOKS.receive(bytes("not JSON"), null))
                .isInstanceOf(SignatureRefusedException.class);
    }

    @Test
    void aVeryDeepBodyIsRefused() {
        assertThatThrownBy(() -> Samples.receive("{\"a\":".repeat(10_000)))
                .isInstanceOf(PayloadLimitException.class)
                .hasMessageContaining("maximumDepth");
        assertThatThrownBy(() -> Samples.receive("[".repeat(10_000) + "]".repeat(10_000)))
                .isInstanceOf(PayloadLimitException.class);
    }

    @Test
    void theJsonLimitsAreASetting() {
        Webhooks shallow = Webhooks.builder()
                .appSecret(Samples.APP_SECRET)
                .jsonLimits(JsonLimits.builder().maximumDepth(5).build())
                .build();
        byte[] body = bytes(Samples.MESSAGES);
        assertThatThrownBy(() -> shallow.receive(body, Samples.SIGNATURE.sign(body)))
                .isInstanceOf(PayloadLimitException.class);
    }

    @Test
    void aSignedBodyThatIsNoObjectIsRefusedWithoutQuotingIt() {
        for (String body : List.of("", "canary", "[\"canary\"]", "\"canary\"", "{\"canary\":}", "null")) {
            assertThatThrownBy(() -> Samples.receive(body))
                    .isInstanceOfSatisfying(
                            PayloadMalformedException.class,
                            e -> assertThat(e.httpStatus()).isEqualTo(400))
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    void aFrontDoorNeedsAnAppSecret() {
        assertThatThrownBy(() -> Webhooks.builder().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Webhooks.Builder.appSecret");
        assertThatThrownBy(() -> Webhooks.builder().maximumBodyBytes(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Webhooks.builder()
                        .appSecret(Samples.APP_SECRET)
                        .verifyToken(Secret.of("x".repeat(1025)))
                        .build())
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void theFrontDoorTakesThePreviousSecretToo() {
        Webhooks rotating = Webhooks.builder()
                .appSecret(Secret.of("a-new-secret-a-new-secret"))
                .previousAppSecret(Samples.APP_SECRET)
                .build();
        byte[] body = bytes(Samples.MESSAGES);
        assertThat(rotating.receive(body, Samples.SIGNATURE.sign(body)).messages())
                .hasSize(3);
    }
}
