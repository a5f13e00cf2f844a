package dev.waxseal.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.UUID;

/**
 * Writes deterministic CBOR (RFC 8949 §4.2.1): shortest heads, definite lengths, shortest floating-point numbers. Written
 * here since the libraries at hand write long texts in indefinite-length pieces and doubles in eight bytes always, and
 * since this is the hottest path of all.
 */
public final class CborWriter implements ValueWriter {
    static final int UNSIGNED = 0;
    static final int NEGATIVE = 1 << 5;
    static final int BYTES = 2 << 5;
    static final int TEXT = 3 << 5;
    static final int ARRAY = 4 << 5;
    static final int MAP = 5 << 5;
    static final int TAG = 6 << 5;
    static final int FALSE = 0xf4;
    static final int TRUE = 0xf5;
    static final int NULL = 0xf6;
    static final int HALF = 0xf9;
    static final int SINGLE = 0xfa;
    static final int DOUBLE = 0xfb;

    /** RFC 8949 §3.4.3. */
    static final int TAG_BIG_POSITIVE = 2;

    static final int TAG_BIG_NEGATIVE = 3;
    /** RFC 8949 §3.4.4: an array of exponent and mantissa. */
    static final int TAG_DECIMAL = 4;
    /** A UUID in 16 bytes, as registered at IANA. */
    static final int TAG_UUID = 37;
    /** RFC 8943: days since 1970-01-01. */
    static final int TAG_DATE = 100;
    /** RFC 9581: a map of 1 (seconds) and -9 (nanoseconds). */
    static final int TAG_TIME = 1001;

    static final int TIME_SECONDS = 1;
    static final int TIME_NANOSECONDS = -9;

    private byte[] buffer;
    private int length;
    private int depth;

    public CborWriter() {
        this(128);
    }

    public CborWriter(int capacity) {
        this.buffer = new byte[Math.max(16, capacity)];
    }

    /** The encoding of a text, for {@link #key(String, byte[])} and for the order of keys. */
    public static byte[] encodedTextKey(String name) {
        CborWriter writer = new CborWriter(name.length() + 5);
        writer.text(name);
        return writer.toByteArray();
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, length);
    }

    /** Overwrites what was written, which may be personal data, and begins anew. */
    public void clear() {
        Arrays.fill(buffer, 0, length, (byte) 0);
        length = 0;
        depth = 0;
    }

    @Override
    public void nothing() {
        put(NULL);
    }

    @Override
    public void bool(boolean value) {
        put(value ? TRUE : FALSE);
    }

    @Override
    public void integer(long value) {
        if (value >= 0) {
            head(UNSIGNED, value);
        } else {
            head(NEGATIVE, ~value);
        }
    }

    @Override
    public void bigInteger(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            integer(value.longValue());
            return;
        }
        BigInteger magnitude = value.signum() < 0 ? value.not() : value;
        if (magnitude.bitLength() <= Long.SIZE) {
            head(value.signum() < 0 ? NEGATIVE : UNSIGNED, magnitude.longValue());
            return;
        }
        requireBounded(value);
        byte[] bytes = magnitude.toByteArray();
        int zeros = bytes[0] == 0 ? 1 : 0;
        head(TAG, value.signum() < 0 ? TAG_BIG_NEGATIVE : TAG_BIG_POSITIVE);
        head(BYTES, bytes.length - zeros);
        put(bytes, zeros, bytes.length - zeros);
    }

    /** Refuses what no reader would take: better now than when it is needed. */
    static void requireBounded(BigInteger value) {
        if (value.bitLength() > MAX_BIG_BYTES * Byte.SIZE) {
            throw new MalformedValueException(
                    "a number of " + value.bitLength() + " bits: at most " + MAX_BIG_BYTES + " bytes can be written");
        }
    }

    @Override
    public void decimal(BigDecimal value) {
        head(TAG, TAG_DECIMAL);
        head(ARRAY, 2);
        integer(-(long) value.scale());
        bigInteger(value.unscaledValue());
    }

    @Override
    public void floating(double value) {
        int half = Floats.halfBits(value);
        if (half >= 0) {
            put(HALF);
            putNumber(half, 2);
        } else if (Floats.isSingle(value)) {
            put(SINGLE);
            putNumber(Float.floatToRawIntBits((float) value), 4);
        } else {
            put(DOUBLE);
            putNumber(Double.doubleToRawLongBits(value), 8);
        }
    }

    @Override
    public void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        // Half a surrogate pair has become a question mark: one byte, as only ASCII takes.
        if (utf8.length != value.length() || !isAscii(utf8, value)) {
            requireNoLoneSurrogate(value);
        }
        head(TEXT, utf8.length);
        put(utf8, 0, utf8.length);
    }

    private static boolean isAscii(byte[] utf8, String value) {
        return new String(utf8, StandardCharsets.ISO_8859_1).equals(value);
    }

    static void requireNoLoneSurrogate(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new MalformedValueException("a text with half a surrogate pair, which UTF-8 can't hold");
            }
        }
    }

    @Override
    public void bytes(byte[] value) {
        head(BYTES, value.length);
        put(value, 0, value.length);
    }

    @Override
    public void uuid(UUID value) {
        head(TAG, TAG_UUID);
        head(BYTES, 16);
        putNumber(value.getMostSignificantBits(), 8);
        putNumber(value.getLeastSignificantBits(), 8);
    }

    @Override
    public void instant(Instant value) {
        int nanoseconds = value.getNano();
        head(TAG, TAG_TIME);
        head(MAP, nanoseconds == 0 ? 1 : 2);
        integer(TIME_SECONDS);
        integer(value.getEpochSecond());
        if (nanoseconds != 0) {
            integer(TIME_NANOSECONDS);
            integer(nanoseconds);
        }
    }

    @Override
    public void date(LocalDate value) {
        head(TAG, TAG_DATE);
        integer(value.toEpochDay());
    }

    @Override
    public void array(int size) {
        deeper();
        head(ARRAY, size);
    }

    @Override
    public void map(int size) {
        deeper();
        head(MAP, size);
    }

    private void deeper() {
        if (++depth > MAX_DEPTH) {
            throw new MalformedValueException("values nested more than " + MAX_DEPTH + " deep");
        }
    }

    @Override
    public void key(String name) {
        text(name);
    }

    @Override
    public void key(String name, byte[] encoded) {
        put(encoded, 0, encoded.length);
    }

    /** Writes what is encoded already. */
    void raw(byte[] encoded) {
        put(encoded, 0, encoded.length);
    }

    @Override
    public void end() {
        depth--;
    }

    private void head(int major, long argument) {
        if (argument >= 0 && argument < 24) {
            put(major | (int) argument);
        } else if (argument >= 0 && argument < 0x100) {
            put(major | 24);
            put((int) argument);
        } else if (argument >= 0 && argument < 0x10000) {
            put(major | 25);
            putNumber(argument, 2);
        } else if (argument >= 0 && argument < 0x1_0000_0000L) {
            put(major | 26);
            putNumber(argument, 4);
        } else {
            put(major | 27);
            putNumber(argument, 8);
        }
    }

    private void put(int value) {
        ensure(1);
        buffer[length++] = (byte) value;
    }

    private void put(byte[] bytes, int offset, int count) {
        ensure(count);
        System.arraycopy(bytes, offset, buffer, length, count);
        length += count;
    }

    private void putNumber(long value, int bytes) {
        ensure(bytes);
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (value >>> shift);
        }
    }

    private void ensure(int more) {
        if (buffer.length - length < more) {
            byte[] old = buffer;
            buffer = Arrays.copyOf(old, Math.max(old.length * 2, Math.addExact(length, more)));
            Arrays.fill(old, 0, length, (byte) 0);
        }
    }
}
