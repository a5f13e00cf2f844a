package dev.waxseal.cloudapi.webhook;

/** A request to verify the endpoint doesn't come from who knows the verify token, or isn't formed as Meta forms it. */
public final class HandshakeRefusedException extends WebhookException {
    private static final long serialVersionUID = 1L;

    HandshakeRefusedException(String message) {
        super(message);
    }

    /**
     * Returns the HTTP status to answer the request with.
     *
     * @return 403
     */
    @Override
    public int httpStatus() {
        return 403;
    }
}
