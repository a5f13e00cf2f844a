package dev.waxseal.key;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.KeyUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that only its owner may read, replaced as a whole or not at all. Beside it stand, with its name and a suffix, a
 * lock file, and for a moment the new file and the old one, which is overwritten before it goes. Whatever instruction a
 * process dies at, the file is the old one or the new one, and the next change removes what was left beside it.
 *
 * <p>On POSIX the files get mode 600 when they are made. Elsewhere the access control list is set right after, as far as
 * the file system has one. Thread safe.
 */
final class OwnerOnlyFile {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerOnlyFile.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Duration LOCK_WAIT = Duration.ofSeconds(30);
    private static final Duration LOCK_POLL = Duration.ofMillis(10);

    private final Path file;
    private final Path directory;
    private final SecureRandom random;
    private final boolean posix;

    OwnerOnlyFile(Path file, SecureRandom random) {
        this.file = resolved(file.toAbsolutePath().normalize());
        Path parent = this.file.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new KeyUnavailableException(
                    "the directory of key file " + this.file + " does not exist: create it, for the owner only");
        }
        this.directory = parent;
        this.random = random;
        this.posix = this.file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** The file that a symbolic link leads to, so that it is replaced and not the link. */
    private static Path resolved(Path file) {
        try {
            return Files.isSymbolicLink(file) ? file.toRealPath() : file;
        } catch (IOException e) {
            throw new KeyUnavailableException(
                    "key file " + file + " is a symbolic link that leads nowhere: mend or remove it", e);
        }
    }

    Path path() {
        return file;
    }

    boolean exists() {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Reads the whole file, after a look at who may read it. */
    byte[] read() {
        try {
            if (!Files.isRegularFile(file)) {
                throw new KeyUnavailableException("key file " + file
                        + (exists()
                                ? " is not a regular file"
                                : " is not there (any more): restore it from its backup"));
            }
            if (posix) {
                Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
                permissions.addAll(Files.getPosixFilePermissions(file));
                permissions.removeAll(PosixFilePermissions.fromString("rwx------"));
                if (!permissions.isEmpty()) {
                    throw new KeyUnavailableException("key file " + file
                            + " is open to others than its owner: run 'chmod 600 " + file
                            + "', and rotate the root key if anybody may have read it");
                }
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(KeyFile.MAX_BYTES + 1);
                if (content.length > KeyFile.MAX_BYTES) {
                    throw new IntegrityException("key file " + file + " is longer than " + KeyFile.MAX_BYTES
                            + " bytes, so it is not a key file of Waxseal: restore it from its backup");
                }
                return content;
            }
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** Does something while no other process and no other user of this file in this process changes it. */
    <T> T locked(Supplier<T> action) {
        try (FileChannel channel = openLockFile();
                FileLock lock = lock(channel)) {
            assert lock.isValid();
            removeLeftovers();
            return action.get();
        } catch (IOException e) {
            throw failed("lock", e);
        }
    }

    private FileChannel openLockFile() throws IOException {
        try {
            return create(beside(".lock"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            return FileChannel.open(beside(".lock"), StandardOpenOption.WRITE);
        }
    }

    private FileLock lock(FileChannel channel) throws IOException {
        long start = System.nanoTime();
        do {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                // Held elsewhere in this process, which for us is the same as in another.
                LOG.trace("{} is locked in this process", file);
            }
            LockSupport.parkNanos(LOCK_POLL.toNanos());
        } while (System.nanoTime() - start < LOCK_WAIT.toNanos()
                && !Thread.currentThread().isInterrupted());
        throw new KeyUnavailableException(
                "key file " + file + " is being changed by another process, and the wait of at most "
                        + LOCK_WAIT.toSeconds() + " s for it is over: try again");
    }

    /** Replaces the file, or makes it. Call it only inside {@link #locked}. */
    void replace(byte[] content) {
        Path replacement = beside(".new");
        try {
            try (FileChannel channel = create(replacement, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                writeAll(channel, ByteBuffer.wrap(content));
                channel.force(true);
            }
            boolean replaces = exists();
            if (replaces) {
                keepOld();
            }
            Files.move(replacement, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory();
            if (replaces) {
                wipe(beside(".old"));
            }
        } catch (IOException e) {
            throw failed("write", e);
        }
    }

    /** Gives the old file a second name, by which it can be overwritten once the new one has taken its place. */
    private void keepOld() {
        try {
            Files.createLink(beside(".old"), file);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("The old content of key file {} can't be overwritten: this file system has no hard links", file);
        }
    }

    /** Removes what a process that died in the middle left. */
    private void removeLeftovers() throws IOException {
        wipe(beside(".new"));
        Path old = beside(".old");
        if (Files.exists(old, LinkOption.NOFOLLOW_LINKS) && exists() && Files.isSameFile(old, file)) {
            // It died before the new file took its place: this is the file itself by a second name.
            Files.delete(old);
        } else {
            wipe(old);
        }
    }

    private void wipe(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            byte[] noise = new byte[(int) Math.min(KeyFile.MAX_BYTES, channel.size())];
            random.nextBytes(noise);
            writeAll(channel, ByteBuffer.wrap(noise));
            channel.force(true);
        } catch (NoSuchFileException e) {
            return;
        }
        Files.deleteIfExists(path);
        forceDirectory();
    }

    private FileChannel create(Path path, OpenOption... options) throws IOException {
        if (posix) {
            FileAttribute<Set<PosixFilePermission>> ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
            return FileChannel.open(path, Set.of(options), ownerOnly);
        }
        FileChannel channel = FileChannel.open(path, options);
        AclFileAttributeView acl = Files.getFileAttributeView(path, AclFileAttributeView.class);
        if (acl != null) {
            acl.setAcl(List.of(AclEntry.newBuilder()
                    .setType(AclEntryType.ALLOW)
                    .setPrincipal(acl.getOwner())
                    .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                    .build()));
        }
        return channel;
    }

    private void forceDirectory() throws IOException {
        if (!posix) {
            // Windows can't open a directory; there the move itself is in the file system's journal.
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static void writeAll(FileChannel channel, ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            channel.write(content);
        }
    }

    private KeyUnavailableException failed(String action, IOException cause) {
        return new KeyUnavailableException(
                "can't " + action + " key file " + file + " ("
                        + cause.getClass().getSimpleName()
                        + "): check the directory, its permissions and the space on it",
                cause);
    }
}
