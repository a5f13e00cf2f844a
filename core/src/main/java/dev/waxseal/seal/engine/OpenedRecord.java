package dev.waxseal.seal.engine;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a sealed record: only the components asked for.
 *
 * @param subjectId whose record it is; empty where no compartment could be opened
 * @param recordId which one it is; empty for types without record id
 * @param values the values of the components that were opened or stand in clear; one may be null
 * @param expired the components that were asked for and whose day has come, with that day
 */
public record OpenedRecord(
        Optional<String> subjectId,
        Optional<String> recordId,
        Map<String, @Nullable Object> values,
        Map<String, LocalDate> expired) {
    @Override
    public String toString() {
        return "OpenedRecord[" + values.keySet() + "]";
    }
}
