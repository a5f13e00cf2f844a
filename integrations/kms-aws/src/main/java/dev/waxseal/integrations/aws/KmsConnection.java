package dev.waxseal.integrations.aws;

import com.amazonaws.DefaultRequest;
import com.amazonaws.auth.AWS4Signer;
import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.auth.BasicSessionCredentials;
import com.amazonaws.http.HttpMethodName;
import com.amazonaws.services.kms.AbstractAWSKMS;
import com.amazonaws.services.kms.model.DecryptRequest;
import com.amazonaws.services.kms.model.DecryptResult;
import com.amazonaws.services.kms.model.EncryptRequest;
import com.amazonaws.services.kms.model.EncryptResult;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.integrations.aws.KmsRefusedException.Refusal;
import dev.waxseal.integrations.remote.ServiceConnection;
import dev.waxseal.integrations.remote.ServiceJson;
import dev.waxseal.integrations.remote.TransientServiceException;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The KMS API over the JDK's HTTP client: JSON 1.1, requests signed with Signature Version 4 by the AWS SDK's signer. Tink's
 * AEAD encrypts and decrypts through it. The SDK's own client isn't used, since it reads an answer of any length and follows
 * redirects. Of an answer that isn't the expected one, nothing goes into a message but its status. Thread safe.
 */
final class KmsConnection extends AbstractAWSKMS {
    private static final Set<String> BINARY = Set.of("Plaintext", "CiphertextBlob");

    private final AwsKmsSettings settings;
    private final ServiceConnection connection;

    KmsConnection(AwsKmsSettings settings) {
        this.settings = settings;
        this.connection = new ServiceConnection(settings.name(), settings.http(), settings.requestTimeout());
    }

    @Override
    public EncryptResult encrypt(EncryptRequest request) {
        byte[] plaintext = request.getPlaintext().array();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("KeyId", request.getKeyId());
        members.put("Plaintext", plaintext);
        members.put("EncryptionContext", request.getEncryptionContext());
        Map<String, Object> answer = call("Encrypt", members);
        if (!(answer.get("CiphertextBlob") instanceof byte[] ciphertext)) {
            throw notKms();
        }
        if (!request.getKeyId().equals(answer.get("KeyId"))) {
            throw new TransientServiceException("it encrypted under another key than it was asked to");
        }
        return new EncryptResult().withKeyId(request.getKeyId()).withCiphertextBlob(ByteBuffer.wrap(ciphertext));
    }

    @Override
    public DecryptResult decrypt(DecryptRequest request) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("KeyId", request.getKeyId());
        members.put("CiphertextBlob", request.getCiphertextBlob().array());
        members.put("EncryptionContext", request.getEncryptionContext());
        Map<String, Object> answer = call("Decrypt", members);
        if (!(answer.get("Plaintext") instanceof byte[] plaintext) || !(answer.get("KeyId") instanceof String keyId)) {
            throw notKms();
        }
        return new DecryptResult().withKeyId(keyId).withPlaintext(ByteBuffer.wrap(plaintext));
    }

    /** The object in the answer to an operation of the API; empty where the answer has no body. */
    Map<String, Object> call(String operation, Map<String, ?> members) {
        byte[] body = ServiceJson.object(members);
        try {
            HttpResponse<byte[]> response = connection.send(signed(operation, body));
            if (response.statusCode() != 200) {
                throw failure(response);
            }
            byte[] answer = response.body();
            try {
                return answer.length == 0
                        ? Map.of()
                        : ServiceJson.read(answer, BINARY).orElseThrow(KmsConnection::notKms);
            } finally {
                Arrays.fill(answer, (byte) 0);
            }
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private HttpRequest signed(String operation, byte[] body) {
        DefaultRequest<Void> request = new DefaultRequest<>("AWSKMS");
        request.setHttpMethod(HttpMethodName.POST);
        request.setEndpoint(settings.endpoint());
        request.setResourcePath("/");
        request.setContent(new ByteArrayInputStream(body));
        request.addHeader("Content-Type", "application/x-amz-json-1.1");
        request.addHeader("X-Amz-Target", "TrentService." + operation);
        AWS4Signer signer = new AWS4Signer();
        signer.setServiceName("kms");
        signer.setRegionName(settings.region());
        signer.sign(request, credentials());
        HttpRequest.Builder sent = HttpRequest.newBuilder(settings.endpoint().resolve("/"))
                .timeout(settings.requestTimeout())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        request.getHeaders().forEach((name, value) -> {
            // The JDK's client sets it, to the same.
            if (!name.equalsIgnoreCase("Host")) {
                sent.header(name, value);
            }
        });
        return sent.build();
    }

    private AWSCredentials credentials() {
        AwsCredentials found;
        try {
            found = settings.credentials().get();
        } catch (KeyUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            // Its message is the host's, and may quote the credentials.
            throw new KeyUnavailableException(settings.name() + ": the supplier of its credentials failed with "
                    + e.getClass().getName() + "; see to where the credentials come from");
        }
        return found.sessionToken().isPresent()
                ? new BasicSessionCredentials(
                        found.accessKeyId(),
                        found.secretAccessKey(),
                        found.sessionToken().get())
                : new BasicAWSCredentials(found.accessKeyId(), found.secretAccessKey());
    }

    private static RuntimeException failure(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status >= 300 && status < 400) {
            return new TransientServiceException("it answered with a redirect (HTTP " + status
                    + "), which isn't followed: check the region and the endpoint");
        }
        if (status >= 500 || status == 408 || status == 429) {
            return new TransientServiceException("it answered with HTTP " + status);
        }
        Optional<String> code = code(response.body());
        if (code.isEmpty()) {
            return new TransientServiceException(
                    "it answered with HTTP " + status + " and something that isn't KMS's: is a proxy in between?");
        }
        return switch (code.get()) {
            case "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded" ->
                new TransientServiceException("it throttles (HTTP " + status + ")");
            case "KMSInternalException", "DependencyTimeoutException", "KeyUnavailableException" ->
                new TransientServiceException("it answered with HTTP " + status);
            case "InvalidCiphertextException", "IncorrectKeyException" ->
                new KmsRefusedException(Refusal.NOT_AUTHENTIC, status);
            case "NotFoundException" -> new KmsRefusedException(Refusal.NOT_FOUND, status);
            case "KMSInvalidStateException", "DisabledException" -> new KmsRefusedException(Refusal.UNUSABLE, status);
            case "AlreadyExistsException" -> new KmsRefusedException(Refusal.EXISTS, status);
            case "LimitExceededException" -> new KmsRefusedException(Refusal.LIMIT, status);
            case "AccessDeniedException",
                    "UnrecognizedClientException",
                    "InvalidSignatureException",
                    "IncompleteSignatureException",
                    "IncompleteSignature",
                    "MissingAuthenticationToken",
                    "MissingAuthenticationTokenException",
                    "InvalidClientTokenId",
                    "ExpiredTokenException",
                    "RequestExpired",
                    "OptInRequired",
                    "NotAuthorized" -> new KmsRefusedException(Refusal.DENIED, status);
            default -> new KmsRefusedException(Refusal.OTHER, status);
        };
    }

    /** The error's name: {@code __type}, with or without a namespace. */
    private static Optional<String> code(byte[] body) {
        return ServiceJson.read(body, Set.of()).flatMap(answer -> {
            if (!(answer.get("__type") instanceof String type)) {
                return Optional.empty();
            }
            return Optional.of(type.substring(type.lastIndexOf('#') + 1));
        });
    }

    /** For an answer that can't be KMS's. */
    static TransientServiceException notKms() {
        return new TransientServiceException("it answered something that isn't an answer of KMS");
    }

    @Override
    public String toString() {
        return "KmsConnection[" + settings.name() + "]";
    }
}
