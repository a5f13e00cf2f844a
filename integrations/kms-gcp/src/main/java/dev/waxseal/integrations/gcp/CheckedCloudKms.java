package dev.waxseal.integrations.gcp;

import com.google.api.client.googleapis.services.AbstractGoogleClientRequest;
import com.google.api.client.googleapis.services.json.AbstractGoogleJsonClientRequest;
import com.google.api.client.json.JsonObjectParser;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.util.Data;
import com.google.api.services.cloudkms.v1.CloudKMS;
import com.google.api.services.cloudkms.v1.model.DecryptRequest;
import com.google.api.services.cloudkms.v1.model.DecryptResponse;
import com.google.api.services.cloudkms.v1.model.EncryptRequest;
import com.google.api.services.cloudkms.v1.model.EncryptResponse;
import dev.waxseal.integrations.remote.TransientServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Google's API client for one crypto key version, with the checks that Google asks its callers to make and Tink's AEAD doesn't: the
 * CRC32C of what is sent and of what comes back, and the name of the version that encrypted. Thread safe.
 */
final class CheckedCloudKms extends CloudKMS {
    private final String version;

    CheckedCloudKms(KmsTransport transport, String version) {
        super(transport, GsonFactory.getDefaultInstance(), request -> {
            // At its finer levels the API client's log would hold keys.
            request.setLoggingEnabled(false);
            request.setCurlLoggingEnabled(false);
            request.setNumberOfRetries(0);
        });
        this.version = version;
    }

    @Override
    protected void initialize(AbstractGoogleClientRequest<?> request) throws IOException {
        super.initialize(request);
        request.setDisableGZipContent(true);
        if (request instanceof AbstractGoogleJsonClientRequest<?> json) {
            if (json.getJsonContent() instanceof EncryptRequest content) {
                content.setPlaintextCrc32c(checksum(content.decodePlaintext()));
                content.setAdditionalAuthenticatedDataCrc32c(checksum(content.decodeAdditionalAuthenticatedData()));
            } else if (json.getJsonContent() instanceof DecryptRequest content) {
                content.setCiphertextCrc32c(checksum(content.decodeCiphertext()));
                content.setAdditionalAuthenticatedDataCrc32c(checksum(content.decodeAdditionalAuthenticatedData()));
            }
        }
    }

    @Override
    public JsonObjectParser getObjectParser() {
        return new JsonObjectParser(GsonFactory.getDefaultInstance()) {
            @Override
            public <T> T parseAndClose(InputStream in, Charset charset, Class<T> type) throws IOException {
                T answer = super.parseAndClose(in, charset, type);
                if (answer == null || Data.isNull(answer)) {
                    throw GcpKmsRootKeys.notKms();
                }
                if (answer instanceof EncryptResponse encrypted) {
                    check(encrypted);
                } else if (answer instanceof DecryptResponse decrypted) {
                    check(decrypted);
                }
                return answer;
            }
        };
    }

    private void check(EncryptResponse answer) {
        if (answer.getCiphertext() == null || answer.getName() == null) {
            throw GcpKmsRootKeys.notKms();
        }
        if (!version.equals(answer.getName())) {
            throw new TransientServiceException("it encrypted under another version than it was asked to");
        }
        if (!Boolean.TRUE.equals(answer.getVerifiedPlaintextCrc32c())
                || !Boolean.TRUE.equals(answer.getVerifiedAdditionalAuthenticatedDataCrc32c())) {
            throw new TransientServiceException("it didn't check the CRC32C of what it was to encrypt");
        }
        requireChecksum(answer.decodeCiphertext(), answer.getCiphertextCrc32c());
    }

    private static void check(DecryptResponse answer) {
        if (answer.getPlaintext() == null) {
            throw GcpKmsRootKeys.notKms();
        }
        byte[] plaintext = answer.decodePlaintext();
        try {
            requireChecksum(plaintext, answer.getPlaintextCrc32c());
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private static void requireChecksum(byte[] bytes, @Nullable Long checksum) {
        if (checksum == null || checksum != checksum(bytes)) {
            throw new TransientServiceException("its answer was damaged on the way: the CRC32C differs");
        }
    }

    private static long checksum(byte @Nullable [] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes == null ? new byte[0] : bytes);
        return checksum.getValue();
    }
}
