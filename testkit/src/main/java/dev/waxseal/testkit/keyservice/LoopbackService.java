package dev.waxseal.testkit.keyservice;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A key service's stand-in over plain HTTP on loopback, in front of whose answers faults can be put. A subclass speaks the
 * service's protocol. Thread safe; requests are answered one at a time.
 */
public abstract class LoopbackService implements AutoCloseable {
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Optional<Fault> always = Optional.empty();

    /**
     * Listens on a free port.
     *
     * @throws IOException if there is none
     */
    protected LoopbackService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * A request, read whole.
     *
     * @param method such as {@code POST}
     * @param uri path and query, as sent
     * @param headers by name in lower case; the first of each
     * @param body the body
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Request(String method, URI uri, Map<String, String> headers, byte[] body) {}

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param body JSON
     */
    public record Answer(int status, String body) {}

    /** What happens to a request instead of its answer, or to its answer. */
    @FunctionalInterface
    public interface Fault {
        /**
         * Happens.
         *
         * @param exchange the exchange
         * @param answer what the service would answer; what it asked for is done already
         * @return whether it has answered
         * @throws IOException to break the connection off
         */
        boolean apply(HttpExchange exchange, Answer answer) throws IOException;
    }

    /**
     * Does what a request asks for.
     *
     * @param request the request
     * @return the answer
     */
    protected abstract Answer answer(Request request);

    /**
     * How a request is listed in {@link #requests}.
     *
     * @param request the request
     * @return the operation
     */
    protected abstract String operation(Request request);

    /**
     * Where it listens.
     *
     * @return the address, without path
     */
    public final URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /**
     * The operations asked for so far.
     *
     * @return in the order of arrival
     */
    public final List<String> requests() {
        return requests;
    }

    /**
     * Puts faults in front of the next answers, one each.
     *
     * @param next the faults
     */
    public final void next(Fault... next) {
        faults.addAll(List.of(next));
    }

    /**
     * Puts a fault in front of every answer from now on.
     *
     * @param fault the fault; empty to end that
     */
    public final void always(Optional<Fault> fault) {
        always = fault;
    }

    /**
     * Answers something else.
     *
     * @param status the HTTP status
     * @param type the content type
     * @param body the body
     * @return the fault
     */
    public static Fault status(int status, String type, String body) {
        return (exchange, answer) -> {
            send(exchange, status, type, body);
            return true;
        };
    }

    /**
     * Does what was asked for, and lets its answer through.
     *
     * @return the fault, which is none
     */
    public static Fault none() {
        return (exchange, answer) -> false;
    }

    /**
     * Answers nothing until the service is closed.
     *
     * @return the fault
     */
    public final Fault hang() {
        return (exchange, answer) -> {
            awaitClose();
            return true;
        };
    }

    /**
     * Answers the head and the first byte, then nothing until the service is closed.
     *
     * @return the fault
     */
    public final Fault hangInTheBody() {
        return (exchange, answer) -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitClose();
            return true;
        };
    }

    private void awaitClose() {
        try {
            closed.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends an answer.
     *
     * @param exchange the exchange
     * @param status the HTTP status
     * @param type the content type
     * @param body the body
     * @throws IOException if the connection breaks
     */
    public static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Map<String, String> headers = new TreeMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
            Request request = new Request(exchange.getRequestMethod(), exchange.getRequestURI(), headers, body);
            Answer answer;
            synchronized (this) {
                requests.add(operation(request));
                answer = answer(request);
            }
            Fault fault = faults.poll();
            if (fault == null) {
                fault = always.orElse(none());
            }
            if (!fault.apply(exchange, answer)) {
                send(exchange, answer.status(), "application/json", answer.body());
            }
        }
    }

    @Override
    public final void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
