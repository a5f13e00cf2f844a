package dev.waxseal.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;

/**
 * Reads what {@link CborWriter} writes, and refuses every other encoding of the same value: longer heads, indefinite
 * lengths, keys out of order or twice, bytes after the end.
 */
public final class CborReader implements ValueReader {
    private static final int USUAL_DEPTH = 4;
    private static final char REPLACEMENT = '\uFFFD';

    private final byte[] data;
    private final int start;
    private final int end;
    private int at;

    private long[] remaining = new long[USUAL_DEPTH];
    private boolean[] inMap = new boolean[USUAL_DEPTH];
    private int[] lastKeyStart = new int[USUAL_DEPTH];
    private int[] lastKeyEnd = new int[USUAL_DEPTH];
    private int depth;

    public CborReader(byte[] data) {
        this(data, 0, data.length);
    }

    public CborReader(byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        this.data = data;
        this.start = offset;
        this.at = offset;
        this.end = offset + length;
    }

    /** Where the next item begins, counted from the value's first byte. */
    int offset() {
        return at - start;
    }

    private MalformedValueException malformed(String expected) {
        return new MalformedValueException(expected + " at byte " + (at - start));
    }

    private int peek() {
        if (at >= end) {
            throw malformed("more data was expected");
        }
        return data[at] & 0xff;
    }

    /** Counts one item of the innermost array or map. */
    private void item() {
        if (depth > 0 && --remaining[depth - 1] < 0) {
            throw malformed("the end of an array or map was expected");
        }
    }

    private long argument(int major, String expected) {
        int initial = peek();
        if ((initial & 0xe0) != major) {
            throw malformed(expected + " was expected");
        }
        at++;
        int info = initial & 0x1f;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw malformed("a definite length was expected");
        }
        int bytes = 1 << (info - 24);
        long value = number(bytes);
        boolean shortest = switch (bytes) {
            case 1 -> value >= 24;
            case 2 -> value >= 0x100;
            case 4 -> value >= 0x10000;
            default -> value < 0 || value >= 0x1_0000_0000L;
        };
        if (!shortest) {
            throw malformed("the shortest form of a number was expected before the one");
        }
        return value;
    }

    private long number(int bytes) {
        if (end - at < bytes) {
            throw malformed("more data was expected");
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (data[at++] & 0xff);
        }
        return value;
    }

    private int length(int major, String expected) {
        long length = argument(major, expected);
        if (length < 0 || length > end - at) {
            throw malformed("a length within the data was expected before the one");
        }
        return (int) length;
    }

    private void tag(int tag, String expected) {
        int start = at;
        if (argument(CborWriter.TAG, expected) != tag) {
            at = start;
            throw malformed(expected + " was expected");
        }
    }

    @Override
    public boolean nextIsNothing() {
        return peek() == CborWriter.NULL;
    }

    @Override
    public void nothing() {
        if (peek() != CborWriter.NULL) {
            throw malformed("null was expected");
        }
        item();
        at++;
    }

    @Override
    public boolean bool() {
        int initial = peek();
        if (initial != CborWriter.TRUE && initial != CborWriter.FALSE) {
            throw malformed("a boolean was expected");
        }
        item();
        at++;
        return initial == CborWriter.TRUE;
    }

    @Override
    public long integer() {
        item();
        return rawInteger();
    }

    private long rawInteger() {
        boolean negative = (peek() & 0xe0) == CborWriter.NEGATIVE;
        long argument = argument(negative ? CborWriter.NEGATIVE : CborWriter.UNSIGNED, "an integer");
        if (argument < 0) {
            throw malformed("an integer of 64 bits was expected before the one");
        }
        return negative ? ~argument : argument;
    }

    @Override
    public BigInteger bigInteger() {
        item();
        return rawBigInteger();
    }

    private BigInteger rawBigInteger() {
        int major = peek() & 0xe0;
        if (major == CborWriter.UNSIGNED || major == CborWriter.NEGATIVE) {
            long argument = argument(major, "an integer");
            BigInteger magnitude = new BigInteger(Long.toUnsignedString(argument));
            return major == CborWriter.NEGATIVE ? magnitude.not() : magnitude;
        }
        long tag = argument(CborWriter.TAG, "an integer");
        if (tag != CborWriter.TAG_BIG_POSITIVE && tag != CborWriter.TAG_BIG_NEGATIVE) {
            throw malformed("a big integer was expected before the one");
        }
        int length = length(CborWriter.BYTES, "a big integer's bytes");
        if (length > ValueWriter.MAX_BIG_BYTES) {
            throw malformed("a big integer of at most " + ValueWriter.MAX_BIG_BYTES + " bytes was expected");
        }
        if (length < 9 || data[at] == 0) {
            throw malformed("the shortest form of a big integer was expected");
        }
        BigInteger magnitude = new BigInteger(1, data, at, length);
        at += length;
        return tag == CborWriter.TAG_BIG_NEGATIVE ? magnitude.not() : magnitude;
    }

    @Override
    public BigDecimal decimal() {
        item();
        tag(CborWriter.TAG_DECIMAL, "a decimal number");
        if (argument(CborWriter.ARRAY, "a decimal number's array") != 2) {
            throw malformed("an array of two was expected before the one");
        }
        long exponent = rawInteger();
        if (exponent < -Integer.MAX_VALUE || exponent > -(long) Integer.MIN_VALUE) {
            throw malformed("an exponent of 32 bits was expected before the one");
        }
        return new BigDecimal(rawBigInteger(), (int) -exponent);
    }

    @Override
    public double floating() {
        item();
        int initial = peek();
        at++;
        double value;
        switch (initial) {
            case CborWriter.HALF -> {
                int bits = (int) number(2);
                value = Floats.fromHalf(bits);
                if (Double.isNaN(value) && bits != Floats.CANONICAL_NAN) {
                    throw malformed("the canonical NaN was expected before the one");
                }
                return value;
            }
            case CborWriter.SINGLE -> value = Float.intBitsToFloat((int) number(4));
            case CborWriter.DOUBLE -> {
                value = Double.longBitsToDouble(number(8));
                if (Floats.isSingle(value)) {
                    throw malformed("the shortest form of a number was expected before the one");
                }
            }
            default -> throw malformed("a floating-point number was expected before the one");
        }
        if (Floats.halfBits(value) >= 0) {
            throw malformed("the shortest form of a number was expected before the one");
        }
        return value;
    }

    @Override
    public String text() {
        item();
        return rawText();
    }

    private String rawText() {
        int length = length(CborWriter.TEXT, "a text");
        int start = at;
        at += length;
        String text = new String(data, start, length, StandardCharsets.UTF_8);
        // What isn't UTF-8 has become this character; otherwise it is really written there.
        return text.indexOf(REPLACEMENT) < 0 ? text : strictText(start, length);
    }

    private String strictText(int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("UTF-8 was expected before the one");
        }
    }

    @Override
    public byte[] bytes() {
        item();
        int length = length(CborWriter.BYTES, "bytes");
        at += length;
        return Arrays.copyOfRange(data, at - length, at);
    }

    @Override
    public UUID uuid() {
        item();
        tag(CborWriter.TAG_UUID, "a UUID");
        if (length(CborWriter.BYTES, "a UUID's bytes") != 16) {
            throw malformed("16 bytes were expected before the one");
        }
        return new UUID(number(8), number(8));
    }

    @Override
    public Instant instant() {
        item();
        tag(CborWriter.TAG_TIME, "an instant");
        long pairs = argument(CborWriter.MAP, "an instant's map");
        if (pairs < 1 || pairs > 2 || rawInteger() != CborWriter.TIME_SECONDS) {
            throw malformed("an instant's seconds were expected before the one");
        }
        long seconds = rawInteger();
        long nanoseconds = 0;
        if (pairs == 2) {
            if (rawInteger() != CborWriter.TIME_NANOSECONDS) {
                throw malformed("an instant's nanoseconds were expected before the one");
            }
            nanoseconds = rawInteger();
            if (nanoseconds < 1 || nanoseconds > 999_999_999) {
                throw malformed("1 to 999,999,999 nanoseconds were expected before the one");
            }
        }
        try {
            return Instant.ofEpochSecond(seconds, nanoseconds);
        } catch (DateTimeException | ArithmeticException e) {
            throw malformed("an instant in range was expected before the one");
        }
    }

    @Override
    public LocalDate date() {
        item();
        tag(CborWriter.TAG_DATE, "a date");
        try {
            return LocalDate.ofEpochDay(rawInteger());
        } catch (DateTimeException e) {
            throw malformed("a date in range was expected before the one");
        }
    }

    @Override
    public void array() {
        item();
        begin(argument(CborWriter.ARRAY, "an array"), false);
    }

    @Override
    public void map() {
        item();
        begin(argument(CborWriter.MAP, "a map"), true);
    }

    private void begin(long size, boolean map) {
        if (size < 0 || size > (map ? (end - at) / 2 : end - at)) {
            throw malformed("a size within the data was expected before the one");
        }
        if (depth == ValueWriter.MAX_DEPTH) {
            throw malformed("at most " + ValueWriter.MAX_DEPTH + " levels were expected before the one");
        }
        if (depth == remaining.length) {
            remaining = Arrays.copyOf(remaining, ValueWriter.MAX_DEPTH);
            inMap = Arrays.copyOf(inMap, ValueWriter.MAX_DEPTH);
            lastKeyStart = Arrays.copyOf(lastKeyStart, ValueWriter.MAX_DEPTH);
            lastKeyEnd = Arrays.copyOf(lastKeyEnd, ValueWriter.MAX_DEPTH);
        }
        remaining[depth] = map ? size * 2 : size;
        inMap[depth] = map;
        lastKeyEnd[depth] = 0;
        depth++;
    }

    @Override
    public boolean hasNext() {
        if (depth == 0) {
            throw malformed("an array or map was expected before the one");
        }
        return remaining[depth - 1] > 0;
    }

    @Override
    public String textKey() {
        int start = at;
        item();
        String key = rawText();
        inOrder(start);
        return key;
    }

    /** Reads the next key if it is this one, by {@link CborWriter#encodedTextKey}; otherwise reads nothing. */
    public boolean nextKeyIs(byte[] encoded) {
        int stop = at + encoded.length;
        if (depth == 0
                || remaining[depth - 1] == 0
                || encoded.length > end - at
                || !Arrays.equals(data, at, stop, encoded, 0, encoded.length)) {
            return false;
        }
        int start = at;
        item();
        at = stop;
        inOrder(start);
        return true;
    }

    /** Whether the next key is an integer: one of the format's own. */
    public boolean nextIsIntegerKey() {
        int major = peek() & 0xe0;
        return major == CborWriter.UNSIGNED || major == CborWriter.NEGATIVE;
    }

    /** Reads an integer key. */
    public long integerKey() {
        int start = at;
        item();
        long key = rawInteger();
        inOrder(start);
        return key;
    }

    private void inOrder(int start) {
        int level = depth - 1;
        if (level < 0 || !inMap[level] || (remaining[level] & 1) == 0) {
            throw malformed("a map's value was expected before the one");
        }
        if (lastKeyEnd[level] > 0
                && Arrays.compareUnsigned(data, lastKeyStart[level], lastKeyEnd[level], data, start, at) >= 0) {
            throw malformed("keys in ascending order, each once, were expected before the one");
        }
        lastKeyStart[level] = start;
        lastKeyEnd[level] = at;
    }

    @Override
    public void end() {
        if (depth == 0 || remaining[depth - 1] != 0) {
            throw malformed("more of an array or map was left");
        }
        depth--;
    }

    @Override
    public void skip() {
        int initial = peek();
        switch (initial & 0xe0) {
            case CborWriter.UNSIGNED, CborWriter.NEGATIVE -> bigInteger();
            case CborWriter.BYTES -> {
                item();
                int length = length(CborWriter.BYTES, "bytes");
                at += length;
            }
            case CborWriter.TEXT -> text();
            case CborWriter.ARRAY -> {
                array();
                while (hasNext()) {
                    skip();
                }
                end();
            }
            case CborWriter.MAP -> {
                map();
                while (hasNext()) {
                    textKey();
                    skip();
                }
                end();
            }
            case CborWriter.TAG -> skipTagged();
            default -> {
                if (initial == CborWriter.NULL) {
                    nothing();
                } else if (initial == CborWriter.TRUE || initial == CborWriter.FALSE) {
                    bool();
                } else {
                    floating();
                }
            }
        }
    }

    private void skipTagged() {
        int start = at;
        long tag = argument(CborWriter.TAG, "a tag");
        at = start;
        switch ((int) Math.max(-1, Math.min(tag, Integer.MAX_VALUE))) {
            case CborWriter.TAG_BIG_POSITIVE, CborWriter.TAG_BIG_NEGATIVE -> bigInteger();
            case CborWriter.TAG_DECIMAL -> decimal();
            case CborWriter.TAG_UUID -> uuid();
            case CborWriter.TAG_DATE -> date();
            case CborWriter.TAG_TIME -> instant();
            default -> throw malformed("a tag of the format was expected");
        }
    }

    @Override
    public void finish() {
        if (depth != 0 || at != end || at == start) {
            throw malformed("the end of the data was expected");
        }
    }
}
