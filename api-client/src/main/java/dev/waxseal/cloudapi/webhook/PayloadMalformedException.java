package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.MalformedJsonException;

/** A delivery, though rightly signed, is no JSON object. */
public final class PayloadMalformedException extends WebhookException {
    private static final long serialVersionUID = 1L;

    PayloadMalformedException(String message) {
        super(message);
    }

    PayloadMalformedException(MalformedJsonException cause) {
        super(
                "a signed webhook payload is not JSON: " + cause.getMessage()
                        + "; check that nothing between Meta and here rewrites it",
                cause);
    }

    /**
     * Returns the HTTP status to answer the request with.
     *
     * @return 400
     */
    @Override
    public int httpStatus() {
        return 400;
    }
}
