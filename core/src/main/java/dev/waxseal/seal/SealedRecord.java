package dev.waxseal.seal;

import java.util.List;
import java.util.Map;

/**
 * A sealed record: what the stores hold. Immutable.
 *
 * @param key which record
 * @param subjectKeyVersion the version of the subject key that it is sealed under
 * @param compartments its sealed compartments, each name once
 * @param index its entries in the blind indexes
 * @param operational its operational components in clear, as a JSON object
 * @param policyVersion the version of the policy that it is sealed under, from 1
 */
public record SealedRecord(
        RecordKey key,
        int subjectKeyVersion,
        List<SealedCompartment> compartments,
        List<IndexEntry> index,
        String operational,
        int policyVersion) {

    /** Takes defensive copies. */
    public SealedRecord {
        compartments = List.copyOf(compartments);
        index = List.copyOf(index);
    }

    /**
     * A record sealed under the first version of its policy.
     *
     * @param key which record
     * @param subjectKeyVersion the version of the subject key that it is sealed under
     * @param compartments its sealed compartments, each name once
     * @param index its entries in the blind indexes
     * @param operational its operational components in clear, as a JSON object
     */
    public SealedRecord(
            RecordKey key,
            int subjectKeyVersion,
            List<SealedCompartment> compartments,
            List<IndexEntry> index,
            String operational) {
        this(key, subjectKeyVersion, compartments, index, operational, 1);
    }

    @Override
    public String toString() {
        return "SealedRecord[" + key + ", " + compartments + "]";
    }

    /** The most bytes that {@link #toBytes} gives and {@link #fromBytes} takes. */
    public static final int MAX_BYTES = SealedRecordFormat.MAX_BYTES;

    /**
     * The whole record as bytes, for hosts that keep sealed records in a column of a table of their own: with the
     * compartments the references, the index entries and the operational components. docs/FORMAT.md specifies them.
     *
     * @return the bytes; the same for equal records
     * @throws dev.waxseal.error.InvalidInputException when the record isn't one that Waxseal sealed, or takes over {@link
     *     #MAX_BYTES}
     */
    public byte[] toBytes() {
        return SealedRecordFormat.write(this);
    }

    /**
     * Reads what {@link #toBytes} wrote. What the compartments hold is verified when they are opened, with the place that
     * the record says it belongs to: compare {@link #key} with the one expected, since a
     * whole record that was copied to another row opens there.
     *
     * @param bytes the bytes
     * @return the record
     * @throws dev.waxseal.error.IntegrityException when they are anything else, cut short, or over {@link #MAX_BYTES}
     */
    public static SealedRecord fromBytes(byte[] bytes) {
        return SealedRecordFormat.read(bytes);
    }

    /**
     * A record from compartments that the host keeps in columns of their own, one for each component ({@link
     * Layout#FIELDS}), without index entries and operational components.
     *
     * @param key which record, from {@code Vault.keyOf}
     * @param columns the bytes of each compartment by its name; leave out those that are not sealed yet. An empty array
     *     stands for a component that was not kept, since its day had come
     * @return the record
     * @throws dev.waxseal.error.IntegrityException when one of them isn't a sealed compartment
     * @throws dev.waxseal.error.InvalidInputException when all of them are empty
     */
    public static SealedRecord ofColumns(RecordKey key, Map<String, byte[]> columns) {
        return SealedRecordFormat.gather(key, columns);
    }
}
