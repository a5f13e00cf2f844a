package dev.waxseal.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a real key file with docs/FORMAT.md and the JDK alone. */
class KeyFileFormatTest {
    private static final String PASSPHRASE = "a passphrase of the test";

    @TempDir
    Path directory;

    @Test
    void aKeyFileOpensWithTheSpecificationAlone() throws Exception {
        Path file = directory.resolve("root.keys");
        byte[] epochKey = new byte[32];
        epochKey[7] = 42;
        byte[] associatedData = {1, 2, 3};
        String version;
        byte[] wrapped;
        try (RootKeys keys = RootKeys.local(file, PASSPHRASE.toCharArray())) {
            String first = keys.currentVersion();
            version = keys.rotate();
            wrapped = keys.wrap(version, epochKey, associatedData);
            keys.destroy(first);
        }

        JsonNode json = JsonMapper.builder().build().readTree(Files.readString(file));
        JsonNode derivation = json.get("kdf");
        assertThat(derivation.get("name").stringValue()).isEqualTo("PBKDF2WithHmacSHA256");
        int iterations = derivation.get("iterations").intValue();
        assertThat(iterations).isGreaterThanOrEqualTo(600_000);
        byte[] salt = Base64.getDecoder().decode(derivation.get("salt").stringValue());
        byte[] fileKey = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(PASSPHRASE.toCharArray(), salt, iterations, 256))
                .getEncoded();

        List<Object> header = new ArrayList<>(List.of(
                "waxseal-root-keys/1",
                json.get("ring").stringValue(),
                "PBKDF2WithHmacSHA256",
                Integer.toString(iterations),
                salt));
        for (JsonNode each : json.get("versions")) {
            header.add(each.get("id").stringValue());
            header.add(each.get("created").stringValue());
            header.add(each.has("destroyed") ? each.get("destroyed").stringValue() : "");
        }
        assertThat(json.get("versions").size()).isEqualTo(2);
        byte[] rootKey = open(
                fileKey,
                Base64.getDecoder().decode(json.get("sealed").stringValue()),
                lengthPrefixed(header.toArray()));
        assertThat(rootKey).hasSize(32);
        assertThat(open(rootKey, wrapped, lengthPrefixed("waxseal/1/root-key-wrap", version, associatedData)))
                .isEqualTo(epochKey);
    }

    private static byte[] open(byte[] key, byte[] sealed, byte[] associatedData) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, sealed, 0, 12));
        cipher.updateAAD(associatedData);
        return cipher.doFinal(sealed, 12, sealed.length - 12);
    }

    private static byte[] lengthPrefixed(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            byte[] bytes = part instanceof byte[] raw ? raw : ((String) part).getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }
}
