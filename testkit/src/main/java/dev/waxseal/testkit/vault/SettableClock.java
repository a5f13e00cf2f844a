package dev.waxseal.testkit.vault;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands until it is moved, so that tests need no sleeping. Thread safe. */
public final class SettableClock extends Clock {
    private volatile Instant now;

    /**
     * Makes a clock.
     *
     * @param now where it stands
     */
    public SettableClock(Instant now) {
        this.now = now;
    }

    /**
     * Moves the clock.
     *
     * @param by how far; backwards if negative
     */
    public synchronized void move(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
