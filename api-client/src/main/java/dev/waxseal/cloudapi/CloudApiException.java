package dev.waxseal.cloudapi;

import dev.waxseal.error.WaxsealException;

/**
 * The root of what goes wrong between a host and Meta's Cloud API, in either direction. Messages never hold a body, a
 * personal value or a secret, so that they can be logged as they are.
 */
public class CloudApiException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message what happened and what to do; never a body, a personal value or a secret
     */
    public CloudApiException(String message) {
        super(message);
    }

    /**
     * Creates the error with its cause.
     *
     * @param message what happened and what to do; never a body, a personal value or a secret
     * @param cause what was thrown underneath; its message must keep the same promise
     */
    public CloudApiException(String message, Throwable cause) {
        super(message, cause);
    }
}
