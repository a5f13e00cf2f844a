package dev.waxseal.integrations.gcp;

import dev.waxseal.integrations.remote.ServiceJson;
import dev.waxseal.testkit.keyservice.LoopbackService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Speaks the REST protocol of Google Cloud KMS v1 on loopback, with real AES-256-GCM: paths, members, CRC32C, version states
 * and errors are those of the API reference.
 */
final class GcpKmsStandIn extends LoopbackService {
    static final String TOKEN = "ya29.CANARYTOKEN0123456789";
    static final String KEY = "projects/crm-prod/locations/europe-west3/keyRings/waxseal/cryptoKeys/root";

    private static final int LARGEST_PAGE = 2;
    private static final Pattern VERSION = Pattern.compile("/v1/" + KEY + "/cryptoKeyVersions/([0-9]+)(:[a-z]+)?");

    /** Operations that are denied. */
    final List<String> denied = new CopyOnWriteArrayList<>();

    final TreeMap<Integer, Version> versions = new TreeMap<>();
    int primary;
    String purpose = "ENCRYPT_DECRYPT";

    /** Whether the key's material comes from outside. */
    boolean importOnly;

    /** Whether a new version takes a moment, as in a hardware module. */
    boolean slow;

    private final SecureRandom random = new SecureRandom();

    static final class Version {
        final byte[] material = new byte[32];
        String state = "ENABLED";
    }

    GcpKmsStandIn() throws IOException {
        add();
        primary = 1;
    }

    private int add() {
        Version version = new Version();
        random.nextBytes(version.material);
        if (slow) {
            version.state = "PENDING_GENERATION";
        }
        versions.put(versions.size() + 1, version);
        return versions.size();
    }

    @Override
    protected String operation(Request request) {
        String path = request.uri().getPath();
        return request.method() + " " + path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    protected Answer answer(Request request) {
        if (!("Bearer " + TOKEN).equals(request.headers().get("authorization"))) {
            return error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
        }
        String path = request.uri().getPath();
        if (denied.stream().anyMatch(path::endsWith)) {
            return error(403, "PERMISSION_DENIED", "Permission denied on resource '" + KEY + "'.");
        }
        Map<String, Object> members = request.body().length == 0
                ? Map.of()
                : ServiceJson.read(request.body(), Set.of()).orElseThrow();
        Matcher version = VERSION.matcher(path);
        try {
            if (version.matches()) {
                return version(
                        request.method(),
                        Integer.parseInt(version.group(1)),
                        version.group(2) == null ? "" : version.group(2),
                        members);
            }
            return switch (request.method() + " " + path) {
                case "GET /v1/" + KEY -> new Answer(200, key());
                case "POST /v1/" + KEY + ":encrypt" -> encrypt(primary, members);
                case "POST /v1/" + KEY + ":decrypt" -> decrypt(members);
                case "POST /v1/" + KEY + ":updatePrimaryVersion" -> updatePrimary(members);
                case "POST /v1/" + KEY + "/cryptoKeyVersions" -> new Answer(200, describe(add()));
                case "GET /v1/" + KEY + "/cryptoKeyVersions" -> list(request);
                default -> error(404, "NOT_FOUND", "CryptoKey " + path + " not found.");
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Answer version(String method, int number, String verb, Map<String, Object> members)
            throws GeneralSecurityException {
        Version version = versions.get(number);
        if (version == null) {
            return error(404, "NOT_FOUND", "CryptoKeyVersion " + number + " not found.");
        }
        return switch (method + verb) {
            case "GET" -> {
                String described = describe(number);
                if (version.state.equals("PENDING_GENERATION")) {
                    version.state = "ENABLED";
                }
                yield new Answer(200, described);
            }
            case "POST:encrypt" -> encrypt(number, members);
            case "POST:destroy" -> {
                if (!version.state.equals("ENABLED") && !version.state.equals("DISABLED")) {
                    yield error(400, "FAILED_PRECONDITION", name(number) + " has state " + version.state + ".");
                }
                version.state = "DESTROY_SCHEDULED";
                yield new Answer(200, describe(number));
            }
            default -> error(404, "NOT_FOUND", "Method not found.");
        };
    }

    private static String name(int number) {
        return KEY + "/cryptoKeyVersions/" + number;
    }

    private String describe(int number) {
        return "{\"name\":\"" + name(number) + "\",\"state\":\"" + versions.get(number).state
                + "\",\"createTime\":\"2026-11-25T00:00:00.123456789Z\",\"protectionLevel\":\"SOFTWARE\","
                + "\"algorithm\":\"GOOGLE_SYMMETRIC_ENCRYPTION\"}";
    }

    private String key() {
        return "{\"name\":\"" + KEY + "\"," + (primary == 0 ? "" : "\"primary\":" + describe(primary) + ",")
                + "\"purpose\":\"" + purpose + "\",\"importOnly\":" + importOnly
                + ",\"createTime\":\"2026-11-25T00:00:00Z\",\"versionTemplate\":{"
                + "\"protectionLevel\":\"SOFTWARE\",\"algorithm\":\"GOOGLE_SYMMETRIC_ENCRYPTION\"},"
                + "\"destroyScheduledDuration\":\"2592000s\"}";
    }

    private Answer updatePrimary(Map<String, Object> members) {
        int number = Integer.parseInt((String) members.get("cryptoKeyVersionId"));
        if (!versions.get(number).state.equals("ENABLED")) {
            return error(400, "FAILED_PRECONDITION", name(number) + " is not enabled.");
        }
        primary = number;
        return new Answer(200, key());
    }

    private Answer list(Request request) {
        String query = String.valueOf(request.uri().getQuery());
        Matcher token = Pattern.compile("pageToken=after-([0-9]+)").matcher(query);
        int after = token.find() ? Integer.parseInt(token.group(1)) : 0;
        List<String> items = new ArrayList<>();
        for (int number : versions.tailMap(after, false).keySet()) {
            if (items.size() == LARGEST_PAGE) {
                return new Answer(
                        200,
                        "{\"cryptoKeyVersions\":[" + String.join(",", items) + "],\"nextPageToken\":\"after-"
                                + (number - 1) + "\",\"totalSize\":" + versions.size() + "}");
            }
            items.add(describe(number));
        }
        return new Answer(
                200, "{\"cryptoKeyVersions\":[" + String.join(",", items) + "],\"totalSize\":" + versions.size() + "}");
    }

    private Answer encrypt(int number, Map<String, Object> members) throws GeneralSecurityException {
        Version version = versions.get(number);
        if (!version.state.equals("ENABLED")) {
            return notEnabled(number);
        }
        byte[] plaintext = bytes(members, "plaintext");
        byte[] associatedData = bytes(members, "additionalAuthenticatedData");
        if (!matches(members, "plaintextCrc32c", plaintext)
                || !matches(members, "additionalAuthenticatedDataCrc32c", associatedData)) {
            return error(400, "INVALID_ARGUMENT", "The checksum in field plaintext_crc32c did not match.");
        }
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        byte[] sealed = gcm(Cipher.ENCRYPT_MODE, version, nonce, associatedData).doFinal(plaintext);
        byte[] ciphertext = ByteBuffer.allocate(Integer.BYTES + 12 + sealed.length)
                .putInt(number)
                .put(nonce)
                .put(sealed)
                .array();
        return new Answer(
                200,
                "{\"name\":\"" + name(number) + "\",\"ciphertext\":\""
                        + Base64.getEncoder().encodeToString(ciphertext) + "\",\"ciphertextCrc32c\":\""
                        + checksum(ciphertext) + "\",\"verifiedPlaintextCrc32c\":true,"
                        + "\"verifiedAdditionalAuthenticatedDataCrc32c\":true,\"protectionLevel\":\"SOFTWARE\"}");
    }

    private Answer decrypt(Map<String, Object> members) {
        byte[] ciphertext = bytes(members, "ciphertext");
        byte[] associatedData = bytes(members, "additionalAuthenticatedData");
        if (!matches(members, "ciphertextCrc32c", ciphertext)
                || !matches(members, "additionalAuthenticatedDataCrc32c", associatedData)) {
            return error(400, "INVALID_ARGUMENT", "The checksum in field ciphertext_crc32c did not match.");
        }
        int number = ciphertext.length < 32 ? 0 : ByteBuffer.wrap(ciphertext).getInt();
        Version version = versions.get(number);
        if (version == null) {
            return error(
                    400, "INVALID_ARGUMENT", "Decryption failed: verify that 'name' refers to the correct CryptoKey.");
        }
        if (!version.state.equals("ENABLED")) {
            return notEnabled(number);
        }
        try {
            byte[] plaintext = gcm(Cipher.DECRYPT_MODE, version, Arrays.copyOfRange(ciphertext, 4, 16), associatedData)
                    .doFinal(ciphertext, 16, ciphertext.length - 16);
            return new Answer(
                    200,
                    "{\"plaintext\":\"" + Base64.getEncoder().encodeToString(plaintext) + "\",\"plaintextCrc32c\":\""
                            + checksum(plaintext) + "\",\"usedPrimary\":" + (number == primary)
                            + ",\"protectionLevel\":\"SOFTWARE\"}");
        } catch (GeneralSecurityException e) {
            return error(400, "INVALID_ARGUMENT", "Decryption failed: the ciphertext is invalid.");
        }
    }

    private Answer notEnabled(int number) {
        return error(
                400,
                "FAILED_PRECONDITION",
                name(number) + " is not enabled, current state is: " + versions.get(number).state + ".");
    }

    /** Proto3's JSON takes both alphabets of Base64, with and without padding. */
    private static byte[] bytes(Map<String, Object> members, String name) {
        String text = (String) members.getOrDefault(name, "");
        return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    }

    private static boolean matches(Map<String, Object> members, String name, byte[] bytes) {
        return String.valueOf(checksum(bytes)).equals(members.get(name));
    }

    static long checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return checksum.getValue();
    }

    private static Cipher gcm(int mode, Version version, byte[] nonce, byte[] associatedData)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(version.material, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(associatedData);
        return cipher;
    }

    static Answer error(int code, String status, String message) {
        return new Answer(
                code,
                "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\",\"status\":\"" + status
                        + "\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"R\","
                        + "\"domain\":\"cloudkms.googleapis.com\"}]}}");
    }
}
