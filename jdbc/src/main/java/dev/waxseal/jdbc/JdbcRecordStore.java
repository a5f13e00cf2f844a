package dev.waxseal.jdbc;

import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sealed records in {@code waxseal_record}, {@code waxseal_compartment} and {@code waxseal_index}. Thread safe. */
final class JdbcRecordStore implements RecordStore {
    private static final int MOST = 1_000;
    private static final String NO_EXPIRY = "none";
    /** Comes after every hexadecimal digit on both databases. */
    private static final String AFTER_EVERY_DIGIT = "~";

    private final Transactions transactions;
    private final Statements sql;
    private final Dialect dialect;

    JdbcRecordStore(Transactions transactions, Statements sql, Dialect dialect) {
        this.transactions = transactions;
        this.sql = sql;
        this.dialect = dialect;
    }

    @Override
    public long put(SealedRecord record, Expect expect, long revision) {
        return transactions.write("writing a record", session -> {
            holdKeys(session, record);
            long written = expect == Expect.REVISION ? replace(session, record, revision) : write(session, record);
            if (written > 1) {
                session.update(sql.deleteCompartments, columns(record.key()));
                session.update(sql.deleteIndex, columns(record.key()));
            }
            insertCompartments(session, record);
            insertIndex(session, record.key(), record.index());
            return written;
        });
    }

    @Override
    public Optional<Stored> find(RecordKey key) {
        return read(key.tenant(), sql.record, columns(key)).stream().findFirst();
    }

    @Override
    public List<Stored> bySubject(
            String tenant, Optional<String> recordType, String subject, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        List<Object> values = new ArrayList<>(List.of(tenant, subject));
        recordType.ifPresent(values::add);
        after.ifPresent(key -> values.addAll(List.of(key.recordType(), key.record())));
        values.add(limit);
        String first = recordType.isPresent() ? sql.recordsOfSubjectAndType : sql.recordsOfSubject;
        String next = recordType.isPresent() ? sql.recordsOfSubjectAndTypeAfter : sql.recordsOfSubjectAfter;
        return read(tenant, after.isPresent() ? next : first, values.toArray());
    }

    @Override
    public List<Stored> byIndex(
            String tenant, String recordType, List<IndexEntry> anyOf, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        Limits.check(anyOf.size(), Statements.MOST_ENTRIES);
        List<Object> values = new ArrayList<>();
        for (IndexEntry entry : anyOf) {
            values.addAll(List.of(tenant, recordType, entry.field(), entry.keyVersion(), entry.value()));
            after.ifPresent(key -> values.addAll(List.of(key.subject(), key.record())));
            values.add(limit);
        }
        if (anyOf.size() > 1) {
            values.add(limit);
        }
        List<String> statements = after.isPresent() ? sql.recordsByIndexAfter : sql.recordsByIndex;
        return read(tenant, statements.get(anyOf.size() - 1), values.toArray());
    }

    @Override
    public List<Stored> holdIndexedBefore(
            String tenant, String recordType, String index, int keyVersion, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        List<RecordKey> held = transactions.write(
                "holding records with old index entries",
                session -> session.list(
                        sql.holdIndexedBefore,
                        row -> new RecordKey(
                                tenant, recordType, row.getString("subject_ref"), row.getString("record_ref")),
                        tenant,
                        recordType,
                        after.map(RecordKey::subject).orElse(""),
                        after.map(RecordKey::record).orElse(""),
                        index,
                        keyVersion,
                        limit));
        return held.stream().map(this::find).flatMap(Optional::stream).toList();
    }

    @Override
    public long countIndexedBefore(String tenant, String recordType, String index, int keyVersion) {
        return transactions.read(
                "counting old index entries",
                session -> session.first(
                                sql.countIndexedBefore, row -> row.getLong(1), tenant, recordType, index, keyVersion)
                        .orElse(0L));
    }

    @Override
    public boolean replaceIndex(RecordKey key, List<IndexEntry> entries, long revision) {
        return transactions.write("replacing index entries", session -> {
            if (session.list(sql.holdRecordOfRevision, row -> 1, columns(key, revision))
                    .isEmpty()) {
                return false;
            }
            session.update(sql.deleteIndex, columns(key));
            insertIndex(session, key, entries);
            return true;
        });
    }

    @Override
    public boolean delete(RecordKey key) {
        return transactions.write("deleting a record", session -> session.update(sql.deleteRecord, columns(key)) > 0);
    }

    @Override
    public int deleteOfSubject(String tenant, String subject, int limit) {
        Limits.check(limit, MOST);
        return transactions.write(
                "deleting records of a subject",
                session -> session.update(sql.deleteRecordsOfSubject, tenant, subject, limit));
    }

    private static @Nullable Object[] columns(RecordKey key, @Nullable Object... more) {
        List<@Nullable Object> columns =
                new ArrayList<>(List.of(key.tenant(), key.subject(), key.recordType(), key.record()));
        columns.addAll(Arrays.asList(more));
        return columns.toArray();
    }

    /** A key that is held, and whether it is live. */
    private record Held(KeyKind kind, String name, boolean live) {
        static Held read(ResultSet row) throws SQLException {
            return new Held(
                    KeyKind.valueOf(row.getString("kind")),
                    row.getString("name"),
                    row.getObject("destroyed_at") == null);
        }
    }

    /**
     * Makes sure that the keys are live, and keeps them so until the transaction ends. Every write takes the locks in
     * the same order (expiry keys by day, then the subject key, then the record), so no two writes wait for each other.
     */
    private void holdKeys(Session session, SealedRecord record) throws SQLException {
        RecordKey key = record.key();
        Map<String, Optional<LocalDate>> days = new TreeMap<>();
        for (SealedCompartment compartment : record.compartments()) {
            days.put(compartment.expiryDay().map(LocalDate::toString).orElse(NO_EXPIRY), compartment.expiryDay());
        }
        Optional<Boolean> subjectLive = Optional.empty();
        // The newest version of an expiry key comes last, and decides.
        Map<String, Boolean> expiryLive = new HashMap<>();
        for (Held held : held(session, key, record.subjectKeyVersion(), List.copyOf(days.keySet()))) {
            if (held.kind() == KeyKind.SUBJECT) {
                subjectLive = Optional.of(held.live());
            } else {
                expiryLive.put(held.name(), held.live());
            }
        }
        if (subjectLive.isEmpty()) {
            throw new StoreException("there is no key of subject '" + key.subject() + "' of tenant '" + key.tenant()
                    + "', version " + record.subjectKeyVersion() + ": add it before writing a record under it");
        }
        if (!subjectLive.get()) {
            throw new SubjectErasedException("the key of subject '" + key.subject() + "' of tenant '" + key.tenant()
                    + "', version " + record.subjectKeyVersion() + ", is destroyed: nothing can be stored under it");
        }
        for (Map.Entry<String, Optional<LocalDate>> day : days.entrySet()) {
            Boolean live = expiryLive.get(day.getKey());
            if (live == null || (day.getValue().isEmpty() && !live)) {
                throw new StoreException("there is no live expiry key '" + day.getKey() + "' of tenant '" + key.tenant()
                        + "': add it before writing a record under it");
            }
            if (!live) {
                throw new DataExpiredException(day.getValue().orElseThrow());
            }
        }
    }

    private List<Held> held(Session session, RecordKey key, int version, List<String> days) throws SQLException {
        List<Object> subject = List.of(key.tenant(), key.subject(), version);
        if (days.isEmpty()) {
            return session.list(sql.holdSubjectKey(), Held::read, subject.toArray());
        }
        if (dialect == Dialect.POSTGRESQL) {
            List<Object> values = new ArrayList<>(subject);
            values.add(key.tenant());
            values.addAll(days);
            return session.list(sql.holdKeys(days.size()), Held::read, values.toArray());
        }
        // H2 finds rows by an index only where nothing is joined by OR.
        List<Held> held = new ArrayList<>();
        for (String day : days) {
            held.addAll(session.list(sql.holdExpiryKeys(1), Held::read, key.tenant(), day));
        }
        held.addAll(session.list(sql.holdSubjectKey(), Held::read, subject.toArray()));
        return held;
    }

    private long replace(Session session, SealedRecord record, long revision) throws SQLException {
        RecordKey key = record.key();
        int replaced = session.update(
                sql.replaceRecordOfRevision,
                record.subjectKeyVersion(),
                record.policyVersion(),
                record.operational(),
                key.tenant(),
                key.subject(),
                key.recordType(),
                key.record(),
                revision);
        if (replaced == 0) {
            throw new StoreException(
                    "record '" + key.record() + "' of type '" + key.recordType() + "' and tenant '" + key.tenant()
                            + "' isn't at revision " + revision
                            + " any more: read it again, and repeat the change on what it holds now",
                    true);
        }
        return revision + 1;
    }

    private long write(Session session, SealedRecord record) throws SQLException {
        RecordKey key = record.key();
        @Nullable
        Object[] values = columns(key, record.subjectKeyVersion(), record.policyVersion(), record.operational());
        if (dialect == Dialect.POSTGRESQL) {
            return session.first(sql.insertOrReplaceRecord, row -> row.getLong("revision"), values)
                    .orElseThrow();
        }
        for (int attempt = 0; attempt < 10; attempt++) {
            int replaced = session.update(
                    sql.replaceRecord,
                    record.subjectKeyVersion(),
                    record.policyVersion(),
                    record.operational(),
                    key.tenant(),
                    key.subject(),
                    key.recordType(),
                    key.record());
            if (replaced == 1) {
                return session.first(sql.revision, row -> row.getLong("revision"), columns(key))
                        .orElseThrow();
            }
            if (session.insertIfAbsent(sql.insertRecord, values)) {
                return 1;
            }
        }
        throw new StoreException(
                "record '" + key.record() + "' is being written and deleted by others without a pause: try again",
                true);
    }

    private void insertCompartments(Session session, SealedRecord record) throws SQLException {
        List<SealedCompartment> compartments = record.compartments();
        if (compartments.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = session.prepare(sql.insertCompartment)) {
            for (int i = 0; i < compartments.size(); i++) {
                SealedCompartment compartment = compartments.get(i);
                if (compartment.heldDay().isPresent()) {
                    // What a legal hold keeps stays as it is, and may be there already.
                    session.insertIfAbsent(sql.insertCompartment, columns(record.key(), i, compartment));
                } else {
                    Session.bind(insert, columns(record.key(), i, compartment));
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
    }

    private static @Nullable Object[] columns(RecordKey key, int position, SealedCompartment compartment) {
        return columns(
                key,
                position,
                compartment.name(),
                compartment.expiryDay().orElse(null),
                compartment.heldDay().orElse(null),
                compartment.sealed());
    }

    @Override
    public List<Stored> dueOn(String tenant, LocalDate day, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        List<Object> values = new ArrayList<>(List.of(tenant, day));
        after.ifPresent(key -> values.addAll(List.of(key.subject(), key.recordType(), key.record())));
        values.add(limit);
        return read(tenant, after.isPresent() ? sql.recordsDueAfter : sql.recordsDue, values.toArray());
    }

    @Override
    public Optional<Stored> hold(RecordKey key) {
        boolean there = transactions.write(
                "holding a record",
                session -> !session.list(sql.holdRecord, row -> 1, columns(key)).isEmpty());
        return there ? find(key) : Optional.empty();
    }

    @Override
    public long generation(String tenant) {
        return transactions.read(
                "reading what the records have seen",
                session -> session.first(sql.recordGeneration, row -> row.getLong(1), tenant)
                        .orElse(0L));
    }

    @Override
    public void noteGeneration(String tenant, long generation) {
        transactions.write("noting what the records have seen", session -> {
            boolean added = session.insertIfAbsent(sql.addRecordGeneration, tenant, generation);
            return added ? 1 : session.update(sql.noteRecordGeneration, generation, tenant);
        });
    }

    private void insertIndex(Session session, RecordKey key, List<IndexEntry> entries) throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = session.prepare(sql.insertIndex)) {
            for (int i = 0; i < entries.size(); i++) {
                IndexEntry entry = entries.get(i);
                Session.bind(insert, columns(key, i, entry.field(), entry.keyVersion(), entry.value()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private List<Stored> read(String tenant, String page, @Nullable Object... values) {
        return transactions.read("reading records", session -> {
            RecordRows rows = new RecordRows(tenant);
            session.list(page, rows::add, values);
            return rows.records();
        });
    }

    @Override
    public List<Stored> ofType(
            String tenant, String recordType, String subjects, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        List<Object> values = new ArrayList<>(List.of(tenant, recordType, subjects, subjects + AFTER_EVERY_DIGIT));
        return read(
                tenant,
                after.isPresent() ? sql.recordsOfTypeAfter : sql.recordsOfType,
                inType(values, recordType, after, limit));
    }

    private static Object[] inType(List<Object> values, String recordType, Optional<RecordKey> after, int limit) {
        after.ifPresent(key -> values.addAll(List.of(key.subject(), key.subject(), recordType, key.record())));
        values.add(limit);
        return values.toArray();
    }

    @Override
    public long countOfType(String tenant, String recordType) {
        return count("counting records", sql.countOfType, tenant, recordType);
    }

    private long count(String doing, String query, Object... values) {
        return transactions.read(
                doing,
                session -> session.first(query, row -> row.getLong(1), values).orElse(0L));
    }

    /**
     * {@inheritDoc}
     *
     * <p>H2 doesn't hold them: there every lock is exclusive, and a write locks keys before its record, so that one which
     * held the record first could wait for the write that waits for it.
     */
    @Override
    public List<Stored> holdOlderThan(
            String tenant, String recordType, int policyVersion, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        Object[] values = inType(new ArrayList<>(List.of(tenant, recordType, policyVersion)), recordType, after, limit);
        if (dialect == Dialect.H2) {
            return read(tenant, after.isPresent() ? sql.recordsOlderThanAfter : sql.recordsOlderThan, values);
        }
        return transactions.write("holding records of an older policy", session -> {
            List<RecordKey> held = session.list(
                    after.isPresent() ? sql.holdRecordsOlderThanAfter : sql.holdRecordsOlderThan,
                    row -> new RecordKey(tenant, recordType, row.getString("subject_ref"), row.getString("record_ref")),
                    values);
            if (held.isEmpty()) {
                return List.of();
            }
            RecordKey first = held.get(0);
            RecordKey last = held.get(held.size() - 1);
            RecordRows rows = new RecordRows(tenant);
            session.list(
                    sql.recordsOlderThanBetween,
                    rows::add,
                    tenant,
                    recordType,
                    policyVersion,
                    first.subject(),
                    recordType,
                    first.record(),
                    last.subject(),
                    recordType,
                    last.record());
            // Those that others hold stand between.
            Set<RecordKey> mine = Set.copyOf(held);
            return rows.records().stream()
                    .filter(stored -> mine.contains(stored.sealed().key()))
                    .toList();
        });
    }

    @Override
    public long countOlderThan(String tenant, String recordType, int policyVersion) {
        return count("counting records of an older policy", sql.countOlderThan, tenant, recordType, policyVersion);
    }

    @Override
    public boolean notePolicy(RecordKey key, int policyVersion, long revision) {
        return transactions.write(
                "noting a record's policy",
                session -> session.update(
                                sql.notePolicy,
                                policyVersion,
                                key.tenant(),
                                key.subject(),
                                key.recordType(),
                                key.record(),
                                revision,
                                policyVersion)
                        == 1);
    }
}
