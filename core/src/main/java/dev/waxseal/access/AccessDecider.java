package dev.waxseal.access;

import dev.waxseal.policy.RecordPolicy;
import java.time.Instant;

/**
 * Decides who may see what: an SPI for hosts that have their own rules. Implementations are thread safe.
 *
 * <p>Waxseal only asks about components that are collected for the purpose of the access: no decider can widen a purpose.
 * What the decider throws is a refusal: nothing is shown.
 */
public interface AccessDecider {

    /**
     * Decides for every component at once.
     *
     * @param tenant the tenant
     * @param access who asks, and what for
     * @param policy the policy of the record type
     * @param now the instant of the decision
     * @return a decision; components that it doesn't name are withheld
     */
    Decision decide(String tenant, Access access, RecordPolicy<?> policy, Instant now);

    /**
     * The decider that comes with Waxseal: by grants, the best that any of them gives, and nothing where there is none.
     *
     * @param store where the grants rest
     * @return the decider
     */
    static AccessDecider byGrants(GrantStore store) {
        return new GrantDecider(store);
    }
}
