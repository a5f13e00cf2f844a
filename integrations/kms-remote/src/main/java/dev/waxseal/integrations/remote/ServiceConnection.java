package dev.waxseal.integrations.remote;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges a request for an answer over HTTP, within a time and a size, following no redirect. Of what comes over the line,
 * nothing goes into a message. Thread safe.
 */
public final class ServiceConnection {
    /** The most bytes of an answer: 64 KiB. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final String service;
    private final HttpClient http;
    private final Duration timeout;

    /**
     * Connects to a service; no call is made yet.
     *
     * @param service what it is and where, for messages; never a secret
     * @param http follows no redirects
     * @param timeout how long a request may take from its beginning to the last byte of its answer
     */
    public ServiceConnection(String service, HttpClient http, Duration timeout) {
        this.service = service;
        this.http = http;
        this.timeout = timeout;
    }

    /**
     * A client that follows no redirects and speaks TLS 1.2 and 1.3.
     *
     * @param connectTimeout how long a connection may take to be made
     * @return the client
     */
    public static HttpClient client(Duration connectTimeout) {
        SSLParameters tls = new SSLParameters();
        tls.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        return HttpClient.newBuilder()
                .connectTimeout(connectTimeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslParameters(tls)
                .build();
    }

    /**
     * Refuses a client that follows redirects, since a secret could go where it isn't meant to.
     *
     * @param http the client
     * @return the client
     * @throws InvalidInputException if it follows redirects
     */
    public static HttpClient requireNoRedirects(HttpClient http) {
        if (http.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new InvalidInputException(
                    "the HTTP client for a key service follows redirects, and a secret could go where"
                            + " it isn't meant to: build it with followRedirects(Redirect.NEVER)");
        }
        return http;
    }

    /**
     * Refuses an address that is neither HTTPS nor, where that is allowed, plain HTTP to {@code localhost}, {@code 127.0.0.1}
     * or {@code [::1]}; and one without host, or with user, query or fragment.
     *
     * @param address the address
     * @param plainHttpOnLoopback whether plain HTTP is allowed there
     * @return the address
     * @throws InvalidInputException if it isn't one of these
     */
    public static URI requireSecure(URI address, boolean plainHttpOnLoopback) {
        if (address.getHost() == null
                || address.getRawUserInfo() != null
                || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            throw new InvalidInputException(
                    "the address of a key service must be like https://kms.example.com, with a host"
                            + " and without user, query and fragment");
        }
        boolean https = "https".equalsIgnoreCase(address.getScheme());
        boolean allowed = plainHttpOnLoopback
                && "http".equalsIgnoreCase(address.getScheme())
                && LOOPBACK.contains(address.getHost());
        if (!https && !allowed) {
            throw new InvalidInputException(
                    "the address of the key service is " + address + ": it must begin with https://,"
                            + " since keys go over it. Plain HTTP is for the loopback interface only, and only after"
                            + " plainHttpOnLoopback()");
        }
        return address;
    }

    /**
     * Refuses a time-out that can't be meant.
     *
     * @param name which, for the message
     * @param value the time-out
     * @return the time-out
     * @throws InvalidInputException if it isn't 1 millisecond to 10 minutes
     */
    public static Duration requireTimeout(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new InvalidInputException(name + " is " + value + ": it must be 1 millisecond to 10 minutes");
        }
        return value;
    }

    /**
     * Sends a request and waits for the whole answer.
     *
     * @param request the request
     * @return the answer, whatever its status; its body may be overwritten
     * @throws TransientServiceException if the service isn't reached, too slow, answers too much, or breaks off
     * @throws KeyUnavailableException if the thread is interrupted; it stays interrupted
     */
    public HttpResponse<byte[]> send(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request, head -> new BoundedBody(MAX_BYTES));
        try {
            // A time-out of the request's own would end with the head of the answer.
            return exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw tooSlow();
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new KeyUnavailableException(service + ": the call was interrupted", e);
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        }
    }

    private TransientServiceException tooSlow() {
        return new TransientServiceException("it didn't answer within " + timeout);
    }

    private TransientServiceException failed(@Nullable Throwable cause) {
        if (cause instanceof HttpTimeoutException) {
            return tooSlow();
        }
        if (cause instanceof BoundedBody.TooLongException) {
            return new TransientServiceException("its answer is longer than " + MAX_BYTES + " bytes");
        }
        if (cause instanceof SSLException) {
            return new TransientServiceException("no TLS connection could be made; check its certificate", cause);
        }
        if (cause instanceof ConnectException) {
            return new TransientServiceException("it can't be reached", cause);
        }
        // Others quote what came over the line.
        return new TransientServiceException("the exchange broke off"
                + (cause == null ? "" : " (" + cause.getClass().getSimpleName() + ")"));
    }
}
