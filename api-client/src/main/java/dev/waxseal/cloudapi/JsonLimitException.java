package dev.waxseal.cloudapi;

/** A JSON text is deeper, longer in one of its parts, or has more parts than {@link JsonLimits} allow. */
public final class JsonLimitException extends CloudApiException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message which limit was passed and how to raise it; nothing of the text itself
     */
    public JsonLimitException(String message) {
        super(message);
    }
}
