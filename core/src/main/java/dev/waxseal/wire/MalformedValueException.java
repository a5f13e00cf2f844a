package dev.waxseal.wire;

/** Written data isn't what it must be. The message says what was expected and where, never what stood there. */
public final class MalformedValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedValueException(String message) {
        super(message);
    }
}
