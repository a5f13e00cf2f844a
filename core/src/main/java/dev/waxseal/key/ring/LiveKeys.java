package dev.waxseal.key.ring;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.waxseal.key.KeyName;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Unwrapped keys, held within bounds of count and age. The bytes of a key that leaves are overwritten, so they are only
 * handed out as copies, which their users overwrite in turn. Thread safe.
 */
final class LiveKeys {
    private final Cache<KeyName, Held> keys;

    /** Bytes that are there until they are overwritten. */
    private static final class Held {
        private final ReentrantLock lock = new ReentrantLock();
        private final int version;
        private final byte[] bytes;
        private boolean overwritten;

        Held(int version, byte[] bytes) {
            this.version = version;
            this.bytes = bytes;
        }

        Optional<KeyCopy> copy() {
            lock.lock();
            try {
                return overwritten ? Optional.empty() : Optional.of(new KeyCopy(version, bytes.clone()));
            } finally {
                lock.unlock();
            }
        }

        void overwrite() {
            lock.lock();
            try {
                overwritten = true;
                Arrays.fill(bytes, (byte) 0);
            } finally {
                lock.unlock();
            }
        }
    }

    LiveKeys(int count, Duration lifetime, Ticker ticker) {
        this.keys = Caffeine.newBuilder()
                .maximumSize(count)
                .expireAfterWrite(lifetime.toNanos(), TimeUnit.NANOSECONDS)
                .ticker(ticker)
                // Overwrites what has expired in an idle process too, and what was pushed out at once.
                .scheduler(Scheduler.systemScheduler())
                .executor(Runnable::run)
                .<KeyName, Held>removalListener((name, held, cause) -> {
                    if (held != null) {
                        held.overwrite();
                    }
                })
                .build();
    }

    /** A copy of a key that is held, to be closed by who gets it. */
    Optional<KeyCopy> find(KeyName name) {
        return Optional.ofNullable(keys.getIfPresent(name)).flatMap(Held::copy);
    }

    /** Holds a copy of a key. */
    void put(KeyName name, KeyCopy key) {
        keys.put(name, new Held(key.version(), key.bytes().clone()));
    }

    void drop(KeyName name) {
        keys.invalidate(name);
    }

    void dropAll() {
        keys.invalidateAll();
    }

    /** Does what is due, for tests. */
    void cleanUp() {
        keys.cleanUp();
    }
}
