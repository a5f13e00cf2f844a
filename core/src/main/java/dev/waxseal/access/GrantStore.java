package dev.waxseal.access;

import java.time.Instant;
import java.util.List;

/**
 * Where grants rest: an SPI for stores. Implementations are thread safe; each method throws {@link
 * dev.waxseal.error.StoreException} when the store fails.
 */
public interface GrantStore {

    /**
     * Adds a grant.
     *
     * @param tenant the tenant
     * @param grant the grant
     */
    void add(String tenant, Grant grant);

    /**
     * Ends a grant.
     *
     * @param tenant the tenant
     * @param id the grant's id
     * @param at the instant from which it doesn't hold any more
     * @return whether there was one that still held
     */
    boolean revoke(String tenant, String id, Instant at);

    /**
     * The grants of a principal on a record type that were not revoked, in the order of their ids.
     *
     * @param tenant the tenant
     * @param principal the principal
     * @param recordType the record type
     * @return the grants, at most 1,000
     */
    List<Grant> of(String tenant, String principal, String recordType);
}
