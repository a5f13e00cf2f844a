package dev.waxseal.seal;

import java.util.List;

/**
 * A sealed record: what the stores hold. Immutable.
 *
 * @param key which record
 * @param subjectKeyVersion the version of the subject key that it is sealed under
 * @param compartments its sealed compartments, each name once
 * @param index its entries in the blind indexes
 * @param operational its operational components in clear, as a JSON object
 */
public record SealedRecord(
        RecordKey key,
        int subjectKeyVersion,
        List<SealedCompartment> compartments,
        List<IndexEntry> index,
        String operational) {

    /** Takes defensive copies. */
    public SealedRecord {
        compartments = List.copyOf(compartments);
        index = List.copyOf(index);
    }

    @Override
    public String toString() {
        return "SealedRecord[" + key + ", " + compartments + "]";
    }
}
