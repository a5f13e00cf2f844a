package dev.waxseal.seal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Where sealed photos, voice notes, videos and documents rest: an SPI for object stores and file systems. A blob is there
 * whole or not at all. Implementations are thread safe, also among processes that share one store, and see only
 * ciphertext and keyed references. Each method throws {@link dev.waxseal.error.StoreException} when the store fails; the
 * streams throw {@link IOException}.
 */
public interface BlobStore extends AutoCloseable {

    /**
     * Begins a new blob. Nobody sees anything of it before it is published.
     *
     * @param key under which key it will stand
     * @return the blob to write, to be closed in any case
     */
    NewBlob create(BlobKey key);

    /**
     * Opens a blob to read it.
     *
     * @param key which blob
     * @return the blob, to be closed; empty where there is none
     */
    Optional<Blob> open(BlobKey key);

    /**
     * Deletes a blob. Durable when this returns. Who has it open may go on reading it, or gets an {@link IOException}.
     *
     * @param key which blob
     * @return whether there was one
     */
    boolean delete(BlobKey key);

    /**
     * The blobs of a subject, or of a whole tenant, in the order of their keys.
     *
     * @param tenant the tenant
     * @param subject the subject's reference, or empty for those of every subject
     * @param after the last key seen, or empty to begin
     * @param limit the most keys to return, 1 to 1,000
     * @return the next keys; fewer than the limit when there are no more
     * @throws dev.waxseal.error.InvalidInputException when the limit is out of its range
     */
    List<BlobKey> list(String tenant, Optional<String> subject, Optional<BlobKey> after, int limit);

    /** Gives back what the store itself holds. */
    @Override
    void close();

    /** A blob that is being written; not thread safe. */
    interface NewBlob extends AutoCloseable {

        /**
         * Where its bytes go.
         *
         * @return the same stream every time
         */
        OutputStream stream();

        /**
         * Makes it the blob under its key, in place of one that stood there. When this returns, it is durable; when this
         * throws, or the process dies, the old blob stands there, or none, or the whole new one. Call it once.
         */
        void publish();

        /** Ends the writing. What was not published is gone. */
        @Override
        void close();
    }

    /** A blob that can be read; thread safe. It stays the one that was opened, whoever replaces it meanwhile. */
    interface Blob extends AutoCloseable {

        /**
         * How long it is.
         *
         * @return the length in bytes
         */
        long size();

        /**
         * A part of it. The store reads no more than this part.
         *
         * @param offset where the part begins, in bytes, from 0
         * @param length how many bytes it has
         * @return a stream of its own position, which ends after the part, or before it where the blob ends
         */
        InputStream read(long offset, long length);

        /** Ends the reading. Streams that are open may fail from then on. */
        @Override
        void close();
    }

    /**
     * Blobs as files under a directory, which is made where there is none. Directories and files are for their owner only.
     * A blob is written beside its place, forced to disk and moved there in one step, and the directory is forced too.
     * What a process that died left half written is removed when the store is next opened, once it is a day old.
     *
     * <p>The file system must move files atomically and keep them when they are renamed, as every local one does.
     *
     * @param directory the directory, which nobody else writes to
     * @return the store
     * @throws dev.waxseal.error.StoreException when the directory can't be made or read
     */
    static BlobStore fileSystem(Path directory) {
        return fileSystem(directory, Clock.systemUTC());
    }

    /**
     * Blobs as files under a directory, as {@link #fileSystem(Path)}, with a clock by which left-overs are a day old.
     *
     * @param directory the directory, which nobody else writes to
     * @param clock what time it is
     * @return the store
     * @throws dev.waxseal.error.StoreException when the directory can't be made or read
     */
    static BlobStore fileSystem(Path directory, Clock clock) {
        return new FileBlobStore(directory, clock);
    }
}
