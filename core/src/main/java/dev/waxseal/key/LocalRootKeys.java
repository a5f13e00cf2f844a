package dev.waxseal.key;

import com.google.crypto.tink.subtle.AesGcmJce;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.wire.Canonical;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Root keys in a local file, which several processes may share: every call looks at the file first, so that no process
 * wraps under a version that another has rotated away, or opens one that another has destroyed.
 *
 * <p>Destroying a version writes a file without its key, puts it in the old one's place and overwrites the old one. That
 * is as far as a program can go: solid-state drives, copy-on-write and journalling file systems, snapshots and backups of
 * the directory may keep the old bytes, and they open to whoever has the passphrase or the key. Keep the file on a plain
 * file system without snapshots, and let its backups age out within the backup window. In memory, keys are overwritten
 * when they are destroyed and on close; copies inside the JDK's cipher stay until they are collected.
 *
 * <p>Thread safe.
 */
final class LocalRootKeys implements RootKeys {
    /** OWASP's figure for PBKDF2 with HMAC-SHA256, far above the 1,000 that NIST SP 800-132 asks for at least. */
    private static final int ITERATIONS = 600_000;

    private static final int MIN_ITERATIONS = 100_000;
    private static final int KEY_BYTES = KeyFileProtection.KEY_BYTES;
    private static final String WRAP_CONTEXT = "waxseal/1/root-key-wrap";

    private final ReentrantLock lock = new ReentrantLock();
    private final OwnerOnlyFile file;
    private final SecureRandom random;
    private final Clock clock;
    private final int minIterations;
    private final byte[] fileKey;

    /** The file's bytes as of the last look, and what they say. */
    private byte[] content;

    private KeyFile keyFile;

    /** The keys of the live versions, oldest first. */
    private final Map<String, byte[]> keys = new LinkedHashMap<>();

    private boolean closed;

    static LocalRootKeys open(Path file, KeyFileProtection protection) {
        return open(file, protection, new SecureRandom(), Clock.systemUTC(), ITERATIONS);
    }

    /**
     * Opens the file, or makes it where there is none.
     *
     * @param iterations of PBKDF2 for a new file; also the fewest accepted of an existing one, if that is below the usual
     */
    static LocalRootKeys open(
            Path path, KeyFileProtection protection, SecureRandom random, Clock clock, int iterations) {
        OwnerOnlyFile file = new OwnerOnlyFile(path, random);
        int minIterations = Math.min(MIN_ITERATIONS, iterations);
        if (!file.exists()) {
            protection.requireStrongEnough();
            file.locked(() -> {
                if (!file.exists()) {
                    create(file, protection, random, clock, iterations);
                }
                return true;
            });
        }
        byte[] content = file.read();
        KeyFile keyFile;
        try {
            keyFile = KeyFile.parse(content, file.path(), minIterations);
        } catch (IntegrityException e) {
            // Read across a replacement by another process, perhaps: while it is locked there is none.
            content = file.locked(file::read);
            keyFile = KeyFile.parse(content, file.path(), minIterations);
        }
        if (keyFile.derivation() != protection.derivation()) {
            throw new KeyUnavailableException("key file " + file.path() + " is protected by "
                    + keyFile.derivation().secret() + ", and was opened with "
                    + protection.derivation().secret() + ": open it with what it was made with");
        }
        byte[] fileKey = protection.deriveKey(keyFile.salt(), keyFile.iterations());
        return new LocalRootKeys(file, random, clock, minIterations, fileKey, content, keyFile);
    }

    private static void create(
            OwnerOnlyFile file, KeyFileProtection protection, SecureRandom random, Clock clock, int iterations) {
        byte[] ring = new byte[KeyFile.RING_BYTES];
        byte[] salt = new byte[KeyFile.SALT_BYTES];
        byte[] first = new byte[KEY_BYTES];
        random.nextBytes(ring);
        random.nextBytes(salt);
        random.nextBytes(first);
        KeyDerivation derivation = protection.derivation();
        int used = derivation == KeyDerivation.PBKDF2 ? iterations : 0;
        byte[] fileKey = protection.deriveKey(salt, used);
        try {
            String ringId = HexFormat.of().formatHex(ring);
            KeyFile empty = new KeyFile(ringId, derivation, used, salt, List.of(), new byte[0]);
            KeyFile.Version version =
                    new KeyFile.Version(KeyFile.versionId(ringId, 1), clock.instant(), Optional.empty());
            file.replace(empty.with(List.of(version), List.of(first), fileKey).toJson());
        } finally {
            Arrays.fill(first, (byte) 0);
            Arrays.fill(fileKey, (byte) 0);
        }
    }

    private LocalRootKeys(
            OwnerOnlyFile file,
            SecureRandom random,
            Clock clock,
            int minIterations,
            byte[] fileKey,
            byte[] content,
            KeyFile keyFile) {
        this.file = file;
        this.random = random;
        this.clock = clock;
        this.minIterations = minIterations;
        this.fileKey = fileKey;
        this.content = content;
        this.keyFile = keyFile;
        boolean opened = false;
        try {
            adopt(content, keyFile);
            opened = true;
        } finally {
            if (!opened) {
                Arrays.fill(fileKey, (byte) 0);
            }
        }
    }

    @Override
    public String name() {
        return "key file " + file.path();
    }

    @Override
    public String currentVersion() {
        return fresh(() -> keyFile.currentVersion());
    }

    @Override
    public byte[] wrap(String version, byte[] key, byte[] associatedData) {
        if (key.length != KEY_BYTES) {
            throw new InvalidInputException(
                    "a key to wrap has " + key.length + " bytes: root keys wrap keys of " + KEY_BYTES);
        }
        return fresh(() -> {
            try {
                return new AesGcmJce(key(version)).encrypt(key, bound(version, associatedData));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-256-GCM is not available on this JDK", e);
            }
        });
    }

    @Override
    public byte[] unwrap(String version, byte[] wrapped, byte[] associatedData) {
        return fresh(() -> {
            byte[] versionKey = key(version);
            try {
                return new AesGcmJce(versionKey).decrypt(wrapped, bound(version, associatedData));
            } catch (GeneralSecurityException e) {
                throw new IntegrityException(
                        "a key does not verify under root key version " + version + " of " + name()
                                + ": it was altered, moved, or wrapped for something else. Restore the key store",
                        e);
            }
        });
    }

    private static byte[] bound(String version, byte[] associatedData) {
        return Canonical.of(WRAP_CONTEXT, version, associatedData);
    }

    private byte[] key(String version) {
        byte[] key = keys.get(version);
        if (key != null) {
            return key;
        }
        KeyFile.Version known = known(version);
        throw new KeyUnavailableException("root key version " + version + " in " + name() + " was destroyed at "
                + known.destroyedAt().map(Object::toString).orElse("an unknown time")
                + ": nothing that is wrapped under it can be opened again");
    }

    private KeyFile.Version known(String version) {
        return keyFile.version(version)
                .orElseThrow(() -> new KeyUnavailableException("root key version " + version + " is not in " + name()
                        + ": restore the file that it was made in, or a newer backup of this one"));
    }

    @Override
    public String rotate() {
        return change(() -> {
            byte[] added = new byte[KEY_BYTES];
            random.nextBytes(added);
            try {
                String id = KeyFile.versionId(keyFile.ring(), keyFile.versions().size() + 1);
                List<KeyFile.Version> versions = new ArrayList<>(keyFile.versions());
                versions.add(new KeyFile.Version(id, clock.instant(), Optional.empty()));
                List<byte[]> live = new ArrayList<>(keys.values());
                live.add(added);
                replace(versions, live);
                return id;
            } finally {
                Arrays.fill(added, (byte) 0);
            }
        });
    }

    @Override
    public void destroy(String version) {
        change(() -> {
            if (!known(version).live()) {
                return false;
            }
            if (version.equals(keyFile.currentVersion())) {
                throw new InvalidInputException("root key version " + version + " is the current one of " + name()
                        + ": rotate, and rewrap what it wraps, before destroying it");
            }
            List<KeyFile.Version> versions = new ArrayList<>(keyFile.versions());
            versions.replaceAll(each -> each.id().equals(version)
                    ? new KeyFile.Version(each.id(), each.createdAt(), Optional.of(clock.instant()))
                    : each);
            Map<String, byte[]> live = new LinkedHashMap<>(keys);
            live.remove(version);
            replace(versions, new ArrayList<>(live.values()));
            return true;
        });
    }

    @Override
    public Set<String> versions() {
        return fresh(() -> Collections.unmodifiableSet(new LinkedHashSet<>(keys.keySet())));
    }

    private void replace(List<KeyFile.Version> versions, List<byte[]> live) {
        KeyFile replacement = keyFile.with(versions, live, fileKey);
        byte[] json = replacement.toJson();
        if (json.length > KeyFile.MAX_BYTES) {
            throw new InvalidInputException(name() + " would become longer than " + KeyFile.MAX_BYTES
                    + " bytes: it holds too many versions; begin a new key file and rewrap the epochs under it");
        }
        file.replace(json);
        adopt(json, replacement);
    }

    /** Does something after a look whether another process has changed the file. */
    private <T> T fresh(Supplier<T> action) {
        lock.lock();
        try {
            requireOpen();
            refresh();
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Does something that changes the file, while nobody else does. */
    private <T> T change(Supplier<T> action) {
        lock.lock();
        try {
            requireOpen();
            return file.locked(() -> {
                refresh();
                return action.get();
            });
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the root keys in " + file.path() + " are closed");
        }
    }

    private void refresh() {
        byte[] now = file.read();
        if (Arrays.equals(now, content)) {
            return;
        }
        KeyFile changed;
        try {
            changed = KeyFile.parse(now, file.path(), minIterations);
        } catch (IntegrityException e) {
            // The old file, read while another process overwrote it: by now the new one has its place.
            now = file.read();
            changed = KeyFile.parse(now, file.path(), minIterations);
        }
        if (!changed.ring().equals(keyFile.ring()) || !Arrays.equals(changed.salt(), keyFile.salt())) {
            throw new KeyUnavailableException("key file " + file.path()
                    + " was replaced by that of another key ring: put the right one back, or open this one anew");
        }
        adopt(now, changed);
    }

    private void adopt(byte[] newContent, KeyFile newKeyFile) {
        List<byte[]> opened = newKeyFile
                .keys(fileKey, file.path())
                .orElseThrow(() -> new KeyUnavailableException("wrong passphrase or key for " + name()
                        + ", or the file was altered: open it with what it was made with, or restore it"));
        wipeKeys();
        int next = 0;
        for (KeyFile.Version version : newKeyFile.versions()) {
            if (version.live()) {
                keys.put(version.id(), opened.get(next++));
            }
        }
        content = newContent;
        keyFile = newKeyFile;
    }

    private void wipeKeys() {
        keys.values().forEach(key -> Arrays.fill(key, (byte) 0));
        keys.clear();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            wipeKeys();
            Arrays.fill(fileKey, (byte) 0);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
