package dev.waxseal.cloudapi.webhook;

/** A delivery isn't signed by Meta under the app's secret. Nothing of its body was read. */
public final class SignatureRefusedException extends WebhookException {
    private static final long serialVersionUID = 1L;

    /** Why a signature is refused. */
    public enum Reason {
        /** There is no {@code X-Hub-Signature-256} header. */
        MISSING,
        /** The header isn't {@code sha256=} and 64 lower-case hexadecimal digits. */
        MALFORMED,
        /** The signature is another body's or another secret's. */
        WRONG
    }

    private final Reason reason;

    SignatureRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Returns why it was refused.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns the HTTP status to answer the request with.
     *
     * @return 401
     */
    @Override
    public int httpStatus() {
        return 401;
    }
}
