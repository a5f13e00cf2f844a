package dev.waxseal.integrations.remote;

import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.key.RootKeysState;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between Waxseal and a remote key service. It repeats calls that may be made twice, with capped exponential
 * backoff and full jitter; stops calling a service that keeps failing, so that callers fail at once and the service can
 * recover; and shows its state.
 *
 * <p>Only a {@link TransientServiceException} counts as a failure of the service. Whatever else a call throws (a refusal,
 * data that doesn't verify) is an answer: it is passed on as it is, and not repeated.
 *
 * <p>Thread safe. Holds no lock during a call or a pause.
 */
public final class ServiceGuard {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceGuard.class);
    private static final int PROBES = 2;
    private static final int MAX_DOUBLINGS = 30;

    private final String service;
    private final GuardSettings settings;
    private final CircuitBreaker breaker;
    private final AtomicReference<RootKeysState> state = new AtomicReference<>(new RootKeysState.Unknown());

    /**
     * Guards a service.
     *
     * @param service what it is and where, for messages; never a secret
     * @param settings how
     */
    public ServiceGuard(String service, GuardSettings settings) {
        this.service = service;
        this.settings = settings;
        this.breaker = CircuitBreaker.of(
                "waxseal-key-service",
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                settings.window(),
                                settings.minimumCalls(),
                                CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(settings.failurePercent())
                        .waitDurationInOpenState(settings.openFor())
                        .permittedNumberOfCallsInHalfOpenState(PROBES)
                        .recordException(TransientServiceException.class::isInstance)
                        .clock(settings.clock())
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn(
                        "{}: circuit {} -> {}",
                        service,
                        event.getStateTransition().getFromState(),
                        event.getStateTransition().getToState()));
    }

    /**
     * Makes a call that may be repeated: made twice, it has the effect of once.
     *
     * @param operation what it does, for messages
     * @param call the call; throws {@link TransientServiceException} if it may succeed when made again
     * @param <T> what it returns
     * @return what the call returned
     * @throws KeyUnavailableException if every attempt failed, the circuit is open, or the thread was interrupted
     */
    public <T> T idempotent(String operation, Supplier<T> call) {
        return attempt(operation, call, settings.attempts());
    }

    /**
     * Makes a call that must not be repeated.
     *
     * @param operation what it does, for messages
     * @param call the call; throws {@link TransientServiceException} if it failed or its outcome isn't known
     * @param <T> what it returns
     * @return what the call returned
     * @throws KeyUnavailableException if it failed, its outcome isn't known, or the circuit is open
     */
    public <T> T once(String operation, Supplier<T> call) {
        return attempt(operation, call, 1);
    }

    /**
     * How the service looks from here.
     *
     * @return its health, as of now
     */
    public ServiceHealth health() {
        CircuitBreaker.Metrics metrics = breaker.getMetrics();
        ServiceHealth.Circuit circuit = switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> ServiceHealth.Circuit.OPEN;
            case HALF_OPEN -> ServiceHealth.Circuit.HALF_OPEN;
            case CLOSED, DISABLED, METRICS_ONLY -> ServiceHealth.Circuit.CLOSED;
        };
        return new ServiceHealth(
                service,
                circuit,
                metrics.getNumberOfBufferedCalls(),
                metrics.getNumberOfFailedCalls(),
                metrics.getNumberOfNotPermittedCalls());
    }

    /**
     * Whether the service answered when it was last called, for {@link dev.waxseal.key.RootKeys#state}. Makes no call.
     *
     * @return its state, as of now
     */
    public RootKeysState state() {
        return state.get();
    }

    private void answered() {
        state.set(new RootKeysState.Reachable(settings.clock().instant()));
    }

    private void failed(TransientServiceException problem) {
        Instant now = settings.clock().instant();
        String reason = problem.getMessage();
        state.updateAndGet(before -> new RootKeysState.Unreachable(
                before instanceof RootKeysState.Unreachable earlier ? earlier.since() : now,
                reason == null ? "it failed" : reason));
    }

    private <T> T attempt(String operation, Supplier<T> call, int attempts) {
        Instant end = settings.clock().instant().plus(settings.deadline());
        for (int made = 1; ; made++) {
            try {
                return through(operation, call);
            } catch (TransientServiceException e) {
                Duration pause = pauseAfter(made);
                boolean late = settings.clock().instant().plus(pause).isAfter(end);
                if (made >= attempts || late) {
                    throw new KeyUnavailableException(
                            service + ": " + operation + " failed after " + made
                                    + (made == 1 ? " attempt: " : " attempts: ") + e.getMessage()
                                    + ". Try again once the service is back; nothing sealed is lost",
                            e);
                }
                LOG.info("{}: {} failed, attempt {}: {}", service, operation, made, e.getMessage());
                sleep(operation, pause);
            }
        }
    }

    private <T> T through(String operation, Supplier<T> call) {
        if (!breaker.tryAcquirePermission()) {
            throw new KeyUnavailableException(service + ": " + operation + " was not tried, since "
                    + breaker.getMetrics().getNumberOfFailedCalls()
                    + " of the latest calls failed. The next one is let "
                    + "through at the latest " + settings.openFor() + " after the circuit opened; see to the service, "
                    + "then try again");
        }
        long begun = System.nanoTime();
        boolean answered = false;
        try {
            T result = call.get();
            answered = true;
            breaker.onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
            answered();
            return result;
        } catch (TransientServiceException e) {
            answered = true;
            breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, e);
            failed(e);
            throw e;
        } catch (WaxsealException e) {
            // A refusal: the service is there.
            answered = true;
            breaker.onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
            answered();
            throw e;
        } finally {
            if (!answered) {
                breaker.releasePermission();
            }
        }
    }

    private Duration pauseAfter(int made) {
        long first = settings.firstPause().toMillis();
        long longest = settings.longestPause().toMillis();
        long bound = Math.min(longest, first << Math.min(made - 1, MAX_DOUBLINGS));
        return Duration.ofMillis(settings.random().nextLong(bound + 1));
    }

    private void sleep(String operation, Duration pause) {
        try {
            settings.pause().sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyUnavailableException(service + ": " + operation + " was interrupted between attempts", e);
        }
    }

    @Override
    public String toString() {
        return "ServiceGuard[" + service + "]";
    }
}
