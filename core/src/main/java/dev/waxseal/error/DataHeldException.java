package dev.waxseal.error;

/** A legal hold keeps the data, so it is neither deleted nor erased. Nothing was changed. */
public final class DataHeldException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what is held, by reference, and what to do
     */
    public DataHeldException(String message) {
        super(message);
    }
}
