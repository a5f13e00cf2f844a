package dev.waxseal.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Bytes;
import com.google.crypto.tink.subtle.Hkdf;
import com.google.crypto.tink.subtle.PrfHmacJce;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The primitives that everything rests on, as this JDK and Tink run them, against project Wycheproof's vectors. */
class WycheproofTest {

    @Test
    void aesGcmOpensWhatIsValidAndNothingElse() throws Exception {
        int cases = 0;
        for (JsonNode group : groups("aes_gcm_test.json")) {
            if (group.path("keySize").intValue() != 256
                    || group.path("ivSize").intValue() != 96
                    || group.path("tagSize").intValue() != 128) {
                continue;
            }
            for (JsonNode test : group.path("tests")) {
                AesGcmJce cipher = new AesGcmJce(hex(test, "key"));
                byte[] sealed = Bytes.concat(hex(test, "iv"), hex(test, "ct"), hex(test, "tag"));
                byte[] associatedData = hex(test, "aad");
                String label = "test " + test.path("tcId").intValue();
                if (test.path("result").stringValue().equals("valid")) {
                    assertThat(cipher.decrypt(sealed, associatedData)).as(label).isEqualTo(hex(test, "msg"));
                } else {
                    assertThatThrownBy(() -> cipher.decrypt(sealed, associatedData))
                            .as(label)
                            .isInstanceOf(GeneralSecurityException.class);
                }
                cases++;
            }
        }
        assertThat(cases).isGreaterThan(50);
    }

    @Test
    void hkdfDerivesTheExpectedKeys() throws Exception {
        int cases = 0;
        for (JsonNode group : groups("hkdf_sha256_test.json")) {
            for (JsonNode test : group.path("tests")) {
                byte[] input = hex(test, "ikm");
                byte[] salt = hex(test, "salt");
                byte[] info = hex(test, "info");
                int size = test.path("size").intValue();
                String label = "test " + test.path("tcId").intValue();
                if (test.path("result").stringValue().equals("valid")) {
                    assertThat(Hkdf.computeHkdf("HMACSHA256", input, salt, info, size))
                            .as(label)
                            .isEqualTo(hex(test, "okm"));
                } else {
                    assertThatThrownBy(() -> Hkdf.computeHkdf("HMACSHA256", input, salt, info, size))
                            .as(label)
                            .isInstanceOf(GeneralSecurityException.class);
                }
                cases++;
            }
        }
        assertThat(cases).isGreaterThan(50);
    }

    @Test
    void hmacGivesTheExpectedTags() throws Exception {
        int cases = 0;
        for (JsonNode group : groups("hmac_sha256_test.json")) {
            int tagBytes = group.path("tagSize").intValue() / Byte.SIZE;
            for (JsonNode test : group.path("tests")) {
                byte[] key = hex(test, "key");
                if (key.length < 16) {
                    // Tink refuses keys shorter than 128 bits.
                    continue;
                }
                byte[] tag = new PrfHmacJce("HMACSHA256", new SecretKeySpec(key, "HMAC"))
                        .compute(hex(test, "msg"), tagBytes);
                assertThat(Arrays.equals(tag, hex(test, "tag")))
                        .as("test " + test.path("tcId").intValue())
                        .isEqualTo(test.path("result").stringValue().equals("valid"));
                cases++;
            }
        }
        assertThat(cases).isGreaterThan(50);
    }

    private static JsonNode groups(String name) {
        Path vectors = Path.of(System.getProperty("waxseal.shared", "absent"), "crypto", name);
        assumeTrue(Files.isReadable(vectors), "no Wycheproof vectors at " + vectors);
        return JsonMapper.shared().readTree(vectors.toFile()).path("testGroups");
    }

    private static byte[] hex(JsonNode test, String field) {
        return HexFormat.of().parseHex(test.path(field).stringValue());
    }
}
