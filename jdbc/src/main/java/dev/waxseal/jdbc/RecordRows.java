package dev.waxseal.jdbc;

import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore.Stored;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers records from the rows of {@link Statements}' pages: each record's own row comes before those of its parts. */
final class RecordRows {
    private static final int RECORD = 0;
    private static final int COMPARTMENT = 1;

    private final String tenant;
    private final List<Stored> records = new ArrayList<>();
    private @Nullable Reading reading;

    RecordRows(String tenant) {
        this.tenant = tenant;
    }

    /** A record whose rows are being read. */
    private record Reading(
            RecordKey key,
            int subjectKeyVersion,
            int policyVersion,
            long revision,
            String operational,
            List<SealedCompartment> compartments,
            List<IndexEntry> index) {
        Stored stored() {
            return new Stored(
                    new SealedRecord(key, subjectKeyVersion, compartments, index, operational, policyVersion),
                    revision);
        }
    }

    /** Takes the next row. */
    boolean add(ResultSet row) throws SQLException {
        int part = row.getInt("part");
        Reading current = reading;
        if (part == RECORD || current == null) {
            finish();
            reading = new Reading(
                    new RecordKey(
                            tenant,
                            row.getString("record_type"),
                            row.getString("subject_ref"),
                            row.getString("record_ref")),
                    row.getInt("version"),
                    row.getInt("policy"),
                    row.getLong("revision"),
                    row.getString("text"),
                    new ArrayList<>(),
                    new ArrayList<>());
        } else if (part == COMPARTMENT) {
            current.compartments()
                    .add(new SealedCompartment(
                            row.getString("text"),
                            Optional.ofNullable(row.getObject("expiry_day", LocalDate.class)),
                            row.getBytes("content")));
        } else {
            current.index().add(new IndexEntry(row.getString("text"), row.getInt("version"), row.getBytes("content")));
        }
        return true;
    }

    /** The records of all rows taken. */
    List<Stored> records() {
        finish();
        return records;
    }

    private void finish() {
        if (reading != null) {
            records.add(reading.stored());
            reading = null;
        }
    }
}
