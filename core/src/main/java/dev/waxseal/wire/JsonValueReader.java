package dev.waxseal.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Reads what {@link JsonValueWriter} writes; object members may come in any order, since databases reorder them. */
public final class JsonValueReader implements ValueReader {
    private static final int MAX_NUMBER_CHARACTERS = 10_000;
    private static final int UUID_CHARACTERS = 36;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(ValueWriter.MAX_DEPTH)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonParser in;
    private final Deque<JsonToken> ends = new ArrayDeque<>();
    private @Nullable JsonToken next;

    public JsonValueReader(String json) {
        this.in = FACTORY.createParser(ObjectReadContext.empty(), json);
        advance();
    }

    private void advance() {
        try {
            next = in.nextToken();
        } catch (JacksonException e) {
            // Its message quotes the source.
            throw new MalformedValueException(
                    "JSON was expected at character " + in.currentLocation().getCharOffset());
        }
    }

    private MalformedValueException malformed(String expected) {
        return new MalformedValueException(expected + " was expected at character "
                + in.currentTokenLocation().getCharOffset());
    }

    private <V> V read(String expected, boolean matches, Function<JsonParser, V> read) {
        if (!matches) {
            throw malformed(expected);
        }
        V value;
        try {
            value = read.apply(in);
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            throw malformed(expected);
        }
        advance();
        return value;
    }

    private <V> V fromText(String expected, Function<String, V> parse) {
        return read(expected, next == JsonToken.VALUE_STRING, parser -> parse.apply(parser.getString()));
    }

    @Override
    public boolean nextIsNothing() {
        return next == JsonToken.VALUE_NULL;
    }

    @Override
    public void nothing() {
        read("null", nextIsNothing(), parser -> true);
    }

    @Override
    public boolean bool() {
        return read(
                "a boolean",
                next == JsonToken.VALUE_TRUE || next == JsonToken.VALUE_FALSE,
                JsonParser::getBooleanValue);
    }

    @Override
    public long integer() {
        return read("an integer", next == JsonToken.VALUE_NUMBER_INT, JsonParser::getLongValue);
    }

    @Override
    public BigInteger bigInteger() {
        return fromText("a big integer as text", text -> bounded(new BigInteger(requireParsable(text))));
    }

    @Override
    public BigDecimal decimal() {
        return fromText("a decimal number as text", text -> {
            BigDecimal value = new BigDecimal(requireParsable(text));
            bounded(value.unscaledValue());
            return value;
        });
    }

    /** Parsing takes time that grows with the square of the digits. */
    private static String requireParsable(String digits) {
        if (digits.length() > MAX_NUMBER_CHARACTERS) {
            throw new IllegalArgumentException("a number of too many characters");
        }
        return digits;
    }

    private static BigInteger bounded(BigInteger value) {
        if (value.bitLength() > ValueWriter.MAX_BIG_BYTES * Byte.SIZE) {
            throw new IllegalArgumentException("a number of too many bytes");
        }
        return value;
    }

    @Override
    public double floating() {
        if (next == JsonToken.VALUE_STRING) {
            return fromText("a number, NaN, Infinity or -Infinity", text -> switch (text) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> throw new IllegalArgumentException("a text that is no number");
            });
        }
        return read(
                "a number",
                next == JsonToken.VALUE_NUMBER_FLOAT || next == JsonToken.VALUE_NUMBER_INT,
                JsonValueReader::finite);
    }

    private static double finite(JsonParser parser) {
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a number beyond 64 bits");
        }
        return value;
    }

    @Override
    public String text() {
        return fromText("a text of whole characters", text -> {
            CborWriter.requireNoLoneSurrogate(text);
            return text;
        });
    }

    @Override
    public byte[] bytes() {
        return fromText("base64url", text -> Base64.getUrlDecoder().decode(text));
    }

    @Override
    public UUID uuid() {
        return fromText("a UUID", text -> {
            if (text.length() != UUID_CHARACTERS) {
                throw new IllegalArgumentException("a UUID of another length");
            }
            return UUID.fromString(text);
        });
    }

    @Override
    public Instant instant() {
        return fromText("an instant", Instant::parse);
    }

    @Override
    public LocalDate date() {
        return fromText("a date", LocalDate::parse);
    }

    @Override
    public void array() {
        read("an array", next == JsonToken.START_ARRAY, parser -> true);
        ends.push(JsonToken.END_ARRAY);
    }

    @Override
    public void map() {
        read("an object", next == JsonToken.START_OBJECT, parser -> true);
        ends.push(JsonToken.END_OBJECT);
    }

    @Override
    public boolean hasNext() {
        JsonToken end = ends.peek();
        if (end == null) {
            throw malformed("an array or object");
        }
        return next != end;
    }

    @Override
    public String textKey() {
        return read("a member's name", next == JsonToken.PROPERTY_NAME, JsonParser::currentName);
    }

    @Override
    public void end() {
        if (hasNext()) {
            throw malformed("the end of an array or object");
        }
        ends.pop();
        advance();
    }

    @Override
    public void skip() {
        if (next == null) {
            throw malformed("a value");
        }
        try {
            in.skipChildren();
        } catch (JacksonException e) {
            throw malformed("a value");
        }
        advance();
    }

    @Override
    public void finish() {
        if (next != null || !ends.isEmpty()) {
            throw malformed("the end of the data");
        }
    }
}
