package dev.waxseal.testkit.vault;

import dev.waxseal.JobStore;
import dev.waxseal.Stores;
import dev.waxseal.access.GrantStore;
import dev.waxseal.audit.AuditStore;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyStore;
import dev.waxseal.policy.PolicyRegister;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedRecord;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Stores whose n-th write of a record fails, once. */
final class FailingRecords implements Stores {
    private final Stores stores;
    private final RecordStore records;

    FailingRecords(Stores stores, int failing) {
        this.stores = stores;
        AtomicInteger puts = new AtomicInteger();
        this.records = (RecordStore) Proxy.newProxyInstance(
                RecordStore.class.getClassLoader(), new Class<?>[] {RecordStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("put")
                            && arguments[0] instanceof SealedRecord
                            && puts.incrementAndGet() == failing) {
                        throw new StoreException("the disk is full: make room");
                    }
                    try {
                        return method.invoke(stores.records(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
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
        return stores.jobs();
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
