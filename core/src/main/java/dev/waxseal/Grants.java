package dev.waxseal;

import dev.waxseal.access.Grant;
import dev.waxseal.access.GrantStore;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.policy.RecordPolicy;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** Gives and takes access rights, each on the audit trail. Thread safe; got from {@link Waxseal#grants()}. */
public final class Grants {
    private final GrantStore store;
    private final Stores stores;
    private final AuditTrail trail;
    private final Clock clock;
    private final String tenant;

    Grants(Stores stores, AuditTrail trail, Clock clock, String tenant) {
        this.store = stores.grants();
        this.stores = stores;
        this.trail = trail;
        this.clock = clock;
        this.tenant = tenant;
    }

    /**
     * Gives a grant, from now on.
     *
     * @param grant who may see what, what for, until when, and who grants it why
     * @return the grant with its id
     * @throws dev.waxseal.error.InvalidInputException when something of it is missing
     */
    public Grant give(Grant.Builder grant) {
        Grant given = grant.from(clock.instant());
        return stores.atomically(() -> {
            store.add(tenant, given);
            trail.changed(List.of(new AuditEvent(
                    clock.instant(),
                    AuditAction.GRANT,
                    given.grantedBy(),
                    given.purpose(),
                    given.recordType(),
                    "",
                    "",
                    given.revealed(),
                    given.masked(),
                    "grant " + given.id() + " to " + given.principal() + ": " + given.reason())));
            return given;
        });
    }

    /**
     * Revokes a grant, from now on.
     *
     * @param id the grant's id
     * @param revokedBy who revokes it
     * @param reason why; no personal value
     * @return whether there was one that still held
     */
    public boolean revoke(String id, String revokedBy, String reason) {
        InvalidInputException.requireText(revokedBy, "name of who revokes", RecordPolicy.MAX_ID_LENGTH);
        InvalidInputException.requireText(reason, "reason", Vault.MAX_REASON_LENGTH);
        return stores.atomically(() -> {
            boolean revoked = store.revoke(tenant, id, clock.instant());
            if (revoked) {
                trail.changed(List.of(new AuditEvent(
                        clock.instant(),
                        AuditAction.REVOKE,
                        revokedBy,
                        "",
                        "",
                        "",
                        "",
                        Set.of(),
                        Set.of(),
                        "grant " + id + ": " + reason)));
            }
            return revoked;
        });
    }

    /**
     * The grants of a principal that were not revoked, whether they hold now or not.
     *
     * @param principal the principal
     * @param recordType the record type's stable name
     * @return the grants
     */
    public List<Grant> of(String principal, String recordType) {
        return store.of(tenant, principal, recordType);
    }
}
