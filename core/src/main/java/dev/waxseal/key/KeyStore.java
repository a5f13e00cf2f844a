package dev.waxseal.key;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
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
     * Every epoch, the destroyed ones too.
     *
     * @return the epochs in ascending order
     */
    List<StoredEpoch> epochs();

    /**
     * Closes every epoch before one: no new key is added under them from when this is durable on.
     *
     * @param before the id of the first epoch that stays open
     * @param at the instant to note
     */
    void closeEpochsBefore(long before, Instant at);

    /**
     * Live keys that are wrapped under an epoch before one. Held by the calling thread's transaction until it ends;
     * keys that another transaction holds are passed over.
     *
     * @param before the id of the epoch before which to look
     * @param limit the most keys to return, 1 to 10,000
     * @return some of the keys
     */
    List<StoredKey> holdKeysBefore(long before, int limit);

    /**
     * How many live keys are wrapped under epochs before one.
     *
     * @param before the id of the epoch before which to look
     * @return the count
     */
    long countKeysBefore(long before);

    /**
     * Replaces the wrapping of live keys. A key that was destroyed meanwhile stays destroyed.
     *
     * @param rewrapped the same keys under another epoch
     */
    void rewrap(List<StoredKey> rewrapped);

    /**
     * Notes that no live key is wrapped under the closed epochs before one any more, where that is so and wasn't noted.
     *
     * @param before the id of the epoch before which to look
     * @param at the instant to note
     * @return whether none is
     */
    boolean noteRewrapped(long before, Instant at);

    /**
     * Destroys an epoch: its wrapped key is overwritten in the row, which stays and says so. Refused where a live key is
     * still wrapped under it.
     *
     * @param id the epoch's id
     * @param at the instant to note
     * @return whether it was destroyed by this call
     */
    boolean destroyEpoch(long id, Instant at);

    /**
     * Adds a key unless one with its name and version exists.
     *
     * @param candidate the key to add
     * @return the key that the store holds under that name and version: the candidate, or another process's
     * @throws dev.waxseal.error.StoreException retryable, when the candidate's epoch was closed meanwhile
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

    /**
     * The newest version of a key, held by the calling thread's transaction until it ends: nobody else destroys it, or
     * writes what relies on it, meanwhile.
     *
     * @param name which key
     * @return the key, or empty where there never was one
     */
    Optional<StoredKey> hold(KeyName name);

    /**
     * The days whose expiry key is live.
     *
     * @param tenant whose days
     * @param until the last day to return
     * @param limit the most days to return, 1 to 10,000
     * @return the days in ascending order
     */
    List<LocalDate> liveDays(String tenant, LocalDate until, int limit);

    /**
     * Every version of a key, the destroyed ones too.
     *
     * @param name which key
     * @return the versions in ascending order
     */
    List<StoredKey> versions(KeyName name);

    /**
     * Destroys one version of a key as {@link #destroy} does all.
     *
     * @param name which key
     * @param version which version
     * @param at the instant to note
     * @return whether it was destroyed by this call
     */
    boolean destroyVersion(KeyName name, int version, Instant at);

    /**
     * How many times something of a tenant was destroyed, as this store counts it.
     *
     * @param tenant the tenant
     * @return the count, 0 in a new store
     */
    long generation(String tenant);

    /**
     * Holds the count of a tenant until the calling thread's transaction ends: others may hold it so too, but nobody
     * advances it meanwhile.
     *
     * @param tenant the tenant
     */
    void holdGeneration(String tenant);

    /**
     * Counts one more destruction, and holds the count until the calling thread's transaction ends, so that destructions
     * of one tenant happen one after the other.
     *
     * @param tenant the tenant
     * @return the new count
     */
    long advanceGeneration(String tenant);

    /**
     * Asks to be told when a key is destroyed, by whatever process, once that is durable. A store that learns nothing
     * of other processes' destructions tells of nothing, and their keys leave the caches by age.
     *
     * @param listener is told, by a thread of the store's or of the one who destroys
     * @return ends the telling when closed
     */
    Subscription subscribe(Listener listener);

    /** Is told of destroyed keys. Must be quick, and must not throw. */
    interface Listener {
        /**
         * A key was destroyed.
         *
         * @param name which one
         */
        void destroyed(KeyName name);

        /** Keys may have been destroyed without a word, since the store lost touch with its database for a while. */
        void maybeMissed();
    }

    /** What {@link #subscribe} gave. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        /** Ends the telling; does nothing a second time. */
        @Override
        void close();
    }

    /** The most keys that {@link #findAll} and {@link #addAllIfAbsent} take at once. */
    int MOST_KEYS = 10_000;

    /**
     * The newest versions of several keys, destroyed or not, as {@link #find} gives each.
     *
     * @param names which keys, at most {@value #MOST_KEYS}
     * @return the keys in any order; none for a name where there never was one
     */
    List<StoredKey> findAll(Collection<KeyName> names);

    /**
     * Adds each key unless one with its name and version exists, as {@link #addIfAbsent} does; all of them or, when it
     * throws, none.
     *
     * @param candidates the keys to add, at most {@value #MOST_KEYS}, each name and version once
     * @return the keys that the store holds under those names and versions, in any order
     * @throws dev.waxseal.error.StoreException retryable, when the epoch of one was closed meanwhile
     */
    List<StoredKey> addAllIfAbsent(List<StoredKey> candidates);
}
