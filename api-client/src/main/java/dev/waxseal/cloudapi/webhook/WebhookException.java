package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CloudApiException;

/** A request to the webhook endpoint was refused, before anything of it was acted on. */
public abstract sealed class WebhookException extends CloudApiException
        permits SignatureRefusedException, HandshakeRefusedException, PayloadLimitException, PayloadMalformedException {
    private static final long serialVersionUID = 1L;

    WebhookException(String message) {
        super(message);
    }

    WebhookException(String message, CloudApiException cause) {
        super(message, cause);
    }

    /**
     * Returns the HTTP status to answer the request with.
     *
     * @return a status from 400 to 499
     */
    public abstract int httpStatus();
}
