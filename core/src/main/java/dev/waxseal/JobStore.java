package dev.waxseal;

import java.time.Instant;
import java.util.Optional;

/**
 * Where long jobs note how far they are: an SPI for stores. A job has a name and is split into shards, each with a position
 * of its own, so that several processes can work on it at once and any of them can go on where another stopped.
 * Implementations are thread safe. Each method throws {@link dev.waxseal.error.StoreException} when the store fails.
 *
 * <p>The way of a worker: in one transaction it holds a shard, does the next piece of the shard's work, and moves the
 * position. If anything fails before the transaction's end, the position stays, and the same piece is done again by whoever
 * holds the shard next. What the work does outside of the stores is therefore done at least once, not exactly once.
 */
public interface JobStore {

    /**
     * A job as a whole. Immutable.
     *
     * @param name the job's name
     * @param kind what it does, and on what; a job that is found by its name must have the kind expected
     * @param shards how many shards it has, from 1
     * @param finishedShards how many of them are finished
     * @param done how many items are done, in all shards and processes, since it began
     * @param begunAt when it began, or began anew
     * @param finishedAt when the last shard was finished; empty while one isn't
     */
    record Job(
            String name,
            String kind,
            int shards,
            int finishedShards,
            long done,
            Instant begunAt,
            Optional<Instant> finishedAt) {}

    /**
     * A shard that is held.
     *
     * @param number its number, from 0
     * @param position how far it is, in the words of the job; empty at the beginning
     */
    record Shard(int number, String position) {}

    /**
     * Adds a job with all its shards at their beginning, unless there is one with its name. Among processes that add it at
     * once one wins, and nothing is changed by the others.
     *
     * @param tenant the tenant
     * @param name the job's name
     * @param kind what it does
     * @param shards how many shards it has, 1 to 1,024
     * @param at when it begins
     * @return whether this call added it
     */
    boolean addIfAbsent(String tenant, String name, String kind, int shards, Instant at);

    /**
     * A job by its name.
     *
     * @param tenant the tenant
     * @param name the job's name
     * @return the job as committed, or empty where there is none
     */
    Optional<Job> find(String tenant, String name);

    /**
     * Holds a shard that isn't finished and that no other transaction holds, until the transaction ends.
     *
     * @param tenant the tenant
     * @param name the job's name
     * @return the shard; empty where all are finished or held by others
     */
    Optional<Shard> hold(String tenant, String name);

    /**
     * Moves the position of a shard that the transaction holds.
     *
     * @param tenant the tenant
     * @param name the job's name
     * @param shard where it is now
     * @param done how many more items are done
     * @param finished when the shard was finished; empty while it isn't
     */
    void move(String tenant, String name, Shard shard, long done, Optional<Instant> finished);

    /**
     * Puts all shards of a job back to their beginning. Waits for those who hold a shard.
     *
     * @param tenant the tenant
     * @param name the job's name
     * @param at when it begins anew
     * @return whether there is such a job
     */
    boolean restart(String tenant, String name, Instant at);
}
