package dev.waxseal.testkit.store;

import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.StoredKey;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.store.Tables.Indexed;
import dev.waxseal.testkit.store.Tables.KeyVersion;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sealed records in memory. Thread safe. */
final class InMemoryRecordStore implements RecordStore {
    private static final int MOST = 1_000;
    private static final int MOST_ENTRIES = 8;

    private final InMemoryTransactions transactions;

    InMemoryRecordStore(InMemoryTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public long put(SealedRecord record, Expect expect, long revision) {
        return transactions.call(tables -> {
            holdKeys(tables, record);
            Optional<Stored> before = tables.records.get(record.key());
            long found = before.map(Stored::revision).orElse(0L);
            if (expect == Expect.REVISION && (before.isEmpty() || found != revision)) {
                throw new StoreException(
                        "record '" + record.key().record() + "' isn't at revision " + revision
                                + " any more: read it again, and repeat the change on what it holds now",
                        true);
            }
            before.ifPresent(stored -> remove(tables, stored));
            SealedRecord written =
                    before.map(stored -> withHeld(record, stored.sealed())).orElse(record);
            tables.records.put(record.key(), new Stored(written, found + 1));
            record.index().forEach(entry -> tables.index.put(Indexed.of(entry, record.key()), record.key()));
            return found + 1;
        });
    }

    @Override
    public Optional<Stored> find(RecordKey key) {
        return transactions.call(tables -> tables.records.get(key));
    }

    @Override
    public List<Stored> bySubject(
            String tenant, Optional<String> recordType, String subject, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        RecordKey begin = after.map(key -> new RecordKey(tenant, key.recordType(), subject, key.record()))
                .orElseGet(() -> beginning(tenant, subject));
        return transactions.call(tables -> ofSubject(tables, tenant, subject, begin)
                .filter(stored -> recordType
                        .map(type -> type.equals(stored.sealed().key().recordType()))
                        .orElse(true))
                .limit(limit)
                .toList());
    }

    @Override
    public List<Stored> byIndex(
            String tenant, String recordType, List<IndexEntry> anyOf, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        Limits.check(anyOf.size(), MOST_ENTRIES);
        RecordKey seen = after.orElseGet(() -> new RecordKey(tenant, recordType, "", ""));
        RecordKey from = new RecordKey(tenant, recordType, seen.subject(), seen.record());
        return transactions.call(tables -> anyOf.stream()
                .flatMap(entry -> indexed(tables, Indexed.of(entry, from)).limit(limit))
                .distinct()
                .sorted(Tables.RECORD_ORDER)
                .limit(limit)
                .map(key -> tables.records.get(key).orElseThrow())
                .toList());
    }

    private static Stream<RecordKey> indexed(Tables tables, Indexed begin) {
        return tables.index
                .from(begin, false)
                .takeWhile(row -> row.getKey().sameEntry(begin))
                .map(Map.Entry::getValue);
    }

    @Override
    public List<Stored> holdIndexedBefore(
            String tenant, String recordType, String index, int keyVersion, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        return transactions.call(tables -> {
            List<Stored> found = typed(tables, tenant, recordType, "", after)
                    .filter(stored -> stored.sealed().index().stream()
                            .anyMatch(entry -> entry.field().equals(index) && entry.keyVersion() < keyVersion))
                    .limit(limit)
                    .toList();
            found.forEach(stored -> tables.records.hold(stored.sealed().key()));
            return found;
        });
    }

    @Override
    public long countIndexedBefore(String tenant, String recordType, String index, int keyVersion) {
        return transactions.call(tables -> typed(tables, tenant, recordType, "", Optional.empty())
                .flatMap(stored -> stored.sealed().index().stream())
                .filter(entry -> entry.field().equals(index) && entry.keyVersion() < keyVersion)
                .count());
    }

    @Override
    public boolean replaceIndex(RecordKey key, List<IndexEntry> entries, long revision) {
        return transactions.call(tables -> {
            Optional<Stored> found = tables.records.get(key).filter(stored -> stored.revision() == revision);
            found.ifPresent(stored -> {
                SealedRecord old = stored.sealed();
                remove(tables, stored);
                tables.records.put(
                        key,
                        new Stored(
                                new SealedRecord(
                                        key,
                                        old.subjectKeyVersion(),
                                        old.compartments(),
                                        entries,
                                        old.operational(),
                                        old.policyVersion()),
                                revision));
                entries.forEach(entry -> tables.index.put(Indexed.of(entry, key), key));
            });
            return found.isPresent();
        });
    }

    @Override
    public boolean delete(RecordKey key) {
        return transactions.call(tables -> {
            Optional<Stored> found = tables.records.get(key);
            found.ifPresent(stored -> remove(tables, stored));
            return found.isPresent();
        });
    }

    @Override
    public int deleteOfSubject(String tenant, String subject, int limit) {
        Limits.check(limit, MOST);
        return transactions.call(tables -> {
            List<Stored> found = ofSubject(tables, tenant, subject, beginning(tenant, subject))
                    .limit(limit)
                    .toList();
            found.forEach(stored -> remove(tables, stored));
            return found.size();
        });
    }

    @Override
    public List<Stored> dueOn(String tenant, LocalDate day, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        RecordKey begin = after.orElseGet(() -> new RecordKey(tenant, "", "", ""));
        return transactions.call(tables -> tables.records
                .from(begin, false)
                .takeWhile(row -> row.getKey().tenant().equals(tenant))
                .map(Map.Entry::getValue)
                .filter(stored -> stored.sealed().compartments().stream()
                        .anyMatch(compartment -> compartment.expiryDay().equals(Optional.of(day))))
                .limit(limit)
                .toList());
    }

    @Override
    public Optional<Stored> hold(RecordKey key) {
        return transactions.call(tables -> {
            tables.records.hold(key);
            return tables.records.get(key);
        });
    }

    @Override
    public long generation(String tenant) {
        return transactions.call(tables -> tables.recordGenerations.get(tenant).orElse(0L));
    }

    @Override
    public void noteGeneration(String tenant, long generation) {
        transactions.call(tables -> {
            tables.recordGenerations.put(tenant, generation);
            return generation;
        });
    }

    /** What a legal hold keeps stays as it is, whatever is written. */
    private static SealedRecord withHeld(SealedRecord record, SealedRecord before) {
        List<SealedCompartment> held = before.compartments().stream()
                .filter(compartment -> compartment.heldDay().isPresent())
                .toList();
        if (held.isEmpty()) {
            return record;
        }
        Set<String> names = held.stream().map(SealedCompartment::name).collect(Collectors.toSet());
        List<SealedCompartment> all = new ArrayList<>(record.compartments());
        all.removeIf(compartment -> names.contains(compartment.name()));
        all.addAll(held);
        return new SealedRecord(
                record.key(),
                record.subjectKeyVersion(),
                all,
                record.index(),
                record.operational(),
                record.policyVersion());
    }

    @Override
    public List<Stored> ofType(
            String tenant, String recordType, String subjects, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        return transactions.call(tables -> typed(tables, tenant, recordType, subjects, after)
                .takeWhile(stored -> stored.sealed().key().subject().startsWith(subjects))
                .limit(limit)
                .toList());
    }

    @Override
    public long countOfType(String tenant, String recordType) {
        return transactions.call(tables ->
                typed(tables, tenant, recordType, "", Optional.empty()).count());
    }

    @Override
    public List<Stored> holdOlderThan(
            String tenant, String recordType, int policyVersion, Optional<RecordKey> after, int limit) {
        Limits.check(limit, MOST);
        return transactions.call(tables -> {
            List<Stored> found = typed(tables, tenant, recordType, "", after)
                    .filter(stored -> stored.sealed().policyVersion() < policyVersion)
                    .limit(limit)
                    .toList();
            found.forEach(stored -> tables.records.hold(stored.sealed().key()));
            return found;
        });
    }

    @Override
    public long countOlderThan(String tenant, String recordType, int policyVersion) {
        return transactions.call(tables -> typed(tables, tenant, recordType, "", Optional.empty())
                .filter(stored -> stored.sealed().policyVersion() < policyVersion)
                .count());
    }

    @Override
    public boolean notePolicy(RecordKey key, int policyVersion, long revision) {
        return transactions.call(tables -> {
            Optional<Stored> found = tables.records
                    .get(key)
                    .filter(stored ->
                            stored.revision() == revision && stored.sealed().policyVersion() < policyVersion);
            found.ifPresent(stored -> {
                SealedRecord old = stored.sealed();
                SealedRecord noted = new SealedRecord(
                        key,
                        old.subjectKeyVersion(),
                        old.compartments(),
                        old.index(),
                        old.operational(),
                        policyVersion);
                tables.records.put(key, new Stored(noted, revision));
            });
            return found.isPresent();
        });
    }

    /** The records of a type after one, in the order of subject and record reference. */
    private static Stream<Stored> typed(
            Tables tables, String tenant, String recordType, String subjects, Optional<RecordKey> after) {
        RecordKey begin = after.map(key -> new RecordKey(tenant, recordType, key.subject(), key.record()))
                .orElseGet(() -> beginning(tenant, subjects));
        return tables.records
                .from(begin, false)
                .takeWhile(row -> row.getKey().tenant().equals(tenant))
                .map(Map.Entry::getValue)
                .filter(stored -> stored.sealed().key().recordType().equals(recordType));
    }

    private static RecordKey beginning(String tenant, String subject) {
        return new RecordKey(tenant, "", subject, "");
    }

    private static Stream<Stored> ofSubject(Tables tables, String tenant, String subject, RecordKey after) {
        return tables.records
                .from(after, false)
                .takeWhile(row -> row.getKey().tenant().equals(tenant)
                        && row.getKey().subject().equals(subject))
                .map(Map.Entry::getValue);
    }

    private static void remove(Tables tables, Stored stored) {
        RecordKey key = stored.sealed().key();
        tables.records.remove(key);
        stored.sealed().index().forEach(entry -> tables.index.remove(Indexed.of(entry, key)));
    }

    private static void holdKeys(Tables tables, SealedRecord record) {
        RecordKey key = record.key();
        KeyVersion subject =
                new KeyVersion(new KeyName(key.tenant(), KeyKind.SUBJECT, key.subject()), record.subjectKeyVersion());
        if (tables.keys.get(subject).isEmpty()) {
            throw new StoreException("there is no " + subject.name() + ", version " + subject.version()
                    + ": add it before writing a record under it");
        }
        if (tables.keys.get(subject).filter(StoredKey::live).isEmpty()) {
            throw new SubjectErasedException("the " + subject.name() + ", version " + subject.version()
                    + ", is destroyed: nothing can be stored under it");
        }
        tables.keys.hold(subject);
        for (SealedCompartment compartment : record.compartments()) {
            holdExpiryKey(tables, key.tenant(), compartment.expiryDay());
        }
    }

    private static void holdExpiryKey(Tables tables, String tenant, Optional<LocalDate> day) {
        KeyName name =
                new KeyName(tenant, KeyKind.EXPIRY, day.map(LocalDate::toString).orElse("none"));
        List<StoredKey> versions = InMemoryKeyStore.versions(tables, name);
        boolean live = !versions.isEmpty() && versions.get(versions.size() - 1).live();
        if (versions.isEmpty() || (day.isEmpty() && !live)) {
            throw new StoreException("there is no live " + name + ": add it before writing a record under it");
        }
        if (!live) {
            throw new DataExpiredException(day.orElseThrow());
        }
        versions.forEach(version -> tables.keys.hold(new KeyVersion(name, version.version())));
    }
}
