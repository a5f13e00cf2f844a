package dev.waxseal.cloudapi;

import dev.waxseal.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A token, app secret, PIN or pass phrase. It can't be printed, serialised or compared by accident: whoever needs the
 * value asks for it by {@link #use}. Immutable and safe for use by several threads.
 */
public final class Secret {
    private static final int MAXIMUM_BYTES = 16_384;

    private final byte[] value;

    private Secret(byte[] value) {
        this.value = value;
    }

    /**
     * Holds a secret that is text, as Meta's app secrets and tokens are; its bytes are those of UTF-8.
     *
     * @param value the secret, 1 to 16 384 bytes in UTF-8
     * @return the secret, held
     * @throws InvalidInputException if it is empty or too long
     */
    public static Secret of(String value) {
        return of(value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Holds a secret that is bytes.
     *
     * @param value the secret, 1 to 16 384 bytes; it is copied, so that the caller can wipe its own
     * @return the secret, held
     * @throws InvalidInputException if it is empty or too long
     */
    public static Secret of(byte[] value) {
        if (value.length == 0 || value.length > MAXIMUM_BYTES) {
            throw new InvalidInputException("a secret has 1 to " + MAXIMUM_BYTES + " bytes, but this one has "
                    + value.length + "; check that the setting it comes from is set");
        }
        return new Secret(value.clone());
    }

    /**
     * Tells how long the secret is, for checks of its strength.
     *
     * @return the number of bytes, at least 1
     */
    public int length() {
        return value.length;
    }

    /**
     * Lends the secret's bytes for the time of a call. The bytes are a copy that is wiped afterwards; the reader must not
     * keep them.
     *
     * @param reader what needs the bytes
     * @param <R> what the reader makes of them
     * @return what the reader returned
     */
    public <R> R use(Function<byte[], R> reader) {
        byte[] copy = value.clone();
        try {
            return reader.apply(copy);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /** Returns a placeholder, never the secret. */
    @Override
    public String toString() {
        return "Secret[withheld]";
    }
}
