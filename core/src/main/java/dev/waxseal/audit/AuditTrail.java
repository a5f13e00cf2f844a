package dev.waxseal.audit;

import java.util.List;
import java.util.Optional;

/**
 * The trail of what happened: an SPI for hosts that keep theirs elsewhere. Implementations are thread safe. What it throws
 * stops what was about to happen: nothing is shown and nothing is changed.
 */
public interface AuditTrail {

    /**
     * Appends events of changes, in the transaction of the change: they are durable if and only if the change is.
     *
     * @param events the events, in their order
     */
    void changed(List<AuditEvent> events);

    /**
     * Appends events of accesses, in a transaction of their own: they are durable when this returns, whatever becomes of
     * a transaction around it.
     *
     * @param events the events, in their order
     */
    void accessed(List<AuditEvent> events);

    /**
     * The events of a chain, in their order.
     *
     * @param chain the chain
     * @param after the sequence number after which to begin, 0 for the first
     * @param limit the most events to return, 1 to 10,000
     * @return the events; fewer than the limit when there are no more
     */
    List<Entry> read(Chain chain, long after, int limit);

    /**
     * Checks every event of the trail against its link, and the end of each chain against its head.
     *
     * @return what was found
     */
    Verification verify();

    /**
     * Checks the trail, and that it still holds what it held at a checkpoint noted elsewhere: the only way to see that
     * the end of a chain was removed together with its head.
     *
     * @param checkpoint what {@link Verification#checkpoint()} was then
     * @return what was found
     */
    Verification verifySince(String checkpoint);

    /** The two chains of the trail: one never waits for the other. */
    enum Chain {
        /** Changes, written in the transactions that make them. */
        CHANGES,
        /** Accesses, written before anything is shown. */
        ACCESSES
    }

    /**
     * An event at its place.
     *
     * @param sequence its place in the chain, from 1
     * @param event the event
     */
    record Entry(long sequence, AuditEvent event) {}

    /**
     * What a check of the trail found.
     *
     * @param events how many events were checked
     * @param checkpoint the last event of each chain with its link: note it where who writes the database can't, and
     *     hand it to {@link #verifySince} later; holds nothing secret or personal
     * @param firstBroken where the trail was tampered with first, if it was: chain and sequence number with what is wrong
     */
    record Verification(long events, String checkpoint, Optional<String> firstBroken) {
        /**
         * Whether nothing was altered, removed, added or put in another order. That the end of a chain was removed
         * together with its head can only be seen from a checkpoint noted elsewhere.
         *
         * @return true when every link holds
         */
        public boolean intact() {
            return firstBroken.isEmpty();
        }
    }
}
