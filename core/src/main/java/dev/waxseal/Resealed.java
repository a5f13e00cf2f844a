package dev.waxseal;

import java.util.List;
import java.util.Map;

/**
 * What {@link Vault#reseal()} did. Immutable; all but {@code left} are of this call alone.
 *
 * @param policyVersion the version of the policy that records are sealed under now
 * @param resealed how many records were sealed anew
 * @param past how many records were passed over, since the day of all they held has come: nothing in them can be read
 * @param overtaken how many records were passed over, since somebody else wrote or deleted them meanwhile
 * @param dropped the components that the policy doesn't have any more, with how many records lost them
 * @param expired the components whose day has come, under the older policy or this one, with how many records lost them;
 *     a compartment of the older policy that isn't known any more goes by its own name
 * @param failed how many records could not be sealed anew
 * @param failures the first {@value #MAX_FAILURES} of these, and why
 * @param left how many records of older versions were left at the end, those that failed included
 */
public record Resealed(
        int policyVersion,
        long resealed,
        long past,
        long overtaken,
        Map<String, Long> dropped,
        Map<String, Long> expired,
        long failed,
        List<FailedRecord> failures,
        long left) {
    /** The most failures that are told one by one. */
    public static final int MAX_FAILURES = 100;

    /** Takes defensive copies. */
    public Resealed {
        dropped = Map.copyOf(dropped);
        expired = Map.copyOf(expired);
        failures = List.copyOf(failures);
    }

    /**
     * Whether every record is sealed under the current version. If it isn't: call again, unless all that is left is what
     * failed.
     *
     * @return true where no record of an older version was left
     */
    public boolean complete() {
        return left == 0;
    }
}
