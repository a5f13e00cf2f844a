package dev.waxseal.testkit.store;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the order of their keys: those of a table below, as changed here. Not thread safe.
 *
 * @param <K> the key
 * @param <V> the row
 */
final class Table<K, V> {
    private final Comparator<? super K> order;
    private final @Nullable Table<K, V> below;
    /** What is different from the table below; an empty value is a deleted row. */
    private final NavigableMap<K, Optional<V>> changes;

    private final Set<K> held = new HashSet<>();

    Table(Comparator<? super K> order) {
        this(order, null);
    }

    private Table(Comparator<? super K> order, @Nullable Table<K, V> below) {
        this.order = order;
        this.below = below;
        this.changes = new TreeMap<>(order);
    }

    /** A table that shows the rows of this one, and keeps its changes to itself until {@link #merge}. */
    Table<K, V> above() {
        return new Table<>(order, this);
    }

    Optional<V> get(K key) {
        Optional<V> changed = changes.get(key);
        if (changed != null) {
            return changed;
        }
        return below == null ? Optional.empty() : below.get(key);
    }

    void put(K key, V row) {
        changes.put(key, Optional.of(row));
    }

    void remove(K key) {
        if (below == null) {
            changes.remove(key);
        } else {
            changes.put(key, Optional.empty());
        }
    }

    /** Notes that a row must stay as it is until the transaction ends. */
    void hold(K key) {
        held.add(key);
    }

    /** The rows from a key on. */
    Stream<Map.Entry<K, V>> from(K key, boolean inclusive) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(new Merged(key, inclusive), Spliterator.ORDERED), false);
    }

    /** Hands the changes to the table below. */
    void merge() {
        if (below != null) {
            for (Map.Entry<K, Optional<V>> change : changes.entrySet()) {
                change.getValue()
                        .ifPresentOrElse(row -> below.put(change.getKey(), row), () -> below.remove(change.getKey()));
            }
            below.held.addAll(held);
        }
    }

    /** Whether this table changed a row that the other one changed or holds. */
    boolean meets(Table<K, V> other) {
        return !Collections.disjoint(changes.keySet(), other.changes.keySet())
                || !Collections.disjoint(other.held, changes.keySet());
    }

    /** Forgets which rows were held, when no transaction is left. */
    void release() {
        held.clear();
    }

    /** Walks the changes and the rows below side by side. */
    private final class Merged implements Iterator<Map.Entry<K, V>> {
        private final Iterator<Map.Entry<K, Optional<V>>> upper;
        private final Iterator<Map.Entry<K, V>> lower;
        private Map.@Nullable Entry<K, Optional<V>> nextUpper;
        private Map.@Nullable Entry<K, V> nextLower;
        private Map.@Nullable Entry<K, V> next;

        Merged(K key, boolean inclusive) {
            upper = changes.tailMap(key, inclusive).entrySet().iterator();
            lower = below == null
                    ? Collections.emptyIterator()
                    : below.from(key, inclusive).iterator();
            nextUpper = advance(upper);
            nextLower = advance(lower);
            next = find();
        }

        private static <E> @Nullable E advance(Iterator<E> iterator) {
            return iterator.hasNext() ? iterator.next() : null;
        }

        private Map.@Nullable Entry<K, V> find() {
            while (true) {
                Map.Entry<K, Optional<V>> changed = nextUpper;
                Map.Entry<K, V> unchanged = nextLower;
                if (changed == null || (unchanged != null && order.compare(unchanged.getKey(), changed.getKey()) < 0)) {
                    nextLower = advance(lower);
                    return unchanged;
                }
                if (unchanged != null && order.compare(unchanged.getKey(), changed.getKey()) == 0) {
                    nextLower = advance(lower);
                }
                nextUpper = advance(upper);
                if (changed.getValue().isPresent()) {
                    return Map.entry(changed.getKey(), changed.getValue().get());
                }
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Map.Entry<K, V> next() {
            Map.Entry<K, V> current = next;
            if (current == null) {
                throw new NoSuchElementException();
            }
            next = find();
            return current;
        }
    }
}
