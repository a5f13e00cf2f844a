package dev.waxseal.testkit.store;

import dev.waxseal.JobStore;
import dev.waxseal.Stores;
import dev.waxseal.access.GrantStore;
import dev.waxseal.audit.AuditStore;
import dev.waxseal.key.KeyStore;
import dev.waxseal.policy.PolicyRegister;
import dev.waxseal.seal.RecordStore;
import java.util.function.Supplier;

/**
 * Every store in memory, for tests: what was written is gone with the object. Thread safe.
 *
 * <p>Transactions are real: work that throws leaves nothing behind. They run one after the other, so work inside {@link
 * #atomically} must not wait for another thread that uses the same stores.
 */
public final class InMemoryStores implements Stores {
    private final InMemoryTransactions transactions = new InMemoryTransactions();
    private final KeyStore keys = new InMemoryKeyStore(transactions);
    private final RecordStore records = new InMemoryRecordStore(transactions);
    private final AuditStore audit = new InMemoryAuditStore(transactions);
    private final GrantStore grants = new InMemoryGrantStore(transactions);

    private final PolicyRegister policies = new InMemoryPolicyRegister(transactions);
    private final JobStore jobs = new InMemoryJobStore(transactions);

    /** Makes empty stores. */
    public InMemoryStores() {}

    @Override
    public KeyStore keys() {
        return keys;
    }

    @Override
    public RecordStore records() {
        return records;
    }

    @Override
    public AuditStore audit() {
        return audit;
    }

    @Override
    public GrantStore grants() {
        return grants;
    }

    @Override
    public PolicyRegister policies() {
        return policies;
    }

    @Override
    public JobStore jobs() {
        return jobs;
    }

    @Override
    public <R> R atomically(Supplier<R> work) {
        return transactions.atomically(work);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Work that changes what the surrounding transaction has changed or relies on is refused with a retryable {@link
     * dev.waxseal.error.StoreException}, where a database would let it wait until a timeout.
     */
    @Override
    public <R> R separately(Supplier<R> work) {
        return transactions.separately(work);
    }

    /** Does nothing: what is stored stays readable until the object is gone. */
    @Override
    public void close() {}
}
