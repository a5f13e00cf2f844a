package dev.waxseal.seal.engine;

import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.BlobStore;
import dev.waxseal.seal.MediaDescription;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.wire.CborWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Seals streams into a blob store and opens them, never more than two segments of one in memory. Thread safe. */
public final class MediaSealer {
    /** The record type of all media: in keys, grants and the audit trail. */
    public static final String RECORD_TYPE = "media";

    private static final int BUFFER_BYTES = 64 * 1024;

    private final KeyRing keys;
    private final BlobStore store;
    private final ZoneId zone;
    private final Clock clock;
    private final long mostBytes;

    public MediaSealer(KeyRing keys, BlobStore store, ZoneId zone, Clock clock, long mostBytes) {
        this.keys = keys;
        this.store = store;
        this.zone = zone;
        this.clock = clock;
        this.mostBytes = mostBytes;
    }

    /** A sealed blob that nobody sees before it is published; to be closed in any case. */
    public static final class Sealed implements AutoCloseable {
        private final BlobStore.NewBlob blob;
        private final long size;
        private final Optional<String> sha256;

        Sealed(BlobStore.NewBlob blob, long size, Optional<String> sha256) {
            this.blob = blob;
            this.size = size;
            this.sha256 = sha256;
        }

        public long size() {
            return size;
        }

        public Optional<String> sha256() {
            return sha256;
        }

        public void publish() {
            blob.publish();
        }

        @Override
        public void close() {
            blob.close();
        }
    }

    /** Under which key a subject's media stands. */
    public BlobKey key(String subjectId, String mediaId) {
        return new BlobKey(
                keys.tenant(),
                keys.subjectReference(RecordPolicy.requireId(subjectId, "subject id")),
                keys.recordReference(RECORD_TYPE, subjectId, RecordPolicy.requireId(mediaId, "media id")));
    }

    /**
     * Seals a stream to its end.
     *
     * @throws IOException what the source throws; nothing is kept then
     * @throws InvalidInputException when its day has come, it is too long or has another hash than expected
     */
    public Sealed seal(BlobKey key, String subjectId, String mediaId, MediaDescription description, InputStream source)
            throws IOException {
        Optional<LocalDate> expiryDay = description.expiryDay();
        if (expiryDay.isPresent() && hasCome(expiryDay.get())) {
            throw new InvalidInputException("media that had to be gone on " + expiryDay.get()
                    + " can't be put: give a day after today, or don't keep it");
        }
        MessageDigest digest = description.hashed() ? sha256() : null;
        return seal(key, expiryDay, source, mostBytes, digest, (size, hash) -> {
            if (!description
                    .expectedSha256()
                    .map(each -> hash.equals(Optional.of(each)))
                    .orElse(true)) {
                throw new InvalidInputException("media " + key.blob() + " has another SHA-256 than the one expected:"
                        + " nothing was kept; fetch it again");
            }
            return new MediaFormat.Facts(
                    subjectId,
                    mediaId,
                    description.mimeType(),
                    description.purposes(),
                    description.fileName(),
                    size,
                    hash,
                    Optional.empty());
        });
    }

    /** Makes what is said of a stream, once its size and hash are known. */
    @FunctionalInterface
    private interface Description {
        MediaFormat.Facts of(long size, Optional<String> sha256);
    }

    private Sealed seal(
            BlobKey key,
            Optional<LocalDate> expiryDay,
            InputStream source,
            long most,
            @Nullable MessageDigest digest,
            Description description)
            throws IOException {
        KeyRing.MediaKey mediaKey = keys.mediaToSeal(key.subject(), expiryDay, RECORD_TYPE);
        BlobStore.NewBlob blob = store.create(key);
        boolean done = false;
        try {
            StoreStream out = new StoreStream(blob.stream());
            out.write(MediaFormat.header(expiryDay, mediaKey.subjectKeyVersion()));
            out.beginStream();
            long size = copy(source, most, mediaKey, MediaFormat.streamAad(key, expiryDay), out, digest);
            Optional<String> hash =
                    Optional.ofNullable(digest).map(each -> HexFormat.of().formatHex(each.digest()));
            MediaFormat.Facts facts = description.of(size, hash);
            out.write(MediaFormat.trailer(mediaKey, key, expiryDay, out.streamHeader(), facts));
            done = true;
            return new Sealed(blob, size, hash);
        } finally {
            if (!done) {
                blob.close();
            }
        }
    }

    /** Under which key the database has a blob's row. */
    public static RecordKey rowKey(BlobKey key) {
        return new RecordKey(key.tenant(), RECORD_TYPE, key.subject(), key.blob());
    }

    /** The row that the database has of a blob, so that it is found by subject and by day: its ids, sealed. */
    public SealedRecord row(BlobKey key, String subjectId, String mediaId, Optional<LocalDate> expiryDay) {
        RecordKey record = rowKey(key);
        KeyRing.CompartmentKey compartmentKey = keys.toSeal(key.subject(), expiryDay, RECORD_TYPE);
        CborWriter out = new CborWriter(128);
        out.map(2);
        out.integer(RecordSealer.SUBJECT_ID_KEY);
        out.text(subjectId);
        out.integer(RecordSealer.RECORD_ID_KEY);
        out.text(mediaId);
        out.end();
        byte[] plaintext = out.toByteArray();
        out.clear();
        SealedCompartment sealed = CompartmentFormat.seal(
                compartmentKey.aead(),
                compartmentKey.subjectKeyVersion(),
                record,
                RecordSealer.IDENTITY_COMPARTMENT,
                expiryDay,
                plaintext);
        Arrays.fill(plaintext, (byte) 0);
        return new SealedRecord(record, compartmentKey.subjectKeyVersion(), List.of(sealed), List.of(), "{}");
    }

    /**
     * Seals a blob anew without an expiry day, since a legal hold keeps it beyond its own. Does nothing where that is done
     * already, or there is no blob.
     *
     * @throws IntegrityException when it was altered, moved or cut short
     */
    public void keep(BlobKey key, LocalDate day) {
        Optional<BlobStore.Blob> found = store.open(key);
        if (found.isEmpty()) {
            return;
        }
        try (BlobStore.Blob blob = found.get()) {
            OpenedMedia media = openAnyDay(key, blob);
            if (media.expiryDay().isEmpty()) {
                return;
            }
            MediaFormat.Facts facts = media.facts();
            try (InputStream source = media.stream();
                    Sealed sealed = seal(
                            key,
                            Optional.empty(),
                            source,
                            Long.MAX_VALUE,
                            null,
                            (size, hash) -> facts.heldSince(day))) {
                sealed.publish();
            } catch (IOException e) {
                throw new StoreException(
                        "blob " + key.blob() + ", which a legal hold keeps, can't be read or written: nothing was"
                                + " changed; check the blob store",
                        true,
                        e);
            }
        }
    }

    private boolean hasCome(LocalDate day) {
        return !day.isAfter(LocalDate.ofInstant(clock.instant(), zone));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available on this JDK", e);
        }
    }

    private long copy(
            InputStream source,
            long most,
            KeyRing.MediaKey mediaKey,
            byte[] associatedData,
            StoreStream out,
            @Nullable MessageDigest digest)
            throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long size = 0;
        // Not closed when the source fails: to close it is to end the stream as if it were whole.
        OutputStream sealing = encrypting(mediaKey, associatedData, out);
        try {
            for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
                size += read;
                if (size > most) {
                    throw new InvalidInputException("media of over " + most
                            + " bytes can't be put: nothing was kept; raise Settings.mediaSize if it is right");
                }
                if (digest != null) {
                    digest.update(buffer, 0, read);
                }
                sealing.write(buffer, 0, read);
            }
        } finally {
            Arrays.fill(buffer, (byte) 0);
        }
        sealing.close();
        return size;
    }

    private static OutputStream encrypting(KeyRing.MediaKey mediaKey, byte[] associatedData, OutputStream out)
            throws IOException {
        try {
            return mediaKey.stream().newEncryptingStream(out, associatedData);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM-HKDF streaming is not available on this JDK", e);
        }
    }

    /**
     * Opens a blob as far as its description.
     *
     * @return the blob, to be closed; empty where there is none
     * @throws IntegrityException when it was altered, moved or cut short
     * @throws dev.waxseal.error.SubjectErasedException when the subject was erased
     * @throws DataExpiredException when its day has come
     */
    public Optional<OpenedMedia> open(BlobKey key) {
        Optional<BlobStore.Blob> found = store.open(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        BlobStore.Blob blob = found.get();
        boolean done = false;
        try {
            OpenedMedia opened = open(key, blob);
            done = true;
            return Optional.of(opened);
        } finally {
            if (!done) {
                blob.close();
            }
        }
    }

    private OpenedMedia open(BlobKey key, BlobStore.Blob blob) {
        OpenedMedia opened = openAnyDay(key, blob);
        Optional<LocalDate> day = opened.facts().heldDay().or(opened::expiryDay);
        if (day.isPresent() && hasCome(day.get())) {
            throw new DataExpiredException(day.get());
        }
        return opened;
    }

    private OpenedMedia openAnyDay(BlobKey key, BlobStore.Blob blob) {
        long length = blob.size();
        if (length < MediaFormat.LEAST_BYTES) {
            throw MediaFormat.doesNotVerify(key, "it is cut short", null);
        }
        byte[] head = read(blob, key, 0, MediaFormat.HEADER_BYTES + MediaFormat.STREAM_HEADER_BYTES);
        MediaFormat.Header header = MediaFormat.readHeader(key, head);
        KeyRing.MediaKey mediaKey = keys.mediaToOpen(key.subject(), header.expiryDay(), RECORD_TYPE);
        if (mediaKey.subjectKeyVersion() != header.subjectKeyVersion()) {
            throw MediaFormat.doesNotVerify(key, "its subject key version is not the live one", null);
        }
        int tailBytes = (int) Math.min(MediaFormat.TAIL_BYTES, length - head.length);
        byte[] tail = read(blob, key, length - tailBytes, tailBytes);
        int sealedBytes = MediaFormat.descriptionBytes(key, tail, length);
        if (sealedBytes + Integer.BYTES > tail.length) {
            tail = read(blob, key, length - sealedBytes - Integer.BYTES, sealedBytes + Integer.BYTES);
        }
        int from = tail.length - Integer.BYTES - sealedBytes;
        MediaFormat.Facts facts = MediaFormat.readDescription(
                mediaKey,
                key,
                header.expiryDay(),
                Arrays.copyOfRange(head, MediaFormat.HEADER_BYTES, head.length),
                Arrays.copyOfRange(tail, from, from + sealedBytes));
        long end = length - Integer.BYTES - sealedBytes;
        // Tink counts the bytes that stand before the stream too.
        if (mediaKey.stream().expectedCiphertextSize(facts.size()) != end) {
            throw MediaFormat.doesNotVerify(key, "it has another length than its description says", null);
        }
        return new OpenedMedia(blob, key, mediaKey.stream(), header.expiryDay(), facts, end);
    }

    private static byte[] read(BlobStore.Blob blob, BlobKey key, long offset, int length) {
        byte[] bytes;
        try (InputStream in = blob.read(offset, length)) {
            bytes = in.readNBytes(length);
        } catch (IOException e) {
            throw new StoreException("blob " + key.blob() + " can't be read: check the blob store", true, e);
        }
        if (bytes.length < length) {
            throw MediaFormat.doesNotVerify(key, "it is cut short", null);
        }
        return bytes;
    }

    /** Writes to the store, tells its failures from those of the source, and remembers the header of the stream. */
    private static final class StoreStream extends OutputStream {
        private final OutputStream out;
        private final byte[] streamHeader = new byte[MediaFormat.STREAM_HEADER_BYTES];
        private int remembered = streamHeader.length;

        StoreStream(OutputStream out) {
            this.out = out;
        }

        void beginStream() {
            remembered = 0;
        }

        byte[] streamHeader() {
            return streamHeader.clone();
        }

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes) {
            write(bytes, 0, bytes.length);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            int more = Math.min(length, streamHeader.length - remembered);
            System.arraycopy(bytes, offset, streamHeader, remembered, more);
            remembered += more;
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new StoreException(
                        "a blob can't be written: nothing was kept; check the blob store and the space on it", true, e);
            }
        }
    }
}
