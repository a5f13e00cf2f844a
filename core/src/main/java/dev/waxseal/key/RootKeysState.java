package dev.waxseal.key;

import java.time.Instant;

/**
 * How root keys look from this process, for health endpoints and operators: whether their place answered when it was last
 * called. A place that answers with a refusal (no permission, a destroyed version) is reachable; what it refused is in the
 * exception of that call. Immutable.
 */
public sealed interface RootKeysState {

    /** Nothing is known: no call was made yet, or this kind of root keys isn't watched. */
    record Unknown() implements RootKeysState {}

    /**
     * The latest call was answered.
     *
     * @param at when
     */
    record Reachable(Instant at) implements RootKeysState {}

    /**
     * The latest call failed. Reads go on from cached keys within their lifetime; what needs another key fails with {@link
     * dev.waxseal.error.KeyUnavailableException}, and nothing is lost.
     *
     * @param since when the first call failed after the last one that was answered
     * @param reason why the latest call failed, without secrets
     */
    record Unreachable(Instant since, String reason) implements RootKeysState {}
}
