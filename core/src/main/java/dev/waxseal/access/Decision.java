package dev.waxseal.access;

import java.util.Map;

/**
 * What an {@link AccessDecider} decided. Immutable.
 *
 * @param verdicts the verdict for each component; one that is missing is withheld
 * @param reason why, for the audit trail: ids of grants or rules, no personal value
 */
public record Decision(Map<String, Verdict> verdicts, String reason) {

    /** Takes a defensive copy. */
    public Decision {
        verdicts = Map.copyOf(verdicts);
    }

    /**
     * Nothing is shown.
     *
     * @param reason why
     * @return the decision
     */
    public static Decision deny(String reason) {
        return new Decision(Map.of(), reason);
    }

    /**
     * The verdict for one component.
     *
     * @param field the component
     * @return its verdict, withheld where none was given
     */
    public Verdict of(String field) {
        return verdicts.getOrDefault(field, Verdict.WITHHELD);
    }
}
