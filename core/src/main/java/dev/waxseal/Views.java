package dev.waxseal;

import dev.waxseal.seal.RecordKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Records that were found, page by page: each page is decided on and in the audit trail before it is handed out. Thread
 * safe; each iteration asks the store anew.
 *
 * @param <T> the annotated class
 */
public final class Views<T> implements Iterable<View<T>> {
    private static final int PAGE = 100;

    private final Pages<T> pages;

    /** Where the next page begins; opaque. */
    record Cursor(RecordKey after) {}

    /** Finds, decides, records and opens up to so many records from a cursor on. */
    @FunctionalInterface
    interface Pages<T> {
        Page<T> from(Optional<Cursor> cursor, int limit);
    }

    record Page<T>(List<View<T>> views, Optional<Cursor> next) {}

    Views(Pages<T> pages) {
        this.pages = pages;
    }

    /**
     * The first one.
     *
     * @return the first view
     * @throws NoSuchElementException when nothing was found
     */
    public View<T> first() {
        return firstIfAny()
                .orElseThrow(() ->
                        new NoSuchElementException("no record was found: use firstIfAny() where that may happen"));
    }

    /**
     * The first one, if any.
     *
     * @return the first view, or empty
     */
    public Optional<View<T>> firstIfAny() {
        return first(1).stream().findFirst();
    }

    /**
     * The first ones.
     *
     * @param limit the most to return, at least 1
     * @return at most so many views
     */
    public List<View<T>> first(int limit) {
        List<View<T>> views = new ArrayList<>();
        // Nobody is opened, and noted as shown, who isn't asked for.
        Iterator<View<T>> all = iterator(Math.max(1, Math.min(limit, PAGE)));
        while (views.size() < limit && all.hasNext()) {
            views.add(all.next());
        }
        return views;
    }

    /**
     * All of them, page by page as they are asked for.
     *
     * @return a sequential stream
     */
    public Stream<View<T>> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    @Override
    public Iterator<View<T>> iterator() {
        return iterator(PAGE);
    }

    private Iterator<View<T>> iterator(int pageSize) {
        return new Iterator<>() {
            private Page<T> page = pages.from(Optional.empty(), pageSize);
            private int at;

            @Override
            public boolean hasNext() {
                while (at == page.views().size() && page.next().isPresent()) {
                    page = pages.from(page.next(), pageSize);
                    at = 0;
                }
                return at < page.views().size();
            }

            @Override
            public View<T> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("there are no more records");
                }
                return page.views().get(at++);
            }
        };
    }
}
