package dev.waxseal.benchmarks;

import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** One blob in a buffer that is there already, so that nothing but sealing and opening is measured. Not thread safe. */
final class BufferBlobStore implements BlobStore {
    private final Buffer buffer;

    /** A stream into a buffer that is used again and again. */
    static final class Buffer extends OutputStream {
        private final byte[] bytes;
        private int length;

        Buffer(int capacity) {
            this.bytes = new byte[capacity];
        }

        void clear() {
            length = 0;
        }

        InputStream from(long offset, long most) {
            return new ByteArrayInputStream(bytes, (int) offset, (int) Math.min(most, length - offset));
        }

        @Override
        public void write(int one) {
            bytes[length++] = (byte) one;
        }

        @Override
        public void write(byte[] from, int offset, int count) {
            System.arraycopy(from, offset, bytes, length, count);
            length += count;
        }
    }

    BufferBlobStore(int capacity) {
        this.buffer = new Buffer(capacity);
    }

    @Override
    public NewBlob create(BlobKey key) {
        buffer.clear();
        return new NewBlob() {
            @Override
            public OutputStream stream() {
                return buffer;
            }

            @Override
            public void publish() {}

            @Override
            public void close() {}
        };
    }

    @Override
    public Optional<Blob> open(BlobKey key) {
        return Optional.of(new Blob() {
            @Override
            public long size() {
                return buffer.length;
            }

            @Override
            public InputStream read(long offset, long length) {
                return buffer.from(offset, length);
            }

            @Override
            public void close() {}
        });
    }

    @Override
    public boolean delete(BlobKey key) {
        boolean held = buffer.length > 0;
        buffer.clear();
        return held;
    }

    @Override
    public List<BlobKey> list(String tenant, Optional<String> subject, Optional<BlobKey> after, int limit) {
        // It holds one blob, whose key nobody asks for: there is nothing to page through.
        return List.of();
    }

    @Override
    public void close() {}
}
