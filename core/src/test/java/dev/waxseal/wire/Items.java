package dev.waxseal.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the tests of this package write and read values with. */
final class Items {
    private Items() {}

    static byte[] cbor(Consumer<ValueWriter> write) {
        CborWriter writer = new CborWriter();
        write.accept(writer);
        return writer.toByteArray();
    }

    static String json(Consumer<ValueWriter> write) {
        JsonValueWriter writer = new JsonValueWriter();
        write.accept(writer);
        return writer.toJson();
    }

    static <T> T fromCbor(byte[] data, Function<ValueReader, T> read) {
        CborReader reader = new CborReader(data);
        T value = read.apply(reader);
        reader.finish();
        return value;
    }

    static <T> T fromJson(String json, Function<ValueReader, T> read) {
        JsonValueReader reader = new JsonValueReader(json);
        T value = read.apply(reader);
        reader.finish();
        return value;
    }

    static String hex(byte[] data) {
        return HexFormat.of().formatHex(data);
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** Writes any value of the kinds that there are: lists and maps with text keys, nested. */
    static void write(ValueWriter out, Object value) {
        if (value == NOTHING) {
            out.nothing();
        } else if (value instanceof Boolean v) {
            out.bool(v);
        } else if (value instanceof Long v) {
            out.integer(v);
        } else if (value instanceof BigInteger v) {
            out.bigInteger(v);
        } else if (value instanceof BigDecimal v) {
            out.decimal(v);
        } else if (value instanceof Double v) {
            out.floating(v);
        } else if (value instanceof String v) {
            out.text(v);
        } else if (value instanceof byte[] v) {
            out.bytes(v);
        } else if (value instanceof UUID v) {
            out.uuid(v);
        } else if (value instanceof Instant v) {
            out.instant(v);
        } else if (value instanceof LocalDate v) {
            out.date(v);
        } else if (value instanceof List<?> v) {
            out.array(v.size());
            v.forEach(item -> write(out, item));
            out.end();
        } else if (value instanceof Map<?, ?> v) {
            Map<byte[], Object> ordered = new LinkedHashMap<>();
            v.keySet().stream()
                    .map(key -> (String) key)
                    .sorted((a, b) ->
                            Arrays.compareUnsigned(CborWriter.encodedTextKey(a), CborWriter.encodedTextKey(b)))
                    .forEach(key -> ordered.put(CborWriter.encodedTextKey(key), List.of(key, v.get(key))));
            out.map(v.size());
            ordered.forEach((encoded, pair) -> {
                out.key((String) ((List<?>) pair).get(0), encoded);
                write(out, ((List<?>) pair).get(1));
            });
            out.end();
        } else {
            throw new AssertionError(value.getClass());
        }
    }

    /** Reads an item of the same kind as a value that was written, and the kinds inside it. */
    static Object read(ValueReader in, Object like) {
        if (like == NOTHING) {
            in.nothing();
            return NOTHING;
        } else if (like instanceof Boolean) {
            return in.bool();
        } else if (like instanceof Long) {
            return in.integer();
        } else if (like instanceof BigInteger) {
            return in.bigInteger();
        } else if (like instanceof BigDecimal) {
            return in.decimal();
        } else if (like instanceof Double) {
            return in.floating();
        } else if (like instanceof String) {
            return in.text();
        } else if (like instanceof byte[]) {
            return in.bytes();
        } else if (like instanceof UUID) {
            return in.uuid();
        } else if (like instanceof Instant) {
            return in.instant();
        } else if (like instanceof LocalDate) {
            return in.date();
        } else if (like instanceof List<?> list) {
            in.array();
            List<Object> read = new ArrayList<>();
            while (in.hasNext()) {
                read.add(read(in, list.get(read.size())));
            }
            in.end();
            return read;
        } else if (like instanceof Map<?, ?> map) {
            in.map();
            Map<String, Object> read = new LinkedHashMap<>();
            while (in.hasNext()) {
                String key = in.textKey();
                read.put(key, read(in, map.get(key)));
            }
            in.end();
            return read;
        }
        throw new AssertionError(like.getClass());
    }

    /** Equality that looks into arrays, and keeps NaN equal to itself and 0.0 apart from -0.0. */
    static boolean same(Object one, Object other) {
        if (one instanceof List<?> a && other instanceof List<?> b) {
            boolean same = a.size() == b.size();
            for (int i = 0; same && i < a.size(); i++) {
                same = same(a.get(i), b.get(i));
            }
            return same;
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return a.keySet().equals(b.keySet()) && a.keySet().stream().allMatch(key -> same(a.get(key), b.get(key)));
        }
        return Objects.deepEquals(one, other);
    }

    /** Stands for the absence of a value. */
    static final Object NOTHING = new Object() {
        @Override
        public String toString() {
            return "nothing";
        }
    };

    /** The size in the head of an array or a map that a reader has accepted. */
    private static int size(byte[] data, int at) {
        int information = data[at] & 0x1f;
        if (information < 24) {
            return information;
        }
        return new BigInteger(1, data, at + 1, 1 << (information - 24)).intValueExact();
    }

    /** Copies one item of whatever kind, its bytes telling which. */
    static void copy(CborReader in, byte[] data, ValueWriter out) {
        int initial = in.offset() < data.length ? data[in.offset()] & 0xff : 0xff;
        switch (initial >> 5) {
            case 0, 1 -> out.bigInteger(in.bigInteger());
            case 2 -> out.bytes(in.bytes());
            case 3 -> out.text(in.text());
            case 4 -> {
                int at = in.offset();
                in.array();
                out.array(size(data, at));
                while (in.hasNext()) {
                    copy(in, data, out);
                }
                in.end();
                out.end();
            }
            case 5 -> {
                int at = in.offset();
                in.map();
                out.map(size(data, at));
                while (in.hasNext()) {
                    out.key(in.textKey());
                    copy(in, data, out);
                }
                in.end();
                out.end();
            }
            case 6 -> {
                switch (initial) {
                    case 0xc2, 0xc3 -> out.bigInteger(in.bigInteger());
                    case 0xc4 -> out.decimal(in.decimal());
                    case 0xd9 -> out.instant(in.instant());
                    default -> {
                        if (in.offset() + 1 < data.length && data[in.offset() + 1] == 37) {
                            out.uuid(in.uuid());
                        } else {
                            out.date(in.date());
                        }
                    }
                }
            }
            default -> {
                if (in.nextIsNothing()) {
                    in.nothing();
                    out.nothing();
                } else if (initial == 0xf4 || initial == 0xf5) {
                    out.bool(in.bool());
                } else {
                    out.floating(in.floating());
                }
            }
        }
    }
}
