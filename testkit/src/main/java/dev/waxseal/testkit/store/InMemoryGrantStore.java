package dev.waxseal.testkit.store;

import dev.waxseal.access.Grant;
import dev.waxseal.access.GrantStore;
import dev.waxseal.error.StoreException;
import dev.waxseal.testkit.store.Tables.GrantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Grants in memory. Thread safe. */
final class InMemoryGrantStore implements GrantStore {
    private static final int MOST = 1_000;

    private final InMemoryTransactions transactions;

    InMemoryGrantStore(InMemoryTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void add(String tenant, Grant grant) {
        GrantId id = new GrantId(tenant, grant.id());
        transactions.<Boolean>call(tables -> {
            if (tables.grants.get(id).isPresent()) {
                throw new StoreException("there is already a grant '" + grant.id() + "': give another id");
            }
            tables.grants.put(id, new Held(grant, false));
            return true;
        });
    }

    @Override
    public boolean revoke(String tenant, String id, Instant at) {
        GrantId key = new GrantId(tenant, id);
        return transactions.call(tables -> tables.grants
                .get(key)
                .filter(held -> !held.revoked()
                        && held.grant().until().map(at::isBefore).orElse(true))
                .map(held -> {
                    tables.grants.put(key, new Held(held.grant(), true));
                    return true;
                })
                .orElse(false));
    }

    @Override
    public List<Grant> of(String tenant, String principal, String recordType) {
        return transactions.call(tables -> tables.grants
                .from(new GrantId(tenant, ""), true)
                .takeWhile(row -> row.getKey().tenant().equals(tenant))
                .map(Map.Entry::getValue)
                .filter(held -> !held.revoked())
                .map(Held::grant)
                .filter(grant -> grant.principal().equals(principal)
                        && grant.recordType().equals(recordType))
                .limit(MOST)
                .toList());
    }

    /** A grant, and whether it was revoked. */
    record Held(Grant grant, boolean revoked) {}
}
