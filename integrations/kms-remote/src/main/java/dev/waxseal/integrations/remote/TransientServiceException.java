package dev.waxseal.integrations.remote;

import dev.waxseal.error.WaxsealException;

/**
 * One call to a remote key service failed in a way that may pass: it wasn't reached, took too long, was busy, or answered
 * something that can't be its answer. Thrown to a {@link ServiceGuard}, which tries again or turns it into a {@link
 * dev.waxseal.error.KeyUnavailableException}; callers of root keys never see it but as a cause.
 */
public final class TransientServiceException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what happened; never a secret and nothing of the service's answer
     */
    public TransientServiceException(String message) {
        super(message);
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened; never a secret and nothing of the service's answer
     * @param cause what was thrown underneath
     */
    public TransientServiceException(String message, Throwable cause) {
        super(message, cause);
    }
}
