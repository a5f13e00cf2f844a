package dev.waxseal.key;

import java.time.Instant;
import java.util.Optional;

/**
 * A key as it rests in the key store: wrapped by an epoch key, or destroyed, of which the row that says so is left.
 *
 * <p>Immutable: the array is copied in and out.
 *
 * @param name which key
 * @param version counts the keys that had this name, from 1
 * @param epoch the epoch whose key wraps it
 * @param wrapped the wrapped key; empty once destroyed
 * @param createdAt when it was made
 * @param destroyedAt when it was destroyed, if it was
 */
public record StoredKey(
        KeyName name, int version, long epoch, byte[] wrapped, Instant createdAt, Optional<Instant> destroyedAt) {

    /** Copies the wrapped key. */
    public StoredKey {
        wrapped = wrapped.clone();
    }

    @Override
    public byte[] wrapped() {
        return wrapped.clone();
    }

    /**
     * Whether the key still exists.
     *
     * @return true until it is destroyed
     */
    public boolean live() {
        return destroyedAt.isEmpty();
    }

    /**
     * The same key after its destruction.
     *
     * @param at when it was destroyed
     * @return the row that is left
     */
    public StoredKey destroyed(Instant at) {
        return new StoredKey(name, version, epoch, new byte[0], createdAt, Optional.of(at));
    }

    @Override
    public String toString() {
        return name + ", version " + version + ", epoch " + epoch + (live() ? "" : ", destroyed");
    }
}
