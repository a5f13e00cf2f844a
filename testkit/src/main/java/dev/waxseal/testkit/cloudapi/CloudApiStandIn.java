package dev.waxseal.testkit.cloudapi;

import dev.waxseal.cloudapi.Secret;
import dev.waxseal.cloudapi.webhook.WebhookSignature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;

/**
 * Stands in for Meta: verifies a host's webhook endpoint and delivers signed payloads to it over TLS 1.3 or 1.2, trusting
 * the authority of a {@link LoopbackTls} only. It can also do what Meta wouldn't: sign wrongly or not at all, deliver
 * twice, send too much.
 *
 * <p>Each delivery waits for the answer, at most 30 seconds, and is not repeated. Safe for use by several threads.
 */
public final class CloudApiStandIn implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int THREADS = 2;

    private final URI endpoint;
    private final WebhookSignature signature;
    private final Secret verifyToken;
    private final ExecutorService threads;
    private final HttpClient client;

    private CloudApiStandIn(URI endpoint, LoopbackTls tls, Secret appSecret, Secret verifyToken) {
        this.endpoint = endpoint;
        this.signature = WebhookSignature.under(appSecret);
        this.verifyToken = verifyToken;
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "waxseal-cloud-api-stand-in-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        this.client = HttpClient.newBuilder()
                .sslContext(tls.clientContext())
                .sslParameters(parameters)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(TIMEOUT)
                .executor(threads)
                .build();
    }

    /**
     * Stands in for Meta towards one endpoint.
     *
     * @param endpoint the host's endpoint, which must be of HTTPS
     * @param tls whose authority is trusted
     * @param appSecret the secret to sign under, at least 16 bytes
     * @param verifyToken the token to verify the endpoint with
     * @return the stand-in, to be closed
     * @throws IllegalArgumentException if the endpoint isn't of HTTPS
     */
    public static CloudApiStandIn deliveringTo(URI endpoint, LoopbackTls tls, Secret appSecret, Secret verifyToken) {
        if (!"https".equals(endpoint.getScheme())) {
            throw new IllegalArgumentException("Meta delivers to HTTPS endpoints only, not to " + endpoint);
        }
        return new CloudApiStandIn(endpoint, tls, appSecret, verifyToken);
    }

    /**
     * Delivers a payload as Meta does, signed under the app secret.
     *
     * @param body the body
     * @return the HTTP status of the answer
     * @throws UncheckedIOException if the endpoint can't be reached or isn't trusted
     */
    public int deliver(byte[] body) {
        return post(body, Optional.of(signature.sign(body)));
    }

    /**
     * Delivers a payload twice, as Meta does when it has missed an answer.
     *
     * @param body the body
     * @return the HTTP statuses of both answers
     * @throws UncheckedIOException if the endpoint can't be reached or isn't trusted
     */
    public List<Integer> deliverTwice(byte[] body) {
        return List.of(deliver(body), deliver(body));
    }

    /**
     * Delivers a payload without a signature, as anyone could.
     *
     * @param body the body
     * @return the HTTP status of the answer
     * @throws UncheckedIOException if the endpoint can't be reached or isn't trusted
     */
    public int deliverUnsigned(byte[] body) {
        return post(body, Optional.empty());
    }

    /**
     * Delivers a payload with the signature of another one.
     *
     * @param body the body
     * @return the HTTP status of the answer
     * @throws UncheckedIOException if the endpoint can't be reached or isn't trusted
     */
    public int deliverWronglySigned(byte[] body) {
        byte[] other = Arrays.copyOf(body, body.length + 1);
        return deliverSignedAs(body, signature.sign(other));
    }

    /**
     * Delivers a payload with any signature header.
     *
     * @param body the body
     * @param signatureHeader the value of the header {@link WebhookSignature#HEADER}
     * @return the HTTP status of the answer
     * @throws UncheckedIOException if the endpoint can't be reached or isn't trusted
     */
    public int deliverSignedAs(byte[] body, String signatureHeader) {
        return post(body, Optional.of(signatureHeader));
    }

    /**
     * Delivers a rightly signed body of any size: a JSON object that is mostly white space.
     *
     * @param bytes the size of the body, at least 2 bytes
     * @return the HTTP status of the answer
     * @throws UncheckedIOException if the endpoint can't be reached or isn't trusted
     */
    public int deliverOfSize(int bytes) {
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) ' ');
        body[0] = '{';
        body[bytes - 1] = '}';
        return deliver(body);
    }

    /**
     * Verifies the endpoint as Meta does when it is entered there.
     *
     * @param challenge what the endpoint must send back, for instance {@code 1158201444}
     * @return whether the endpoint answered with status 200 and the challenge
     * @throws UncheckedIOException if the endpoint can't be reached or isn't trusted
     */
    public boolean verify(String challenge) {
        String token = verifyToken.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
        HttpResponse<String> answer = handshake(token, challenge);
        return answer.statusCode() == 200 && answer.body().equals(challenge);
    }

    /**
     * Asks the endpoint for a handshake with any token.
     *
     * @param token the token
     * @param challenge the challenge
     * @return the HTTP status of the answer
     * @throws UncheckedIOException if the endpoint can't be reached or isn't trusted
     */
    public int verifyWith(String token, String challenge) {
        return handshake(token, challenge).statusCode();
    }

    private HttpResponse<String> handshake(String token, String challenge) {
        String query = "hub.mode=subscribe&hub.challenge=" + encoded(challenge) + "&hub.verify_token=" + encoded(token);
        return send(HttpRequest.newBuilder(URI.create(endpoint + "?" + query)).GET());
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private int post(byte[] body, Optional<String> signatureHeader) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        signatureHeader.ifPresent(value -> request.header(WebhookSignature.HEADER, value));
        return send(request).statusCode();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException("the webhook endpoint " + endpoint + " could not be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the webhook endpoint's answer", e);
        }
    }

    /**
     * Ends the stand-in's threads. On a JDK before 21 the HTTP client's own thread, a daemon, ends when the stand-in has
     * been collected as garbage.
     */
    @Override
    public void close() {
        if (client instanceof AutoCloseable closeable) {
            close(closeable);
        }
        threads.shutdownNow();
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP client could not be closed", e);
        }
    }
}
