package dev.waxseal.policy;

import java.util.Optional;
import java.util.Set;

/**
 * What the policy says of one component. Immutable.
 *
 * @param name the component's name
 * @param role what it is
 * @param category what kind of personal data, for {@link Role#PERSONAL} only
 * @param purposes what it is collected for; empty where it isn't personal
 * @param basis on which lawful basis, for {@link Role#PERSONAL} only
 * @param mask how it looks masked
 * @param freeText whether it is redacted on the way in
 * @param retention how long it is kept: its own rule, else that of its type; empty where neither has one
 * @param search how records are found by it, where it is searchable
 * @param compartment the name of the compartment that it is sealed in; empty where it isn't personal
 */
public record FieldPolicy(
        String name,
        Role role,
        Optional<DataCategory> category,
        Set<String> purposes,
        Optional<LawfulBasis> basis,
        Mask mask,
        boolean freeText,
        Optional<RetentionRule> retention,
        Optional<SearchPolicy> search,
        String compartment) {

    /** Takes defensive copies. */
    public FieldPolicy {
        purposes = Set.copyOf(purposes);
    }

    /** What a component is. */
    public enum Role {
        /** {@link SubjectId}. */
        SUBJECT_ID,
        /** {@link RecordId}. */
        RECORD_ID,
        /** {@link Personal}. */
        PERSONAL,
        /** {@link Operational}. */
        OPERATIONAL
    }

    /**
     * How sensitive its values are.
     *
     * @return the category's sensitivity; ordinary where it isn't personal
     */
    public Sensitivity sensitivity() {
        return category.map(DataCategory::sensitivity).orElse(Sensitivity.ORDINARY);
    }

    /**
     * Whether records can be found by its value, alone or together with others.
     *
     * @return true where it has a blind index
     */
    public boolean searchable() {
        return search.isPresent();
    }
}
