package dev.waxseal.integrations.aws;

import dev.waxseal.integrations.remote.ServiceJson;
import dev.waxseal.testkit.keyservice.LoopbackService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Speaks the protocol of AWS KMS on loopback, JSON 1.1, with real AES-256-GCM: operations, members, key states and errors are
 * those of the KMS API reference. It verifies the Signature Version 4 of each request.
 */
final class AwsKmsStandIn extends LoopbackService {
    static final String REGION = "eu-central-1";
    static final String ACCESS_KEY_ID = "AKIACANARYEXAMPLE";
    static final String SECRET = "CANARYSECRETwJalrXUtnFEMIK7MDENGbPxRfiCY";
    static final String TOKEN = "CANARYTOKENIQoJb3JpZ2luX2VjEHEXAMPLE";

    private static final String ACCOUNT = "111122223333";
    private static final int LARGEST_PAGE = 3;
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([^/]+)/kms/aws4_request, SignedHeaders=([a-z0-9;-]+),"
                    + " Signature=([0-9a-f]{64})");

    final Map<String, Key> keys = new LinkedHashMap<>();
    final TreeMap<String, String> aliases = new TreeMap<>();
    private final SecureRandom random = new SecureRandom();

    /** Operations that are denied. */
    final List<String> denied = new CopyOnWriteArrayList<>();

    static final class Key {
        final String id = UUID.randomUUID().toString();
        final byte[] material = new byte[32];
        String state = "Enabled";
        String specification = "SYMMETRIC_DEFAULT";
        String origin = "AWS_KMS";
        boolean multiRegion;
        String tags = "";
        long pendingWindow;

        String arn() {
            return "arn:aws:kms:" + REGION + ":" + ACCOUNT + ":key/" + id;
        }
    }

    AwsKmsStandIn() throws IOException {
        aliases.put("alias/aws/ebs", "");
        for (int i = 0; i < 5; i++) {
            aliases.put("alias/another-" + i, add().id);
        }
    }

    Key add() {
        Key key = new Key();
        random.nextBytes(key.material);
        keys.put(key.id, key);
        return key;
    }

    @Override
    protected String operation(Request request) {
        return request.headers().getOrDefault("x-amz-target", request.method());
    }

    @Override
    protected Answer answer(Request request) {
        String target = operation(request);
        if (!request.method().equals("POST")
                || !request.uri().toString().equals("/")
                || !"application/x-amz-json-1.1".equals(request.headers().get("content-type"))
                || !target.startsWith("TrentService.")) {
            return error("UnknownOperationException", "");
        }
        try {
            Optional<Answer> refused = authenticate(request);
            if (refused.isPresent()) {
                return refused.get();
            }
            String operation = target.substring("TrentService.".length());
            if (denied.contains(operation)) {
                return error("AccessDeniedException", "User is not authorized to perform: kms:" + operation);
            }
            Map<String, Object> members = ServiceJson.read(request.body(), Set.of("Plaintext", "CiphertextBlob"))
                    .orElseThrow();
            return switch (operation) {
                case "CreateKey" -> create(members);
                case "DescribeKey" -> describe(members);
                case "CreateAlias" -> createAlias(members);
                case "UpdateAlias" -> updateAlias(members);
                case "ListAliases" -> listAliases(members);
                case "ScheduleKeyDeletion" -> schedule(members);
                case "Encrypt" -> encrypt(members);
                case "Decrypt" -> decrypt(members);
                default -> error("UnknownOperationException", "");
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signature Version 4, as a service checks it. */
    private static Optional<Answer> authenticate(Request request) throws GeneralSecurityException {
        Matcher authorization = AUTHORIZATION.matcher(request.headers().getOrDefault("authorization", ""));
        String time = request.headers().getOrDefault("x-amz-date", "");
        if (!authorization.matches() || !time.startsWith(authorization.group(2))) {
            return Optional.of(error("MissingAuthenticationTokenException", "Missing Authentication Token"));
        }
        if (!authorization.group(1).equals(ACCESS_KEY_ID)
                || !TOKEN.equals(request.headers().get("x-amz-security-token"))) {
            return Optional.of(
                    error("UnrecognizedClientException", "The security token included in the request is invalid."));
        }
        List<String> signed = List.of(authorization.group(4).split(";"));
        if (!signed.containsAll(List.of("host", "x-amz-date", "x-amz-security-token", "x-amz-target"))) {
            return Optional.of(error("IncompleteSignatureException", "not signed"));
        }
        StringBuilder canonical = new StringBuilder("POST\n/\n\n");
        signed.forEach(name -> canonical
                .append(name)
                .append(':')
                .append(request.headers().get(name).strip())
                .append('\n'));
        canonical.append('\n').append(authorization.group(4)).append('\n').append(sha256(request.body()));
        String scope = authorization.group(2) + "/" + authorization.group(3) + "/kms/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(bytes(canonical.toString()));
        byte[] key = bytes("AWS4" + SECRET);
        for (String part : List.of(authorization.group(2), REGION, "kms", "aws4_request", toSign)) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(key).equals(authorization.group(5))
                ? Optional.empty()
                : Optional.of(error("InvalidSignatureException", "The request signature does not match"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(bytes(text));
    }

    private Answer create(Map<String, Object> members) {
        if (!"ENCRYPT_DECRYPT".equals(members.get("KeyUsage"))
                || !"SYMMETRIC_DEFAULT".equals(members.get("KeySpec"))
                || !Boolean.FALSE.equals(members.get("MultiRegion"))) {
            return error("ValidationException", "");
        }
        Key key = add();
        key.tags = String.valueOf(members.get("Tags"));
        return new Answer(200, "{\"KeyMetadata\":" + metadata(key) + "}");
    }

    private static String metadata(Key key) {
        return "{\"AWSAccountId\":\"" + ACCOUNT + "\",\"Arn\":\"" + key.arn() + "\",\"CreationDate\":1.764028800123E9,"
                + "\"CustomerMasterKeySpec\":\"" + key.specification + "\",\"Description\":\"\",\"Enabled\":"
                + key.state.equals("Enabled") + ",\"EncryptionAlgorithms\":[\"SYMMETRIC_DEFAULT\"],\"KeyId\":\""
                + key.id + "\",\"KeyManager\":\"CUSTOMER\",\"KeySpec\":\"" + key.specification + "\",\"KeyState\":\""
                + key.state + "\",\"KeyUsage\":\"ENCRYPT_DECRYPT\",\"MultiRegion\":" + key.multiRegion
                + ",\"Origin\":\"" + key.origin + "\"}";
    }

    private Optional<Key> find(Object keyId) {
        String id = String.valueOf(keyId);
        if (id.startsWith("alias/")) {
            return Optional.ofNullable(aliases.get(id)).map(keys::get);
        }
        return keys.values().stream()
                .filter(key -> id.equals(key.id) || id.equals(key.arn()))
                .findFirst();
    }

    private Answer describe(Map<String, Object> members) {
        return find(members.get("KeyId"))
                .map(key -> new Answer(200, "{\"KeyMetadata\":" + metadata(key) + "}"))
                .orElseGet(() -> notFound(members));
    }

    private static Answer notFound(Map<String, Object> members) {
        return error("NotFoundException", "Key '" + members.get("KeyId") + "' does not exist");
    }

    private Answer createAlias(Map<String, Object> members) {
        String name = (String) members.get("AliasName");
        if (aliases.containsKey(name)) {
            return error("AlreadyExistsException", "An alias with the name " + name + " already exists");
        }
        return setAlias(name, members);
    }

    private Answer updateAlias(Map<String, Object> members) {
        String name = (String) members.get("AliasName");
        return aliases.containsKey(name) ? setAlias(name, members) : error("NotFoundException", "Alias is not found.");
    }

    private Answer setAlias(String name, Map<String, Object> members) {
        Optional<Key> key = find(members.get("TargetKeyId"));
        if (!name.matches("alias/[a-zA-Z0-9/_-]+") || key.isEmpty()) {
            return error(key.isEmpty() ? "NotFoundException" : "InvalidAliasNameException", "");
        }
        if (key.get().state.equals("PendingDeletion")) {
            return error("KMSInvalidStateException", key.get().arn() + " is pending deletion.");
        }
        aliases.put(name, key.get().id);
        return new Answer(200, "");
    }

    private Answer listAliases(Map<String, Object> members) {
        String after = String.valueOf(members.getOrDefault("Marker", ""));
        Optional<Key> of = find(members.get("KeyId"));
        List<String> items = new ArrayList<>();
        String last = "";
        boolean truncated = false;
        for (Map.Entry<String, String> alias : aliases.tailMap(after, false).entrySet()) {
            if (of.isPresent() && !alias.getValue().equals(of.get().id)) {
                continue;
            }
            if (items.size() == LARGEST_PAGE) {
                truncated = true;
                break;
            }
            last = alias.getKey();
            items.add("{\"AliasArn\":\"arn:aws:kms:" + REGION + ":" + ACCOUNT + ":" + last + "\",\"AliasName\":\""
                    + last
                    + "\""
                    + (alias.getValue().isEmpty() ? "" : ",\"TargetKeyId\":\"" + alias.getValue() + "\"") + "}");
        }
        return new Answer(
                200,
                "{\"Aliases\":[" + String.join(",", items) + "],\"Truncated\":" + truncated
                        + (truncated ? ",\"NextMarker\":\"" + last + "\"" : "") + "}");
    }

    private Answer schedule(Map<String, Object> members) {
        Optional<Key> key = find(members.get("KeyId"));
        if (key.isEmpty()) {
            return notFound(members);
        }
        if (key.get().state.equals("PendingDeletion")) {
            return error("KMSInvalidStateException", key.get().arn() + " is pending deletion.");
        }
        long days = (Long) members.get("PendingWindowInDays");
        if (days < 7 || days > 30) {
            return error("ValidationException", "");
        }
        key.get().state = "PendingDeletion";
        key.get().pendingWindow = days;
        return new Answer(
                200,
                "{\"DeletionDate\":1.7666208E9,\"KeyId\":\"" + key.get().arn()
                        + "\",\"KeyState\":\"PendingDeletion\",\"PendingWindowInDays\":" + days + "}");
    }

    /** What happens once the window is over. */
    void finishDeletions() {
        keys.values().removeIf(key -> key.state.equals("PendingDeletion"));
        aliases.values().removeIf(id -> !id.isEmpty() && !keys.containsKey(id));
    }

    private Optional<Answer> unusable(Key key) {
        return switch (key.state) {
            case "Enabled" -> Optional.empty();
            case "Disabled" -> Optional.of(error("DisabledException", key.arn() + " is disabled."));
            default -> Optional.of(error("KMSInvalidStateException", key.arn() + " is pending deletion."));
        };
    }

    private Answer encrypt(Map<String, Object> members) throws GeneralSecurityException {
        Optional<Key> key = find(members.get("KeyId"));
        if (key.isEmpty()) {
            return notFound(members);
        }
        Optional<Answer> unusable = unusable(key.get());
        if (unusable.isPresent()) {
            return unusable.get();
        }
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        byte[] sealed = gcm(Cipher.ENCRYPT_MODE, key.get(), nonce, members).doFinal((byte[]) members.get("Plaintext"));
        byte[] blob = ByteBuffer.allocate(48 + sealed.length)
                .put(bytes(key.get().id))
                .put(nonce)
                .put(sealed)
                .array();
        return new Answer(
                200,
                "{\"CiphertextBlob\":\"" + Base64.getEncoder().encodeToString(blob)
                        + "\",\"EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\",\"KeyId\":\""
                        + key.get().arn() + "\"}");
    }

    private Answer decrypt(Map<String, Object> members) {
        Optional<Key> asked = find(members.get("KeyId"));
        if (asked.isEmpty()) {
            return notFound(members);
        }
        byte[] blob = (byte[]) members.get("CiphertextBlob");
        Optional<Key> key = blob.length < 64
                ? Optional.empty()
                : Optional.ofNullable(keys.get(new String(blob, 0, 36, StandardCharsets.ISO_8859_1)));
        if (key.isEmpty()) {
            return error("InvalidCiphertextException", "");
        }
        if (key.get() != asked.get()) {
            return error(
                    "IncorrectKeyException",
                    "The key ID in the request does not identify a CMK that can perform" + " this operation.");
        }
        Optional<Answer> unusable = unusable(key.get());
        if (unusable.isPresent()) {
            return unusable.get();
        }
        try {
            byte[] plaintext = gcm(Cipher.DECRYPT_MODE, key.get(), Arrays.copyOfRange(blob, 36, 48), members)
                    .doFinal(blob, 48, blob.length - 48);
            return new Answer(
                    200,
                    "{\"EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\",\"KeyId\":\""
                            + key.get().arn() + "\",\"Plaintext\":\""
                            + Base64.getEncoder().encodeToString(plaintext) + "\"}");
        } catch (GeneralSecurityException e) {
            return error("InvalidCiphertextException", "");
        }
    }

    private static Cipher gcm(int mode, Key key, byte[] nonce, Map<String, Object> members)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key.material, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(bytes(new TreeMap<>((Map<?, ?>) members.get("EncryptionContext")).toString()));
        return cipher;
    }

    static Answer error(String type, String message) {
        return new Answer(400, "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}");
    }
}
