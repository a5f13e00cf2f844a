package dev.waxseal.testkit.store;

import dev.waxseal.error.StoreException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/** One transaction after the other, each in tables of its own above those that are committed. Thread safe. */
final class InMemoryTransactions {
    private final ReentrantLock lock = new ReentrantLock();
    private final Tables committed = new Tables();
    /** The transactions that the holder of the lock has going on, innermost first. */
    private final Deque<Tables> open = new ArrayDeque<>();

    <R> R atomically(Supplier<R> work) {
        lock.lock();
        try {
            Tables outer = open.isEmpty() ? committed : open.element();
            Tables own = outer.above();
            R result = in(own, work);
            own.merge();
            return result;
        } finally {
            unlock();
        }
    }

    <R> R separately(Supplier<R> work) {
        lock.lock();
        try {
            Tables own = committed.above();
            R result = in(own, work);
            if (open.stream().anyMatch(own::meet)) {
                throw new StoreException(
                        "this separate transaction changes what the one around it has changed or relies on, so on a"
                                + " database it would wait for it in vain: move the work in or out",
                        true);
            }
            own.merge();
            return result;
        } finally {
            unlock();
        }
    }

    /** Runs one call of a store. */
    <R> R call(Function<Tables, R> work) {
        return atomically(() -> work.apply(open.element()));
    }

    private <R> R in(Tables tables, Supplier<R> work) {
        open.push(tables);
        try {
            return work.get();
        } finally {
            open.pop();
        }
    }

    private void unlock() {
        if (open.isEmpty()) {
            committed.release();
        }
        lock.unlock();
    }
}
