package dev.waxseal.audit;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/**
 * One thing that happened. Immutable. Subjects and records are named by their keyed references and components by their
 * names; no personal value ever is.
 *
 * @param at when
 * @param action what was done
 * @param principal who did it; "application" where the host's own code did
 * @param purpose what for; empty where no purpose applies
 * @param recordType the record type; empty where none applies
 * @param subject the data subject's reference; empty where none applies
 * @param record the record's reference; empty where none applies
 * @param revealed the components shown, or written
 * @param masked the components shown under their masks
 * @param detail why, or how many: ids, counts and reasons of operators, no personal value
 */
public record AuditEvent(
        Instant at,
        AuditAction action,
        String principal,
        String purpose,
        String recordType,
        String subject,
        String record,
        Set<String> revealed,
        Set<String> masked,
        String detail) {

    /** The principal of what the host's own code does. */
    public static final String APPLICATION = "application";

    /** Takes defensive copies. */
    public AuditEvent {
        revealed = Set.copyOf(revealed);
        masked = Set.copyOf(masked);
    }

    @Override
    public String toString() {
        return at + " " + action + " by " + principal + (purpose.isEmpty() ? "" : " for " + purpose)
                + (recordType.isEmpty() ? "" : " on " + recordType)
                + (subject.isEmpty() ? "" : " of subject " + subject)
                + (revealed.isEmpty() ? "" : " " + new TreeSet<>(revealed))
                + (masked.isEmpty() ? "" : " masked " + new TreeSet<>(masked))
                + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
