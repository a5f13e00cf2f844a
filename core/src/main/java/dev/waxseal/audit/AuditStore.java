package dev.waxseal.audit;

import java.util.List;
import java.util.Optional;

/**
 * Where the linked events rest: an SPI for stores. Implementations are thread safe; each method throws {@link
 * dev.waxseal.error.StoreException} when the store fails.
 */
public interface AuditStore {

    /**
     * An event as it rests. Immutable: the array is copied in and out.
     *
     * @param chain the chain it belongs to
     * @param sequence its place in the chain, from 1
     * @param event the event as JSON
     * @param link the keyed hash over the link before and this event
     */
    record Link(String chain, long sequence, String event, byte[] link) {
        /** Copies the hash. */
        public Link {
            link = link.clone();
        }

        @Override
        public byte[] link() {
            return link.clone();
        }
    }

    /** Makes the next link from the last one. */
    @FunctionalInterface
    interface Next {
        /**
         * Makes the next link. Called while the chain's head is held, so it must not use the store.
         *
         * @param last the last link of the chain, or empty for the first
         * @return the link to append
         */
        Link after(Optional<Link> last);
    }

    /**
     * Appends one link, holding the chain's head from reading it until the transaction ends, among all processes.
     *
     * @param tenant the tenant
     * @param chain the chain
     * @param next makes the link
     * @return the link that was appended
     */
    Link append(String tenant, String chain, Next next);

    /**
     * The head of a chain: the sequence number and the hash of its last link, kept apart from the links.
     *
     * @param sequence the sequence number
     * @param link the hash
     */
    record Head(long sequence, byte[] link) {
        /** Copies the hash. */
        public Head {
            link = link.clone();
        }

        @Override
        public byte[] link() {
            return link.clone();
        }
    }

    /**
     * The head of a chain.
     *
     * @param tenant the tenant
     * @param chain the chain
     * @return the head, or empty where nothing was ever appended
     */
    Optional<Head> head(String tenant, String chain);

    /**
     * Links of a chain in their order.
     *
     * @param tenant the tenant
     * @param chain the chain
     * @param after the sequence number after which to begin, 0 for the first
     * @param limit the most links to return, 1 to 10,000
     * @return the links; fewer than the limit when there are no more
     */
    List<Link> read(String tenant, String chain, long after, int limit);
}
