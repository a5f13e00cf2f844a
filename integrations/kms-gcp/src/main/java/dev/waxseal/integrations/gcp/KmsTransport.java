package dev.waxseal.integrations.gcp;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import com.google.api.client.util.StreamingContent;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.integrations.gcp.KmsRefusedException.Refusal;
import dev.waxseal.integrations.remote.ServiceConnection;
import dev.waxseal.integrations.remote.ServiceJson;
import dev.waxseal.integrations.remote.TransientServiceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of Google's API client to KMS: over the JDK's HTTP client, within a time and a size, to the endpoint of the
 * settings. Only an answer with status 200 gets to the API client; of any other, nothing goes into a message but its status.
 * Thread safe.
 */
final class KmsTransport extends HttpTransport {
    private final GcpKmsSettings settings;
    private final ServiceConnection connection;

    KmsTransport(GcpKmsSettings settings) {
        this.settings = settings;
        this.connection = new ServiceConnection(settings.name(), settings.http(), settings.requestTimeout());
    }

    @Override
    public boolean supportsMethod(String method) {
        return method.equals("GET") || method.equals("POST");
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) {
        URI asked = URI.create(url);
        String query = asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery();
        return new Request(method, settings.endpoint().resolve(asked.getRawPath() + query));
    }

    private final class Request extends LowLevelHttpRequest {
        private final String method;
        private final URI uri;

        private Request(String method, URI uri) {
            this.method = method;
            this.uri = uri;
        }

        /** Those of the API client tell of it and of compression, which isn't used; what is needed is set below. */
        @Override
        public void addHeader(String name, String value) {}

        // Deprecated on paper only: the class to extend has no other way to its content.
        @SuppressWarnings("deprecation")
        @Override
        public LowLevelHttpResponse execute() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            StreamingContent content = getStreamingContent();
            if (content != null) {
                content.writeTo(body);
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .timeout(settings.requestTimeout())
                    .header("Accept", "application/json")
                    .header("Authorization", "Bearer " + token().value());
            if (method.equals("POST")) {
                request.header("Content-Type", "application/json; charset=UTF-8")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
            }
            HttpResponse<byte[]> response = connection.send(request.build());
            if (response.statusCode() != 200) {
                throw failure(response);
            }
            return new Answer(response.body());
        }
    }

    private GcpAccessToken token() {
        try {
            return settings.token().get();
        } catch (KeyUnavailableException | TransientServiceException e) {
            throw e;
        } catch (RuntimeException e) {
            // Its message is the host's, and may quote the token.
            throw new KeyUnavailableException(settings.name() + ": the supplier of its access token failed with "
                    + e.getClass().getName() + "; see to where the token comes from");
        }
    }

    private static WaxsealException failure(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status >= 300 && status < 400) {
            return new TransientServiceException(
                    "it answered with a redirect (HTTP " + status + "), which isn't followed: check the endpoint");
        }
        if (status >= 500 || status == 408 || status == 429 || status == 499) {
            return new TransientServiceException("it answered with HTTP " + status);
        }
        Optional<Map<?, ?>> error = ServiceJson.read(response.body(), Set.of())
                .map(answer -> answer.get("error") instanceof Map<?, ?> found ? found : null);
        if (error.isEmpty() || !(error.get().get("status") instanceof String code)) {
            return new TransientServiceException(
                    "it answered with HTTP " + status + " and something that isn't KMS's: is a proxy in between?");
        }
        return switch (code) {
            case "RESOURCE_EXHAUSTED", "UNAVAILABLE", "ABORTED", "DEADLINE_EXCEEDED", "INTERNAL", "CANCELLED" ->
                new TransientServiceException("it answered with HTTP " + status);
            case "NOT_FOUND" -> new KmsRefusedException(Refusal.NOT_FOUND, status);
            case "FAILED_PRECONDITION" -> new KmsRefusedException(Refusal.UNUSABLE, status);
            case "PERMISSION_DENIED", "UNAUTHENTICATED" -> new KmsRefusedException(Refusal.DENIED, status);
            case "INVALID_ARGUMENT" ->
                new KmsRefusedException(
                        String.valueOf(error.get().get("message"))
                                        .toLowerCase(Locale.ROOT)
                                        .contains("decryption failed")
                                ? Refusal.NOT_AUTHENTIC
                                : Refusal.OTHER,
                        status);
            default -> new KmsRefusedException(Refusal.OTHER, status);
        };
    }

    /** An answer with status 200, read whole. */
    private static final class Answer extends LowLevelHttpResponse {
        private final byte[] body;

        private Answer(byte[] body) {
            this.body = body;
        }

        @Override
        public InputStream getContent() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public @Nullable String getContentEncoding() {
            return null;
        }

        @Override
        public long getContentLength() {
            return body.length;
        }

        @Override
        public String getContentType() {
            return "application/json; charset=UTF-8";
        }

        @Override
        public String getStatusLine() {
            return "HTTP/1.1 200 OK";
        }

        @Override
        public int getStatusCode() {
            return 200;
        }

        @Override
        public String getReasonPhrase() {
            return "OK";
        }

        @Override
        public int getHeaderCount() {
            return 0;
        }

        @Override
        public String getHeaderName(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public String getHeaderValue(int index) {
            throw new IndexOutOfBoundsException(index);
        }
    }
}
