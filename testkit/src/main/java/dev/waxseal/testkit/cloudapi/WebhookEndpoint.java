package dev.waxseal.testkit.cloudapi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.waxseal.cloudapi.webhook.WebhookException;
import dev.waxseal.cloudapi.webhook.WebhookPayload;
import dev.waxseal.cloudapi.webhook.WebhookSignature;
import dev.waxseal.cloudapi.webhook.Webhooks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host's webhook endpoint at its smallest: an HTTPS server on the loopback interface that answers Meta's handshake and
 * hands verified payloads to a handler. For tests and examples.
 *
 * <p>It answers a delivery with 200 once the handler has returned, with 401 if the signature is missing, malformed or
 * wrong, with 413 above a limit, with 400 if a signed body is no JSON object, and with 500 if the handler throws, so that
 * Meta delivers again. It answers a handshake with 200 and the challenge, or with 403. At most 4 requests are handled at a
 * time and 64 wait. Safe for use by several threads; the handler is called by several at a time.
 */
public final class WebhookEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookEndpoint.class);
    private static final String PATH = "/webhooks";
    private static final int THREADS = 4;
    private static final int WAITING = 64;

    private final HttpsServer server;
    private final ExecutorService threads;
    private final Webhooks webhooks;
    private final Consumer<WebhookPayload> handler;

    private WebhookEndpoint(
            HttpsServer server, ExecutorService threads, Webhooks webhooks, Consumer<WebhookPayload> handler) {
        this.server = server;
        this.threads = threads;
        this.webhooks = webhooks;
        this.handler = handler;
    }

    /**
     * Starts an endpoint on a free port.
     *
     * @param tls what the endpoint presents
     * @param webhooks what checks and reads the requests
     * @param handler what takes verified payloads; if it throws, the delivery is answered with 500
     * @return the endpoint, to be closed
     * @throws UncheckedIOException if no port can be opened on the loopback interface
     */
    public static WebhookEndpoint start(LoopbackTls tls, Webhooks webhooks, Consumer<WebhookPayload> handler) {
        HttpsServer server;
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), WAITING);
        } catch (IOException e) {
            throw new UncheckedIOException("no port can be opened on the loopback interface", e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(tls.serverContext()) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
                parameters.setSSLParameters(ssl);
            }
        });
        ExecutorService threads = threads();
        server.setExecutor(threads);
        WebhookEndpoint endpoint = new WebhookEndpoint(server, threads, webhooks, handler);
        server.createContext("/", endpoint::handle);
        server.start();
        return endpoint;
    }

    private static ExecutorService threads() {
        return new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                task -> {
                    Thread thread = new Thread(task, "waxseal-webhook-endpoint");
                    thread.setDaemon(true);
                    return thread;
                },
                // The one thread that accepts connections then works too, and accepts no more meanwhile.
                new ThreadPoolExecutor.CallerRunsPolicy());
    }

    /**
     * Returns where the endpoint listens.
     *
     * @return an address such as {@code https://localhost:40123/webhooks}
     */
    public URI uri() {
        return URI.create("https://localhost:" + server.getAddress().getPort() + PATH);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                answer(exchange, 404, "");
            } else if (exchange.getRequestMethod().equals("GET")) {
                handshake(exchange);
            } else if (exchange.getRequestMethod().equals("POST")) {
                delivery(exchange);
            } else {
                exchange.getResponseHeaders().set("Allow", "GET, POST");
                answer(exchange, 405, "");
            }
        }
    }

    private void handshake(HttpExchange exchange) throws IOException {
        String answer;
        try {
            answer = webhooks.answerHandshake(exchange.getRequestURI().getRawQuery());
        } catch (WebhookException e) {
            refuse(exchange, e);
            return;
        }
        answer(exchange, 200, answer);
    }

    private void delivery(HttpExchange exchange) throws IOException {
        WebhookPayload payload;
        InputStream body = exchange.getRequestBody();
        try {
            payload = webhooks.receive(body, exchange.getRequestHeaders().getFirst(WebhookSignature.HEADER));
        } catch (WebhookException e) {
            drain(body);
            refuse(exchange, e);
            return;
        }
        try {
            handler.accept(payload);
        } catch (RuntimeException e) {
            // The message of a handler's exception may hold anything, so only its type is logged.
            LOG.warn(
                    "The handler failed with {}; the delivery is answered with 500",
                    e.getClass().getName());
            answer(exchange, 500, "");
            return;
        }
        answer(exchange, 200, "");
    }

    /** Reads some of what is left, since a client that is cut off while it sends may never see the answer. */
    private void drain(InputStream body) throws IOException {
        byte[] buffer = new byte[8_192];
        int left = webhooks.maximumBodyBytes();
        int read = body.read(buffer);
        while (read >= 0 && left > 0) {
            left -= read;
            read = body.read(buffer);
        }
    }

    private static void refuse(HttpExchange exchange, WebhookException refusal) throws IOException {
        LOG.info("Refused a request with {}: {}", refusal.httpStatus(), refusal.getMessage());
        answer(exchange, refusal.httpStatus(), "");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Stops listening, cuts off requests under way and ends the threads. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
