package dev.waxseal.seal;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Blobs as files: {@code tenant/ss/ss/subject/blob}, where {@code tenant} is the SHA-256 of the tenant's name and {@code
 * ss} are the first digits of the subject's reference. Every name is hexadecimal, so none leads out of the directory.
 * Thread safe.
 */
final class FileBlobStore implements BlobStore {
    private static final int MOST = 1_000;
    private static final int SHARD_DIGITS = 2;
    private static final int MOVES = 100;
    private static final String INCOMING = "incoming";
    private static final Duration LEFT_OVER = Duration.ofDays(1);

    private final Path directory;
    private final Path incoming;
    private final boolean posix;

    FileBlobStore(Path directory, Clock clock) {
        this.directory = directory.toAbsolutePath().normalize();
        this.incoming = this.directory.resolve(INCOMING);
        this.posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        try {
            Files.createDirectories(incoming, attributes("rwx------"));
            removeLeftOvers(clock.instant().minus(LEFT_OVER));
        } catch (IOException e) {
            throw failed("open", this.directory, e);
        }
    }

    private void removeLeftOvers(Instant before) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(incoming)) {
            for (Path file : files) {
                removeIfFrom(file, before);
            }
        }
    }

    private static void removeIfFrom(Path file, Instant before) throws IOException {
        try {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Published or removed by another process meanwhile.
            return;
        }
    }

    private FileAttribute<?>[] attributes(String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private Path ofTenant(String tenant) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(tenant.getBytes(StandardCharsets.UTF_8));
            return directory.resolve(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available on this JDK", e);
        }
    }

    private Path ofSubject(String tenant, String subject) {
        return ofTenant(tenant)
                .resolve(subject.substring(0, SHARD_DIGITS))
                .resolve(subject.substring(SHARD_DIGITS, 2 * SHARD_DIGITS))
                .resolve(subject);
    }

    private Path ofBlob(BlobKey key) {
        return ofSubject(key.tenant(), key.subject()).resolve(key.blob());
    }

    @Override
    public NewBlob create(BlobKey key) {
        Path file = incoming.resolve(UUID.randomUUID().toString());
        try {
            return new NewFile(
                    file,
                    ofBlob(key),
                    FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            attributes("rw-------")));
        } catch (IOException e) {
            throw failed("write", file, e);
        }
    }

    private final class NewFile implements NewBlob {
        private final Path file;
        private final Path target;
        private final FileChannel channel;
        private final OutputStream stream;

        NewFile(Path file, Path target, FileChannel channel) {
            this.file = file;
            this.target = target;
            this.channel = channel;
            this.stream = Channels.newOutputStream(channel);
        }

        @Override
        public OutputStream stream() {
            return stream;
        }

        @Override
        public void publish() {
            try {
                channel.force(true);
                channel.close();
                move();
                // Each directory on the way may be new, also by another process that didn't get to force it.
                for (Path at = target.getParent(); at != null && at.startsWith(directory); at = at.getParent()) {
                    force(at);
                }
            } catch (IOException e) {
                throw failed("write", target, e);
            }
        }

        private void move() throws IOException {
            for (int left = MOVES; ; left--) {
                try {
                    Files.createDirectories(Objects.requireNonNull(target.getParent()), attributes("rwx------"));
                    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                    return;
                } catch (NoSuchFileException | FileAlreadyExistsException e) {
                    // A directory that got empty was removed meanwhile, while it was made or after.
                    if (left == 0 || !Files.exists(file)) {
                        throw e;
                    }
                }
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw failed("remove", file, e);
            }
        }
    }

    private void force(Path path) throws IOException {
        if (!posix) {
            // Windows can't open a directory; there the move itself is in the file system's journal.
            return;
        }
        try (FileChannel opened = FileChannel.open(path, StandardOpenOption.READ)) {
            opened.force(true);
        } catch (NoSuchFileException e) {
            // Removed meanwhile, so there is nothing in it to keep.
            return;
        }
    }

    @Override
    public Optional<Blob> open(BlobKey key) {
        Path file = ofBlob(key);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            try {
                return Optional.of(new OpenFile(channel, channel.size()));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", file, e);
        }
    }

    private record OpenFile(FileChannel channel, long size) implements Blob {
        @Override
        public InputStream read(long offset, long length) {
            return new PartOfFile(channel, offset, length);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new StoreException("a blob's file can't be closed: check the disk", true, e);
            }
        }
    }

    /** Reads at its own position, so that any number of them share one channel. */
    private static final class PartOfFile extends InputStream {
        private final FileChannel channel;
        private long at;
        private long left;

        PartOfFile(FileChannel channel, long offset, long length) {
            this.channel = channel;
            this.at = offset;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            if (left <= 0) {
                return -1;
            }
            int read = channel.read(ByteBuffer.wrap(into, offset, (int) Math.min(length, left)), at);
            if (read > 0) {
                at += read;
                left -= read;
            }
            return read;
        }
    }

    @Override
    public boolean delete(BlobKey key) {
        Path file = ofBlob(key);
        Path parent = Objects.requireNonNull(file.getParent());
        try {
            if (!Files.deleteIfExists(file)) {
                return false;
            }
            force(parent);
            Files.delete(parent);
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            // Other blobs of the subject are left, or somebody else removed the empty directory.
            return true;
        } catch (IOException e) {
            throw failed("delete", file, e);
        }
        return true;
    }

    @Override
    public List<BlobKey> list(String tenant, Optional<String> subject, Optional<BlobKey> after, int limit) {
        BlobKey.requireTenant(tenant);
        if (limit < 1 || limit > MOST) {
            throw new InvalidInputException("a page of " + limit + " blobs: ask for 1 to " + MOST);
        }
        List<BlobKey> found = new ArrayList<>();
        if (subject.isPresent()) {
            BlobKey.requireReference(subject.get(), "subject");
            blobs(tenant, subject.get(), after, limit, found);
            return found;
        }
        String from = after.map(BlobKey::subject).orElse("");
        for (String first : names(ofTenant(tenant), prefix(from, 0))) {
            Path shard = ofTenant(tenant).resolve(first);
            for (String second : names(shard, from.startsWith(first) ? prefix(from, SHARD_DIGITS) : "")) {
                for (String each : names(shard.resolve(second), from.startsWith(first + second) ? from : "")) {
                    blobs(tenant, each, after, limit, found);
                    if (found.size() == limit) {
                        return found;
                    }
                }
            }
        }
        return found;
    }

    private static String prefix(String subject, int digits) {
        return subject.isEmpty() ? "" : subject.substring(digits, digits + SHARD_DIGITS);
    }

    private void blobs(String tenant, String subject, Optional<BlobKey> after, int limit, List<BlobKey> found) {
        for (String name : names(ofSubject(tenant, subject), "")) {
            BlobKey key = new BlobKey(tenant, subject, name);
            if (found.size() < limit
                    && after.map(seen -> key.compareTo(seen) > 0).orElse(true)) {
                found.add(key);
            }
        }
    }

    /** The names in a directory from one on, in their order; none where the directory isn't there. */
    private List<String> names(Path path, String from) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (name.compareTo(from) >= 0) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw failed("list", path, e);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void close() {}

    private static StoreException failed(String action, Path path, IOException cause) {
        return new StoreException(
                "can't " + action + " " + path + " (" + cause.getClass().getSimpleName()
                        + "): check the directory of the blob store, its permissions and the space on it",
                true,
                cause);
    }
}
