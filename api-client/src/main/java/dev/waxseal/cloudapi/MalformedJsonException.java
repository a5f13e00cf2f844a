package dev.waxseal.cloudapi;

/**
 * A text is not one JSON value as RFC 8259 defines it, or names an object's member twice. The message says where, never
 * what was found there.
 */
public final class MalformedJsonException extends CloudApiException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message where the text stops being JSON; nothing of the text itself
     */
    public MalformedJsonException(String message) {
        super(message);
    }
}
