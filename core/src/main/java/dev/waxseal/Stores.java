package dev.waxseal;

import dev.waxseal.access.GrantStore;
import dev.waxseal.audit.AuditStore;
import dev.waxseal.key.KeyStore;
import dev.waxseal.policy.PolicyRegister;
import dev.waxseal.seal.RecordStore;
import java.util.function.Supplier;

/**
 * Everything that rests: the SPI that a database implements once. Thread safe.
 */
public interface Stores extends AutoCloseable {

    /**
     * The key store.
     *
     * @return the same one every time
     */
    KeyStore keys();

    /**
     * The record store.
     *
     * @return the same one every time
     */
    RecordStore records();

    /**
     * The store of the audit trail.
     *
     * @return the same one every time
     */
    AuditStore audit();

    /**
     * The store of grants.
     *
     * @return the same one every time
     */
    GrantStore grants();

    /**
     * Runs work whose writes, made by the calling thread, become durable all together when it returns, or not at all
     * when it throws. Inside another call of this method, or inside a transaction that the host handed over, the work
     * joins that one.
     *
     * @param work the work
     * @param <R> what it returns
     * @return what the work returned
     */
    <R> R atomically(Supplier<R> work);

    /**
     * Runs work in a transaction of its own, whose writes are durable when this returns, even inside {@link
     * #atomically} or a transaction of the host.
     *
     * @param work the work
     * @param <R> what it returns
     * @return what the work returned
     */
    <R> R separately(Supplier<R> work);

    /**
     * The register of policies.
     *
     * @return the same one every time
     */
    PolicyRegister policies();

    /**
     * The store of the positions of long jobs.
     *
     * @return the same one every time
     */
    JobStore jobs();

    /** Gives back what the stores themselves hold; what the host handed in stays open. */
    @Override
    void close();
}
