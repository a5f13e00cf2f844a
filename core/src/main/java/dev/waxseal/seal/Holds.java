package dev.waxseal.seal;

import java.util.List;
import java.util.Set;

/**
 * Which records a legal hold keeps: an SPI. Implementations are thread safe.
 *
 * <p>It is asked before anything is destroyed or deleted, in the transaction that does so. A hold whose placement was
 * acknowledged before must be seen. To place one, call {@link dev.waxseal.key.KeyStore#advanceGeneration} and {@link
 * RecordStore#noteGeneration} in the transaction that places it: erasures and the destruction of days' keys do the same,
 * and deletions hold the count ({@link dev.waxseal.key.KeyStore#holdGeneration}), so that an acknowledged hold never comes
 * between the question and the destruction. What it throws stops the destruction.
 */
public interface Holds {
    /** Nothing is held. */
    Holds NONE = new Holds() {
        @Override
        public boolean any(String tenant) {
            return false;
        }

        @Override
        public Set<RecordKey> held(List<Candidate> candidates) {
            return Set.of();
        }
    };

    /**
     * A record that is about to lose something, or all.
     *
     * @param key which record; media have the record type "media" and the blob's reference
     * @param operational its operational components, as a JSON object
     */
    record Candidate(RecordKey key, String operational) {
        @Override
        public String toString() {
            return "Candidate[" + key + "]";
        }
    }

    /**
     * Whether anything at all is held, so that nobody asks for each record where nothing is.
     *
     * @param tenant whose records
     * @return false only when nothing of the tenant is held
     */
    boolean any(String tenant);

    /**
     * Which of some records are held.
     *
     * @param candidates at most 1,000 records
     * @return the keys of those that a hold keeps
     */
    Set<RecordKey> held(List<Candidate> candidates);
}
