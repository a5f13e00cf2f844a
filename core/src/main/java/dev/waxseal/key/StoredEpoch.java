package dev.waxseal.key;

import java.time.Instant;

/**
 * An epoch key as it rests in the key store, wrapped by one version of the root key. Immutable: the array is copied in
 * and out.
 *
 * @param id counts the epochs, from 1
 * @param rootKeyVersion the version of the root key that wraps it
 * @param wrapped the wrapped key
 * @param createdAt when the epoch began
 */
public record StoredEpoch(long id, String rootKeyVersion, byte[] wrapped, Instant createdAt) {

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
