package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonLimitException;

/**
 * A delivery passes a limit: its body is too large (found before anything else is done), or its JSON is too deep, too long
 * in a part or has too many parts (found after the signature is checked).
 */
public final class PayloadLimitException extends WebhookException {
    private static final long serialVersionUID = 1L;

    PayloadLimitException(String message) {
        super(message);
    }

    PayloadLimitException(JsonLimitException cause) {
        super("a signed webhook payload passes a limit of Webhooks.Builder.jsonLimits: " + cause.getMessage(), cause);
    }

    /**
     * Returns the HTTP status to answer the request with.
     *
     * @return 413
     */
    @Override
    public int httpStatus() {
        return 413;
    }
}
