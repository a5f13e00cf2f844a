package dev.waxseal.integrations.remote;

import dev.waxseal.error.InvalidInputException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How a {@link ServiceGuard} retries and when it stops calling. Immutable and thread safe, as far as the clock and the
 * source of randomness are.
 *
 * <p>The pause before attempt <i>n</i> + 1 is drawn evenly from zero to {@code firstPause · 2ⁿ⁻¹}, at most {@code
 * longestPause}: capped exponential backoff with full jitter, so that many processes don't come back at one moment.
 */
public final class GuardSettings {
    private static final int MOST_ATTEMPTS = 10;

    private final int attempts;
    private final Duration firstPause;
    private final Duration longestPause;
    private final Duration deadline;
    private final int window;
    private final int minimumCalls;
    private final int failurePercent;
    private final Duration openFor;
    private final Clock clock;
    private final RandomGenerator random;
    private final Pause pause;

    private GuardSettings(Builder builder) {
        this.attempts = builder.attempts;
        this.firstPause = builder.firstPause;
        this.longestPause = builder.longestPause;
        this.deadline = builder.deadline;
        this.window = builder.window;
        this.minimumCalls = builder.minimumCalls;
        this.failurePercent = builder.failurePercent;
        this.openFor = builder.openFor;
        this.clock = builder.clock;
        this.random = builder.random;
        this.pause = builder.pause;
    }

    /** How a thread waits between two attempts. */
    @FunctionalInterface
    public interface Pause {
        /**
         * Waits.
         *
         * @param duration how long, not negative
         * @throws InterruptedException if the thread is interrupted
         */
        void sleep(Duration duration) throws InterruptedException;
    }

    /**
     * The usual settings: 4 attempts within 30 seconds, pauses from 200 milliseconds up to 5 seconds; the circuit opens for
     * 30 seconds once half of the latest 20 calls failed, of 10 at least.
     *
     * @return the settings
     */
    public static GuardSettings usual() {
        return builder().build();
    }

    /**
     * Begins from the usual settings.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    int attempts() {
        return attempts;
    }

    Duration firstPause() {
        return firstPause;
    }

    Duration longestPause() {
        return longestPause;
    }

    Duration deadline() {
        return deadline;
    }

    int window() {
        return window;
    }

    int minimumCalls() {
        return minimumCalls;
    }

    int failurePercent() {
        return failurePercent;
    }

    Duration openFor() {
        return openFor;
    }

    Clock clock() {
        return clock;
    }

    RandomGenerator random() {
        return random;
    }

    Pause pause() {
        return pause;
    }

    /** Collects the settings. Not thread safe. */
    public static final class Builder {
        private int attempts = 4;
        private Duration firstPause = Duration.ofMillis(200);
        private Duration longestPause = Duration.ofSeconds(5);
        private Duration deadline = Duration.ofSeconds(30);
        private int window = 20;
        private int minimumCalls = 10;
        private int failurePercent = 50;
        private Duration openFor = Duration.ofSeconds(30);
        private Clock clock = Clock.systemUTC();
        private RandomGenerator random = new SecureRandom();
        private Pause pause = duration -> Thread.sleep(duration.toMillis());

        private Builder() {}

        /**
         * How often a call that may be repeated is made at most.
         *
         * @param attempts 1 (no retry) to 10
         * @return this builder
         */
        public Builder attempts(int attempts) {
            this.attempts = between("attempts", attempts, 1, MOST_ATTEMPTS);
            return this;
        }

        /**
         * The bounds of the pauses between attempts.
         *
         * @param firstPause the longest pause after the first attempt
         * @param longestPause the longest pause after any, not below the first
         * @return this builder
         */
        public Builder pauses(Duration firstPause, Duration longestPause) {
            positive("firstPause", firstPause);
            if (longestPause.compareTo(firstPause) < 0) {
                throw new InvalidInputException(
                        "longestPause is " + longestPause + ": it must not be below firstPause, " + firstPause);
            }
            this.firstPause = firstPause;
            this.longestPause = longestPause;
            return this;
        }

        /**
         * After how long no further attempt is begun. One that was begun before may take its own time-out longer.
         *
         * @param deadline from the first attempt on, positive
         * @return this builder
         */
        public Builder deadline(Duration deadline) {
            this.deadline = positive("deadline", deadline);
            return this;
        }

        /**
         * When the circuit opens: once so many per cent of the latest calls failed.
         *
         * @param window how many of the latest calls count, 2 to 1,000
         * @param minimumCalls how many there must be, 1 to {@code window}
         * @param failurePercent 1 to 100
         * @return this builder
         */
        public Builder openAfter(int window, int minimumCalls, int failurePercent) {
            this.window = between("window", window, 2, 1_000);
            this.minimumCalls = between("minimumCalls", minimumCalls, 1, window);
            this.failurePercent = between("failurePercent", failurePercent, 1, 100);
            return this;
        }

        /**
         * How long an open circuit lets no call through.
         *
         * @param openFor at least a millisecond
         * @return this builder
         */
        public Builder openFor(Duration openFor) {
            this.openFor = positive("openFor", openFor);
            return this;
        }

        /**
         * Where the time comes from.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * Where the jitter comes from.
         *
         * @param random thread safe
         * @return this builder
         */
        public Builder random(RandomGenerator random) {
            this.random = random;
            return this;
        }

        /**
         * How threads wait.
         *
         * @param pause thread safe
         * @return this builder
         */
        public Builder pause(Pause pause) {
            this.pause = pause;
            return this;
        }

        /**
         * The settings collected.
         *
         * @return the settings
         */
        public GuardSettings build() {
            return new GuardSettings(this);
        }

        private static int between(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new InvalidInputException(name + " is " + value + ": it must be " + least + " to " + most);
            }
            return value;
        }

        private static Duration positive(String name, Duration value) {
            if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
                throw new InvalidInputException(name + " is " + value + ": it must be a millisecond to a day");
            }
            return value;
        }
    }
}
