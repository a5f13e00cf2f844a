package dev.waxseal.seal.engine;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that can still be read of a record that may be sealed under an older policy.
 *
 * @param subjectId whose record it is; empty where the day of every compartment has come
 * @param recordId which one it is; empty for types without record id
 * @param values the values of the components that the policy has, wherever the older one kept them; one may be null
 * @param unknown the names of the components that are in the record and not in the policy
 * @param expired the names of the components whose day has come; of an unknown compartment, its own name
 */
public record OlderRecord(
        Optional<String> subjectId,
        Optional<String> recordId,
        Map<String, @Nullable Object> values,
        Set<String> unknown,
        Set<String> expired) {
    @Override
    public String toString() {
        return "OlderRecord[" + values.keySet() + "]";
    }
}
