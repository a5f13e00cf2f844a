package dev.waxseal.seal;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.wire.CborReader;
import dev.waxseal.wire.CborWriter;
import dev.waxseal.wire.MalformedValueException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole sealed record as bytes, as docs/FORMAT.md specifies them: a version byte, then a CBOR map. Each record has one
 * encoding, and every other one is refused.
 */
final class SealedRecordFormat {
    static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final byte VERSION = 1;
    private static final int TENANT = 0;
    private static final int RECORD_TYPE = 1;
    private static final int SUBJECT = 2;
    private static final int RECORD = 3;
    private static final int SUBJECT_KEY_VERSION = 4;
    private static final int COMPARTMENTS = 5;
    private static final int INDEX = 6;
    private static final int OPERATIONAL = 7;
    private static final int POLICY_VERSION = 8;
    private static final int FIRST_POLICY_VERSION = 1;
    private static final int NO_KEY = -1;

    private static final String NOTHING_OPERATIONAL = "{}";
    private static final int REFERENCE_BYTES = 16;

    /** A sealed compartment begins with its version byte, expiry day and subject key version. */
    private static final byte COMPARTMENT_VERSION = 1;

    private static final int COMPARTMENT_HEADER_BYTES = 1 + Integer.BYTES + Integer.BYTES;
    private static final int NO_EXPIRY_DAY = Integer.MIN_VALUE;

    private SealedRecordFormat() {}

    static byte[] write(SealedRecord record) {
        RecordKey key = record.key();
        if (!isReference(key.subject()) || !isReference(key.record())) {
            throw new InvalidInputException(
                    "a reference of the sealed record is not 32 hexadecimal digits in lower case:"
                            + " take sealed records from Waxseal");
        }
        Set<String> names = new HashSet<>();
        for (SealedCompartment compartment : record.compartments()) {
            Header header = Header.read(compartment.sealed());
            if (!header.expiryDay().equals(compartment.expiryDay())
                    || header.subjectKeyVersion() != record.subjectKeyVersion()
                    || !names.add(compartment.name())) {
                throw new InvalidInputException("compartment '" + compartment.name() + "' doesn't fit its record: take"
                        + " sealed records from Waxseal");
            }
        }
        boolean operational = !record.operational().equals(NOTHING_OPERATIONAL);
        CborWriter out = new CborWriter(512);
        boolean laterPolicy = record.policyVersion() != FIRST_POLICY_VERSION;
        out.map(7 + (operational ? 1 : 0) + (laterPolicy ? 1 : 0));
        out.integer(TENANT);
        out.text(key.tenant());
        out.integer(RECORD_TYPE);
        out.text(key.recordType());
        out.integer(SUBJECT);
        out.bytes(HexFormat.of().parseHex(key.subject()));
        out.integer(RECORD);
        out.bytes(HexFormat.of().parseHex(key.record()));
        out.integer(SUBJECT_KEY_VERSION);
        out.integer(record.subjectKeyVersion());
        out.integer(COMPARTMENTS);
        out.array(2 * record.compartments().size());
        for (SealedCompartment compartment : record.compartments()) {
            out.text(compartment.name());
            out.bytes(compartment.sealed());
        }
        out.end();
        out.integer(INDEX);
        out.array(3 * record.index().size());
        for (IndexEntry entry : record.index()) {
            out.text(entry.field());
            out.integer(entry.keyVersion());
            out.bytes(entry.value());
        }
        out.end();
        if (operational) {
            out.integer(OPERATIONAL);
            out.text(record.operational());
        }
        if (laterPolicy) {
            out.integer(POLICY_VERSION);
            out.integer(record.policyVersion());
        }
        out.end();
        byte[] cbor = out.toByteArray();
        if (cbor.length >= MAX_BYTES) {
            throw new InvalidInputException("the sealed record takes " + cbor.length + " bytes, fewer than " + MAX_BYTES
                    + " are allowed: keep media in a blob store");
        }
        return ByteBuffer.allocate(1 + cbor.length).put(VERSION).put(cbor).array();
    }

    private static boolean isReference(String reference) {
        boolean digits = reference.length() == 2 * REFERENCE_BYTES;
        for (int i = 0; digits && i < reference.length(); i++) {
            char c = reference.charAt(i);
            digits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        }
        return digits;
    }

    static SealedRecord read(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw malformed("it has " + bytes.length + " bytes", null);
        }
        if (bytes[0] != VERSION) {
            throw new IntegrityException("a sealed record has the format version " + (bytes[0] & 0xff)
                    + ", this release reads version " + VERSION
                    + ": use the release that wrote it, or a newer one; otherwise the bytes are damaged");
        }
        try {
            CborReader in = new CborReader(bytes, 1, bytes.length - 1);
            in.map();
            String tenant = textAt(in, TENANT);
            String recordType = textAt(in, RECORD_TYPE);
            String subject = referenceAt(in, SUBJECT);
            String record = referenceAt(in, RECORD);
            int subjectKeyVersion = versionAt(in, SUBJECT_KEY_VERSION);
            List<SealedCompartment> compartments = compartments(in, subjectKeyVersion);
            List<IndexEntry> index = index(in);
            String operational = NOTHING_OPERATIONAL;
            int policyVersion = FIRST_POLICY_VERSION;
            int key = nextKey(in);
            if (key == OPERATIONAL) {
                operational = in.text();
                if (operational.equals(NOTHING_OPERATIONAL)) {
                    throw malformed("nothing operational is left out, not written", null);
                }
                key = nextKey(in);
            }
            if (key == POLICY_VERSION) {
                policyVersion = version(in);
                if (policyVersion == FIRST_POLICY_VERSION) {
                    throw malformed("the first policy version is left out, not written", null);
                }
                key = nextKey(in);
            }
            if (key != NO_KEY) {
                throw malformed("it has the key " + key, null);
            }
            in.end();
            in.finish();
            return new SealedRecord(
                    new RecordKey(tenant, recordType, subject, record),
                    subjectKeyVersion,
                    compartments,
                    index,
                    operational,
                    policyVersion);
        } catch (MalformedValueException e) {
            throw malformed(String.valueOf(e.getMessage()), e);
        }
    }

    /** The next integer key, or that there is none. */
    private static int nextKey(CborReader in) {
        if (!in.hasNext()) {
            return NO_KEY;
        }
        if (!in.nextIsIntegerKey()) {
            throw malformed("a key is no integer", null);
        }
        return Math.toIntExact(Math.min(in.integerKey(), Integer.MAX_VALUE));
    }

    private static void key(CborReader in, int expected) {
        if (!in.hasNext() || !in.nextIsIntegerKey() || in.integerKey() != expected) {
            throw malformed("its key " + expected + " is missing", null);
        }
    }

    private static String textAt(CborReader in, int key) {
        key(in, key);
        return in.text();
    }

    private static String referenceAt(CborReader in, int key) {
        key(in, key);
        byte[] reference = in.bytes();
        if (reference.length != REFERENCE_BYTES) {
            throw malformed("a reference has " + reference.length + " bytes", null);
        }
        return HexFormat.of().formatHex(reference);
    }

    private static int versionAt(CborReader in, int key) {
        key(in, key);
        return version(in);
    }

    private static int version(CborReader in) {
        long version = in.integer();
        if (version < 1 || version > Integer.MAX_VALUE) {
            throw malformed("a key version is out of bounds", null);
        }
        return (int) version;
    }

    private static List<SealedCompartment> compartments(CborReader in, int subjectKeyVersion) {
        key(in, COMPARTMENTS);
        List<SealedCompartment> compartments = new ArrayList<>();
        Set<String> names = new HashSet<>();
        in.array();
        while (in.hasNext()) {
            String name = in.text();
            byte[] sealed = in.bytes();
            Header header = Header.read(sealed);
            if (header.subjectKeyVersion() != subjectKeyVersion || !names.add(name)) {
                throw malformed("a compartment stands twice or has another subject key version", null);
            }
            compartments.add(new SealedCompartment(name, header.expiryDay(), sealed));
        }
        in.end();
        return compartments;
    }

    private static List<IndexEntry> index(CborReader in) {
        key(in, INDEX);
        List<IndexEntry> index = new ArrayList<>();
        in.array();
        while (in.hasNext()) {
            index.add(new IndexEntry(in.text(), version(in), in.bytes()));
        }
        in.end();
        return index;
    }

    /** A record from the compartments that a host keeps in columns of their own. */
    static SealedRecord gather(RecordKey key, Map<String, byte[]> columns) {
        List<SealedCompartment> compartments = new ArrayList<>(columns.size());
        int subjectKeyVersion = 0;
        for (Map.Entry<String, byte[]> column : columns.entrySet()) {
            if (column.getValue().length == 0) {
                continue;
            }
            byte[] sealed = column.getValue();
            Header header = Header.read(sealed);
            if (!compartments.isEmpty() && header.subjectKeyVersion() != subjectKeyVersion) {
                throw malformed("its columns are sealed under different versions of the subject key", null);
            }
            subjectKeyVersion = header.subjectKeyVersion();
            compartments.add(new SealedCompartment(column.getKey(), header.expiryDay(), sealed));
        }
        if (compartments.isEmpty()) {
            throw new InvalidInputException("every column of the record is empty: nothing of it is kept any more");
        }
        return new SealedRecord(key, subjectKeyVersion, compartments, List.of(), NOTHING_OPERATIONAL);
    }

    /** What a sealed compartment says in clear. */
    private record Header(Optional<LocalDate> expiryDay, int subjectKeyVersion) {
        static Header read(byte[] sealed) {
            if (sealed.length < COMPARTMENT_HEADER_BYTES || sealed[0] != COMPARTMENT_VERSION) {
                throw malformed("a compartment is cut short or of another version", null);
            }
            ByteBuffer header = ByteBuffer.wrap(Arrays.copyOfRange(sealed, 1, COMPARTMENT_HEADER_BYTES));
            int day = header.getInt();
            int version = header.getInt();
            if (version < 1) {
                throw malformed("a compartment's subject key version is out of bounds", null);
            }
            try {
                return new Header(
                        day == NO_EXPIRY_DAY ? Optional.empty() : Optional.of(LocalDate.ofEpochDay(day)), version);
            } catch (DateTimeException e) {
                throw malformed("a compartment's expiry day is out of bounds", e);
            }
        }
    }

    private static IntegrityException malformed(String why, @Nullable Exception cause) {
        String message = "a sealed record is not what docs/FORMAT.md specifies: " + why
                + ". Nothing of it is shown; restore it from a backup and look for who wrote to it";
        return cause == null ? new IntegrityException(message) : new IntegrityException(message, cause);
    }
}
