package dev.waxseal.access;

import dev.waxseal.policy.FieldPolicy;
import dev.waxseal.policy.RecordPolicy;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides by the grants in a store: the best verdict that any grant gives for the purpose, else nothing. */
final class GrantDecider implements AccessDecider {
    private final GrantStore store;

    GrantDecider(GrantStore store) {
        this.store = store;
    }

    @Override
    public Decision decide(String tenant, Access access, RecordPolicy<?> policy, Instant now) {
        List<Grant> grants = store.of(tenant, access.principal(), policy.recordType()).stream()
                .filter(grant -> grant.purpose().equals(access.purpose()) && grant.holdsAt(now))
                .toList();
        if (grants.isEmpty()) {
            return Decision.deny("no grant");
        }
        Map<String, Verdict> verdicts = new HashMap<>();
        for (FieldPolicy field : policy.fields()) {
            for (Grant grant : grants) {
                verdicts.merge(field.name(), grant.verdict(field.name()), (a, b) -> a.compareTo(b) >= 0 ? a : b);
            }
        }
        return new Decision(verdicts, "grants " + grants.stream().map(Grant::id).toList());
    }
}
