package dev.waxseal.testkit.store;

import dev.waxseal.policy.PolicyRegister;
import dev.waxseal.testkit.store.Tables.PolicyVersion;
import java.util.Map;
import java.util.Optional;

/** Registered policies in memory. Thread safe. */
final class InMemoryPolicyRegister implements PolicyRegister {
    private final InMemoryTransactions transactions;

    InMemoryPolicyRegister(InMemoryTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Registered addIfAbsent(String tenant, Registered candidate) {
        PolicyVersion key = new PolicyVersion(tenant, candidate.recordType(), candidate.version());
        return transactions.call(tables -> tables.policies.get(key).orElseGet(() -> {
            tables.policies.put(key, candidate);
            return candidate;
        }));
    }

    @Override
    public Optional<Registered> find(String tenant, String recordType, int version) {
        return transactions.call(tables -> tables.policies.get(new PolicyVersion(tenant, recordType, version)));
    }

    @Override
    public Optional<Registered> newest(String tenant, String recordType) {
        return transactions.call(tables -> tables.policies
                .from(new PolicyVersion(tenant, recordType, 0), true)
                .takeWhile(row -> row.getKey().tenant().equals(tenant)
                        && row.getKey().recordType().equals(recordType))
                .map(Map.Entry::getValue)
                .reduce((older, newer) -> newer));
    }
}
