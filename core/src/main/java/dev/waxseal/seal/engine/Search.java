package dev.waxseal.seal.engine;

import dev.waxseal.seal.IndexEntry;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What to look for.
 *
 * @param index the name of the blind index, for the audit trail
 * @param anyOf the entries, one for each live version of the index key
 * @param shownByMask how many characters at the value's end a mask must show, so that nothing it hides is told; empty where
 *     only the revealed value is searched by so
 * @param components the components that are searched by
 * @param matches whether a record with these values is really meant: entries are shortened, outlive their values' day, and
 *     could be moved
 */
public record Search(
        String index,
        List<IndexEntry> anyOf,
        OptionalInt shownByMask,
        List<String> components,
        Predicate<Map<String, @Nullable Object>> matches) {
    /** Whether it is by less than the whole value. */
    public boolean byPart() {
        return shownByMask.isEmpty() || shownByMask.getAsInt() > 0;
    }

    @Override
    public String toString() {
        return "Search[" + index + "]";
    }
}
