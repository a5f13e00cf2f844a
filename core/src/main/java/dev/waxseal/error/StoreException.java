package dev.waxseal.error;

/** A store failed or refused. {@link #retryable()} says whether the same call may succeed if made again. */
public final class StoreException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /** Whether the same call may succeed if made again. */
    private final boolean retryable;

    /**
     * Creates an error that no retry mends.
     *
     * @param message what happened and what to do; never a personal value or a secret
     */
    public StoreException(String message) {
        super(message);
        this.retryable = false;
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened and what to do; never a personal value or a secret
     * @param retryable whether the same call may succeed if made again (a lost connection, a deadlock, a conflict)
     * @param cause what was thrown underneath
     */
    public StoreException(String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /**
     * Creates an error without a cause.
     *
     * @param message what happened and what to do; never a personal value or a secret
     * @param retryable whether the same call may succeed if made again
     */
    public StoreException(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    /**
     * Whether the same call may succeed if made again.
     *
     * @return true for a lost connection, a deadlock or a conflicting write
     */
    public boolean retryable() {
        return retryable;
    }
}
