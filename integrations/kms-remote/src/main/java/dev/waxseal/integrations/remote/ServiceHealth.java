package dev.waxseal.integrations.remote;

/**
 * How a remote key service looks from this process, for health endpoints and operators. Immutable.
 *
 * @param service what it is and where, never a secret
 * @param circuit whether calls are made
 * @param recentCalls how many of the latest calls the judgement rests on
 * @param recentFailures how many of those failed: not reached, too slow, busy, or an answer that can't be one
 * @param refusedCalls how many calls weren't made because the circuit was open, since this process opened the service
 */
public record ServiceHealth(String service, Circuit circuit, int recentCalls, int recentFailures, long refusedCalls) {

    /** Whether calls to the service are made. */
    public enum Circuit {
        /** Calls are made. */
        CLOSED,
        /** Too many calls failed: none is made until the set time is over and somebody calls again. */
        OPEN,
        /** The time is over: a few calls are made, and decide. */
        HALF_OPEN
    }
}
