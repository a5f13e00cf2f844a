package dev.waxseal.wire;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.UUID;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes JSON (RFC 8259): big and decimal numbers as text, so that no reader loses digits; instants and dates in ISO
 * 8601; bytes in base64url.
 */
public final class JsonValueWriter implements ValueWriter {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final StringWriter written = new StringWriter();
    private final JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), written);
    private final Deque<Boolean> maps = new ArrayDeque<>();

    /** What was written; ends the writing. */
    public String toJson() {
        out.close();
        return written.toString();
    }

    @Override
    public void nothing() {
        out.writeNull();
    }

    @Override
    public void bool(boolean value) {
        out.writeBoolean(value);
    }

    @Override
    public void integer(long value) {
        out.writeNumber(value);
    }

    @Override
    public void bigInteger(BigInteger value) {
        CborWriter.requireBounded(value);
        out.writeString(value.toString());
    }

    @Override
    public void decimal(BigDecimal value) {
        CborWriter.requireBounded(value.unscaledValue());
        out.writeString(value.toString());
    }

    @Override
    public void floating(double value) {
        if (Double.isFinite(value)) {
            out.writeNumber(value);
        } else {
            out.writeString(Double.toString(value));
        }
    }

    @Override
    public void text(String value) {
        CborWriter.requireNoLoneSurrogate(value);
        out.writeString(value);
    }

    @Override
    public void bytes(byte[] value) {
        out.writeString(Base64.getUrlEncoder().withoutPadding().encodeToString(value));
    }

    @Override
    public void uuid(UUID value) {
        out.writeString(value.toString());
    }

    @Override
    public void instant(Instant value) {
        out.writeString(value.toString());
    }

    @Override
    public void date(LocalDate value) {
        out.writeString(value.toString());
    }

    @Override
    public void array(int size) {
        deeper(false);
        out.writeStartArray();
    }

    @Override
    public void map(int size) {
        deeper(true);
        out.writeStartObject();
    }

    private void deeper(boolean map) {
        if (maps.size() == MAX_DEPTH) {
            throw new MalformedValueException("values nested more than " + MAX_DEPTH + " deep");
        }
        maps.push(map);
    }

    @Override
    public void key(String name) {
        CborWriter.requireNoLoneSurrogate(name);
        out.writeName(name);
    }

    @Override
    public void end() {
        if (maps.pop()) {
            out.writeEndObject();
        } else {
            out.writeEndArray();
        }
    }
}
