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
import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.policy.FieldPolicy;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.seal.engine.OpenedRecord;
import dev.waxseal.seal.engine.RecordSealer;
import dev.waxseal.seal.engine.Search;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the records of one type: minimises, seals and stores them, finds them, and shows of them what may be seen. Thread
 * safe; got from {@link Waxseal#vault(Class)}.
 *
 * <p>Every method that writes returns after the write is durable, or, inside a transaction of the host, as durable as
 * that becomes. Every method that reads decides first, records second and shows last; a refusal is in the audit trail
 * too.
 *
 * @param <T> the annotated class
 */
public final class Vault<T> {
    /** The most records that {@link #putAll} takes at once. */
    public static final int MAX_BATCH = 1_000;

    static final int MAX_REASON_LENGTH = 1_000;

    private final RecordSealer<T> sealer;
    private final Stores stores;
    private final AccessDecider decider;
    private final AuditTrail trail;
    private final HeldRecords holds;
    private final Indexes<T> indexes;
    private final Clock clock;
    private final String tenant;

    Vault(
            RecordSealer<T> sealer,
            Stores stores,
            AccessDecider decider,
            AuditTrail trail,
            HeldRecords holds,
            Indexes<T> indexes,
            Clock clock,
            String tenant) {
        this.indexes = indexes;
        this.sealer = sealer;
        this.stores = stores;
        this.decider = decider;
        this.trail = trail;
        this.holds = holds;
        this.clock = clock;
        this.tenant = tenant;
    }

    /**
     * What became of a record that was put.
     *
     * @param revision counts the writes of the record, from 1
     * @param droppedAsExpired the components that were not stored, since the day on which they must be gone had come
     */
    public record Put(long revision, Set<String> droppedAsExpired) {
        /** Takes a defensive copy. */
        public Put {
            droppedAsExpired = Set.copyOf(droppedAsExpired);
        }
    }

    /**
     * The policy of the record type.
     *
     * @return the compiled policy
     */
    public RecordPolicy<T> policy() {
        return sealer.policy();
    }

    /**
     * Stores a record, replacing the one with the same ids.
     *
     * @param record the record
     * @return what became of it
     * @throws InvalidInputException when an id or a searchable value can't be one; nothing is changed
     * @throws SubjectErasedException when its data subject was erased; nothing is changed
     */
    public Put put(T record) {
        return putAll(List.of(record)).get(0);
    }

    /**
     * Stores records, all or none of them.
     *
     * @param records at most {@value #MAX_BATCH} records
     * @return what became of each, in their order
     * @throws InvalidInputException when an id or a searchable value can't be one, or there are too many; nothing is
     *     changed
     * @throws SubjectErasedException when a data subject was erased; nothing is changed
     */
    public List<Put> putAll(Collection<? extends T> records) {
        requireBatch(records);
        for (T record : records) {
            if (record == null) {
                throw new InvalidInputException("a record to put is null: leave it out");
            }
        }
        List<RecordSealer.Sealed> sealed = sealer.sealAll(records);
        // Every batch writes in the same order, so that no two of them wait for each other.
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < sealed.size(); i++) {
            order.add(i);
        }
        order.sort(
                Comparator.comparing((Integer i) -> sealed.get(i).record().key().subject())
                        .thenComparing(i -> sealed.get(i).record().key().record()));
        return stores.atomically(() -> {
            Map<Integer, Put> done = new HashMap<>();
            List<AuditEvent> events = new ArrayList<>(sealed.size());
            for (Integer i : order) {
                done.put(i, store(sealed.get(i), RecordStore.Expect.ANYTHING, 0));
                events.add(change(AuditAction.PUT, AuditEvent.APPLICATION, "", sealed.get(i)));
            }
            trail.changed(events);
            return order.stream().sorted().map(done::get).toList();
        });
    }

    private Put store(RecordSealer.Sealed sealed, RecordStore.Expect expect, long revision) {
        OptionalLong kept = holds.keepDue(sealed.record().key());
        long expected = kept.isPresent() ? kept.getAsLong() : revision;
        return new Put(stores.records().put(sealed.record(), expect, expected), sealed.droppedAsExpired());
    }

    private AuditEvent change(AuditAction action, String principal, String purpose, RecordSealer.Sealed sealed) {
        Set<String> written = new TreeSet<>();
        for (FieldPolicy field : policy().fields()) {
            if (field.role() == FieldPolicy.Role.PERSONAL
                    && !sealed.droppedAsExpired().contains(field.name())) {
                written.add(field.name());
            }
        }
        String detail = sealed.droppedAsExpired().isEmpty()
                ? ""
                : "dropped since their day had come: " + new TreeSet<>(sealed.droppedAsExpired());
        return event(action, principal, purpose, sealed.record().key(), written, Set.of(), detail);
    }

    private AuditEvent event(
            AuditAction action,
            String principal,
            String purpose,
            RecordKey key,
            Set<String> revealed,
            Set<String> masked,
            String detail) {
        return new AuditEvent(
                now(),
                action,
                principal,
                purpose,
                key.recordType(),
                key.subject(),
                key.record(),
                revealed,
                masked,
                detail);
    }

    private Instant now() {
        return clock.instant();
    }

    /**
     * The record of a subject, for types without {@code @RecordId}.
     *
     * @param subjectId whose record
     * @param access who asks, and what for
     * @return what may be seen of it; empty where there is none
     * @throws AccessDeniedException when nothing may be seen
     * @throws SubjectErasedException when the subject was erased
     */
    public Optional<View<T>> get(String subjectId, Access access) {
        return get(sealer.key(subjectId, Optional.empty()), access);
    }

    /**
     * One of a subject's records, for types with {@code @RecordId}.
     *
     * @param subjectId whose record
     * @param recordId which of the subject's records
     * @param access who asks, and what for
     * @return what may be seen of it; empty where there is none
     * @throws AccessDeniedException when nothing may be seen
     * @throws SubjectErasedException when the subject was erased
     */
    public Optional<View<T>> get(String subjectId, String recordId, Access access) {
        return get(sealer.key(subjectId, Optional.of(recordId)), access);
    }

    private Optional<View<T>> get(RecordKey key, Access access) {
        Decision decision = decide(access);
        return find(key, access).map(record -> show(record.sealed(), access, decision));
    }

    private Optional<RecordStore.Stored> find(RecordKey key, Access access) {
        Optional<RecordStore.Stored> found = stores.records().find(key);
        if (found.isEmpty()) {
            // That somebody is no customer is an answer too.
            trail.accessed(List.of(
                    event(AuditAction.MISS, access.principal(), access.purpose(), key, Set.of(), Set.of(), "")));
        }
        return found;
    }

    /**
     * The records with this exact value, after normalisation, in a searchable component. The principal must be allowed to
     * see that component at least masked, since to find by it is to learn it.
     *
     * @param field the searchable component's name
     * @param value the value, in any spelling that its normaliser knows
     * @param access who asks, and what for
     * @return the records, page by page
     * @throws AccessDeniedException when nothing may be seen, or not the component
     * @throws InvalidInputException when the value can't be one
     * @throws dev.waxseal.error.PolicyException when there is no such component or it isn't searchable, or no component is
     *     collected for the purpose
     */
    public Views<T> findBy(String field, String value, Access access) {
        return find(Query.is(field, value), access);
    }

    /**
     * The records that a query finds. The principal must be allowed to see every component that it searches by at least
     * masked, since to find by it is to learn it; and revealed, to search by words, by a beginning, or by more of its end
     * than the mask shows, since that would spell out what is hidden.
     *
     * @param query what to find by
     * @param access who asks, and what for
     * @return the records, page by page
     * @throws AccessDeniedException when nothing may be seen, or not a component that is searched by
     * @throws InvalidInputException when a value can't be one, or a part has no length that is searched by
     * @throws dev.waxseal.error.PolicyException when the class doesn't declare that kind of search, or no component is
     *     collected for the purpose
     */
    public Views<T> find(Query query, Access access) {
        Search search = permitted(query, access);
        return views(
                access,
                (after, limit) -> {
                    if (after.isEmpty()) {
                        trail.accessed(List.of(searched(access, search)));
                    }
                    return stores.records().byIndex(tenant, policy().recordType(), search.anyOf(), after, limit);
                },
                Optional.of(search));
    }

    private Search permitted(Query query, Access access) {
        Search search = search(query);
        Decision allowed = decide(access);
        for (String component : search.components()) {
            FieldPolicy field = policy().field(component);
            Verdict verdict = verdict(field, access, allowed);
            if (verdict == Verdict.WITHHELD) {
                throw deny(access, "the principal may not see '" + component + "', so may not search by it", allowed);
            }
            boolean spelled = search.shownByMask().isEmpty()
                    || search.shownByMask().getAsInt() > field.mask().shownAtEnd();
            if (verdict == Verdict.MASKED && search.byPart() && spelled) {
                throw deny(
                        access,
                        "the principal sees '" + component + "' masked, and search by parts would spell it out",
                        allowed);
            }
        }
        return search;
    }

    private Search search(Query query) {
        if (query instanceof Query.Is is) {
            return sealer.searchExact(is.name(), is.value());
        } else if (query instanceof Query.StartsWith starts) {
            return sealer.searchStart(starts.name(), starts.beginning());
        } else if (query instanceof Query.EndsWith ends) {
            return sealer.searchEnd(ends.name(), ends.ending());
        } else if (query instanceof Query.Words words) {
            return sealer.searchWords(words.name(), words.words());
        }
        Query.Together together = (Query.Together) query;
        return sealer.searchTogether(together.name(), together.values());
    }

    /**
     * The blind indexes of this record type.
     *
     * @return rotation of their keys
     */
    public Indexes<T> indexes() {
        return indexes;
    }

    private AuditEvent searched(Access access, Search search) {
        return new AuditEvent(
                now(),
                AuditAction.SEARCH,
                access.principal(),
                access.purpose(),
                policy().recordType(),
                "",
                "",
                Set.copyOf(search.components()),
                Set.of(),
                search.components().equals(List.of(search.index())) ? "" : "by " + search.index());
    }

    /**
     * All records of this type of a subject.
     *
     * @param subjectId whose records
     * @param access who asks, and what for
     * @return the records, page by page
     * @throws AccessDeniedException when nothing may be seen
     * @throws SubjectErasedException when the subject was erased and rows of theirs are left
     */
    public Views<T> ofSubject(String subjectId, Access access) {
        String subject = sealer.subjectReference(subjectId);
        decide(access);
        return views(
                access,
                (after, limit) ->
                        stores.records().bySubject(tenant, Optional.of(policy().recordType()), subject, after, limit),
                Optional.empty());
    }

    private Views<T> views(
            Access access,
            BiFunction<Optional<RecordKey>, Integer, List<RecordStore.Stored>> page,
            Optional<Search> searched) {
        return new Views<>((cursor, limit) -> {
            Decision decision = decide(access);
            List<SealedRecord> found = page.apply(cursor.map(Views.Cursor::after), limit).stream()
                    .map(RecordStore.Stored::sealed)
                    .toList();
            List<View<T>> shown = show(found, access, decision, searched);
            Optional<Views.Cursor> next = found.size() < limit
                    ? Optional.empty()
                    : Optional.of(new Views.Cursor(found.get(found.size() - 1).key()));
            return new Views.Page<>(shown, next);
        });
    }

    /**
     * Changes a record on the basis of what it holds. The access must see the whole of it.
     *
     * @param subjectId whose record
     * @param access who changes it, and what for
     * @param change makes the new record from the old one; both ids must stay
     * @return what became of it; empty where there is no such record
     * @throws AccessDeniedException when the access doesn't see every component
     * @throws dev.waxseal.error.StoreException retryable, when somebody else wrote the record meanwhile
     */
    public Optional<Put> update(String subjectId, Access access, UnaryOperator<T> change) {
        return update(sealer.key(subjectId, Optional.empty()), access, change);
    }

    /**
     * Changes one of a subject's records on the basis of what it holds. The access must see the whole of it.
     *
     * @param subjectId whose record
     * @param recordId which of the subject's records
     * @param access who changes it, and what for
     * @param change makes the new record from the old one; both ids must stay
     * @return what became of it; empty where there is no such record
     * @throws AccessDeniedException when the access doesn't see every component
     * @throws dev.waxseal.error.StoreException retryable, when somebody else wrote the record meanwhile
     */
    public Optional<Put> update(String subjectId, String recordId, Access access, UnaryOperator<T> change) {
        return update(sealer.key(subjectId, Optional.of(recordId)), access, change);
    }

    private Optional<Put> update(RecordKey key, Access access, UnaryOperator<T> change) {
        return changed(key, access, change)
                .map(changed -> stores.atomically(() -> {
                    Put done = write(changed);
                    trail.changed(List.of(event(changed, access)));
                    return done;
                }));
    }

    /** A record made anew from what it held, ready to be written. */
    private record Changed(RecordStore.Stored old, RecordSealer.Sealed anew) {}

    private Optional<Changed> changed(RecordKey key, Access access, UnaryOperator<T> change) {
        Decision decision = decide(access);
        Optional<RecordStore.Stored> stored = find(key, access);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        T old = show(stored.get().sealed(), access, decision).whatIsLeft();
        RecordSealer.Sealed changed = sealer.seal(change.apply(old));
        if (!changed.record().key().equals(key)) {
            throw new InvalidInputException("an update must keep the subject id and the record id: put a new record and"
                    + " delete the old one instead");
        }
        return Optional.of(new Changed(stored.get(), changed));
    }

    private Put write(Changed changed) {
        RecordStore.Stored old = changed.old();
        // A record that was deleted and put again counts from one again, but is another ciphertext.
        if (!stores.records()
                .find(old.sealed().key())
                .map(now -> same(now, old))
                .orElse(false)) {
            throw new StoreException(
                    "the record was written by somebody else meanwhile: read it again and make the change anew", true);
        }
        return store(changed.anew(), RecordStore.Expect.REVISION, old.revision());
    }

    private AuditEvent event(Changed changed, Access access) {
        return change(AuditAction.UPDATE, access.principal(), access.purpose(), changed.anew());
    }

    static boolean same(RecordStore.Stored a, RecordStore.Stored b) {
        List<SealedCompartment> left = a.sealed().compartments();
        List<SealedCompartment> right = b.sealed().compartments();
        return a.revision() == b.revision()
                && left.size() == right.size()
                && IntStream.range(0, left.size())
                        .allMatch(i ->
                                Arrays.equals(left.get(i).sealed(), right.get(i).sealed()));
    }

    /**
     * Deletes the record of a subject, for types without {@code @RecordId}.
     *
     * @param subjectId whose record
     * @param reason why, for the audit trail; no personal value
     * @return whether there was one
     * @throws dev.waxseal.error.DataHeldException when a legal hold keeps it; nothing is changed
     */
    public boolean delete(String subjectId, String reason) {
        return delete(sealer.key(subjectId, Optional.empty()), reason);
    }

    /**
     * Deletes one of a subject's records, for types with {@code @RecordId}.
     *
     * @param subjectId whose record
     * @param recordId which of the subject's records
     * @param reason why, for the audit trail; no personal value
     * @return whether there was one
     * @throws dev.waxseal.error.DataHeldException when a legal hold keeps it; nothing is changed
     */
    public boolean delete(String subjectId, String recordId, String reason) {
        return delete(sealer.key(subjectId, Optional.of(recordId)), reason);
    }

    private boolean delete(RecordKey key, String reason) {
        return deleteAll(List.of(key), reason) == 1;
    }

    /**
     * The records of several subjects, for types without {@code @RecordId}; subjects without one are left out.
     *
     * @param subjectIds whose records, at most {@value #MAX_BATCH}
     * @param access who asks, and what for
     * @return what may be seen of each, in their order
     * @throws AccessDeniedException when nothing may be seen
     * @throws SubjectErasedException when a subject was erased and rows of theirs are left
     */
    public List<View<T>> getAll(Collection<String> subjectIds, Access access) {
        requireBatch(subjectIds);
        return subjectIds.stream()
                .map(id -> get(id, access))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Changes the records of several subjects, for types without {@code @RecordId}, all or none of them; subjects without
     * one are left out.
     *
     * @param subjectIds whose records, at most {@value #MAX_BATCH}
     * @param access who changes them, and what for
     * @param change makes each new record from the old one; the ids must stay
     * @return what became of each
     * @throws AccessDeniedException when the access doesn't see every component
     * @throws StoreException retryable, when somebody else wrote one of them meanwhile
     */
    public List<Put> updateAll(Collection<String> subjectIds, Access access, UnaryOperator<T> change) {
        requireBatch(subjectIds);
        return updateAll(inOrder(subjectIds), access, change);
    }

    /**
     * Deletes the records of several subjects, for types without {@code @RecordId}, all or none of them.
     *
     * @param subjectIds whose records, at most {@value #MAX_BATCH}
     * @param reason why, for the audit trail; no personal value
     * @return how many there were
     * @throws dev.waxseal.error.DataHeldException when a legal hold keeps it; nothing is changed
     */
    public int deleteAll(Collection<String> subjectIds, String reason) {
        requireBatch(subjectIds);
        return deleteAll(inOrder(subjectIds), reason);
    }

    /**
     * Several of a subject's records, for types with {@code @RecordId}; those that don't exist are left out.
     *
     * @param subjectId whose records
     * @param recordIds which of them, at most {@value #MAX_BATCH}
     * @param access who asks, and what for
     * @return what may be seen of each, in their order
     * @throws AccessDeniedException when nothing may be seen
     * @throws SubjectErasedException when the subject was erased and rows of theirs are left
     */
    public List<View<T>> getAll(String subjectId, Collection<String> recordIds, Access access) {
        requireBatch(recordIds);
        return recordIds.stream()
                .map(id -> get(subjectId, id, access))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Changes several of a subject's records, for types with {@code @RecordId}, all or none of them; those that don't
     * exist are left out.
     *
     * @param subjectId whose records
     * @param recordIds which of them, at most {@value #MAX_BATCH}
     * @param access who changes them, and what for
     * @param change makes each new record from the old one; the ids must stay
     * @return what became of each
     * @throws AccessDeniedException when the access doesn't see every component
     * @throws StoreException retryable, when somebody else wrote one of them meanwhile
     */
    public List<Put> updateAll(String subjectId, Collection<String> recordIds, Access access, UnaryOperator<T> change) {
        requireBatch(recordIds);
        return updateAll(inOrder(subjectId, recordIds), access, change);
    }

    /**
     * Deletes several of a subject's records, for types with {@code @RecordId}, all or none of them.
     *
     * @param subjectId whose records
     * @param recordIds which of them, at most {@value #MAX_BATCH}
     * @param reason why, for the audit trail; no personal value
     * @return how many there were
     * @throws dev.waxseal.error.DataHeldException when a legal hold keeps it; nothing is changed
     */
    public int deleteAll(String subjectId, Collection<String> recordIds, String reason) {
        requireBatch(recordIds);
        return deleteAll(inOrder(subjectId, recordIds), reason);
    }

    private List<Put> updateAll(List<RecordKey> keys, Access access, UnaryOperator<T> change) {
        return stores.atomically(() -> {
            List<Changed> changed = keys.stream()
                    .map(key -> changed(key, access, change))
                    .flatMap(Optional::stream)
                    .toList();
            List<Put> done = changed.stream().map(this::write).toList();
            // Last: who holds the end of the trail must not wait for a record that another writer has.
            if (!done.isEmpty()) {
                trail.changed(changed.stream().map(each -> event(each, access)).toList());
            }
            return done;
        });
    }

    private int deleteAll(List<RecordKey> keys, String reason) {
        requireReason(reason);
        return stores.atomically(() -> {
            holds.freeze(tenant);
            List<AuditEvent> events = new ArrayList<>();
            for (RecordKey key : keys) {
                holds.requireFree(key);
                if (stores.records().delete(key)) {
                    events.add(event(AuditAction.DELETE, AuditEvent.APPLICATION, "", key, Set.of(), Set.of(), reason));
                }
            }
            if (!events.isEmpty()) {
                trail.changed(events);
            }
            return events.size();
        });
    }

    private static void requireBatch(Collection<?> items) {
        if (items.size() > MAX_BATCH) {
            throw new InvalidInputException(
                    items.size() + " records are too many at once: take at most " + MAX_BATCH + " in a call");
        }
    }

    /** Every batch touches its records in the same order, so that no two of them wait for each other. */
    private List<RecordKey> inOrder(String subjectId, Collection<String> recordIds) {
        return recordIds.stream()
                .map(id -> sealer.key(subjectId, Optional.of(id)))
                .sorted(Comparator.comparing(RecordKey::record))
                .distinct()
                .toList();
    }

    private List<RecordKey> inOrder(Collection<String> subjectIds) {
        return subjectIds.stream()
                .map(id -> sealer.key(id, Optional.empty()))
                .sorted(Comparator.comparing(RecordKey::subject))
                .distinct()
                .toList();
    }

    /**
     * Seals a record without storing it, for hosts that keep sealed records in tables of their own. The keys are made and
     * durable when this returns.
     *
     * @param record the record
     * @return the sealed record
     * @throws InvalidInputException when an id or a searchable value can't be one
     * @throws SubjectErasedException when its data subject was erased
     */
    public SealedRecord seal(T record) {
        SealedRecord sealed = sealer.seal(record).record();
        // Stored here, the store would look; the host's store can't.
        sealer.requireLive(sealed.key());
        return sealed;
    }

    /**
     * Opens a sealed record that the host kept.
     *
     * @param sealed the sealed record
     * @param access who asks, and what for
     * @return what may be seen of it
     * @throws AccessDeniedException when nothing may be seen
     * @throws dev.waxseal.error.IntegrityException when it was altered or moved from another place
     * @throws SubjectErasedException when the subject was erased
     */
    public View<T> open(SealedRecord sealed, Access access) {
        if (!sealed.key().recordType().equals(policy().recordType())
                || !sealed.key().tenant().equals(tenant)) {
            throw new InvalidInputException(
                    "a sealed record of type '" + sealed.key().recordType() + "' and tenant '"
                            + sealed.key().tenant() + "' can't be opened by the vault of '" + policy().recordType()
                            + "' and tenant '" + tenant + "'");
        }
        Decision decision = decide(access);
        sealer.requireLive(sealed.key());
        return show(sealed, access, decision);
    }

    /** Decides, and refuses where nothing at all may be seen. */
    private Decision decide(Access access) {
        policy().requirePurpose(access.purpose());
        Decision decision = decider.decide(tenant, access, policy(), now());
        boolean anything = policy().fields().stream()
                .filter(field -> field.role() == FieldPolicy.Role.PERSONAL)
                .anyMatch(field -> verdict(field, access, decision) != Verdict.WITHHELD);
        if (!anything) {
            throw deny(access, "nothing of it may be seen for the purpose '" + access.purpose() + "'", decision);
        }
        return decision;
    }

    private AccessDeniedException deny(Access access, String why, Decision decision) {
        trail.accessed(List.of(new AuditEvent(
                now(),
                AuditAction.DENY,
                access.principal(),
                access.purpose(),
                policy().recordType(),
                "",
                "",
                Set.of(),
                Set.of(),
                decision.reason())));
        return new AccessDeniedException("'" + access.principal() + "' is refused access to " + policy().recordType()
                + " records: " + why + ". Grant it with waxseal.grants() if it is right");
    }

    private static Verdict verdict(FieldPolicy field, Access access, Decision decision) {
        if (field.role() == FieldPolicy.Role.PERSONAL && !field.purposes().contains(access.purpose())) {
            return Verdict.WITHHELD;
        }
        return field.role() == FieldPolicy.Role.OPERATIONAL ? Verdict.REVEALED : decision.of(field.name());
    }

    private static String whyWithheld(FieldPolicy field, Access access) {
        return field.role() != FieldPolicy.Role.PERSONAL || field.purposes().contains(access.purpose())
                ? "not granted to the principal for '" + access.purpose() + "'"
                : "not collected for '" + access.purpose() + "'";
    }

    private View<T> show(SealedRecord record, Access access, Decision decision) {
        Shown<T> shown = open(record, access, decision, true, Optional.empty()).orElseThrow();
        trail.accessed(List.of(shown.event()));
        return shown.view();
    }

    /** A view, and the event that must be on the trail before anybody gets it. */
    private record Shown<T>(View<T> view, AuditEvent event) {}

    /** Opens what the decision allows, writes the trail, and only then hands out the views. */
    private List<View<T>> show(
            List<SealedRecord> records, Access access, Decision decision, Optional<Search> searched) {
        List<Shown<T>> shown = new ArrayList<>(records.size());
        for (SealedRecord record : records) {
            open(record, access, decision, false, searched).ifPresent(shown::add);
        }
        if (!shown.isEmpty()) {
            trail.accessed(shown.stream().map(Shown::event).toList());
        }
        return shown.stream().map(Shown::view).toList();
    }

    /**
     * Opens one record for one access.
     *
     * @param alone whether it was asked for by itself; among others, one whose subject is being erased is passed over
     * @param searched what it was found by, which its values must match
     */
    private Optional<Shown<T>> open(
            SealedRecord record, Access access, Decision decision, boolean alone, Optional<Search> searched) {
        Set<String> wanted = new TreeSet<>();
        for (FieldPolicy field : policy().fields()) {
            if (verdict(field, access, decision) != Verdict.WITHHELD) {
                wanted.add(field.name());
            }
        }
        OpenedRecord opened;
        try {
            opened = sealer.open(record, wanted);
        } catch (SubjectErasedException e) {
            if (alone) {
                throw e;
            }
            return Optional.empty();
        } catch (IntegrityException e) {
            trail.accessed(List.of(event(
                    AuditAction.TAMPERED,
                    access.principal(),
                    access.purpose(),
                    record.key(),
                    Set.of(),
                    Set.of(),
                    "nothing was shown")));
            throw e;
        }
        if (!searched.map(search -> search.matches().test(opened.values())).orElse(true)) {
            return Optional.empty();
        }
        View<T> view = view(record, opened, access, decision);
        Map<Verdict, Set<String>> shown = new HashMap<>();
        view.fields().forEach((name, seen) -> {
            if (policy().field(name).role() != FieldPolicy.Role.OPERATIONAL) {
                shown.computeIfAbsent(seen.verdict(), v -> new TreeSet<>()).add(name);
            }
        });
        AuditEvent event = event(
                AuditAction.REVEAL,
                access.principal(),
                access.purpose(),
                record.key(),
                shown.getOrDefault(Verdict.REVEALED, Set.of()),
                shown.getOrDefault(Verdict.MASKED, Set.of()),
                decision.reason());
        return Optional.of(new Shown<>(view, event));
    }

    private View<T> view(SealedRecord record, OpenedRecord opened, Access access, Decision decision) {
        Map<String, View.Field> fields = new LinkedHashMap<>();
        Map<String, @Nullable Object> revealed = new HashMap<>();
        Optional<String> subjectId = Optional.empty();
        Optional<String> recordId = Optional.empty();
        for (FieldPolicy field : policy().fields()) {
            String name = field.name();
            Object value = switch (field.role()) {
                case SUBJECT_ID -> opened.subjectId().orElse(null);
                case RECORD_ID -> opened.recordId().orElse(null);
                case PERSONAL, OPERATIONAL -> opened.values().get(name);
            };
            Verdict verdict = verdict(field, access, decision);
            boolean identity =
                    field.role() == FieldPolicy.Role.SUBJECT_ID || field.role() == FieldPolicy.Role.RECORD_ID;
            if (verdict == Verdict.WITHHELD) {
                fields.put(name, View.withheld(whyWithheld(field, access)));
            } else if (opened.expired().containsKey(name)) {
                fields.put(name, View.expired(opened.expired().get(name)));
            } else if (identity && value == null) {
                fields.put(name, View.withheld("nothing that holds it is left"));
            } else if (verdict == Verdict.MASKED) {
                fields.put(name, View.masked(field.mask(), value));
            } else {
                fields.put(name, View.revealed(value));
                revealed.put(name, value);
                if (field.role() == FieldPolicy.Role.SUBJECT_ID) {
                    subjectId = opened.subjectId();
                } else if (field.role() == FieldPolicy.Role.RECORD_ID) {
                    recordId = opened.recordId();
                }
            }
        }
        return new View<>(
                policy().recordType(),
                record.key().subject(),
                subjectId,
                recordId,
                fields,
                () -> sealer.create(revealed));
    }

    private static void requireReason(String reason) {
        InvalidInputException.requireText(reason, "reason", MAX_REASON_LENGTH);
    }

    /**
     * Seals every record that is sealed under an older version of the policy anew under the current one, to its end. See
     * {@link #reseal(Progress.Listener)}.
     *
     * @return what was done
     * @throws dev.waxseal.error.KeyUnavailableException when the root key is out of reach; call again to go on
     */
    public Resealed reseal() {
        return reseal(Progress.Listener.NONE);
    }

    /**
     * Seals every record that is sealed under an older version of the policy anew under the current one: with its periods,
     * purposes and searchable components. What the policy has no more is dropped, and so is what is past its day by the
     * older policy or by this one; what is past its day doesn't come back. A record that can't be sealed anew stays as it
     * is, and is told; so does one of which something would be dropped that a legal hold keeps.
     *
     * <p>It goes on where it was stopped: call it again. Reads and writes go on meanwhile; who changes a record at the same
     * time wins, or is told to try again. Several processes may call it at once, and share the work on PostgreSQL. Every
     * batch is a transaction of its own, also inside a transaction of the host, with one event on the audit trail. Call it
     * once no process with an older version of the policy writes any more.
     *
     * @param listener is told after every batch, and may stop the work; call again to go on
     * @return what was done
     * @throws dev.waxseal.error.KeyUnavailableException when the root key is out of reach; call again to go on
     * @throws StoreException when the store fails; call again to go on
     */
    public Resealed reseal(Progress.Listener listener) {
        return new Reseal<>(sealer, stores, trail, holds, clock, tenant).run(listener);
    }

    /**
     * An export of every record in clear: how to leave Waxseal, or to take the records elsewhere.
     *
     * @param name the name under which it goes on where it stopped: 1 to 64 characters, no personal value
     * @param principal who gets the records; needs grants for every personal component and the ids
     * @return the export, not yet begun
     * @throws InvalidInputException when a name can't be one
     */
    public Export<T> export(String name, String principal) {
        return new Export<>(sealer, stores, decider, trail, clock, tenant, name, principal);
    }

    /**
     * What became of one record of {@link #sealEach}.
     *
     * @param key which record; empty where its ids can't be ones
     * @param sealed the sealed record; empty where it was refused
     * @param droppedAsExpired the components that were not sealed, since the day on which they must be gone had come
     * @param refused why it was refused: an {@link InvalidInputException}, {@link SubjectErasedException} or {@link
     *     dev.waxseal.error.DataExpiredException}; empty where it was sealed
     */
    public record SealAttempt(
            Optional<RecordKey> key,
            Optional<SealedRecord> sealed,
            Set<String> droppedAsExpired,
            Optional<WaxsealException> refused) {
        /** Takes a defensive copy. */
        public SealAttempt {
            droppedAsExpired = Set.copyOf(droppedAsExpired);
        }

        @Override
        public String toString() {
            return "SealAttempt[" + key + ", " + (sealed.isPresent() ? "sealed" : "refused") + "]";
        }
    }

    /**
     * Seals several records without storing them, as {@link #seal} does each, for hosts that keep sealed records in tables
     * of their own. A record that can't be sealed doesn't stop the others. All keys are found or made with a few
     * statements, and the new ones are durable when this returns.
     *
     * @param records at most {@value #MAX_BATCH} records
     * @return what became of each, in their order
     * @throws InvalidInputException when there are too many, or one is null
     */
    public List<SealAttempt> sealEach(List<? extends T> records) {
        requireBatch(records);
        for (T record : records) {
            if (record == null) {
                throw new InvalidInputException("a record to seal is null: leave it out");
            }
        }
        return sealer.sealEach(records).stream()
                .map(attempt -> new SealAttempt(
                        attempt.key(),
                        attempt.sealed().map(RecordSealer.Sealed::record),
                        attempt.sealed()
                                .map(RecordSealer.Sealed::droppedAsExpired)
                                .orElse(Set.of()),
                        attempt.refused()))
                .toList();
    }

    /**
     * Which record is a subject's, for types without {@code @RecordId}: to compare with that of a sealed record that the
     * host kept, or to find its rows by reference.
     *
     * @param subjectId whose record
     * @return its references
     * @throws InvalidInputException when the id can't be one
     */
    public RecordKey keyOf(String subjectId) {
        return sealer.key(subjectId, Optional.empty());
    }

    /**
     * Which record is one of a subject's, for types with {@code @RecordId}.
     *
     * @param subjectId whose record
     * @param recordId which of the subject's records
     * @return its references
     * @throws InvalidInputException when an id can't be one
     */
    public RecordKey keyOf(String subjectId, String recordId) {
        return sealer.key(subjectId, Optional.of(recordId));
    }

    /**
     * The blind-index entries of a value, for hosts that keep entries in columns of their own and look them up there: one
     * for each live version of the index's key, any of which a row may have. To find by it is to learn the value, so it is
     * decided and recorded like {@link #findBy}. Check what is found: open it, and compare the component with the value.
     *
     * @param field the searchable component's name
     * @param value the value, in any spelling that its normaliser knows
     * @param access who asks, and what for
     * @return the entries to look for
     * @throws AccessDeniedException when nothing may be seen, or not the component
     * @throws InvalidInputException when the value can't be one
     */
    public List<IndexEntry> indexEntries(String field, String value, Access access) {
        Search search = permitted(Query.is(field, value), access);
        trail.accessed(List.of(searched(access, search)));
        return search.anyOf();
    }
}
