package dev.waxseal.testkit.cloudapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.Secret;
import dev.waxseal.cloudapi.webhook.TextMessage;
import dev.waxseal.cloudapi.webhook.WebhookPayload;
import dev.waxseal.cloudapi.webhook.Webhooks;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CloudApiStandInTest {
    private static final Secret APP_SECRET = Secret.of("0123456789abcdef0123456789abcdef");
    private static final Secret VERIFY_TOKEN = Secret.of("a token & more");
    private static final CustomerId CUSTOMER = CustomerId.of("US.13491208655302741918", "16505551234");
    private static final LoopbackTls TLS = LoopbackTls.create();

    private final Queue<WebhookPayload> received = new ConcurrentLinkedQueue<>();
    private final WebhookPayloads payloads = WebhookPayloads.with(Clock.systemUTC(), new Random(7));
    private final Webhooks webhooks =
            Webhooks.builder().appSecret(APP_SECRET).verifyToken(VERIFY_TOKEN).build();
    private final WebhookEndpoint endpoint = WebhookEndpoint.start(TLS, webhooks, received::add);
    private final CloudApiStandIn meta = CloudApiStandIn.deliveringTo(endpoint.uri(), TLS, APP_SECRET, VERIFY_TOKEN);

    @AfterEach
    void close() {
        meta.close();
        endpoint.close();
    }

    @Test
    void aSignedDeliveryReachesTheHandler() {
        assertThat(meta.deliver(payloads.text(CUSTOMER, "Does it come in another color?")))
                .isEqualTo(200);
        assertThat(received)
                .singleElement()
                .extracting(payload -> ((TextMessage) payload.messages().get(0)).body())
                .isEqualTo("Does it come in another color?");
    }

    @Test
    void aDeliveryMadeTwiceArrivesTwiceWithTheSameMessageId() {
        assertThat(meta.deliverTwice(payloads.text(CUSTOMER, "once"))).containsExactly(200, 200);
        assertThat(received)
                .hasSize(2)
                .extracting(payload ->
                        ((TextMessage) payload.messages().get(0)).header().id())
                .containsOnly(((TextMessage) received.element().messages().get(0))
                        .header()
                        .id());
    }

    @Test
    void whatMetaDidNotSignIsAnsweredWith401() {
        byte[] body = payloads.text(CUSTOMER, "hello");
        assertThat(meta.deliverUnsigned(body)).isEqualTo(401);
        assertThat(meta.deliverWronglySigned(body)).isEqualTo(401);
        assertThat(meta.deliverSignedAs(body, "sha256=short")).isEqualTo(401);
        assertThat(received).isEmpty();
    }

    @Test
    void aBodyAboveTheLimitIsAnsweredWith413() {
        assertThat(meta.deliverOfSize(webhooks.maximumBodyBytes())).isEqualTo(200);
        assertThat(meta.deliverOfSize(webhooks.maximumBodyBytes() + 1)).isEqualTo(413);
        assertThat(meta.deliverOfSize(2 * webhooks.maximumBodyBytes())).isEqualTo(413);
        assertThat(received).hasSize(1);
    }

    @Test
    void aSignedBodyThatIsNoJsonIsAnsweredWith400() {
        assertThat(meta.deliver("hello".getBytes(StandardCharsets.UTF_8))).isEqualTo(400);
    }

    @Test
    void aFailingHandlerIsAnsweredWith500SoThatMetaDeliversAgain() {
        try (WebhookEndpoint failing = WebhookEndpoint.start(TLS, webhooks, payload -> {
                    throw new IllegalStateException("the database is away");
                });
                CloudApiStandIn toFailing =
                        CloudApiStandIn.deliveringTo(failing.uri(), TLS, APP_SECRET, VERIFY_TOKEN)) {
            assertThat(toFailing.deliver(payloads.text(CUSTOMER, "hello"))).isEqualTo(500);
        }
    }

    @Test
    void theHandshakeNeedsTheToken() {
        assertThat(meta.verify("1158201444")).isTrue();
        assertThat(meta.verifyWith("another token", "1158201444")).isEqualTo(403);
        assertThat(meta.verifyWith("a token & more", "<script>")).isEqualTo(403);
    }

    @Test
    void manyDeliveriesAtOnceAllArrive() {
        List<Integer> statuses = IntStream.range(0, 60)
                .parallel()
                .mapToObj(i -> meta.deliver(payloads.text(CUSTOMER, "hello " + i)))
                .toList();
        assertThat(statuses).hasSize(60).containsOnly(200);
        assertThat(received).hasSize(60);
    }

    @Test
    void anEndpointOfAnotherAuthorityIsNotTrusted() {
        try (CloudApiStandIn distrustful =
                CloudApiStandIn.deliveringTo(endpoint.uri(), LoopbackTls.create(), APP_SECRET, VERIFY_TOKEN)) {
            assertThatThrownBy(() -> distrustful.deliver(payloads.text(CUSTOMER, "hello")))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCauseInstanceOf(SSLHandshakeException.class);
        }
        assertThat(received).isEmpty();
    }

    @Test
    void deliveriesGoToHttpsOnly() {
        assertThatThrownBy(() -> CloudApiStandIn.deliveringTo(
                        URI.create("http://localhost:1/webhooks"), TLS, APP_SECRET, VERIFY_TOKEN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherPathsAndMethodsAreNotServed() throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(TLS.clientContext()).build();
        HttpRequest other =
                HttpRequest.newBuilder(endpoint.uri().resolve("/other")).build();
        HttpRequest delete = HttpRequest.newBuilder(endpoint.uri()).DELETE().build();
        assertThat(client.send(other, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(404);
        assertThat(client.send(delete, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void closingBothEndsTheirThreads() throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        deliverOnceAndClose();
        Set<Thread> started = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .filter(CloudApiStandInTest::isOurs)
                .collect(Collectors.toSet());
        for (Thread thread : started) {
            for (int i = 0; i < 100 && thread.isAlive(); i++) {
                // Before JDK 21 the HTTP client's thread ends once the client is collected.
                System.gc();
                thread.join(Duration.ofMillis(100).toMillis());
            }
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        Reference.reachabilityFence(before);
    }

    private void deliverOnceAndClose() {
        try (WebhookEndpoint another = WebhookEndpoint.start(TLS, webhooks, received::add);
                CloudApiStandIn toAnother =
                        CloudApiStandIn.deliveringTo(another.uri(), TLS, APP_SECRET, VERIFY_TOKEN)) {
            assertThat(toAnother.deliver(payloads.text(CUSTOMER, "hello"))).isEqualTo(200);
        }
    }

    private static boolean isOurs(Thread thread) {
        return thread.getName().startsWith("waxseal-")
                || thread.getName().startsWith("HttpClient-")
                || thread.getName().startsWith("HTTP-Dispatcher")
                || thread.getName().startsWith("idle-timeout-task");
    }
}
