package dev.waxseal.jdbc;

import dev.waxseal.Progress;
import dev.waxseal.Vault;
import dev.waxseal.access.Access;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.jdbc.BackfillSettings.Destination;
import dev.waxseal.jdbc.HostTable.Column;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One call of a backfill: passes over the table until one of them seals nothing. Not thread safe. */
final class BackfillRun<T> {
    /** An application that writes in clear faster than rows are sealed must not keep the job going for ever. */
    private static final int MOST_PASSES = 10;

    private static final String IDENTITY_COMPARTMENT = "identity";

    private final BackfillSettings<T> settings;
    private final Backfill.RowReader<T> reader;
    private final Vault<T> vault;
    private final Transactions transactions;
    private final BackfillPlan plan;

    /** What the workers share, guarded by this object itself. */
    private final List<Backfill.Failure> failures = new ArrayList<>();

    private long sealed;
    private long sealedInPass;
    private long failed;
    private long mostFailed;
    private volatile boolean stopped;

    /** Where the pass stands: the workers take one batch after the other from here. */
    private final ReentrantLock reading = new ReentrantLock();

    private List<Object> after = List.of();

    /** A row of the batch at hand. */
    private record Row<T>(List<Object> key, Optional<T> object, Optional<RecordKey> known, String refused) {
        @Override
        public String toString() {
            return "Row";
        }
    }

    /** What to write into a row. */
    private record Change(List<Object> key, @Nullable Object[] values) {}

    /** What became of a batch; failures are only counted once its transaction has ended. */
    private record Batch(int rows, int sealed, List<Backfill.Failure> failures) {}

    BackfillRun(BackfillSettings<T> settings, Backfill.RowReader<T> reader, Vault<T> vault) {
        this.settings = settings;
        this.reader = reader;
        this.vault = vault;
        this.transactions = settings.stores.transactions();
        this.plan = transactions.read("reading the description of a table", session -> {
            HostTable table = HostTable.find(session.connection(), settings.schema, settings.table);
            return BackfillPlan.check(settings, vault.policy(), table, session.dialect());
        });
    }

    Backfill.Result run(Progress.Listener listener) {
        Instant start = settings.clock.instant();
        long total = transactions.read(
                "counting pending rows",
                session -> session.first(plan.count, row -> row.getLong(1)).orElse(0L));
        int passes = 0;
        do {
            beginPass();
            inParallel(() -> workOnPass(listener, start, total));
            passes++;
        } while (sealedInPass() > 0 && !stopped && passes < MOST_PASSES);
        boolean complete = transactions.read(
                "looking for pending rows",
                session -> session.first(plan.anyPending, row -> true).isEmpty());
        synchronized (failures) {
            return new Backfill.Result(sealed, failed, failures, complete);
        }
    }

    private void beginPass() {
        synchronized (failures) {
            failures.clear();
            failed = 0;
            sealedInPass = 0;
        }
        after = List.of();
    }

    private long sealedInPass() {
        synchronized (failures) {
            return sealedInPass;
        }
    }

    /** Runs the work in as many threads as there are workers, this one among them; one that fails stops the others. */
    private void inParallel(Runnable work) {
        if (settings.workers == 1) {
            work.run();
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(settings.workers - 1);
        try {
            List<Future<?>> others = new ArrayList<>();
            for (int i = 1; i < settings.workers; i++) {
                others.add(threads.submit(() -> stopOthersOnFailure(work)));
            }
            stopOthersOnFailure(work);
            for (Future<?> other : others) {
                other.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("a worker of the backfill broke", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    "the backfill was interrupted; what was sealed so far is durable: call again to go on", true, e);
        } finally {
            stopped |= Thread.currentThread().isInterrupted();
            threads.shutdown();
        }
    }

    private void stopOthersOnFailure(Runnable work) {
        boolean done = false;
        try {
            work.run();
            done = true;
        } finally {
            stopped |= !done;
        }
    }

    private void workOnPass(Progress.Listener listener, Instant start, long total) {
        Batch batch;
        do {
            batch = nextBatch();
            if (batch.rows() > 0) {
                note(batch, listener, start, total);
            }
        } while (batch.rows() > 0 && !stopped);
    }

    /** One worker at a time tells the listener. */
    private void note(Batch batch, Progress.Listener listener, Instant start, long total) {
        synchronized (failures) {
            sealed += batch.sealed();
            sealedInPass += batch.sealed();
            failed += batch.failures().size();
            mostFailed = Math.max(mostFailed, failed);
            for (Backfill.Failure failure : batch.failures()) {
                if (failures.size() < Backfill.MAX_FAILURES) {
                    failures.add(failure);
                }
            }
            long done = sealed + mostFailed;
            Duration elapsed = Duration.between(start, settings.clock.instant());
            if (!listener.goOn(new Progress(done, Math.max(total, done), elapsed))) {
                stopped = true;
            }
        }
    }

    private Batch nextBatch() {
        return transactions.separately(() -> transactions.write("sealing rows of a table", session -> {
            List<Row<T>> rows = read(session);
            if (rows.isEmpty()) {
                return new Batch(0, 0, List.of());
            }
            List<Backfill.Failure> refused = new ArrayList<>();
            List<Change> changes = plan.destination == Destination.VAULT ? put(rows, refused) : seal(rows, refused);
            if (!changes.isEmpty()) {
                change(session, changes);
                // Last, since other writers wait for the end of the trail until this transaction ends.
                settings.waxseal.audit().changed(List.of(event(changes.size(), refused.size())));
            }
            return new Batch(rows.size(), changes.size(), refused);
        }));
    }

    private AuditEvent event(int sealed, int refused) {
        return new AuditEvent(
                settings.clock.instant(),
                AuditAction.BACKFILL,
                AuditEvent.APPLICATION,
                "",
                vault.policy().recordType(),
                "",
                "",
                Set.of(),
                Set.of(),
                "table " + plan.table.name() + ": " + sealed + " rows sealed, " + refused + " refused");
    }

    /** Takes the next rows of the pass; they are locked until the transaction ends. */
    private List<Row<T>> read(Session session) throws SQLException {
        reading.lock();
        try {
            List<Row<T>> rows =
                    session.list(after.isEmpty() ? plan.select : plan.selectAfter, this::row, after.toArray());
            if (!rows.isEmpty()) {
                after = rows.get(rows.size() - 1).key();
            }
            return rows;
        } finally {
            reading.unlock();
        }
    }

    private Row<T> row(ResultSet row) throws SQLException {
        List<Object> key = new ArrayList<>(plan.key.size());
        for (Column column : plan.key) {
            key.add(row.getObject(column.name()));
        }
        T object;
        try {
            object = reader.read(row);
        } catch (SQLException | RuntimeException e) {
            return new Row<>(
                    key,
                    Optional.empty(),
                    Optional.empty(),
                    "the row reader threw " + e.getClass().getName());
        }
        if (object == null) {
            return new Row<>(key, Optional.empty(), Optional.empty(), "the row reader gave null");
        }
        Map<String, byte[]> before = sealedBefore(row);
        if (before.isEmpty() || settings.replacing) {
            return new Row<>(key, Optional.of(object), Optional.empty(), "");
        }
        return merged(key, before, object);
    }

    /** What stands in the sealed columns of the row already, by component; under an empty name where it is all in one. */
    private Map<String, byte[]> sealedBefore(ResultSet row) throws SQLException {
        Map<String, byte[]> before = new HashMap<>();
        if (plan.whole.isPresent()) {
            byte[] bytes = row.getBytes(plan.whole.get().name());
            if (bytes != null) {
                before.put("", bytes);
            }
        }
        for (Map.Entry<String, Column> compartment : plan.compartments.entrySet()) {
            byte[] bytes = row.getBytes(compartment.getValue().name());
            if (bytes != null) {
                before.put(compartment.getKey(), bytes);
            }
        }
        return before;
    }

    private Row<T> merged(List<Object> key, Map<String, byte[]> before, T clear) {
        Backfill.Merge<T> merge = settings.merge;
        Access access = settings.mergeAccess;
        if (merge == null || access == null) {
            return new Row<>(
                    key,
                    Optional.empty(),
                    Optional.empty(),
                    "it is sealed already and was written in clear since: say by replacingSealed() or merging(…) which"
                            + " of both counts");
        }
        Optional<RecordKey> known = Optional.empty();
        try {
            Vault.SealAttempt attempt = vault.sealEach(List.of(clear)).get(0);
            known = attempt.key();
            RecordKey expected = known.orElseThrow(() -> attempt.refused().orElseThrow());
            byte[] all = before.get("");
            SealedRecord sealed = all == null ? SealedRecord.ofColumns(expected, before) : SealedRecord.fromBytes(all);
            if (!sealed.key().equals(expected)) {
                return new Row<>(key, Optional.empty(), known, "what is sealed in it belongs to another record");
            }
            T object = merge.merge(vault.open(sealed, access), clear);
            return object == null
                    ? new Row<>(key, Optional.empty(), known, "the merge gave null")
                    : new Row<>(key, Optional.of(object), known, "");
        } catch (InvalidInputException | IntegrityException | SubjectErasedException | DataExpiredException e) {
            return new Row<>(key, Optional.empty(), known, String.valueOf(e.getMessage()));
        }
    }

    private Backfill.Failure failure(Row<T> row, Optional<RecordKey> record, String reason) {
        String name = settings.naming
                ? String.join(", ", row.key().stream().map(String::valueOf).toList())
                : "";
        return new Backfill.Failure(record, name, reason);
    }

    /** The rows that became objects; the others are refused. */
    private List<Row<T>> readable(List<Row<T>> rows, List<Backfill.Failure> refused) {
        List<Row<T>> readable = new ArrayList<>(rows.size());
        for (Row<T> row : rows) {
            if (row.object().isPresent()) {
                readable.add(row);
            } else {
                refused.add(failure(row, row.known(), row.refused()));
            }
        }
        return readable;
    }

    private List<Change> seal(List<Row<T>> rows, List<Backfill.Failure> refused) {
        List<Row<T>> readable = readable(rows, refused);
        List<Vault.SealAttempt> attempts = vault.sealEach(
                readable.stream().map(row -> row.object().orElseThrow()).toList());
        List<Change> changes = new ArrayList<>(readable.size());
        for (int i = 0; i < readable.size(); i++) {
            Row<T> row = readable.get(i);
            Vault.SealAttempt attempt = attempts.get(i);
            if (attempt.refused().isPresent()) {
                refused.add(failure(
                        row,
                        attempt.key(),
                        String.valueOf(attempt.refused().get().getMessage())));
            } else if (row.known().isPresent() && !row.known().equals(attempt.key())) {
                refused.add(failure(row, attempt.key(), "the merge gave an object with other ids"));
            } else {
                @Nullable Object[] values = values(attempt.sealed().orElseThrow(), attempt.droppedAsExpired());
                Optional<String> tooSmall = tooSmall(values);
                if (tooSmall.isPresent()) {
                    refused.add(failure(row, attempt.key(), tooSmall.get()));
                } else {
                    changes.add(new Change(row.key(), values));
                }
            }
        }
        return changes;
    }

    private @Nullable Object[] values(SealedRecord sealed, Set<String> dropped) {
        @Nullable Object[] values = new @Nullable Object[plan.written.size()];
        int at = 0;
        if (plan.whole.isPresent()) {
            values[at++] = sealed.toBytes();
        }
        if (!plan.compartments.isEmpty()) {
            Map<String, byte[]> compartments = new HashMap<>();
            for (SealedCompartment compartment : sealed.compartments()) {
                compartments.put(compartment.name(), compartment.sealed());
            }
            for (String component : plan.compartments.keySet()) {
                byte[] bytes = compartments.remove(component);
                if (bytes == null && !dropped.contains(component)) {
                    throw notByFields();
                }
                // Empty, not NULL: the row is sealed, and nothing of the component is kept.
                values[at++] = bytes == null ? new byte[0] : bytes;
            }
            compartments.remove(IDENTITY_COMPARTMENT);
            if (!compartments.isEmpty()) {
                throw notByFields();
            }
        }
        for (Map.Entry<String, Column> index : plan.index.entrySet()) {
            byte @Nullable [] entry = sealed.index().stream()
                    .filter(each -> each.field().equals(index.getKey()))
                    .map(IndexEntry::value)
                    .findFirst()
                    .orElse(null);
            values[at++] = entry == null || index.getValue().bytes()
                    ? entry
                    : HexFormat.of().formatHex(entry);
        }
        if (plan.subjectReference.isPresent()) {
            values[at++] = sealed.key().subject();
        }
        if (plan.recordReference.isPresent()) {
            values[at] = sealed.key().record();
        }
        return values;
    }

    private InvalidInputException notByFields() {
        return new InvalidInputException(
                "the components of " + vault.policy().type().getSimpleName()
                        + " are not sealed one by one: open Waxseal with .layout(Layout.FIELDS) to give each its own column, or"
                        + " put the whole record into one column with into(…)");
    }

    private Optional<String> tooSmall(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            Column column = plan.written.get(i);
            int size = values[i] instanceof byte[] bytes ? bytes.length : 0;
            if (column.size() > 0 && size > column.size()) {
                return Optional.of("its sealed form takes " + size + " bytes, but column '" + column.name() + "' holds "
                        + column.size() + ": make it larger");
            }
        }
        return Optional.empty();
    }

    private void change(Session session, List<Change> changes) throws SQLException {
        int changed = plan.postgresql() ? changeAtOnce(session, changes) : changeEach(session, changes);
        if (changed != changes.size()) {
            throw new StoreException("of " + changes.size() + " locked rows of table '" + plan.table.name() + "' "
                    + changed + " were changed: a trigger, rule or row-level policy interferes; nothing of the batch is"
                    + " kept");
        }
    }

    private int changeAtOnce(Session session, List<Change> changes) throws SQLException {
        List<Object> arrays = new ArrayList<>();
        for (int i = 0; i < plan.written.size(); i++) {
            int at = i;
            arrays.add(
                    plan.written.get(i).bytes()
                            ? session.byteArrays(changes, change -> (byte[]) change.values()[at])
                            : session.array("text", changes, change -> change.values()[at]));
        }
        for (int i = 0; i < plan.key.size(); i++) {
            int at = i;
            arrays.add(session.array(
                    plan.key.get(i).castType(), changes, change -> change.key().get(at)));
        }
        return session.update(plan.change, arrays.toArray());
    }

    private int changeEach(Session session, List<Change> changes) throws SQLException {
        try (PreparedStatement statement = session.prepare(plan.change)) {
            for (Change change : changes) {
                int written = change.values().length;
                @Nullable
                Object[] values =
                        Arrays.copyOf(change.values(), written + change.key().size());
                for (int i = 0; i < change.key().size(); i++) {
                    values[written + i] = change.key().get(i);
                }
                Session.bind(statement, values);
                statement.addBatch();
            }
            return IntStream.of(statement.executeBatch()).sum();
        }
    }

    /** Puts the rows into the vault: all at once or, where one of them is refused, one by one. */
    private List<Change> put(List<Row<T>> rows, List<Backfill.Failure> refused) {
        List<Row<T>> readable = readable(rows, refused);
        List<Change> changes = new ArrayList<>(readable.size());
        try {
            putNew(readable.stream().map(row -> row.object().orElseThrow()).toList());
            readable.forEach(row -> changes.add(new Change(row.key(), new @Nullable Object[0])));
            return changes;
        } catch (InvalidInputException | SubjectErasedException | DataExpiredException e) {
            // Which of them it was shows one by one.
        }
        for (Row<T> row : readable) {
            try {
                putNew(List.of(row.object().orElseThrow()));
                changes.add(new Change(row.key(), new @Nullable Object[0]));
            } catch (InvalidInputException | SubjectErasedException | DataExpiredException e) {
                refused.add(failure(row, Optional.empty(), String.valueOf(e.getMessage())));
            }
        }
        return changes;
    }

    /** Puts records that must be new: what the vault holds already is newer than the table. */
    private void putNew(List<T> objects) {
        transactions.<Integer>atomically(() -> {
            List<Vault.Put> puts = vault.putAll(objects);
            if (puts.stream().anyMatch(put -> put.revision() > 1)) {
                throw new InvalidInputException(
                        "the vault has its record already: delete the row, or the record if the row is right");
            }
            return puts.size();
        });
    }
}
