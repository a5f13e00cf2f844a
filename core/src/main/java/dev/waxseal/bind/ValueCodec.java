package dev.waxseal.bind;

import dev.waxseal.wire.ValueReader;
import dev.waxseal.wire.ValueWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads values of one type, null included. Immutable, thread safe; made once for each component by {@link
 * ValueCodecs}.
 */
public abstract class ValueCodec {

    /** Writes the value. */
    public final void write(ValueWriter out, @Nullable Object value) {
        if (value == null) {
            out.nothing();
        } else {
            writePresent(out, value);
        }
    }

    /** Reads a value; null where nothing was written. */
    public final @Nullable Object read(ValueReader in) {
        if (in.nextIsNothing()) {
            in.nothing();
            return absent();
        }
        return readPresent(in);
    }

    /** What stands for a value that isn't there: null, but an empty Optional for an Optional. */
    public final @Nullable Object nothing() {
        return absent();
    }

    @Nullable
    Object absent() {
        return null;
    }

    abstract void writePresent(ValueWriter out, Object value);

    abstract Object readPresent(ValueReader in);
}
