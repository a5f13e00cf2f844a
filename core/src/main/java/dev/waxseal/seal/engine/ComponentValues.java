package dev.waxseal.seal.engine;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of some of a class's components. Kept by position, which is quicker to fill and to make an object from than a
 * map; to everybody else it is a map by name that can't be changed. Not thread safe while it is filled.
 */
final class ComponentValues extends AbstractMap<String, @Nullable Object> {
    private final Names names;
    private final @Nullable Object[] values;
    private final boolean[] present;

    /**
     * The names of a class's components.
     *
     * @param ordered by position
     * @param positions of each name
     */
    record Names(List<String> ordered, Map<String, Integer> positions) {

        /** Which of the components are among these, by position. */
        boolean[] among(Set<String> some) {
            boolean[] among = new boolean[ordered.size()];
            for (int i = 0; i < among.length; i++) {
                among[i] = some.contains(ordered.get(i));
            }
            return among;
        }
    }

    ComponentValues(Names names) {
        this.names = names;
        this.values = new @Nullable Object[names.ordered().size()];
        this.present = new boolean[values.length];
    }

    void set(int position, @Nullable Object value) {
        values[position] = value;
        present[position] = true;
    }

    boolean has(int position) {
        return present[position];
    }

    /** Whether the positions are those of these names. */
    boolean areOf(Names others) {
        return names.equals(others);
    }

    /** Copies each value that there is to its position. */
    void copyTo(@Nullable Object[] ordered) {
        for (int i = 0; i < present.length; i++) {
            if (present[i]) {
                ordered[i] = values[i];
            }
        }
    }

    private int position(@Nullable Object name) {
        Integer at = name instanceof String text ? names.positions().get(text) : null;
        return at != null && present[at] ? at : -1;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return position(name) >= 0;
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        int at = position(name);
        return at < 0 ? null : values[at];
    }

    @Override
    public Set<Map.Entry<String, @Nullable Object>> entrySet() {
        List<Map.Entry<String, @Nullable Object>> entries = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            if (present[i]) {
                entries.add(new SimpleImmutableEntry<>(names.ordered().get(i), values[i]));
            }
        }
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
                return List.copyOf(entries).iterator();
            }

            @Override
            public int size() {
                return entries.size();
            }
        };
    }

    /** Personal values stand in it: the names alone are shown. */
    @Override
    public String toString() {
        return keySet().toString();
    }
}
