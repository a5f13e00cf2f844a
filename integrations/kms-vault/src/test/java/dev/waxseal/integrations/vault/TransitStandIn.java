package dev.waxseal.integrations.vault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.waxseal.integrations.remote.ServiceJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;

/**
 * Speaks Transit's protocol on loopback, with real AES-256-GCM: paths, members, bounds and error texts are those of the
 * engine's source and API documentation. Faults can be put in front of the next answers.
 */
final class TransitStandIn implements AutoCloseable {
    static final String TOKEN = "hvs.CANARYTOKEN0123456789";
    static final String NAMESPACE = "team/crm";
    static final String MOUNT = "kms/transit";
    static final String KEY = "waxseal-root";

    /** What happens to a request instead of its answer, or to its answer. */
    interface Fault {
        /** Returns whether it has answered. */
        boolean apply(HttpExchange exchange, Answer answer) throws IOException;
    }

    record Answer(int status, String body) {}

    final List<String> requests = new ArrayList<>();
    final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    final CountDownLatch released = new CountDownLatch(1);

    /** Turns every answer into another one from now on, if set. */
    volatile Optional<Fault> always = Optional.empty();

    String type = "aes256-gcm96";
    boolean derived;
    boolean exportable;
    boolean authenticationFailsWith500;

    private final SecureRandom random = new SecureRandom();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TreeMap<Integer, byte[]> keys = new TreeMap<>();
    private final TreeMap<Integer, Long> made = new TreeMap<>();
    private int latest;
    private int minDecryption = 1;
    private int minEncryption;
    private int minAvailable;
    private long second = 1_764_000_000L;

    TransitStandIn() throws IOException {
        this(Optional.empty());
    }

    TransitStandIn(Optional<SSLContext> tls) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        if (tls.isPresent()) {
            HttpsServer https = HttpsServer.create(any, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
            server = https;
        } else {
            server = HttpServer.create(any, 0);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        add();
    }

    URI address() {
        return URI.create((server instanceof HttpsServer ? "https" : "http") + "://localhost:"
                + server.getAddress().getPort());
    }

    /** Deletes the key and makes one of the same name. */
    synchronized void makeAnew() {
        keys.clear();
        made.clear();
        latest = 0;
        minDecryption = 1;
        minEncryption = 0;
        minAvailable = 0;
        second += 1_000;
        add();
    }

    synchronized List<Integer> existing() {
        return List.copyOf(keys.keySet());
    }

    synchronized void raiseMinDecryption(int version) {
        minDecryption = version;
    }

    synchronized long count(String operation) {
        return requests.stream().filter(request -> request.contains(operation)).count();
    }

    private synchronized void add() {
        byte[] key = new byte[32];
        random.nextBytes(key);
        keys.put(++latest, key);
        made.put(latest, second++);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Answer answer = answer(exchange, body);
            Fault fault = faults.poll();
            if (fault == null) {
                fault = always.orElse(null);
            }
            if (fault == null || !fault.apply(exchange, answer)) {
                send(exchange, answer.status(), "application/json", answer.body());
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    static Fault status(int status, String type, String body) {
        return (exchange, answer) -> {
            send(exchange, status, type, body);
            return true;
        };
    }

    private synchronized Answer answer(HttpExchange exchange, byte[] body) throws GeneralSecurityException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        requests.add(request);
        if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))
                || !NAMESPACE.equals(exchange.getRequestHeaders().getFirst("X-Vault-Namespace"))) {
            return error(403, "permission denied");
        }
        String base = "/v1/" + MOUNT + "/";
        Map<String, Object> members = body.length == 0
                ? Map.of()
                // The reader decodes "plaintext" from Base64, as the engine does.
                : ServiceJson.read(body, Set.of("plaintext")).orElseThrow();
        return switch (request) {
            case "GET /v1/" + MOUNT + "/keys/" + KEY -> data(describe());
            case "POST /v1/" + MOUNT + "/keys/" + KEY + "/rotate" -> {
                add();
                yield data(describe());
            }
            case "POST /v1/" + MOUNT + "/keys/" + KEY + "/config" -> config(members);
            case "POST /v1/" + MOUNT + "/keys/" + KEY + "/trim" -> trim(members);
            case "POST /v1/" + MOUNT + "/encrypt/" + KEY -> encrypt(members);
            case "POST /v1/" + MOUNT + "/decrypt/" + KEY -> decrypt(members);
            default ->
                request.startsWith("GET " + base) || request.startsWith("POST " + base)
                        ? error(400, "encryption key not found")
                        : new Answer(404, "{\"errors\":[]}");
        };
    }

    private String describe() {
        String versions = made.tailMap(minDecryption).entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(","));
        return "{\"allow_plaintext_backup\":false,\"auto_rotate_period\":0,\"deletion_allowed\":false,\"derived\":"
                + derived
                + ",\"exportable\":" + exportable + ",\"imported_key\":false,\"keys\":{" + versions
                + "},\"latest_version\":" + latest + ",\"min_available_version\":" + minAvailable
                + ",\"min_decryption_version\":" + minDecryption + ",\"min_encryption_version\":" + minEncryption
                + ",\"name\":\"" + KEY + "\",\"supports_decryption\":true,\"supports_derivation\":true,"
                + "\"supports_encryption\":true,\"supports_signing\":false,\"type\":\"" + type + "\"}";
    }

    private Answer config(Map<String, Object> members) {
        int decryption = number(members, "min_decryption_version", minDecryption);
        int encryption = number(members, "min_encryption_version", minEncryption);
        if (decryption > latest) {
            return error(
                    400, "cannot set min decryption version of " + decryption + ", latest key version is " + latest);
        }
        if (encryption > 0 && encryption < decryption) {
            return error(400, "cannot set min encryption/decryption values");
        }
        if (minAvailable > encryption || minAvailable > decryption) {
            return error(400, "min decryption version should not be less then min available version");
        }
        minDecryption = decryption;
        minEncryption = encryption;
        return data(describe());
    }

    private Answer trim(Map<String, Object> members) {
        int available = number(members, "min_available_version", 0);
        if (available < minAvailable) {
            return error(400, "minimum available version cannot be decremented");
        }
        if (minEncryption == 0) {
            return error(400, "minimum available version cannot be set when minimum encryption version is not set");
        }
        if (available > minEncryption || available > minDecryption) {
            return error(400, "minimum available version cannot be greater than minimum decryption version");
        }
        minAvailable = available;
        keys.headMap(available).clear();
        made.headMap(available).clear();
        return data(describe());
    }

    private Answer encrypt(Map<String, Object> members) throws GeneralSecurityException {
        int version = number(members, "key_version", latest);
        if (version > latest) {
            return error(400, "requested version for encryption is higher than the latest key version");
        }
        if (version < minEncryption) {
            return error(400, "requested version for encryption is less than the minimum encryption key version");
        }
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        byte[] sealed = gcm(Cipher.ENCRYPT_MODE, version, nonce, members).doFinal((byte[]) members.get("plaintext"));
        byte[] both = Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, both, nonce.length, sealed.length);
        return data("{\"ciphertext\":\"vault:v" + version + ":"
                + Base64.getEncoder().encodeToString(both) + "\",\"key_version\":" + version + "}");
    }

    private Answer decrypt(Map<String, Object> members) {
        String ciphertext = (String) members.get("ciphertext");
        if (!ciphertext.startsWith("vault:v")) {
            return error(400, "invalid ciphertext: no prefix");
        }
        String[] parts = ciphertext.substring("vault:v".length()).split(":", 2);
        int version = Integer.parseInt(parts[0]);
        if (version > latest) {
            return error(400, "invalid ciphertext: version is too new");
        }
        if (version < minDecryption) {
            return error(400, "ciphertext or signature version is disallowed by policy (too old)");
        }
        try {
            byte[] both = Base64.getDecoder().decode(parts[1]);
            byte[] plaintext = gcm(Cipher.DECRYPT_MODE, version, Arrays.copyOf(both, 12), members)
                    .doFinal(both, 12, both.length - 12);
            return data("{\"plaintext\":\"" + Base64.getEncoder().encodeToString(plaintext) + "\"}");
        } catch (IllegalArgumentException e) {
            return error(400, "invalid ciphertext: could not decode base64");
        } catch (GeneralSecurityException e) {
            return error(authenticationFailsWith500 ? 500 : 400, "cipher: message authentication failed");
        }
    }

    private Cipher gcm(int mode, int version, byte[] nonce, Map<String, Object> members)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(keys.get(version), "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(Base64.getDecoder().decode((String) members.get("associated_data")));
        return cipher;
    }

    private static int number(Map<String, Object> members, String name, int otherwise) {
        return members.get(name) instanceof Long number ? number.intValue() : otherwise;
    }

    static Answer data(String data) {
        return new Answer(
                200,
                "{\"request_id\":\"0c6a1a8e-4b4a-4c6e-9d43-8f7c1a0f5b11\",\"lease_id\":\"\",\"renewable\":false,"
                        + "\"lease_duration\":0,\"data\":" + data
                        + ",\"wrap_info\":null,\"warnings\":null,\"auth\":null,\"mount_type\":\"transit\"}");
    }

    static Answer error(int status, String text) {
        return new Answer(status, "{\"errors\":[\"" + text + "\"]}");
    }

    @Override
    public void close() {
        released.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
