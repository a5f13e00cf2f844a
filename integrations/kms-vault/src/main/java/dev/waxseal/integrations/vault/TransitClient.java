package dev.waxseal.integrations.vault;

import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.integrations.remote.ServiceConnection;
import dev.waxseal.integrations.remote.ServiceJson;
import dev.waxseal.integrations.remote.TransientServiceException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One request to Transit and what its answer means. Of an answer that isn't the expected one, nothing goes into a message
 * but its status: it may quote a token or a key. Thread safe.
 */
final class TransitClient {
    private static final byte[] NO_BODY = {};
    private static final Set<String> BINARY = Set.of("plaintext");

    private final VaultTransitSettings settings;
    private final ServiceConnection connection;

    TransitClient(VaultTransitSettings settings) {
        this.settings = settings;
        this.connection = new ServiceConnection(settings.name(), settings.http(), settings.requestTimeout());
    }

    /** Why Transit refused, as far as callers need to tell. */
    enum Refusal {
        /** The ciphertext doesn't verify. */
        NOT_AUTHENTIC,
        /** The version is below those that the key still opens. */
        VERSION_GONE,
        /** Anything else. */
        OTHER
    }

    /** Transit understood the request and refused it. */
    static final class RefusedException extends WaxsealException {
        private static final long serialVersionUID = 1L;

        final Refusal refusal;
        final int status;

        RefusedException(Refusal refusal, int status) {
            super("Transit refused with HTTP " + status);
            this.refusal = refusal;
            this.status = status;
        }
    }

    /** The member {@code data} of the answer to a GET. */
    Map<?, ?> get(String operation) {
        return data(send(request(operation).GET().build()));
    }

    /** The member {@code data} of the answer to a POST. */
    Map<?, ?> post(String operation, Map<String, ?> members) {
        return data(sendObject(operation, members));
    }

    /** A POST whose answer needn't have a body. */
    void command(String operation, Map<String, ?> members) {
        sendObject(operation, members);
    }

    private byte[] sendObject(String operation, Map<String, ?> members) {
        byte[] body = ServiceJson.object(members);
        try {
            return send(request(operation)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build());
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private HttpRequest.Builder request(String operation) {
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.endpoint(operation))
                .timeout(settings.requestTimeout())
                .header("Accept", "application/json")
                .header("X-Vault-Request", "true")
                .header("X-Vault-Token", token().value());
        settings.namespace().ifPresent(namespace -> request.header("X-Vault-Namespace", namespace));
        return request;
    }

    private VaultToken token() {
        VaultToken token;
        try {
            token = settings.token().get();
        } catch (RuntimeException e) {
            // Its message is the host's, and may quote the token.
            throw new KeyUnavailableException(settings.name() + ": the supplier of its token failed with "
                    + e.getClass().getName() + "; see to where the token comes from");
        }
        return token;
    }

    /** The body of an answer with status 200 or 204. */
    private byte[] send(HttpRequest request) {
        HttpResponse<byte[]> response = connection.send(request);
        int status = response.statusCode();
        if (status == 200) {
            return response.body();
        }
        if (status == 204) {
            return NO_BODY;
        }
        if (status >= 300 && status < 400) {
            throw new TransientServiceException(
                    "it answered with a redirect (HTTP " + status + "), which isn't followed:"
                            + " set the address of the active node, or of a balancer that finds it");
        }
        Refusal refusal = refusal(response.body(), status);
        if (refusal == Refusal.OTHER && passing(status)) {
            throw new TransientServiceException(
                    status == 503 ? "it is sealed or in maintenance (HTTP 503)" : "it answered with HTTP " + status);
        }
        throw new RefusedException(refusal, status);
    }

    /** 412: behind the index it was asked for; 472 and 473: a standby; 429: a quota, or a standby. */
    private static boolean passing(int status) {
        return status >= 500 || List.of(408, 412, 425, 429, 472, 473).contains(status);
    }

    /** Older Vaults answer 500 to a ciphertext that doesn't verify, newer ones 400. */
    private static Refusal refusal(byte[] body, int status) {
        Optional<Map<String, Object>> answer = ServiceJson.read(body, BINARY);
        if (answer.isEmpty() || !(answer.get().get("errors") instanceof List<?> errors)) {
            if (status >= 500) {
                return Refusal.OTHER;
            }
            throw new TransientServiceException(
                    "it answered with HTTP " + status + " and something that isn't Vault's: is a proxy in between?");
        }
        if (status != 400 && status != 500) {
            return Refusal.OTHER;
        }
        String text = errors.toString().toLowerCase(Locale.ROOT);
        if (text.contains("too old")) {
            return Refusal.VERSION_GONE;
        }
        boolean forged = text.contains("message authentication failed")
                || text.contains("unable to decrypt")
                || (text.contains("invalid ciphertext") && !text.contains("too new"));
        return forged ? Refusal.NOT_AUTHENTIC : Refusal.OTHER;
    }

    private static Map<?, ?> data(byte[] body) {
        try {
            return ServiceJson.read(body, BINARY)
                    .map(answer -> answer.get("data") instanceof Map<?, ?> data ? data : null)
                    .orElseThrow(TransitClient::notTransit);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /** For an answer that can't be Transit's. */
    static TransientServiceException notTransit() {
        return new TransientServiceException("it answered something that isn't an answer of Transit");
    }
}
