package dev.waxseal.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/** Writes one value, piece by piece. Not thread safe. */
public interface ValueWriter {
    /** The deepest nesting of arrays and maps that is written or read. */
    int MAX_DEPTH = 32;

    /** The longest big integer, or unscaled value of a decimal number, that is written or read: about 9,860 digits. */
    int MAX_BIG_BYTES = 4096;

    void nothing();

    void bool(boolean value);

    void integer(long value);

    void bigInteger(BigInteger value);

    void decimal(BigDecimal value);

    void floating(double value);

    void text(String value);

    void bytes(byte[] value);

    void uuid(UUID value);

    void instant(Instant value);

    void date(LocalDate value);

    /** Begins an array of exactly this many elements. */
    void array(int size);

    /** Begins a map of exactly this many pairs; the caller writes its keys in their deterministic order. */
    void map(int size);

    /** Writes a text key. */
    void key(String name);

    /** Writes a text key whose encoding by {@link CborWriter#encodedTextKey} is at hand. */
    default void key(String name, byte[] encoded) {
        key(name);
    }

    /** Ends the innermost array or map. */
    void end();
}
