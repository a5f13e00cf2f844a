package dev.waxseal.seal.engine;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.ring.Cryptography;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A blob whose description is verified; its bytes are verified segment by segment as they are read. Thread safe. */
public final class OpenedMedia implements AutoCloseable {
    private static final int TAG_BYTES = 16;
    private static final int SEGMENT_PLAINTEXT_BYTES = Cryptography.SEGMENT_BYTES - TAG_BYTES;

    private final BlobStore.Blob blob;
    private final BlobKey key;
    private final AesGcmHkdfStreaming aead;
    private final Optional<LocalDate> expiryDay;
    private final MediaFormat.Facts facts;
    private final long end;

    OpenedMedia(
            BlobStore.Blob blob,
            BlobKey key,
            AesGcmHkdfStreaming aead,
            Optional<LocalDate> expiryDay,
            MediaFormat.Facts facts,
            long end) {
        this.blob = blob;
        this.key = key;
        this.aead = aead;
        this.expiryDay = expiryDay;
        this.facts = facts;
        this.end = end;
    }

    MediaFormat.Facts facts() {
        return facts;
    }

    public String subjectId() {
        return facts.subjectId();
    }

    public String mediaId() {
        return facts.mediaId();
    }

    public String mimeType() {
        return facts.mimeType();
    }

    public Set<String> purposes() {
        return facts.purposes();
    }

    public Optional<String> fileName() {
        return facts.fileName();
    }

    public long size() {
        return facts.size();
    }

    public Optional<String> sha256() {
        return facts.sha256();
    }

    public Optional<LocalDate> expiryDay() {
        return expiryDay;
    }

    /** All bytes, from the beginning. */
    public InputStream stream() {
        InputStream sealed = new StoreInput(blob.read(MediaFormat.HEADER_BYTES, end - MediaFormat.HEADER_BYTES), key);
        try {
            return new Verified(
                    aead.newDecryptingStream(sealed, MediaFormat.streamAad(key, expiryDay)), key, facts.size(), true);
        } catch (GeneralSecurityException | IOException e) {
            throw MediaFormat.doesNotVerify(key, "its stream can't be begun", e);
        }
    }

    /** A part of the bytes; only the segments that hold it are read. */
    public InputStream range(long offset, long length) {
        if (offset < 0 || length < 0 || offset > facts.size() || length > facts.size() - offset) {
            throw new InvalidInputException("media " + key.blob() + " has " + facts.size() + " bytes: " + length
                    + " from " + offset + " on are not among them");
        }
        if (length == 0) {
            return InputStream.nullInputStream();
        }
        long before = MediaFormat.HEADER_BYTES + MediaFormat.STREAM_HEADER_BYTES;
        long last = (offset + length - 1 + before) / SEGMENT_PLAINTEXT_BYTES;
        long until = Math.min(end, (last + 1) * Cryptography.SEGMENT_BYTES);
        try {
            SeekableByteChannel opened =
                    aead.newSeekableDecryptingChannel(new SealedChannel(until), MediaFormat.streamAad(key, expiryDay));
            opened.position(offset);
            return new Verified(Channels.newInputStream(opened), key, length, false);
        } catch (GeneralSecurityException | IOException e) {
            throw MediaFormat.doesNotVerify(key, "its stream can't be begun", e);
        }
    }

    @Override
    public void close() {
        blob.close();
    }

    /** The store's failures are the store's: what Tink throws beside them is a stream that does not verify. */
    private static final class StoreInput extends InputStream {
        private final InputStream in;
        private final BlobKey key;

        StoreInput(InputStream in, BlobKey key) {
            this.in = in;
            this.key = key;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            try {
                return in.read(into, offset, length);
            } catch (IOException e) {
                throw failed(key, e);
            }
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw failed(key, e);
            }
        }

        static StoreException failed(BlobKey key, IOException cause) {
            return new StoreException(
                    "blob " + key.blob() + " can't be read (any more): check the blob store", true, cause);
        }
    }

    /** The blob up to the end of its stream as a channel; consecutive reads share one read of the store. */
    private final class SealedChannel implements SeekableByteChannel {
        private final long until;
        private long position;
        private long readAt = -1;
        private long readingStops;
        private @Nullable StoreInput reading;
        private boolean open = true;

        SealedChannel(long until) {
            this.until = until;
        }

        @Override
        public int read(ByteBuffer into) {
            if (position >= end) {
                return -1;
            }
            int most = (int) Math.min(into.remaining(), end - position);
            byte[] bytes = new byte[most];
            int done = 0;
            StoreInput in = readFrom(position, most);
            while (done < most) {
                int read = in.read(bytes, done, most - done);
                if (read < 0) {
                    throw MediaFormat.doesNotVerify(key, "it is cut short", null);
                }
                done += read;
            }
            into.put(bytes);
            position += most;
            readAt = position;
            return most;
        }

        private StoreInput readFrom(long from, int most) {
            StoreInput last = reading;
            if (last != null && readAt == from && from < readingStops) {
                return last;
            }
            closeReading();
            // The header of the stream is read alone: the segments wanted are elsewhere.
            long stop = from == MediaFormat.HEADER_BYTES ? from + most : until;
            StoreInput next = new StoreInput(blob.read(from, stop - from), key);
            reading = next;
            readingStops = stop;
            return next;
        }

        private void closeReading() {
            StoreInput last = reading;
            reading = null;
            if (last != null) {
                last.close();
            }
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            throw new IOException("a sealed blob is not changed");
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long at) {
            position = at;
            return this;
        }

        @Override
        public long size() {
            return end;
        }

        @Override
        public SeekableByteChannel truncate(long size) throws IOException {
            throw new IOException("a sealed blob is not changed");
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
            closeReading();
        }
    }

    /** Gives exactly the bytes promised, each of a verified segment, or fails, and then keeps failing. */
    private static final class Verified extends InputStream {
        private final InputStream in;
        private final BlobKey key;
        private final boolean whole;
        private long left;
        private boolean failed;
        private boolean ended;

        Verified(InputStream in, BlobKey key, long length, boolean whole) {
            this.in = in;
            this.key = key;
            this.whole = whole;
            this.left = length;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (failed) {
                throw MediaFormat.doesNotVerify(key, "a segment before did not", null);
            }
            if (length == 0) {
                return 0;
            }
            if (left == 0 && ended) {
                return -1;
            }
            failed = true;
            int read;
            try {
                // At the end one more byte is asked for: the last segment of an empty stream is verified by that alone.
                read = left > 0 ? in.read(into, offset, (int) Math.min(length, left)) : whole ? in.read() : -1;
            } catch (IOException e) {
                throw MediaFormat.doesNotVerify(key, "a segment of it was altered, moved or cut short", e);
            }
            if (read < 0 ? left > 0 : left == 0) {
                throw MediaFormat.doesNotVerify(key, "it has another length than its description says", null);
            }
            ended = read < 0;
            left -= Math.max(read, 0);
            failed = false;
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
