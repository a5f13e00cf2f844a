package dev.waxseal;

import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.policy.FieldPolicy;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.engine.OlderRecord;
import dev.waxseal.seal.engine.RecordSealer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run over the records that are sealed under an older policy. Not thread safe; made for each run. */
final class Reseal<T> {
    private static final int BATCH = 200;
    /** A batch that meets others is tried again this often before the run gives up. */
    private static final int ATTEMPTS = 5;

    private final RecordSealer<T> sealer;
    private final Stores stores;
    private final AuditTrail trail;
    private final HeldRecords holds;
    private final Clock clock;
    private final String tenant;
    private final RecordPolicy<T> policy;
    private final Tally total = new Tally();
    private final List<FailedRecord> failures = new ArrayList<>();

    Reseal(RecordSealer<T> sealer, Stores stores, AuditTrail trail, HeldRecords holds, Clock clock, String tenant) {
        this.sealer = sealer;
        this.stores = stores;
        this.trail = trail;
        this.holds = holds;
        this.clock = clock;
        this.tenant = tenant;
        this.policy = sealer.policy();
    }

    /** What was done with some records. */
    private static final class Tally {
        private long resealed;
        private long past;
        private long overtaken;
        private final Map<String, Long> dropped = new TreeMap<>();
        private final Map<String, Long> expired = new TreeMap<>();
        private final List<FailedRecord> failed = new ArrayList<>();
        private long failures;

        void add(Tally other) {
            resealed += other.resealed;
            past += other.past;
            overtaken += other.overtaken;
            failures += other.failures;
            other.dropped.forEach((name, count) -> dropped.merge(name, count, Long::sum));
            other.expired.forEach((name, count) -> expired.merge(name, count, Long::sum));
        }

        void fail(RecordKey key, String reason) {
            failures++;
            failed.add(new FailedRecord(key.subject(), key.record(), reason));
        }

        long records() {
            return resealed + past + overtaken + failures;
        }

        static void count(Map<String, Long> counts, Set<String> names) {
            names.forEach(name -> counts.merge(name, 1L, Long::sum));
        }
    }

    /** What a batch did, and where it ended. */
    private record Batch(Tally tally, Optional<RecordKey> last) {}

    /** A record that is ready to be written. */
    private record Anew(RecordStore.Stored old, RecordSealer.Sealed sealed, OlderRecord opened) {}

    Resealed run(Progress.Listener listener) {
        Instant start = clock.instant();
        RecordStore records = stores.records();
        long known = records.countOlderThan(tenant, policy.recordType(), policy.version());
        Optional<RecordKey> after = Optional.empty();
        boolean more = known > 0;
        while (more) {
            Optional<RecordKey> from = after;
            Batch batch = retried(() -> stores.separately(() -> batch(from)));
            total.add(batch.tally());
            batch.tally().failed.stream()
                    .limit(Resealed.MAX_FAILURES - failures.size())
                    .forEach(failures::add);
            after = batch.last();
            long done = total.records();
            more = listener.goOn(new Progress(done, Math.max(known, done), Duration.between(start, clock.instant())))
                    && after.isPresent();
        }
        return new Resealed(
                policy.version(),
                total.resealed,
                total.past,
                total.overtaken,
                total.dropped,
                total.expired,
                total.failures,
                failures,
                records.countOlderThan(tenant, policy.recordType(), policy.version()));
    }

    private static <R> R retried(Supplier<R> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (StoreException e) {
                if (!e.retryable() || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Batch batch(Optional<RecordKey> after) {
        holds.freeze(tenant);
        List<RecordStore.Stored> held =
                stores.records().holdOlderThan(tenant, policy.recordType(), policy.version(), after, BATCH);
        Tally tally = new Tally();
        List<AuditEvent> events = new ArrayList<>();
        List<Anew> ready = new ArrayList<>();
        List<RecordStore.Stored> past = new ArrayList<>();
        for (RecordStore.Stored stored : held) {
            attempt(stored, tally, events, () -> {
                OlderRecord opened = sealer.openOlder(stored.sealed());
                if (opened.subjectId().isEmpty()) {
                    past.add(stored);
                } else {
                    ready.add(new Anew(stored, anew(stored, opened), opened));
                }
            });
        }
        // All is read and sealed before anything is written, so that the locks of the writes are held briefly.
        past.forEach(stored -> attempt(stored, tally, events, () -> notePast(stored, tally)));
        ready.forEach(anew -> attempt(anew.old(), tally, events, () -> write(anew, tally)));
        if (tally.resealed + tally.past + tally.failures > 0) {
            events.add(event(AuditAction.RESEAL, "", "", detail(tally)));
            trail.changed(events);
        }
        return new Batch(
                tally,
                held.isEmpty()
                        ? Optional.empty()
                        : Optional.of(held.get(held.size() - 1).sealed().key()));
    }

    /** One record's failure is told, and never keeps the others from going on. */
    private void attempt(RecordStore.Stored stored, Tally tally, List<AuditEvent> events, Runnable work) {
        RecordKey key = stored.sealed().key();
        try {
            work.run();
        } catch (KeyUnavailableException | StoreException e) {
            throw e;
        } catch (IntegrityException e) {
            events.add(event(AuditAction.TAMPERED, key.subject(), key.record(), "it was not re-sealed"));
            tally.fail(key, String.valueOf(e.getMessage()));
        } catch (SubjectErasedException e) {
            tally.fail(key, "its data subject was erased: erase them again to delete what is left");
        } catch (DataExpiredException e) {
            tally.fail(key, String.valueOf(e.getMessage()));
        } catch (WaxsealException e) {
            tally.fail(key, "under the current policy it is refused: " + e.getMessage());
        } catch (RuntimeException e) {
            // What the host's own code threw goes no further than its type: its message may hold the value.
            tally.fail(
                    key,
                    "a normaliser or redactor failed with a " + e.getClass().getName());
        }
    }

    private RecordSealer.Sealed anew(RecordStore.Stored stored, OlderRecord opened) {
        Map<String, @Nullable Object> values = new HashMap<>(opened.values());
        for (FieldPolicy field : policy.fields()) {
            if (field.role() == FieldPolicy.Role.SUBJECT_ID) {
                values.put(field.name(), opened.subjectId().orElseThrow());
            } else if (field.role() == FieldPolicy.Role.RECORD_ID) {
                values.put(field.name(), opened.recordId().orElse(null));
            }
        }
        RecordSealer.Sealed sealed = sealer.seal(sealer.create(values));
        if (!sealed.record().key().equals(stored.sealed().key())) {
            throw new InvalidInputException("made anew it would be another record: the class must keep the ids, and a"
                    + " @RecordId can't be added or removed");
        }
        boolean losesSomething = !sealed.droppedAsExpired().isEmpty()
                || !opened.unknown().isEmpty()
                || !opened.expired().isEmpty();
        if (losesSomething && holds.any(tenant)) {
            holds.requireFree(sealed.record().key());
        }
        return sealed;
    }

    private void notePast(RecordStore.Stored stored, Tally tally) {
        if (stores.records().notePolicy(stored.sealed().key(), policy.version(), stored.revision())) {
            tally.past++;
        } else {
            tally.overtaken++;
        }
    }

    private void write(Anew anew, Tally tally) {
        RecordStore.Stored old = anew.old();
        if (!stores.records()
                .find(old.sealed().key())
                .map(now -> Vault.same(now, old))
                .orElse(false)) {
            tally.overtaken++;
            return;
        }
        try {
            stores.records().put(anew.sealed().record(), RecordStore.Expect.REVISION, old.revision());
        } catch (StoreException e) {
            if (!e.retryable()) {
                throw e;
            }
            // Where it was more than a meeting of two, the transaction can't be committed, and the batch is tried
            // again.
            tally.overtaken++;
            return;
        }
        tally.resealed++;
        Tally.count(tally.dropped, anew.opened().unknown());
        Set<String> expired = new TreeSet<>(anew.opened().expired());
        expired.addAll(anew.sealed().droppedAsExpired());
        Tally.count(tally.expired, expired);
    }

    private String detail(Tally tally) {
        return tally.resealed + " records re-sealed under policy version " + policy.version()
                + (tally.dropped.isEmpty() ? "" : "; dropped, since the policy has them no more: " + tally.dropped)
                + (tally.expired.isEmpty() ? "" : "; dropped, since their day had come: " + tally.expired)
                + (tally.past == 0 ? "" : "; " + tally.past + " records are wholly past their day")
                + (tally.failures == 0 ? "" : "; " + tally.failures + " records failed");
    }

    private AuditEvent event(AuditAction action, String subject, String record, String detail) {
        return new AuditEvent(
                clock.instant(),
                action,
                AuditEvent.APPLICATION,
                "",
                policy.recordType(),
                subject,
                record,
                Set.of(),
                Set.of(),
                detail);
    }
}
