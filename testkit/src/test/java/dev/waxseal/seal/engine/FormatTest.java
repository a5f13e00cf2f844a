package dev.waxseal.seal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.Waxseal;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.PhoneNumbers;
import dev.waxseal.policy.RecordId;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.Searchable;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.MediaDescription;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.store.InMemoryBlobStore;
import dev.waxseal.testkit.store.InMemoryStores;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Reads live data with docs/FORMAT.md, the JDK and another CBOR library alone. */
class FormatTest {
    @CustomerRecord("customer")
    @Retain(period = "P1Y", from = "since")
    record Customer(
            @SubjectId String id,
            @RecordId String record,

            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support") @Searchable(PhoneNumbers.class)
            String phone,

            @Operational LocalDate since) {}

    /** A root key whose bytes the test knows. */
    private static final class KnownRootKey implements RootKeys {
        private final byte[] key = new byte[32];
        private final SecureRandom random = new SecureRandom();

        @Override
        public String name() {
            return "a known key";
        }

        @Override
        public String currentVersion() {
            return "known/1";
        }

        @Override
        public byte[] wrap(String version, byte[] bytes, byte[] associatedData) {
            try {
                byte[] nonce = new byte[12];
                random.nextBytes(nonce);
                Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
                cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
                cipher.updateAAD(associatedData);
                byte[] ciphertext = cipher.doFinal(bytes);
                return ByteBuffer.allocate(12 + ciphertext.length)
                        .put(nonce)
                        .put(ciphertext)
                        .array();
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public byte[] unwrap(String version, byte[] wrapped, byte[] associatedData) {
            return open(key, wrapped, associatedData);
        }

        @Override
        public String rotate() {
            throw new AssertionError("not asked for here");
        }

        @Override
        public void destroy(String version) {
            throw new AssertionError("not asked for here");
        }

        @Override
        public Set<String> versions() {
            return Set.of("known/1");
        }

        @Override
        public void close() {}
    }

    private static byte[] open(byte[] key, byte[] sealed, byte[] associatedData) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, sealed, 0, 12));
            cipher.updateAAD(associatedData);
            return cipher.doFinal(sealed, 12, sealed.length - 12);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("a ciphertext does not open as docs/FORMAT.md says", e);
        }
    }

    private static byte[] hmac(byte[] key, byte[]... input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HMAC"));
            for (byte[] each : input) {
                mac.update(each);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] lengthPrefixed(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            byte[] bytes = part instanceof byte[] raw ? raw : part.toString().getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private final InMemoryStores stores = new InMemoryStores();
    private final KnownRootKey root = new KnownRootKey();

    private byte[] liveKey(KeyKind kind, String name) {
        StoredKey stored = stores.keys().find(new KeyName("acme", kind, name)).orElseThrow();
        StoredEpoch epoch = stores.keys().epoch(stored.epoch()).orElseThrow();
        byte[] epochKey = open(root.key, epoch.wrapped(), lengthPrefixed("waxseal/1/epoch-key", epoch.id()));
        return open(
                epochKey,
                stored.wrapped(),
                lengthPrefixed("waxseal/1/wrapped-key", "acme", kind, name, stored.version()));
    }

    @Test
    void whatIsWrittenTodayOpensWithTheSpecificationAlone() {
        LocalDate since = LocalDate.now(ZoneOffset.UTC);
        Waxseal waxseal = Waxseal.with(stores, root).tenant("acme").open();
        SealedRecord sealed = waxseal.vault(Customer.class).seal(new Customer("c-1", "r-1", "+49 1512 3456789", since));

        byte[] references = liveKey(KeyKind.REFERENCE, "references");
        String subject =
                HexFormat.of().formatHex(Arrays.copyOf(hmac(references, lengthPrefixed("subject", "c-1")), 16));
        String record = HexFormat.of()
                .formatHex(Arrays.copyOf(hmac(references, lengthPrefixed("record", "customer", "c-1", "r-1")), 16));
        assertThat(sealed.key().subject()).isEqualTo(subject);
        assertThat(sealed.key().record()).isEqualTo(record);

        SealedCompartment compartment = sealed.compartments().get(0);
        byte[] bytes = compartment.sealed();
        int day = (int) since.plusYears(1).toEpochDay();
        assertThat(ByteBuffer.wrap(bytes).get()).isEqualTo((byte) 1);
        assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(day);
        assertThat(ByteBuffer.wrap(bytes).getInt(5)).isEqualTo(1);

        byte[] subjectKey = liveKey(KeyKind.SUBJECT, subject);
        byte[] expiryKey = liveKey(KeyKind.EXPIRY, since.plusYears(1).toString());
        byte[] pseudoRandomKey = hmac(expiryKey, subjectKey);
        byte[] info = lengthPrefixed("waxseal/1/compartment", "acme", "customer");
        byte[] key = hmac(pseudoRandomKey, info, new byte[] {1});
        byte[] associatedData = lengthPrefixed(
                "waxseal/1/aad",
                "acme",
                "customer",
                compartment.name(),
                subject,
                record,
                ByteBuffer.allocate(4).putInt(day).array());
        JsonNode map = new CBORMapper().readTree(open(key, Arrays.copyOfRange(bytes, 9, bytes.length), associatedData));
        assertThat(map.get("0").stringValue()).isEqualTo("c-1");
        assertThat(map.get("1").stringValue()).isEqualTo("r-1");
        assertThat(map.get("phone").stringValue()).isEqualTo("+49 1512 3456789");

        byte[] index = Arrays.copyOf(
                hmac(
                        liveKey(KeyKind.INDEX, "customer/phone"),
                        lengthPrefixed("waxseal/1/index/exact", "+4915123456789")),
                16);
        assertThat(sealed.index().get(0).value()).isEqualTo(index);
    }

    @Test
    void mediaWrittenTodayOpensWithTheSpecificationAlone() throws Exception {
        byte[] content = new byte[200_000];
        new Random(1).nextBytes(content);
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        LocalDate gone = LocalDate.now(ZoneOffset.UTC).plusDays(90);
        Waxseal waxseal = Waxseal.with(stores, root).tenant("acme").blobs(blobs).open();
        waxseal.media()
                .put(
                        "c-1",
                        "m-1",
                        MediaDescription.of("image/jpeg", "support", "delivery")
                                .goneOn(gone)
                                .named("a.jpg")
                                .withSha256(),
                        new ByteArrayInputStream(content));

        byte[] references = liveKey(KeyKind.REFERENCE, "references");
        String subject =
                HexFormat.of().formatHex(Arrays.copyOf(hmac(references, lengthPrefixed("subject", "c-1")), 16));
        String blob = HexFormat.of()
                .formatHex(Arrays.copyOf(hmac(references, lengthPrefixed("record", "media", "c-1", "m-1")), 16));
        ByteBuffer sealed =
                ByteBuffer.wrap(blobs.bytes(new BlobKey("acme", subject, blob)).orElseThrow());
        byte[] day = ByteBuffer.allocate(4).putInt((int) gone.toEpochDay()).array();
        assertThat(sealed.get(0)).isEqualTo((byte) 1);
        assertThat(sealed.getInt(1)).isEqualTo((int) gone.toEpochDay());
        assertThat(sealed.getInt(5)).isEqualTo(1);
        assertThat(sealed.get(9)).isEqualTo((byte) 40);
        byte[] streamHeader = part(sealed, 9, 40);
        byte[] salt = part(sealed, 10, 32);
        byte[] noncePrefix = part(sealed, 42, 7);

        byte[] pseudoRandomKey = hmac(liveKey(KeyKind.EXPIRY, gone.toString()), liveKey(KeyKind.SUBJECT, subject));
        byte[] inputKey = hmac(pseudoRandomKey, lengthPrefixed("waxseal/1/media", "acme", "media"), new byte[] {1});
        byte[] streamData = lengthPrefixed("waxseal/1/media", "acme", "media", subject, blob, day);
        byte[] streamKey = hmac(hmac(salt, inputKey), streamData, new byte[] {1});
        int sealedDescription = sealed.getInt(sealed.capacity() - 4);
        int end = sealed.capacity() - 4 - sealedDescription;
        ByteArrayOutputStream opened = new ByteArrayOutputStream();
        for (int number = 0, at = 49; at < end; number++) {
            int next = Math.min(end, (number + 1) * 65_536);
            byte[] nonce = ByteBuffer.allocate(12)
                    .put(noncePrefix)
                    .putInt(number)
                    .put((byte) (next == end ? 1 : 0))
                    .array();
            byte[] segment = ByteBuffer.allocate(12 + next - at)
                    .put(nonce)
                    .put(part(sealed, at, next - at))
                    .array();
            opened.writeBytes(open(streamKey, segment, new byte[0]));
            at = next;
        }
        assertThat(opened.toByteArray()).isEqualTo(content);

        byte[] descriptionKey =
                hmac(pseudoRandomKey, lengthPrefixed("waxseal/1/media-description", "acme", "media"), new byte[] {1});
        byte[] descriptionData =
                lengthPrefixed("waxseal/1/media-description", "acme", "media", subject, blob, day, streamHeader);
        JsonNode map =
                new CBORMapper().readTree(open(descriptionKey, part(sealed, end, sealedDescription), descriptionData));
        assertThat(map.get("0").stringValue()).isEqualTo("c-1");
        assertThat(map.get("1").stringValue()).isEqualTo("m-1");
        assertThat(map.get("size").intValue()).isEqualTo(content.length);
        assertThat(map.get("fileName").stringValue()).isEqualTo("a.jpg");
        assertThat(map.get("mimeType").stringValue()).isEqualTo("image/jpeg");
        assertThat(map.get("purposes").get(0).stringValue()).isEqualTo("delivery");
        assertThat(map.get("sha256").stringValue())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    }

    private static byte[] part(ByteBuffer of, int offset, int length) {
        byte[] part = new byte[length];
        of.get(offset, part);
        return part;
    }
}
