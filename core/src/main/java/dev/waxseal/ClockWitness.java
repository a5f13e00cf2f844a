package dev.waxseal;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.key.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a clock that jumped back, by the latest instant that the key store has noted of its epochs. Thread safe. */
final class ClockWitness {
    /** By how much the clocks of two machines may differ. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final KeyStore store;
    private final Clock clock;

    ClockWitness(KeyStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Refuses where the clock is behind what was noted: instants that horizons are computed from would be wrong. */
    void requireNoJumpBack() {
        Instant now = clock.instant();
        Optional<Instant> latest = store.epochs().stream()
                .flatMap(epoch -> Stream.of(
                                Optional.of(epoch.createdAt()),
                                epoch.closedAt(),
                                epoch.rewrappedAt(),
                                epoch.destroyedAt())
                        .flatMap(Optional::stream))
                .max(Instant::compareTo);
        if (latest.isPresent() && now.plus(TOLERANCE).isBefore(latest.get())) {
            throw new InvalidInputException("the clock says " + now + ", but the key store has already seen "
                    + latest.get() + ": the clock of this machine jumped back, or another's was ahead. Nothing was"
                    + " changed, since days and horizons would be wrong: set the clocks right");
        }
    }
}
