package dev.waxseal.seal.engine;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.wire.Canonical;
import dev.waxseal.wire.CborReader;
import dev.waxseal.wire.CborWriter;
import dev.waxseal.wire.MalformedValueException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a sealed blob, as docs/FORMAT.md specifies them: header, stream as Tink writes it, sealed description and
 * its length.
 */
final class MediaFormat {
    static final byte VERSION = 1;
    static final int HEADER_BYTES = KeyRing.MEDIA_HEADER_BYTES;
    /** Tink's own header: its length, the salt, the prefix of the nonces. */
    static final int STREAM_HEADER_BYTES = 1 + 32 + 7;

    static final int MAX_DESCRIPTION_BYTES = 16 * 1024;
    /** What is read from the end at once: nearly every description. */
    static final int TAIL_BYTES = 1024;

    private static final int NONCE_AND_TAG_BYTES = 12 + 16;
    static final int LEAST_BYTES = HEADER_BYTES + STREAM_HEADER_BYTES + 16 + NONCE_AND_TAG_BYTES + Integer.BYTES;

    private static final int NO_EXPIRY_DAY = CompartmentFormat.NO_EXPIRY_DAY;
    private static final String HELD = "held";
    private static final String STREAM_LABEL = "waxseal/1/media";
    private static final String DESCRIPTION_LABEL = "waxseal/1/media-description";

    private MediaFormat() {}

    record Header(Optional<LocalDate> expiryDay, int subjectKeyVersion) {}

    /** What is sealed beside the bytes; personal. */
    record Facts(
            String subjectId,
            String mediaId,
            String mimeType,
            Set<String> purposes,
            Optional<String> fileName,
            long size,
            Optional<String> sha256,
            Optional<LocalDate> heldDay) {
        /** The same of a blob that a legal hold keeps beyond its day. */
        Facts heldSince(LocalDate day) {
            return new Facts(subjectId, mediaId, mimeType, purposes, fileName, size, sha256, Optional.of(day));
        }

        @Override
        public String toString() {
            return "Facts";
        }
    }

    static byte[] header(Optional<LocalDate> expiryDay, int subjectKeyVersion) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .put(VERSION)
                .put(day(expiryDay))
                .putInt(subjectKeyVersion)
                .array();
    }

    private static byte[] day(Optional<LocalDate> expiryDay) {
        int number = expiryDay.map(day -> Math.toIntExact(day.toEpochDay())).orElse(NO_EXPIRY_DAY);
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    static Header readHeader(BlobKey key, byte[] head) {
        ByteBuffer in = ByteBuffer.wrap(head);
        byte version = in.get();
        if (version != VERSION) {
            throw new IntegrityException(describe(key) + " has the format version " + (version & 0xff)
                    + ", this release reads version " + VERSION
                    + ": use the release that wrote it, or a newer one; otherwise the blob is damaged");
        }
        int day = in.getInt();
        return new Header(
                day == NO_EXPIRY_DAY ? Optional.empty() : Optional.of(LocalDate.ofEpochDay(day)), in.getInt());
    }

    static byte[] streamAad(BlobKey key, Optional<LocalDate> expiryDay) {
        return Canonical.of(
                STREAM_LABEL, key.tenant(), MediaSealer.RECORD_TYPE, key.subject(), key.blob(), day(expiryDay));
    }

    private static byte[] descriptionAad(BlobKey key, Optional<LocalDate> expiryDay, byte[] streamHeader) {
        return Canonical.of(
                DESCRIPTION_LABEL,
                key.tenant(),
                MediaSealer.RECORD_TYPE,
                key.subject(),
                key.blob(),
                day(expiryDay),
                streamHeader);
    }

    /** The sealed description and its length. */
    static byte[] trailer(
            KeyRing.MediaKey mediaKey, BlobKey key, Optional<LocalDate> expiryDay, byte[] streamHeader, Facts facts) {
        byte[] plaintext = write(facts);
        try {
            byte[] sealed = mediaKey.description().encrypt(plaintext, descriptionAad(key, expiryDay, streamHeader));
            return ByteBuffer.allocate(sealed.length + Integer.BYTES)
                    .put(sealed)
                    .putInt(sealed.length)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to encrypt", e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private static byte[] write(Facts facts) {
        CborWriter out = new CborWriter(512);
        out.map(5
                + (facts.sha256().isPresent() ? 1 : 0)
                + (facts.fileName().isPresent() ? 1 : 0)
                + (facts.heldDay().isPresent() ? 1 : 0));
        out.integer(RecordSealer.SUBJECT_ID_KEY);
        out.text(facts.subjectId());
        out.integer(RecordSealer.RECORD_ID_KEY);
        out.text(facts.mediaId());
        facts.heldDay().ifPresent(day -> {
            out.key(HELD);
            out.text(day.toString());
        });
        out.key("size");
        out.integer(facts.size());
        facts.sha256().ifPresent(hash -> {
            out.key("sha256");
            out.text(hash);
        });
        facts.fileName().ifPresent(name -> {
            out.key("fileName");
            out.text(name);
        });
        out.key("mimeType");
        out.text(facts.mimeType());
        out.key("purposes");
        out.array(facts.purposes().size());
        new TreeSet<>(facts.purposes()).forEach(out::text);
        out.end();
        out.end();
        byte[] written = out.toByteArray();
        out.clear();
        return written;
    }

    /** The length of the sealed description that the last bytes of a blob give. */
    static int descriptionBytes(BlobKey key, byte[] tail, long length) {
        int bytes = ByteBuffer.wrap(tail).getInt(tail.length - Integer.BYTES);
        if (bytes < NONCE_AND_TAG_BYTES
                || bytes > MAX_DESCRIPTION_BYTES
                || bytes > length - HEADER_BYTES - STREAM_HEADER_BYTES - Integer.BYTES) {
            throw doesNotVerify(key, "the length of its description can't be one", null);
        }
        return bytes;
    }

    static Facts readDescription(
            KeyRing.MediaKey mediaKey, BlobKey key, Optional<LocalDate> expiryDay, byte[] streamHeader, byte[] sealed) {
        byte[] plaintext;
        try {
            plaintext = mediaKey.description().decrypt(sealed, descriptionAad(key, expiryDay, streamHeader));
        } catch (GeneralSecurityException e) {
            throw doesNotVerify(key, "it was altered, cut short, or moved from another place", e);
        }
        try {
            return read(plaintext);
        } catch (MalformedValueException e) {
            throw doesNotVerify(key, "its description verifies, but can't be read: " + e.getMessage(), e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private static Facts read(byte[] plaintext) {
        String subjectId = "";
        String mediaId = "";
        String mimeType = "";
        Set<String> purposes = new TreeSet<>();
        Optional<String> fileName = Optional.empty();
        Optional<String> sha256 = Optional.empty();
        Optional<LocalDate> heldDay = Optional.empty();
        long size = -1;
        CborReader in = new CborReader(plaintext);
        in.map();
        while (in.hasNext()) {
            if (in.nextIsIntegerKey()) {
                long id = in.integerKey();
                if (id == RecordSealer.SUBJECT_ID_KEY) {
                    subjectId = in.text();
                } else if (id == RecordSealer.RECORD_ID_KEY) {
                    mediaId = in.text();
                } else {
                    in.skip();
                }
                continue;
            }
            switch (in.textKey()) {
                case "size" -> size = in.integer();
                case HELD -> heldDay = Optional.of(day(in.text()));
                case "sha256" -> sha256 = Optional.of(in.text());
                case "fileName" -> fileName = Optional.of(in.text());
                case "mimeType" -> mimeType = in.text();
                case "purposes" -> {
                    in.array();
                    while (in.hasNext()) {
                        purposes.add(in.text());
                    }
                    in.end();
                }
                default -> in.skip();
            }
        }
        in.end();
        in.finish();
        if (size < 0) {
            throw new MalformedValueException("it has no size");
        }
        return new Facts(subjectId, mediaId, mimeType, Set.copyOf(purposes), fileName, size, sha256, heldDay);
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new MalformedValueException("the day since which it is held isn't one");
        }
    }

    static IntegrityException doesNotVerify(BlobKey key, String why, @Nullable Exception cause) {
        String message = describe(key) + " does not verify: " + why
                + ". Restore it from a backup and look for who wrote to the blob store";
        return cause == null ? new IntegrityException(message) : new IntegrityException(message, cause);
    }

    private static String describe(BlobKey key) {
        return "media " + key.blob() + " (tenant '" + key.tenant() + "', subject " + key.subject() + ")";
    }
}
