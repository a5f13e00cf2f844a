package dev.waxseal;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.WaxsealException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be done again and again: the keys of due days are destroyed, those of the coming days made, epochs rotated when
 * they are old enough, and root key versions that nothing needs destroyed. Runs by itself with {@link
 * Waxseal.Settings#upkeep}, or when the host's own scheduler calls {@link #run}. Thread safe, also among processes that
 * share the stores; got from {@link Waxseal#upkeep()}.
 */
public final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Expiry expiry;
    private final Epochs epochs;
    private final Clock clock;
    private final Plan plan;
    private volatile @Nullable Pass last;

    Upkeep(Expiry expiry, Epochs epochs, Clock clock, Plan plan) {
        this.expiry = expiry;
        this.epochs = epochs;
        this.clock = clock;
        this.plan = plan;
    }

    /**
     * What to do how often. Immutable.
     *
     * @param every how long from one pass to the next, at least a second
     * @param epochAge how long an epoch is used before the keys are rotated, more than nothing
     * @param daysAhead for how many days keys are made ahead, 1 to 10,000
     */
    public record Plan(Duration every, Duration epochAge, int daysAhead) {
        private static final int MAX_DAYS = 10_000;

        /** Checks the bounds. */
        public Plan {
            if (every.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new InvalidInputException("upkeep every " + every + " is too often: give at least a second");
            }
            if (epochAge.isZero() || epochAge.isNegative()) {
                throw new InvalidInputException("an epoch of " + epochAge + " is none: give more than no time");
            }
            if (daysAhead < 1 || daysAhead > MAX_DAYS) {
                throw new InvalidInputException(
                        "keys for " + daysAhead + " days can't be made ahead: give 1 to " + MAX_DAYS);
            }
        }

        /**
         * A pass every hour, an epoch of a week, keys for the next thirty days.
         *
         * @return the usual plan
         */
        public static Plan usual() {
            return new Plan(Duration.ofHours(1), Duration.ofDays(7), 30);
        }

        /**
         * The same with another interval.
         *
         * @param every how long from one pass to the next, at least a second
         * @return the plan
         */
        public Plan every(Duration every) {
            return new Plan(every, epochAge, daysAhead);
        }

        /**
         * The same with another age of epochs.
         *
         * @param age how long an epoch is used before the keys are rotated, more than nothing
         * @return the plan
         */
        public Plan rotateAfter(Duration age) {
            return new Plan(every, age, daysAhead);
        }

        /**
         * The same with another number of days.
         *
         * @param days for how many days keys are made ahead, 1 to 10,000
         * @return the plan
         */
        public Plan daysAhead(int days) {
            return new Plan(every, epochAge, days);
        }
    }

    /**
     * What one pass did.
     *
     * @param at when it ended
     * @param expired what became of the days that were due; empty where that failed
     * @param rotation the rotation that was due, if one was
     * @param destruction what became of old root key versions; empty where that failed
     * @param failures what failed, by its name, with the reason; it is tried again by the next pass
     */
    public record Pass(
            Instant at,
            Optional<Expiry.Expired> expired,
            Optional<Epochs.Rotation> rotation,
            Optional<Epochs.Destruction> destruction,
            Map<String, String> failures) {
        /** Takes a defensive copy. */
        public Pass {
            failures = Map.copyOf(failures);
        }

        /**
         * Whether everything that was due is done.
         *
         * @return false where something failed
         */
        public boolean clean() {
            return failures.isEmpty()
                    && expired.map(each -> each.failed().isEmpty()).orElse(false)
                    && rotation.map(Epochs.Rotation::complete).orElse(true);
        }
    }

    /**
     * One pass. A part that fails doesn't keep the others from being done.
     *
     * @return what was done
     */
    public Pass run() {
        Map<String, String> failures = new LinkedHashMap<>();
        Optional<Expiry.Expired> expired =
                part("destroying the keys of due days", failures, () -> Optional.of(expiry.destroyDueKeys()));
        part("making keys ahead", failures, () -> Optional.of(expiry.makeAhead(plan.daysAhead())));
        Optional<Epochs.Rotation> rotation =
                part("rotating", failures, () -> epochs.rotateWhenOlderThan(plan.epochAge(), Progress.Listener.NONE));
        Optional<Epochs.Destruction> destruction =
                part("destroying old root keys", failures, () -> Optional.of(epochs.destroyOldRootKeys()));
        Pass pass = new Pass(clock.instant(), expired, rotation, destruction, failures);
        expired.ifPresent(each ->
                each.failed().forEach((day, why) -> LOG.warn("the key of {} could not be destroyed: {}", day, why)));
        last = pass;
        return pass;
    }

    private static <R> Optional<R> part(String name, Map<String, String> failures, Supplier<Optional<R>> work) {
        try {
            return work.get();
        } catch (WaxsealException e) {
            LOG.warn("{} failed, and is tried again by the next pass", name, e);
            failures.put(name, e.getClass().getSimpleName() + ": " + e.getMessage());
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.warn(
                    "{} failed with a {}, and is tried again by the next pass",
                    name,
                    e.getClass().getName());
            failures.put(name, e.getClass().getName());
            return Optional.empty();
        }
    }

    /**
     * The last pass of this process.
     *
     * @return what it did; empty before the first
     */
    public Optional<Pass> last() {
        return Optional.ofNullable(last);
    }

    /** Runs passes on a thread of its own until it is closed. */
    AutoCloseable start() {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "waxseal-upkeep");
            made.setDaemon(true);
            return made;
        });
        ScheduledFuture<?> passes =
                thread.scheduleWithFixedDelay(this::pass, 0, plan.every().toMillis(), TimeUnit.MILLISECONDS);
        return () -> {
            passes.cancel(false);
            thread.shutdown();
            // A pass under way ends after its batch at the latest; what it holds must not be closed before.
            if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                thread.shutdownNow();
            }
        };
    }

    private void pass() {
        try {
            run();
        } catch (RuntimeException e) {
            // Thrown on, it would end all later passes.
            LOG.error("a pass of the upkeep failed, and is tried again", e);
        }
    }
}
