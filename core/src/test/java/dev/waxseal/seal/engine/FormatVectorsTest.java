package dev.waxseal.seal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.key.ring.Cryptography;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.wire.Canonical;
import dev.waxseal.wire.CborReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Holds docs/format-vectors.json against the library, and against docs/FORMAT.md written out with the JDK alone. */
class FormatVectorsTest {

    private static JsonNode vectors() throws Exception {
        Path file = Path.of(System.getProperty("waxseal.root", ".."), "docs", "format-vectors.json");
        return JsonMapper.builder().build().readTree(Files.readString(file));
    }

    static Stream<JsonNode> compartments() throws Exception {
        return vectors().get("compartments").valueStream();
    }

    static Stream<JsonNode> indexEntries() throws Exception {
        return vectors().get("indexEntries").valueStream();
    }

    private static String text(JsonNode vector, String name) {
        return vector.get(name).stringValue();
    }

    private static byte[] bytes(JsonNode vector, String name) {
        return HexFormat.of().parseHex(text(vector, name));
    }

    private static Optional<LocalDate> expiryDay(JsonNode vector) {
        return vector.get("expiryDay").isNull()
                ? Optional.empty()
                : Optional.of(LocalDate.parse(text(vector, "expiryDay")));
    }

    @ParameterizedTest
    @MethodSource("compartments")
    void theLibraryOpensEachVector(JsonNode vector) {
        RecordKey key = new RecordKey(
                text(vector, "tenant"),
                text(vector, "recordType"),
                text(vector, "subjectReference"),
                text(vector, "recordReference"));
        byte[] sealed = bytes(vector, "sealed");
        SealedCompartment compartment = new SealedCompartment(text(vector, "compartment"), expiryDay(vector), sealed);
        assertThat(CompartmentFormat.subjectKeyVersion(key, compartment, sealed))
                .isEqualTo(vector.get("subjectKeyVersion").intValue());
        byte[] derived = Cryptography.derive(
                bytes(vector, "subjectKey"),
                bytes(vector, "expiryKey"),
                Canonical.of("waxseal/1/compartment", key.tenant(), key.recordType()));
        assertThat(derived).isEqualTo(bytes(vector, "compartmentKey"));
        byte[] plaintext = CompartmentFormat.open(Cryptography.aead(derived), key, compartment, sealed);
        assertThat(plaintext).isEqualTo(bytes(vector, "plaintext"));
        CborReader reader = new CborReader(plaintext);
        reader.map();
        assertThat(reader.integerKey()).isZero();
        assertThat(reader.text()).isEqualTo(text(vector, "subjectId"));
    }

    @ParameterizedTest
    @MethodSource("compartments")
    void theJdkAloneOpensEachVector(JsonNode vector) throws Exception {
        String subject = HexFormat.of()
                .formatHex(Arrays.copyOf(
                        hmac(bytes(vector, "referenceKey"), lengthPrefixed("subject", text(vector, "subjectId"))), 16));
        String record = HexFormat.of()
                .formatHex(Arrays.copyOf(
                        hmac(
                                bytes(vector, "referenceKey"),
                                lengthPrefixed(
                                        "record",
                                        text(vector, "recordType"),
                                        text(vector, "subjectId"),
                                        text(vector, "recordId"))),
                        16));
        byte[] sealed = bytes(vector, "sealed");
        byte[] day = Arrays.copyOfRange(sealed, 1, 5);
        int number = expiryDay(vector).map(d -> (int) d.toEpochDay()).orElse(Integer.MIN_VALUE);
        assertThat(ByteBuffer.wrap(day).getInt()).isEqualTo(number);
        byte[] pseudoRandomKey = hmac(bytes(vector, "expiryKey"), bytes(vector, "subjectKey"));
        byte[] info = lengthPrefixed("waxseal/1/compartment", text(vector, "tenant"), text(vector, "recordType"));
        byte[] key = hmac(pseudoRandomKey, info, new byte[] {1});
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, sealed, 9, 12));
        cipher.updateAAD(lengthPrefixed(
                "waxseal/1/aad",
                text(vector, "tenant"),
                text(vector, "recordType"),
                text(vector, "compartment"),
                subject,
                record,
                day));
        byte[] plaintext = cipher.doFinal(sealed, 21, sealed.length - 21);
        assertThat(plaintext).isEqualTo(bytes(vector, "plaintext"));
        assertThat(new CBORMapper().readTree(plaintext).get("0").stringValue()).isEqualTo(text(vector, "subjectId"));
    }

    @ParameterizedTest
    @MethodSource("indexEntries")
    void theIndexEntryIsTheOneSpecified(JsonNode vector) throws Exception {
        List<String> parts =
                vector.get("parts").valueStream().map(JsonNode::stringValue).toList();
        byte[] specified = lengthPrefixed(parts.toArray());
        byte[] made = switch (parts.get(0).substring(parts.get(0).lastIndexOf('/') + 1)) {
            case "exact" -> BlindIndex.exactInput(parts.get(1));
            case "prefix" -> BlindIndex.prefixInput(Integer.parseInt(parts.get(1)), parts.get(2));
            case "suffix" -> BlindIndex.suffixInput(Integer.parseInt(parts.get(1)), parts.get(2));
            case "word" -> BlindIndex.wordInput(parts.get(1));
            case "together" -> BlindIndex.togetherInput(parts.subList(1, parts.size()));
            default -> throw new AssertionError(parts.get(0));
        };
        assertThat(made).isEqualTo(specified);
        int bits = vector.get("bits").intValue();
        assertThat(Arrays.copyOf(hmac(bytes(vector, "indexKey"), specified), bits / 8))
                .isEqualTo(bytes(vector, "entry"));
    }

    private static byte[] hmac(byte[] key, byte[]... input) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HMAC"));
        for (byte[] each : input) {
            mac.update(each);
        }
        return mac.doFinal();
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
