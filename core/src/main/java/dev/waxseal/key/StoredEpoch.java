package dev.waxseal.key;

import java.time.Instant;
import java.util.Optional;

/**
 * An epoch key as it rests in the key store, wrapped by one version of the root key. Immutable: the array is copied in
 * and out.
 *
 * @param id counts the epochs, from 1
 * @param rootKeyVersion the version of the root key that wraps it
 * @param wrapped the wrapped key; empty once the epoch is destroyed
 * @param createdAt when the epoch began
 * @param closedAt since when no new key is wrapped under it
 * @param rewrappedAt since when no live key is wrapped under it
 * @param destroyedAt when the root key version that wraps it was destroyed
 */
public record StoredEpoch(
        long id,
        String rootKeyVersion,
        byte[] wrapped,
        Instant createdAt,
        Optional<Instant> closedAt,
        Optional<Instant> rewrappedAt,
        Optional<Instant> destroyedAt) {

    /**
     * An open epoch.
     *
     * @param id counts the epochs, from 1
     * @param rootKeyVersion the version of the root key that wraps it
     * @param wrapped the wrapped key
     * @param createdAt when the epoch began
     */
    public StoredEpoch(long id, String rootKeyVersion, byte[] wrapped, Instant createdAt) {
        this(id, rootKeyVersion, wrapped, createdAt, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Copies the wrapped key. */
    public StoredEpoch {
        wrapped = wrapped.clone();
    }

    @Override
    public byte[] wrapped() {
        return wrapped.clone();
    }

    @Override
    public String toString() {
        return "epoch " + id + " under root key version " + rootKeyVersion;
    }
}
