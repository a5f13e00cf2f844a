package dev.waxseal.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/** Reads one value, piece by piece; every method throws {@link MalformedValueException}. Not thread safe. */
public interface ValueReader {
    /** Whether nothing comes next; reads nothing. */
    boolean nextIsNothing();

    void nothing();

    boolean bool();

    long integer();

    BigInteger bigInteger();

    BigDecimal decimal();

    double floating();

    String text();

    byte[] bytes();

    UUID uuid();

    Instant instant();

    LocalDate date();

    /** Begins an array. */
    void array();

    /** Begins a map. */
    void map();

    /** Whether the innermost array or map has more. */
    boolean hasNext();

    /** Reads a text key. */
    String textKey();

    /** Ends the innermost array or map; there must be no more in it. */
    void end();

    /** Passes over one value. */
    void skip();

    /** Makes sure that nothing follows. */
    void finish();
}
