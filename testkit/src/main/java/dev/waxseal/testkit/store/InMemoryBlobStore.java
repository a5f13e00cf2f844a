package dev.waxseal.testkit.store;

import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Blobs in memory, for tests: what was written is gone with the object. Thread safe. Tests can look at the sealed bytes,
 * damage them, and count what was read.
 */
public final class InMemoryBlobStore implements BlobStore {
    private static final int MOST = 1_000;

    private final ConcurrentNavigableMap<BlobKey, byte[]> blobs = new ConcurrentSkipListMap<>();
    private final LongAdder read = new LongAdder();

    /** Makes an empty store. */
    public InMemoryBlobStore() {}

    /**
     * How much was read so far.
     *
     * @return the bytes that the streams of all blobs gave out
     */
    public long bytesRead() {
        return read.sum();
    }

    /**
     * The sealed bytes of a blob.
     *
     * @param key which blob
     * @return a copy of its bytes; empty where there is none
     */
    public Optional<byte[]> bytes(BlobKey key) {
        return Optional.ofNullable(blobs.get(key)).map(byte[]::clone);
    }

    /**
     * Puts any bytes in the place of a blob, as somebody who writes to the store would.
     *
     * @param key which blob
     * @param bytes what stands there from now on
     */
    public void replace(BlobKey key, byte[] bytes) {
        blobs.put(key, bytes.clone());
    }

    @Override
    public NewBlob create(BlobKey key) {
        return new NewBytes(key);
    }

    private final class NewBytes implements NewBlob {
        private final BlobKey key;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final AtomicBoolean over = new AtomicBoolean();

        NewBytes(BlobKey key) {
            this.key = key;
        }

        @Override
        public OutputStream stream() {
            return bytes;
        }

        @Override
        public void publish() {
            if (over.getAndSet(true)) {
                throw new IllegalStateException("a new blob is published once, and not after it was closed");
            }
            blobs.put(key, bytes.toByteArray());
        }

        @Override
        public void close() {
            over.set(true);
        }
    }

    @Override
    public Optional<Blob> open(BlobKey key) {
        return Optional.ofNullable(blobs.get(key)).map(OpenBytes::new);
    }

    private final class OpenBytes implements Blob {
        private final byte[] bytes;

        OpenBytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream read(long offset, long length) {
            int from = (int) Math.min(offset, bytes.length);
            return new ByteArrayInputStream(bytes, from, (int) Math.min(length, bytes.length - from)) {
                @Override
                public synchronized int read() {
                    int one = super.read();
                    read.add(one < 0 ? 0 : 1);
                    return one;
                }

                @Override
                public synchronized int read(byte[] into, int at, int most) {
                    int got = super.read(into, at, most);
                    read.add(Math.max(got, 0));
                    return got;
                }
            };
        }

        @Override
        public void close() {}
    }

    @Override
    public boolean delete(BlobKey key) {
        return blobs.remove(key) != null;
    }

    @Override
    public List<BlobKey> list(String tenant, Optional<String> subject, Optional<BlobKey> after, int limit) {
        Limits.check(limit, MOST);
        Map<BlobKey, byte[]> rest =
                after.map(seen -> blobs.tailMap(seen, false)).orElse(blobs);
        return rest.keySet().stream()
                .filter(key -> key.tenant().equals(tenant))
                .filter(key -> subject.map(key.subject()::equals).orElse(true))
                .limit(limit)
                .toList();
    }

    @Override
    public void close() {}
}
