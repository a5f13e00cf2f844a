package dev.waxseal;

import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.error.StoreException;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.engine.RecordSealer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of a record type's blind indexes: they rotate while look-ups and writes go on. Thread safe; got from {@link
 * Vault#indexes()}.
 *
 * <p>{@link #rotate} makes a new version of an index's key. Look-ups ask under both versions from then on; writes use the
 * new one once every process is sure to know it ({@link Waxseal.Settings#indexKeyAnnouncement}). Then {@link #renew} writes
 * the entries of older records anew, and destroys the old version when nothing is left under it: from then on nobody can
 * try out values against old copies of the index any more, once the horizon of that key has come (see {@link Epochs}).
 *
 * @param <T> the annotated class
 */
public final class Indexes<T> {
    private static final int BATCH = 200;

    private final RecordSealer<T> sealer;
    private final KeyRing keys;
    private final Stores stores;
    private final AuditTrail trail;
    private final Clock clock;
    private final String tenant;
    private final String recordType;

    Indexes(RecordSealer<T> sealer, KeyRing keys, Stores stores, AuditTrail trail, Clock clock, String tenant) {
        this.sealer = sealer;
        this.keys = keys;
        this.stores = stores;
        this.trail = trail;
        this.clock = clock;
        this.tenant = tenant;
        this.recordType = sealer.policy().recordType();
    }

    /**
     * What rotating a key did.
     *
     * @param index the component, or the name of several that are searched together
     * @param version the new version
     * @param writtenFrom from when on entries are written under it
     */
    public record Rotation(String index, int version, Instant writtenFrom) {}

    /**
     * Makes a new version of an index's key.
     *
     * @param index the searchable component, or the name of several that are searched together
     * @return what was done
     * @throws InvalidInputException when a rotation of it is under way; nothing is changed
     * @throws dev.waxseal.error.PolicyException when there is no such index
     * @throws KeyUnavailableException when the root key is out of reach
     */
    public Rotation rotate(String index) {
        sealer.indexKinds(index);
        KeyRing.IndexKey made = keys.rotateIndexKey(recordType, index);
        record("index key of " + recordType + "/" + index + ", version " + made.version());
        return new Rotation(index, made.version(), keys.writtenFrom(made));
    }

    /**
     * What renewing entries did.
     *
     * @param renewed how many records got new entries by this call
     * @param failed how many records could not be opened; they keep their old entries, and are tried again by the next call
     * @param failures some of them
     * @param left for each index that isn't done: how many entries are left under an older version
     * @param destroyed for each index that is done: the versions of its key that were destroyed by this call
     * @param waiting for each index whose old entries are gone, but which some process may still write under the old
     *     version: when to call again
     */
    public record Renewal(
            long renewed,
            long failed,
            List<FailedRecord> failures,
            Map<String, Long> left,
            Map<String, List<Integer>> destroyed,
            Map<String, Instant> waiting) {
        /** Takes defensive copies. */
        public Renewal {
            failures = List.copyOf(failures);
            left = Map.copyOf(left);
            destroyed = Map.copyOf(destroyed);
            waiting = Map.copyOf(waiting);
        }

        /**
         * Whether no index has more than one version of its key any more.
         *
         * @return true where nothing is left to do
         */
        public boolean complete() {
            return left.isEmpty() && waiting.isEmpty();
        }
    }

    /**
     * Writes the entries of every record anew that has some under an older version of an index's key, and destroys old
     * versions that nothing needs. It goes on where it was stopped: call it again. Several processes may call it at once,
     * and share the work on PostgreSQL.
     *
     * @param listener is told after every batch, and may stop the work; call again to go on
     * @return what was done
     * @throws KeyUnavailableException when the root key is out of reach; call again to go on
     * @throws StoreException when the store fails; call again to go on
     */
    public Renewal renew(Progress.Listener listener) {
        Run run = new Run(listener);
        for (String index : sealer.indexNames()) {
            run.index(index);
        }
        return run.result();
    }

    /**
     * Writes the entries of every record anew, to the end.
     *
     * @return what was done
     * @throws KeyUnavailableException when the root key is out of reach; call again to go on
     */
    public Renewal renew() {
        return renew(Progress.Listener.NONE);
    }

    /** What a batch did, and where it ended. */
    private record Batch(long renewed, List<FailedRecord> failed, Optional<RecordKey> last) {}

    /** One run over all indexes. Not thread safe. */
    private final class Run {
        private final Progress.Listener listener;
        private final Instant start = clock.instant();
        private final List<FailedRecord> failures = new ArrayList<>();
        private final Map<String, Long> left = new LinkedHashMap<>();
        private final Map<String, List<Integer>> destroyed = new LinkedHashMap<>();
        private final Map<String, Instant> waiting = new LinkedHashMap<>();
        private long renewed;
        private long failed;
        private long total;
        private boolean goOn = true;

        Run(Progress.Listener listener) {
            this.listener = listener;
        }

        Renewal result() {
            return new Renewal(renewed, failed, failures, left, destroyed, waiting);
        }

        void index(String index) {
            KeyRing.IndexKeys versions = keys.indexKeys(recordType, index);
            KeyRing.IndexKey newest = versions.all().get(versions.all().size() - 1);
            // Entries under a version that is gone are there where the records were restored from before a rotation.
            if (versions.all().size() == 1
                    && sealer.indexKinds(index).stream().allMatch(kind -> older(kind, newest.version()) == 0)) {
                return;
            }
            if (versions.writing().version() != newest.version()) {
                waiting.put(index, keys.writtenFrom(newest));
                return;
            }
            List<String> kinds = sealer.indexKinds(index);
            total += kinds.stream()
                    .mapToLong(kind -> older(kind, newest.version()))
                    .sum();
            kinds.forEach(kind -> renew(kind, newest.version()));
            long remaining = kinds.stream()
                    .mapToLong(kind -> older(kind, newest.version()))
                    .sum();
            if (remaining > 0) {
                left.put(index, remaining);
            } else if (keys.writtenByAllSince(newest).isAfter(clock.instant())) {
                waiting.put(index, keys.writtenByAllSince(newest));
            } else {
                destroy(index, newest.version());
            }
        }

        private long older(String kind, int version) {
            return stores.records().countIndexedBefore(tenant, recordType, kind, version);
        }

        private void destroy(String index, int version) {
            List<Integer> gone = stores.separately(() -> {
                List<Integer> versions = keys.destroyIndexKeysBefore(recordType, index, version);
                if (!versions.isEmpty()) {
                    record("index key of " + recordType + "/" + index + ", destroyed versions " + versions);
                }
                return versions;
            });
            destroyed.put(index, gone);
        }

        private void renew(String kind, int version) {
            Optional<RecordKey> after = Optional.empty();
            boolean more = goOn;
            while (more) {
                Optional<RecordKey> from = after;
                Batch batch = stores.separately(() -> batch(kind, version, from));
                // Told after the commit: a slow listener holds nobody up, and what is rolled back isn't counted.
                renewed += batch.renewed();
                failed += batch.failed().size();
                batch.failed().stream()
                        .limit(Resealed.MAX_FAILURES - failures.size())
                        .forEach(failures::add);
                long done = renewed + failed;
                goOn = listener.goOn(
                        new Progress(done, Math.max(total, done), Duration.between(start, clock.instant())));
                after = batch.last();
                more = goOn && after.isPresent();
            }
        }

        private Batch batch(String kind, int version, Optional<RecordKey> after) {
            List<RecordStore.Stored> held =
                    stores.records().holdIndexedBefore(tenant, recordType, kind, version, after, BATCH);
            long done = 0;
            List<FailedRecord> refused = new ArrayList<>();
            for (RecordStore.Stored stored : held) {
                RecordKey key = stored.sealed().key();
                try {
                    List<IndexEntry> entries = sealer.indexEntries(stored.sealed());
                    done += stores.records().replaceIndex(key, entries, stored.revision()) ? 1 : 0;
                } catch (KeyUnavailableException | StoreException e) {
                    throw e;
                } catch (WaxsealException e) {
                    refused.add(new FailedRecord(key.subject(), key.record(), String.valueOf(e.getMessage())));
                } catch (RuntimeException e) {
                    // What the host's own code threw goes no further than its type: its message may hold the value.
                    refused.add(new FailedRecord(
                            key.subject(),
                            key.record(),
                            "a normaliser failed with a " + e.getClass().getName()));
                }
            }
            if (done > 0) {
                trail.changed(List.of(event(AuditAction.REINDEX, done + " records by " + kind)));
            }
            return new Batch(
                    done,
                    refused,
                    held.isEmpty()
                            ? Optional.empty()
                            : Optional.of(held.get(held.size() - 1).sealed().key()));
        }
    }

    private void record(String detail) {
        trail.changed(List.of(event(AuditAction.ROTATE, detail)));
    }

    private AuditEvent event(AuditAction action, String detail) {
        return new AuditEvent(
                clock.instant(), action, AuditEvent.APPLICATION, "", recordType, "", "", Set.of(), Set.of(), detail);
    }
}
