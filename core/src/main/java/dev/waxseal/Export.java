package dev.waxseal;

import dev.waxseal.access.Access;
import dev.waxseal.access.AccessDecider;
import dev.waxseal.access.Decision;
import dev.waxseal.access.Verdict;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.AccessDeniedException;
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
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.seal.engine.OpenedRecord;
import dev.waxseal.seal.engine.RecordSealer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Hands every record of a type in clear to the host, so that leaving Waxseal is possible. Thread safe; got from {@link
 * Vault#export}. It has a name, under which it goes on where it stopped, in whichever process; several processes that run
 * it at once share the records.
 *
 * <p>Nothing is handed out without a decision and a record: for every personal component, and for the ids, the principal
 * needs a grant that reveals it for at least one purpose that it is collected for, which is decided anew for every batch;
 * and that each record is revealed is durable in the audit trail before the host gets it.
 *
 * <p>Each record is handed out at least once: a consumer that fails, or a process that ends, gets the whole batch again.
 * So write by the ids, replacing what is there. Records that are put while it runs may be missed: end writing first, or
 * {@linkplain #restart begin anew}.
 *
 * @param <T> the annotated class
 */
public final class Export<T> {
    /** The most records that the consumer gets at once. */
    public static final int BATCH = 200;

    private static final int MAX_NAME_LENGTH = 64;
    /** One for each first digit of the subjects' references, which are spread evenly. */
    private static final int SHARDS = 16;

    private final RecordSealer<T> sealer;
    private final Stores stores;
    private final AccessDecider decider;
    private final AuditTrail trail;
    private final Clock clock;
    private final String tenant;
    private final String name;
    private final String principal;
    private final RecordPolicy<T> policy;
    private final String kind;

    Export(
            RecordSealer<T> sealer,
            Stores stores,
            AccessDecider decider,
            AuditTrail trail,
            Clock clock,
            String tenant,
            String name,
            String principal) {
        this.sealer = sealer;
        this.stores = stores;
        this.decider = decider;
        this.trail = trail;
        this.clock = clock;
        this.tenant = tenant;
        this.name = InvalidInputException.requireText(name, "name of the export", MAX_NAME_LENGTH);
        this.principal = Access.by(principal).principal();
        this.policy = sealer.policy();
        this.kind = "export of " + policy.recordType();
    }

    /** That the principal may have everything: for which purposes, and by which grants. */
    private record Permit(String purposes, String reason) {}

    /** What one batch did. */
    private static final class Tally {
        private boolean worked;
        private long handedOut;
        private long expired;
        private long erased;
        private long failed;
        private final List<FailedRecord> failures = new ArrayList<>();

        long records() {
            return handedOut + expired + erased + failed;
        }

        void add(Tally other) {
            handedOut += other.handedOut;
            expired += other.expired;
            erased += other.erased;
            failed += other.failed;
            other.failures.stream()
                    .limit(Exported.MAX_FAILURES - failures.size())
                    .forEach(failures::add);
        }
    }

    /** A record that may be handed out, and the event that must be on the trail before. */
    private record Opened<T>(T record, AuditEvent event) {}

    /**
     * Begins the export, or goes on with it, to its end.
     *
     * @param consumer takes the records, at most {@value #BATCH} at once; when it returns, they must be durable where it
     *     puts them. Components whose day has come are absent: null, empty, zero or false
     * @return what was done; on an export that is finished, nothing
     * @throws AccessDeniedException when some component isn't revealed to the principal; the message names them all
     */
    public Exported run(Consumer<List<T>> consumer) {
        return run(consumer, Progress.Listener.NONE);
    }

    /**
     * Begins the export, or goes on with it. What the consumer or the listener throws ends the run, and comes out of this
     * method; nothing is lost by it.
     *
     * @param consumer takes the records, at most {@value #BATCH} at once; when it returns, they must be durable where it
     *     puts them. It is called inside a transaction of the stores that holds a sixteenth of the export. Components
     *     whose day has come are absent: null, empty, zero or false
     * @param listener is told after every batch, and may stop the work; run again to go on
     * @return what was done; on an export that is finished, nothing
     * @throws AccessDeniedException when some component isn't revealed to the principal; the message names them all
     * @throws InvalidInputException when a job of another kind has the name
     */
    public Exported run(Consumer<List<T>> consumer, Progress.Listener listener) {
        permit();
        Instant start = clock.instant();
        JobStore.Job job = begun();
        Tally total = new Tally();
        if (job.finishedAt().isEmpty()) {
            long known = Math.max(0, stores.records().countOfType(tenant, policy.recordType()) - job.done());
            boolean worked = false;
            boolean more = true;
            while (more) {
                Tally batch = stores.separately(() -> batch(consumer));
                total.add(batch);
                worked |= batch.worked;
                long done = total.records();
                // No shard is left for this process: nothing was done, and so nothing is told.
                more = batch.worked
                        && listener.goOn(
                                new Progress(done, Math.max(known, done), Duration.between(start, clock.instant())));
            }
            job = found();
            if (job.finishedAt().isPresent() && worked) {
                note("export '" + name + "' ended after " + job.done() + " records");
            }
        }
        return new Exported(total.handedOut, total.expired, total.erased, total.failed, total.failures, job);
    }

    /**
     * How far the export is.
     *
     * @return the export; empty where it was never begun
     * @throws InvalidInputException when a job of another kind has the name
     */
    public Optional<JobStore.Job> status() {
        return stores.jobs().find(tenant, name).map(this::requireKind);
    }

    /**
     * Lets the next run hand out every record again, from the first on.
     *
     * @return whether there was an export of this name
     * @throws InvalidInputException when a job of another kind has the name
     */
    public boolean restart() {
        permit();
        if (status().isEmpty()) {
            return false;
        }
        boolean restarted = stores.separately(() -> stores.jobs().restart(tenant, name, now()));
        note("export '" + name + "' is to begin anew");
        return restarted;
    }

    private JobStore.Job begun() {
        if (status().isEmpty()
                && stores.separately(() -> stores.jobs().addIfAbsent(tenant, name, kind, SHARDS, now()))) {
            note("export '" + name + "' began");
        }
        return found();
    }

    private JobStore.Job found() {
        return status().orElseThrow(
                        () -> new StoreException("the export '" + name + "' was removed while it ran: run it again"));
    }

    private JobStore.Job requireKind(JobStore.Job job) {
        if (!job.kind().equals(kind)) {
            throw new InvalidInputException(
                    "the job '" + name + "' is an " + job.kind() + ", not an " + kind + ": give this one another name");
        }
        return job;
    }

    /** One piece of a shard's work, in a transaction that holds the shard. */
    private Tally batch(Consumer<List<T>> consumer) {
        Permit permit = permit();
        Tally tally = new Tally();
        Optional<JobStore.Shard> held = stores.jobs().hold(tenant, name);
        if (held.isEmpty()) {
            return tally;
        }
        tally.worked = true;
        JobStore.Shard shard = held.get();
        List<RecordStore.Stored> page = stores.records()
                .ofType(tenant, policy.recordType(), Integer.toHexString(shard.number()), position(shard), BATCH);
        List<Opened<T>> opened = new ArrayList<>();
        List<AuditEvent> events = new ArrayList<>();
        for (RecordStore.Stored stored : page) {
            open(stored.sealed(), permit, tally, events).ifPresent(opened::add);
        }
        opened.forEach(each -> events.add(each.event()));
        if (!events.isEmpty()) {
            trail.accessed(events);
        }
        if (!opened.isEmpty()) {
            consumer.accept(opened.stream().map(Opened::record).toList());
            tally.handedOut = opened.size();
        }
        Optional<Instant> finished = page.size() < BATCH ? Optional.of(now()) : Optional.empty();
        String position = page.isEmpty()
                ? shard.position()
                : position(page.get(page.size() - 1).sealed().key());
        stores.jobs().move(tenant, name, new JobStore.Shard(shard.number(), position), page.size(), finished);
        return tally;
    }

    private static String position(RecordKey key) {
        return key.subject() + "/" + key.record();
    }

    private Optional<RecordKey> position(JobStore.Shard shard) {
        int slash = shard.position().indexOf('/');
        return slash < 0
                ? Optional.empty()
                : Optional.of(new RecordKey(
                        tenant,
                        policy.recordType(),
                        shard.position().substring(0, slash),
                        shard.position().substring(slash + 1)));
    }

    private Optional<Opened<T>> open(SealedRecord sealed, Permit permit, Tally tally, List<AuditEvent> events) {
        RecordKey key = sealed.key();
        try {
            Set<String> wanted = policy.fields().stream().map(FieldPolicy::name).collect(Collectors.toSet());
            OpenedRecord opened = sealer.open(sealed, wanted);
            if (opened.subjectId().isEmpty()) {
                tally.expired++;
                return Optional.empty();
            }
            T record = sealer.create(whole(opened));
            Set<String> revealed = new TreeSet<>();
            for (FieldPolicy field : policy.fields()) {
                if (field.role() != FieldPolicy.Role.OPERATIONAL
                        && !opened.expired().containsKey(field.name())) {
                    revealed.add(field.name());
                }
            }
            return Optional.of(new Opened<>(
                    record,
                    event(
                            AuditAction.REVEAL,
                            permit.purposes(),
                            key.subject(),
                            key.record(),
                            revealed,
                            permit.reason())));
        } catch (KeyUnavailableException | StoreException e) {
            throw e;
        } catch (SubjectErasedException e) {
            tally.erased++;
        } catch (IntegrityException e) {
            events.add(event(
                    AuditAction.TAMPERED,
                    permit.purposes(),
                    key.subject(),
                    key.record(),
                    Set.of(),
                    "export '" + name + "': nothing was shown"));
            fail(tally, key, e);
        } catch (WaxsealException e) {
            fail(tally, key, e);
        }
        return Optional.empty();
    }

    private static void fail(Tally tally, RecordKey key, WaxsealException e) {
        tally.failed++;
        tally.failures.add(new FailedRecord(key.subject(), key.record(), String.valueOf(e.getMessage())));
    }

    private Map<String, @Nullable Object> whole(OpenedRecord opened) {
        Map<String, @Nullable Object> values = new HashMap<>(opened.values());
        for (FieldPolicy field : policy.fields()) {
            if (field.role() == FieldPolicy.Role.SUBJECT_ID) {
                values.put(field.name(), opened.subjectId().orElseThrow());
            } else if (field.role() == FieldPolicy.Role.RECORD_ID) {
                values.put(field.name(), opened.recordId().orElse(null));
            }
        }
        return values;
    }

    /** Decides, and refuses where a component is shown for none of its purposes. */
    private Permit permit() {
        Map<String, Decision> decisions = new TreeMap<>();
        for (String purpose : policy.purposes()) {
            decisions.put(
                    purpose, decider.decide(tenant, Access.by(principal).purpose(purpose), policy, clock.instant()));
        }
        Set<String> used = new TreeSet<>();
        List<String> lacking = new ArrayList<>();
        for (FieldPolicy field : policy.fields()) {
            if (field.role() == FieldPolicy.Role.OPERATIONAL) {
                continue;
            }
            Optional<String> purpose = decisions.entrySet().stream()
                    .filter(decided -> (field.role() != FieldPolicy.Role.PERSONAL
                                    || field.purposes().contains(decided.getKey()))
                            && decided.getValue().of(field.name()) == Verdict.REVEALED)
                    .map(Map.Entry::getKey)
                    .findFirst();
            purpose.ifPresentOrElse(used::add, () -> lacking.add(field.name()));
        }
        if (!lacking.isEmpty()) {
            trail.accessed(List.of(event(
                    AuditAction.DENY, "", "", "", Set.of(), "export '" + name + "': not revealed are " + lacking)));
            throw new AccessDeniedException("'" + principal + "' is refused the export of " + policy.recordType()
                    + " records: " + lacking + " are not revealed to it for any purpose that they are collected for."
                    + " Grant it with waxseal.grants() if it is right");
        }
        String reasons = used.stream()
                .map(purpose -> decisions.get(purpose).reason())
                .distinct()
                .collect(Collectors.joining("; "));
        return new Permit(String.join(", ", used), "export '" + name + "': " + reasons);
    }

    private void note(String detail) {
        trail.accessed(List.of(event(AuditAction.EXPORT, "", "", "", Set.of(), detail)));
    }

    private AuditEvent event(
            AuditAction action, String purpose, String subject, String record, Set<String> revealed, String detail) {
        return new AuditEvent(
                clock.instant(),
                action,
                principal,
                purpose,
                policy.recordType(),
                subject,
                record,
                revealed,
                Set.of(),
                detail);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
