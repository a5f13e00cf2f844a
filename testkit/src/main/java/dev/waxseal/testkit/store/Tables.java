package dev.waxseal.testkit.store;

import dev.waxseal.audit.AuditStore.Link;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import dev.waxseal.policy.PolicyRegister.Registered;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** All that the stores hold, or what one transaction makes of it. Not thread safe. */
final class Tables {
    /** One version of a key. */
    record KeyVersion(KeyName name, int version) {
        static final Comparator<KeyVersion> ORDER = Comparator.<KeyVersion, String>comparing(
                        key -> key.name().tenant())
                .thenComparing(key -> key.name().kind())
                .thenComparing(key -> key.name().name())
                .thenComparingInt(KeyVersion::version);
    }

    /** A blind-index entry of a record; the value in hexadecimal digits, which compare by content. */
    record Indexed(String tenant, String recordType, String field, int keyVersion, String value, RecordKey record) {
        static final Comparator<Indexed> ORDER = Comparator.comparing(Indexed::tenant)
                .thenComparing(Indexed::recordType)
                .thenComparing(Indexed::field)
                .thenComparingInt(Indexed::keyVersion)
                .thenComparing(Indexed::value)
                .thenComparing(Indexed::record, RECORD_ORDER);

        static Indexed of(IndexEntry entry, RecordKey record) {
            return new Indexed(
                    record.tenant(),
                    record.recordType(),
                    entry.field(),
                    entry.keyVersion(),
                    HexFormat.of().formatHex(entry.value()),
                    record);
        }

        boolean sameEntry(Indexed other) {
            return equals(
                    new Indexed(other.tenant, other.recordType, other.field, other.keyVersion, other.value, record));
        }
    }

    /** An event's place. */
    record Place(String tenant, String chain, long sequence) {
        static final Comparator<Place> ORDER =
                Comparator.comparing(Place::tenant).thenComparing(Place::chain).thenComparingLong(Place::sequence);
    }

    /** A grant's place. */
    record GrantId(String tenant, String id) {
        static final Comparator<GrantId> ORDER =
                Comparator.comparing(GrantId::tenant).thenComparing(GrantId::id);
    }

    /** A version of a policy. */
    record PolicyVersion(String tenant, String recordType, int version) {
        static final Comparator<PolicyVersion> ORDER = Comparator.comparing(PolicyVersion::tenant)
                .thenComparing(PolicyVersion::recordType)
                .thenComparingInt(PolicyVersion::version);
    }

    /** A job. */
    record JobName(String tenant, String name) {
        static final Comparator<JobName> ORDER =
                Comparator.comparing(JobName::tenant).thenComparing(JobName::name);
    }

    /** The place of a chain's head; no event has it, since they count from 1. */
    static Place head(String tenant, String chain) {
        return new Place(tenant, chain, 0);
    }

    static final Comparator<RecordKey> RECORD_ORDER = Comparator.comparing(RecordKey::tenant)
            .thenComparing(RecordKey::subject)
            .thenComparing(RecordKey::recordType)
            .thenComparing(RecordKey::record);

    final Table<Long, StoredEpoch> epochs;
    final Table<KeyVersion, StoredKey> keys;
    final Table<RecordKey, Stored> records;
    final Table<Indexed, RecordKey> index;
    final Table<Place, Link> events;
    final Table<Place, Link> heads;
    final Table<GrantId, InMemoryGrantStore.Held> grants;
    final Table<String, Long> keyGenerations;
    final Table<String, Long> recordGenerations;
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final Optional<Tables> below;
    final Table<PolicyVersion, Registered> policies;
    final Table<JobName, InMemoryJobStore.Kept> jobs;

    Tables() {
        below = Optional.empty();
        keyGenerations = new Table<>(Comparator.<String>naturalOrder());
        recordGenerations = new Table<>(Comparator.<String>naturalOrder());
        epochs = new Table<>(Comparator.<Long>naturalOrder());
        keys = new Table<>(KeyVersion.ORDER);
        records = new Table<>(RECORD_ORDER);
        index = new Table<>(Indexed.ORDER);
        events = new Table<>(Place.ORDER);
        heads = new Table<>(Place.ORDER);
        grants = new Table<>(GrantId.ORDER);
        policies = new Table<>(PolicyVersion.ORDER);
        jobs = new Table<>(JobName.ORDER);
    }

    private Tables(Tables below) {
        this.below = Optional.of(below);
        keyGenerations = below.keyGenerations.above();
        recordGenerations = below.recordGenerations.above();
        epochs = below.epochs.above();
        keys = below.keys.above();
        records = below.records.above();
        index = below.index.above();
        events = below.events.above();
        heads = below.heads.above();
        grants = below.grants.above();
        policies = below.policies.above();
        jobs = below.jobs.above();
    }

    /** Tables that show these, and keep their changes to themselves until {@link #merge}. */
    Tables above() {
        return new Tables(this);
    }

    /** Hands the changes to the tables below. */
    void merge() {
        all().forEach(Table::merge);
        below.ifPresent(tables -> afterCommit.forEach(tables::afterCommit));
    }

    /** Does something once these are committed; at once where they are. */
    void afterCommit(Runnable work) {
        if (below.isPresent()) {
            afterCommit.add(work);
        } else {
            work.run();
        }
    }

    /** Forgets which rows were held. */
    void release() {
        all().forEach(Table::release);
    }

    /** Whether these changed a row that the others changed or hold. */
    boolean meet(Tables others) {
        return epochs.meets(others.epochs)
                || keys.meets(others.keys)
                || records.meets(others.records)
                || index.meets(others.index)
                || events.meets(others.events)
                || heads.meets(others.heads)
                || grants.meets(others.grants)
                || keyGenerations.meets(others.keyGenerations)
                || recordGenerations.meets(others.recordGenerations)
                || policies.meets(others.policies)
                || jobs.meets(others.jobs);
    }

    private List<Table<?, ?>> all() {
        return List.of(
                epochs, keys, records, index, events, heads, grants, keyGenerations, recordGenerations, policies, jobs);
    }
}
