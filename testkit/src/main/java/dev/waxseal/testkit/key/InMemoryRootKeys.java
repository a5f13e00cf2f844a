package dev.waxseal.testkit.key;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.RootKeysState;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Root keys that live as long as this object, for tests: real AES-256-GCM, with a count of the calls and a switch for an
 * outage. Not for production: what is sealed under them is lost with the process. Thread safe.
 */
public final class InMemoryRootKeys implements RootKeys {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, Aead> versions = new LinkedHashMap<>();
    private final AtomicLong calls = new AtomicLong();
    private final String ring = Long.toHexString(RANDOM.nextLong());
    private String current;
    private int made;
    private boolean reachable = true;

    /** Makes root keys of one version. */
    public InMemoryRootKeys() {
        this.current = add();
    }

    private synchronized String add() {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        String version = ring + "/" + ++made;
        try {
            versions.put(version, new AesGcmJce(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available on this JDK", e);
        }
        return version;
    }

    /**
     * How often the root key was asked to wrap or unwrap.
     *
     * @return the count since it was made
     */
    public long calls() {
        return calls.get();
    }

    /**
     * Plays an outage.
     *
     * @param reachable false to let every call fail from now on, true to end that
     */
    public synchronized void reachable(boolean reachable) {
        this.reachable = reachable;
    }

    private synchronized Aead version(String version) {
        calls.incrementAndGet();
        if (!reachable) {
            throw new KeyUnavailableException("the root keys in memory are out of reach, as the test asked for");
        }
        Aead aead = versions.get(version);
        if (aead == null) {
            throw new KeyUnavailableException("root key version '" + version + "' is not among those in memory "
                    + versions.keySet() + ": it was destroyed, or belongs to other root keys");
        }
        return aead;
    }

    @Override
    public String name() {
        return "root keys in memory";
    }

    @Override
    public synchronized String currentVersion() {
        return current;
    }

    @Override
    public byte[] wrap(String version, byte[] key, byte[] associatedData) {
        try {
            return version(version).encrypt(key, associatedData);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to encrypt", e);
        }
    }

    @Override
    public byte[] unwrap(String version, byte[] wrapped, byte[] associatedData) {
        try {
            return version(version).decrypt(wrapped, associatedData);
        } catch (GeneralSecurityException e) {
            throw new IntegrityException("a wrapped epoch key does not verify under root key version " + version, e);
        }
    }

    @Override
    public synchronized String rotate() {
        current = add();
        return current;
    }

    @Override
    public synchronized void destroy(String version) {
        if (version.equals(current)) {
            throw new InvalidInputException("root key version " + version + " is the current one: rotate first");
        }
        versions.remove(version);
    }

    @Override
    public synchronized Set<String> versions() {
        return new TreeSet<>(versions.keySet());
    }

    @Override
    public synchronized void close() {
        versions.clear();
    }

    /** Whether the test plays an outage, since the beginning of time. */
    @Override
    public synchronized RootKeysState state() {
        return reachable
                ? new RootKeysState.Reachable(Instant.EPOCH)
                : new RootKeysState.Unreachable(Instant.EPOCH, "the test plays an outage");
    }
}
