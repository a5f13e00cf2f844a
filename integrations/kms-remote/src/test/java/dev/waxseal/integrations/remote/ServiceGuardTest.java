package dev.waxseal.integrations.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.key.RootKeysState;
import dev.waxseal.testkit.vault.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ServiceGuardTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-25T00:00:00Z"));
    private final List<Duration> pauses = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final GuardSettings.Builder settings = GuardSettings.builder()
            .clock(clock)
            .openAfter(10, 5, 50)
            .random(new Random(7))
            .pause(pause -> {
                pauses.add(pause);
                clock.move(pause);
            });

    private Supplier<String> failing(int times) {
        return () -> {
            if (calls.incrementAndGet() <= times) {
                throw new TransientServiceException("busy");
            }
            return "answer";
        };
    }

    private ServiceGuard guard() {
        return new ServiceGuard("a service", settings.build());
    }

    @Test
    void aCallThatMayBeRepeatedIsRepeatedUntilItSucceeds() {
        assertThat(guard().idempotent("reading", failing(3))).isEqualTo("answer");
        assertThat(calls).hasValue(4);
    }

    @Test
    void aCallThatMustNotBeRepeatedIsMadeOnce() {
        assertThatThrownBy(() -> guard().once("rotating", failing(1)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("rotating failed after 1 attempt: busy");
        assertThat(calls).hasValue(1);
    }

    @Test
    void pausesAreDrawnBelowABoundThatDoublesUpToTheCap() {
        settings.attempts(6)
                .pauses(Duration.ofMillis(100), Duration.ofMillis(400))
                .openAfter(100, 100, 100);
        for (int i = 0; i < 50; i++) {
            calls.set(0);
            guard().idempotent("reading", failing(5));
        }
        for (int i = 0; i < pauses.size(); i++) {
            assertThat(pauses.get(i))
                    .isBetween(
                            Duration.ZERO,
                            Duration.ofMillis(List.of(100, 200, 400, 400, 400).get(i % 5)));
        }
        assertThat(pauses).hasSize(250);
        assertThat(pauses.stream().distinct().count()).isGreaterThan(100);
    }

    @Test
    void noAttemptIsBegunAfterTheDeadline() {
        settings.attempts(10)
                .deadline(Duration.ofSeconds(1))
                .pauses(Duration.ofSeconds(10), Duration.ofSeconds(10))
                .openAfter(100, 100, 100);
        assertThatThrownBy(() -> guard().idempotent("reading", failing(10)))
                .isInstanceOf(KeyUnavailableException.class);
        assertThat(calls.get()).isLessThan(4);
    }

    @Test
    void aRefusalIsPassedOnAndNeitherRepeatedNorCountedAsAFailure() {
        ServiceGuard guard = guard();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> guard.idempotent("unwrapping", () -> {
                        calls.incrementAndGet();
                        throw new IntegrityException("does not verify");
                    }))
                    .isInstanceOf(IntegrityException.class);
        }
        assertThat(calls).hasValue(20);
        assertThat(guard.health().circuit()).isEqualTo(ServiceHealth.Circuit.CLOSED);
        assertThat(guard.health().recentFailures()).isZero();
    }

    @Test
    void aServiceThatKeepsFailingIsNotCalledAnyMore() {
        ServiceGuard guard = guard();
        assertThatThrownBy(() -> guard.idempotent("reading", failing(99)));
        assertThatThrownBy(() -> guard.idempotent("reading", failing(99)));
        int before = calls.get();
        assertThatThrownBy(() -> guard.idempotent("reading", failing(99)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("was not tried");
        assertThat(calls).hasValue(before);
        assertThat(guard.health().circuit()).isEqualTo(ServiceHealth.Circuit.OPEN);
        assertThat(guard.health().refusedCalls()).isPositive();
    }

    @Test
    void aServiceThatIsBackIsCalledAgainOnceTheTimeIsOver() {
        ServiceGuard guard = guard();
        assertThatThrownBy(() -> guard.idempotent("reading", failing(99)));
        assertThatThrownBy(() -> guard.idempotent("reading", failing(99)));
        clock.move(Duration.ofSeconds(31));
        calls.set(0);
        assertThat(guard.idempotent("reading", failing(0))).isEqualTo("answer");
        assertThat(guard.health().circuit()).isEqualTo(ServiceHealth.Circuit.HALF_OPEN);
        assertThat(guard.idempotent("reading", failing(0))).isEqualTo("answer");
        assertThat(guard.health().circuit()).isEqualTo(ServiceHealth.Circuit.CLOSED);
    }

    @Test
    void theStateTellsSinceWhenAndWhyAServiceFailsAndARefusalIsAnAnswer() {
        settings.attempts(1).openAfter(100, 100, 100);
        ServiceGuard guard = guard();
        assertThat(guard.state()).isEqualTo(new RootKeysState.Unknown());
        Instant first = clock.instant();
        assertThatThrownBy(() -> guard.idempotent("reading", failing(99)));
        clock.move(Duration.ofMinutes(1));
        assertThatThrownBy(() -> guard.once("reading", () -> {
            throw new TransientServiceException("slow");
        }));
        assertThat(guard.state()).isEqualTo(new RootKeysState.Unreachable(first, "slow"));
        assertThatThrownBy(() -> guard.once("reading", () -> {
            throw new IntegrityException("does not verify");
        }));
        assertThat(guard.state()).isEqualTo(new RootKeysState.Reachable(clock.instant()));
    }

    @Test
    void anErrorOfThisProgramLeavesTheCircuitAsItIs() {
        ServiceGuard guard = guard();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> guard.idempotent("reading", () -> {
                        throw new IllegalStateException("a mistake of ours");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(guard.health().recentCalls()).isZero();
    }

    @Test
    void anInterruptedPauseEndsTheCallAndKeepsTheInterrupt() {
        settings.pause(pause -> {
            throw new InterruptedException();
        });
        assertThatThrownBy(() -> guard().idempotent("reading", failing(1))).isInstanceOf(KeyUnavailableException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aSettingThatCannotBeIsRefusedWithTheAllowedOnes() {
        assertThatThrownBy(() -> GuardSettings.builder().attempts(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("attempts is 0: it must be 1 to 10");
        assertThatThrownBy(() -> GuardSettings.builder().pauses(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> GuardSettings.builder().openFor(Duration.ZERO))
                .isInstanceOf(InvalidInputException.class);
    }
}
