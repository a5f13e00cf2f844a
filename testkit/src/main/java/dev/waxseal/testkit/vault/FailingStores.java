package dev.waxseal.testkit.vault;

import dev.waxseal.JobStore;
import dev.waxseal.Stores;
import dev.waxseal.access.GrantStore;
import dev.waxseal.audit.AuditStore;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyStore;
import dev.waxseal.policy.PolicyRegister;
import dev.waxseal.seal.RecordStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Stores of which one call fails once. */
final class FailingStores implements Stores {
    private final Stores stores;
    private final RecordStore records;
    private final JobStore jobs;

    /**
     * Makes them.
     *
     * @param method the name of the method of records or jobs that fails
     * @param call which of its calls fails, from 1
     */
    FailingStores(Stores stores, String method, int call) {
        this.stores = stores;
        AtomicInteger calls = new AtomicInteger();
        Predicate<String> fails = called -> called.equals(method) && calls.incrementAndGet() == call;
        this.records = failing(RecordStore.class, stores.records(), fails);
        this.jobs = failing(JobStore.class, stores.jobs(), fails);
    }

    private static <S> S failing(Class<S> type, S store, Predicate<String> fails) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (fails.test(method.getName())) {
                        throw new StoreException("the disk is full: make room");
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Override
    public KeyStore keys() {
        return stores.keys();
    }

    @Override
    public RecordStore records() {
        return records;
    }

    @Override
    public AuditStore audit() {
        return stores.audit();
    }

    @Override
    public GrantStore grants() {
        return stores.grants();
    }

    @Override
    public PolicyRegister policies() {
        return stores.policies();
    }

    @Override
    public JobStore jobs() {
        return jobs;
    }

    @Override
    public <R> R atomically(Supplier<R> work) {
        return stores.atomically(work);
    }

    @Override
    public <R> R separately(Supplier<R> work) {
        return stores.separately(work);
    }

    @Override
    public void close() {
        stores.close();
    }
}
