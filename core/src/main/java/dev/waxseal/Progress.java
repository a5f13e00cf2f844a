package dev.waxseal;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a long piece of work is. Immutable.
 *
 * @param done how many items are done
 * @param total how many there are, as far as is known: what was left at the last count, plus what is done
 * @param elapsed how long it has taken so far
 */
public record Progress(long done, long total, Duration elapsed) {

    /**
     * How many items a second.
     *
     * @return the mean rate so far; 0 before any time has passed
     */
    public double rate() {
        return elapsed.isZero() ? 0 : done / (elapsed.toNanos() / 1e9);
    }

    /**
     * How long it will take yet, at the rate so far.
     *
     * @return the time left; empty before anything is done
     */
    public Optional<Duration> timeLeft() {
        return rate() == 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) (1000 * Math.max(0, total - done) / rate())));
    }

    /** Is told of progress after every batch, by the thread that does the work. */
    @FunctionalInterface
    public interface Listener {
        /** Goes on to the end and tells nobody. */
        Listener NONE = progress -> true;

        /**
         * Takes note, and says whether to go on. What it throws ends the work like saying no does; every batch so far is
         * durable, and the same call goes on from there.
         *
         * @param progress how far the work is
         * @return false to stop after this batch
         */
        boolean goOn(Progress progress);
    }
}
