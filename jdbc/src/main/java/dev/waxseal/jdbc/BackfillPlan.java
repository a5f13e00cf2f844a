package dev.waxseal.jdbc;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.jdbc.BackfillSettings.Destination;
import dev.waxseal.jdbc.HostTable.Column;
import dev.waxseal.policy.FieldPolicy;
import dev.waxseal.policy.RecordPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is done to a host's table, checked against the database before anything is changed, and its statements. Immutable.
 */
final class BackfillPlan {
    private static final int INDEX_BYTES = 16;

    /** The least that a sealed record of one short component takes. */
    private static final int LEAST_RECORD_BYTES = 128;

    private static final int LEAST_COMPARTMENT_BYTES = 48;
    private static final int REFERENCE_DIGITS = 32;

    final HostTable table;
    final List<Column> key;
    final Destination destination;
    final Optional<Column> whole;
    final Map<String, Column> compartments;
    final Map<String, Column> index;
    final Optional<Column> subjectReference;
    final Optional<Column> recordReference;

    /** The columns that are written with values, in the order of the update's parameters. */
    final List<Column> written;

    final String select;
    final String selectAfter;
    final String count;
    final String anyPending;
    final String change;

    private final Dialect dialect;

    private BackfillPlan(
            Dialect dialect,
            HostTable table,
            List<Column> key,
            BackfillSettings<?> settings,
            Optional<Column> whole,
            Map<String, Column> compartments,
            Map<String, Column> index,
            Optional<Column> subjectReference,
            Optional<Column> recordReference,
            List<Column> emptied) {
        this.dialect = dialect;
        this.table = table;
        this.key = key;
        this.destination = settings.destination;
        this.whole = whole;
        this.compartments = compartments;
        this.index = index;
        this.subjectReference = subjectReference;
        this.recordReference = recordReference;
        List<Column> values = new ArrayList<>();
        whole.ifPresent(values::add);
        values.addAll(compartments.values());
        values.addAll(index.values());
        subjectReference.ifPresent(values::add);
        recordReference.ifPresent(values::add);
        this.written = List.copyOf(values);

        String pending = settings.deleting ? "TRUE" : pending(emptied);
        String from = " FROM " + table.quoted() + " t WHERE (" + pending + ")";
        String order = key.stream().map(c -> "t." + c.quoted()).collect(Collectors.joining(", "));
        String after = key.stream()
                .map(c -> dialect == Dialect.POSTGRESQL ? "CAST(? AS " + c.castType() + ")" : "?")
                .collect(Collectors.joining(", "));
        String end = " ORDER BY " + order + " FETCH FIRST " + settings.batch + " ROWS ONLY FOR UPDATE SKIP LOCKED";
        this.select = "SELECT t.*" + from + end;
        this.selectAfter = "SELECT t.*" + from + " AND (" + order + ") > (" + after + ")" + end;
        this.count = "SELECT COUNT(*)" + from;
        this.anyPending = "SELECT 1" + from + " FETCH FIRST 1 ROW ONLY";
        this.change = settings.deleting ? delete() : update(emptied);
    }

    boolean postgresql() {
        return dialect == Dialect.POSTGRESQL;
    }

    private String pending(List<Column> emptied) {
        List<String> conditions = new ArrayList<>();
        whole.ifPresent(c -> conditions.add("t." + c.quoted() + " IS NULL"));
        compartments.values().forEach(c -> conditions.add("t." + c.quoted() + " IS NULL"));
        emptied.forEach(c -> conditions.add("t." + c.quoted() + (c.nullable() ? " IS NOT NULL" : " <> ''")));
        return String.join(" OR ", conditions);
    }

    private String update(List<Column> emptied) {
        List<String> changes = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            changes.add(written.get(i).quoted() + " = " + (postgresql() ? "u.v" + i : "?"));
        }
        emptied.forEach(c -> changes.add(c.quoted() + " = " + (c.nullable() ? "NULL" : "''")));
        return "UPDATE " + table.quoted() + " t SET " + String.join(", ", changes)
                + (postgresql() ? " FROM " + arrays() : "") + where();
    }

    private String delete() {
        return "DELETE FROM " + table.quoted() + " t" + (postgresql() ? " USING " + arrays() : "") + where();
    }

    private String where() {
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            equal.add("t." + key.get(i).quoted() + " = " + (postgresql() ? "u.k" + i : "?"));
        }
        return " WHERE " + String.join(" AND ", equal);
    }

    /** On PostgreSQL one statement changes a whole batch: an array for each written column, then one for each of the key. */
    private String arrays() {
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            arrays.add("CAST(? AS " + (written.get(i).bytes() ? "bytea" : "text") + "[])");
            names.add("v" + i);
        }
        for (int i = 0; i < key.size(); i++) {
            arrays.add("CAST(? AS " + key.get(i).castType() + "[])");
            names.add("k" + i);
        }
        return "unnest(" + String.join(", ", arrays) + ") AS u (" + String.join(", ", names) + ")";
    }

    /** Checks what the host said against the policy and the database. */
    static BackfillPlan check(BackfillSettings<?> settings, RecordPolicy<?> policy, HostTable table, Dialect dialect) {
        List<Column> key = key(settings, table);
        Optional<Column> whole = settings.destination == Destination.COLUMN
                ? Optional.of(bytes(table, settings.column, LEAST_RECORD_BYTES, "a sealed record"))
                : Optional.empty();
        Map<String, Column> compartments = compartments(settings, policy, table);
        Map<String, Column> index = new LinkedHashMap<>();
        settings.index.forEach((component, name) -> index.put(component, indexColumn(policy, table, component, name)));
        Optional<Column> subject = reference(table, settings.subjectReference);
        Optional<Column> record = reference(table, settings.recordReference);

        Set<String> taken = new HashSet<>();
        key.forEach(c -> taken.add(c.name()));
        List<Column> written = new ArrayList<>();
        whole.ifPresent(written::add);
        written.addAll(compartments.values());
        written.addAll(index.values());
        subject.ifPresent(written::add);
        record.ifPresent(written::add);
        List<Column> emptied = new ArrayList<>();
        settings.emptied.forEach(name -> emptied.add(emptied(table, name)));
        for (List<Column> columns : List.of(written, emptied)) {
            for (Column column : columns) {
                if (!taken.add(column.name())) {
                    throw refused(
                            table,
                            column,
                            "has two parts to play (key, sealed form, index, reference, emptied)",
                            "give each its own column");
                }
                if (column.generated()) {
                    throw refused(table, column, "is computed by the database", "give one that can be written");
                }
            }
        }
        written.stream()
                .filter(c -> !c.nullable() && (whole.equals(Optional.of(c)) || compartments.containsValue(c)))
                .findFirst()
                .ifPresent(c -> {
                    throw refused(
                            table,
                            c,
                            "is NOT NULL, but rows that are not sealed yet are those where it is NULL",
                            "ALTER TABLE … ALTER COLUMN … DROP NOT NULL until the job is complete");
                });
        written.stream()
                .filter(c -> !c.nullable() && index.containsValue(c))
                .findFirst()
                .ifPresent(c -> {
                    throw refused(
                            table,
                            c,
                            "is NOT NULL, but a record without a value in the component has no entry",
                            "ALTER TABLE … ALTER COLUMN … DROP NOT NULL");
                });
        if (settings.destination == Destination.VAULT && emptied.isEmpty() && !settings.deleting) {
            throw new InvalidInputException("rows that go into the vault must leave the table: say which columns are"
                    + " emptied with emptying(…), or that the rows are deleted with deletingRows()");
        }
        return new BackfillPlan(
                dialect,
                table,
                key,
                settings,
                whole,
                Collections.unmodifiableMap(compartments),
                Collections.unmodifiableMap(index),
                subject,
                record,
                emptied);
    }

    private static List<Column> key(BackfillSettings<?> settings, HostTable table) {
        List<String> names = settings.key.isEmpty() ? table.primaryKey() : settings.key;
        if (names.isEmpty()) {
            throw new InvalidInputException(
                    "table '" + table.name() + "' has no primary key: say by key(…) which columns"
                            + " of it are unique and NOT NULL, or add a primary key");
        }
        List<Column> key = names.stream().map(table::column).toList();
        Set<String> found = key.stream().map(Column::name).collect(Collectors.toSet());
        boolean unique = found.equals(new TreeSet<>(table.primaryKey()))
                || table.uniques().stream().anyMatch(found::equals);
        if (!unique || key.stream().anyMatch(Column::nullable)) {
            throw new InvalidInputException("the columns " + names + " are not the key of table '" + table.name()
                    + "': they must be NOT NULL, and be the primary key or have a unique index");
        }
        key.stream().filter(c -> !c.canBeKey()).findFirst().ifPresent(c -> {
            throw refused(
                    table,
                    c,
                    "is of type " + c.type() + ", by which rows can't be walked through",
                    "give another unique key by key(…): of integers, numerics, texts or UUIDs");
        });
        return key;
    }

    private static Map<String, Column> compartments(
            BackfillSettings<?> settings, RecordPolicy<?> policy, HostTable table) {
        Map<String, Column> compartments = new LinkedHashMap<>();
        if (settings.destination != Destination.COLUMNS) {
            return compartments;
        }
        settings.columns.forEach((component, name) -> {
            if (policy.field(component).role() != FieldPolicy.Role.PERSONAL) {
                throw new InvalidInputException(policy.type().getSimpleName() + "." + component
                        + " is not @Personal, so there is nothing of it to seal: leave it out");
            }
            compartments.put(component, bytes(table, name, LEAST_COMPARTMENT_BYTES, "a sealed component"));
        });
        Set<String> missing = new LinkedHashSet<>();
        policy.fields().stream()
                .filter(field -> field.role() == FieldPolicy.Role.PERSONAL && !compartments.containsKey(field.name()))
                .forEach(field -> missing.add(field.name()));
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    "the components " + missing + " of " + policy.type().getSimpleName()
                            + " have no column to go to, so they would be lost: give each one with intoColumn(component, column)");
        }
        return compartments;
    }

    private static Column bytes(HostTable table, String name, int least, String what) {
        Column column = table.column(name);
        if (!column.bytes()) {
            throw refused(
                    table,
                    column,
                    "is of type " + column.type() + ", which can't hold " + what,
                    "make it BYTEA on PostgreSQL, VARBINARY or BLOB on H2");
        }
        if (column.size() > 0 && column.size() < least) {
            throw refused(
                    table,
                    column,
                    "holds " + column.size() + " bytes, but " + what + " takes at least " + least,
                    "make it larger");
        }
        return column;
    }

    private static Column indexColumn(RecordPolicy<?> policy, HostTable table, String component, String name) {
        if (!policy.field(component).searchable()) {
            throw new InvalidInputException(
                    policy.type().getSimpleName() + "." + component + " has no blind index: add @Searchable(…) to it");
        }
        Column column = table.column(name);
        int least = column.bytes() ? INDEX_BYTES : 2 * INDEX_BYTES;
        if (!column.bytes() && !column.text()) {
            throw refused(
                    table,
                    column,
                    "is of type " + column.type() + ", which can't hold an index entry",
                    "make it of bytes, or of text for hexadecimal digits");
        }
        if (column.size() > 0 && column.size() < least) {
            throw refused(
                    table,
                    column,
                    "has room for " + column.size() + ", but an index entry takes " + least,
                    "make it larger");
        }
        return column;
    }

    private static Optional<Column> reference(HostTable table, String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Column column = table.column(name);
        if (!column.text() || (column.size() > 0 && column.size() < REFERENCE_DIGITS)) {
            throw refused(
                    table,
                    column,
                    "can't hold a reference of " + REFERENCE_DIGITS + " characters",
                    "make it of text, and large enough");
        }
        return Optional.of(column);
    }

    private static Column emptied(HostTable table, String name) {
        Column column = table.column(name);
        if (column.nullable()) {
            return column;
        }
        if (!column.text()) {
            throw refused(
                    table,
                    column,
                    "is NOT NULL and of type " + column.type() + ", so it can't be emptied",
                    "ALTER TABLE … ALTER COLUMN … DROP NOT NULL first");
        }
        if (table.uniques().stream().anyMatch(unique -> unique.contains(column.name()))) {
            throw refused(
                    table,
                    column,
                    "is NOT NULL and part of a unique index, so not every row of it can be emptied",
                    "ALTER TABLE … ALTER COLUMN … DROP NOT NULL first, or drop the index");
        }
        return column;
    }

    private static InvalidInputException refused(HostTable table, Column column, String why, String remedy) {
        return new InvalidInputException(
                "column '" + column.name() + "' of table '" + table.name() + "' " + why + ": " + remedy);
    }
}
