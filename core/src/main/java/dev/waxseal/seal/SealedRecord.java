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
}
