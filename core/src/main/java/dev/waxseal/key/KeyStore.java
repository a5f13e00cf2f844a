package dev.waxseal.key;

import java.time.Instant;
import java.util.Optional;

/**
 * Where wrapped keys rest: an SPI for stores. Implementations are thread safe, and every method is atomic among all
 * processes that share the store. Each throws {@link dev.waxseal.error.StoreException} when the store fails.
 */
public interface KeyStore {

    /**
     * The newest epoch.
     *
     * @return the epoch with the highest id, or empty in a new store
     */
    Optional<StoredEpoch> newestEpoch();

    /**
     * An epoch by its id.
     *
     * @param id the epoch's id
     * @return the epoch, or empty where there is none (any more)
     */
    Optional<StoredEpoch> epoch(long id);

    /**
     * Adds an epoch unless one with its id exists.
     *
     * @param candidate the epoch to add
     * @return the epoch that the store holds under that id: the candidate, or another process's
     */
    StoredEpoch addEpoch(StoredEpoch candidate);

    /**
     * The newest version of a key, destroyed or not.
     *
     * @param name which key
     * @return the key, or empty where there never was one
     */
    Optional<StoredKey> find(KeyName name);

    /**
     * Adds a key unless one with its name and version exists.
     *
     * @param candidate the key to add
     * @return the key that the store holds under that name and version: the candidate, or another process's
     */
    StoredKey addIfAbsent(StoredKey candidate);

    /**
     * Destroys every version of a key: its wrapped bytes are overwritten in the row, which stays and says so. Does
     * nothing to versions already destroyed.
     *
     * @param name which key
     * @param at the instant to note
     * @return whether a live version was destroyed by this call
     */
    boolean destroy(KeyName name, Instant at);
}
