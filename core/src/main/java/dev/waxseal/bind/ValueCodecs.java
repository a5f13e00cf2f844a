package dev.waxseal.bind;

import dev.waxseal.error.PolicyException;
import dev.waxseal.wire.CborWriter;
import dev.waxseal.wire.MalformedValueException;
import dev.waxseal.wire.ValueReader;
import dev.waxseal.wire.ValueWriter;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the {@link ValueCodec} of a type, or says which type it can't write and what to use instead. */
public final class ValueCodecs {
    private static final Map<Class<?>, ValueCodec> SCALARS = scalars();

    private ValueCodecs() {}

    /**
     * The codec of a component's type.
     *
     * @param type the generic type
     * @param path where it stands, for the message ("Customer.address")
     */
    public static ValueCodec of(Type type, String path) {
        return of(type, path, new ArrayDeque<>());
    }

    private static ValueCodec of(Type type, String path, Deque<Class<?>> inside) {
        if (type instanceof Class<?> raw) {
            return ofClass(raw, path, inside);
        }
        if (type instanceof ParameterizedType parameterized && parameterized.getRawType() instanceof Class<?> raw) {
            return ofParameterized(raw, parameterized.getActualTypeArguments(), path, inside);
        }
        if (type instanceof GenericArrayType array) {
            throw unsupported(path, array.getTypeName(), "use a List");
        }
        if (type instanceof WildcardType wildcard && wildcard.getUpperBounds().length == 1) {
            return of(wildcard.getUpperBounds()[0], path, inside);
        }
        throw unsupported(path, type.getTypeName(), "name the type itself instead of a type variable");
    }

    private static ValueCodec ofClass(Class<?> raw, String path, Deque<Class<?>> inside) {
        ValueCodec scalar = SCALARS.get(raw);
        if (scalar != null) {
            return scalar;
        }
        if (raw.isEnum()) {
            return enumeration(raw);
        }
        if (raw.isArray()) {
            return new ArrayCodec(raw.getComponentType(), of(raw.getComponentType(), path + "[]", inside));
        }
        if (Collection.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw) || raw == Optional.class) {
            throw unsupported(
                    path,
                    raw.getName() + " without a type argument",
                    "write the element type, as in" + " List<String>");
        }
        if (raw == Object.class || raw.isInterface() || raw.getName().startsWith("java.")) {
            throw unsupported(
                    path,
                    raw.getName(),
                    "use a String, number, boolean, enum, java.time type, UUID, byte[],"
                            + " Optional, List, Set, Map, or a record of these");
        }
        if (inside.contains(raw)) {
            throw unsupported(path, raw.getName() + " inside itself", "flatten it: nested types must not recur");
        }
        inside.push(raw);
        try {
            return NestedCodec.of(raw, path, inside);
        } finally {
            inside.pop();
        }
    }

    private static ValueCodec ofParameterized(Class<?> raw, Type[] arguments, String path, Deque<Class<?>> inside) {
        if (raw == Optional.class) {
            return new OptionalCodec(of(arguments[0], path, inside));
        }
        if (Map.class.isAssignableFrom(raw)) {
            ValueCodec keys = of(arguments[0], path + " (keys)", inside);
            ValueCodec values = of(arguments[1], path + " (values)", inside);
            if (raw == Map.class || raw == LinkedHashMap.class || raw == HashMap.class) {
                return new MapCodec(keys, values, LinkedHashMap::new, raw == Map.class);
            }
            if (raw == SortedMap.class || raw == NavigableMap.class || raw == TreeMap.class) {
                requireOrder(arguments[0], path);
                return new MapCodec(keys, values, TreeMap::new, false);
            }
            throw unsupported(path, raw.getName(), "use Map or SortedMap");
        }
        if (Collection.class.isAssignableFrom(raw)) {
            ValueCodec elements = of(arguments[0], path + "[]", inside);
            if (raw == List.class || raw == Collection.class) {
                return new CollectionCodec(elements, Collections::unmodifiableList, false);
            }
            if (raw == ArrayList.class) {
                return new CollectionCodec(elements, read -> read, false);
            }
            if (raw == Set.class) {
                return new CollectionCodec(
                        elements, read -> Collections.unmodifiableSet(new LinkedHashSet<>(read)), true);
            }
            if (raw == LinkedHashSet.class) {
                return new CollectionCodec(elements, LinkedHashSet::new, true);
            }
            if (raw == SortedSet.class || raw == NavigableSet.class || raw == TreeSet.class) {
                requireOrder(arguments[0], path);
                return new CollectionCodec(elements, TreeSet::new, true);
            }
            if (raw == EnumSet.class && arguments[0] instanceof Class<?> constant) {
                return new CollectionCodec(elements, read -> enumSet(constant, read), true);
            }
            throw unsupported(path, raw.getName(), "use List, Set or SortedSet");
        }
        throw unsupported(path, raw.getName() + " with type arguments", "use a type without type parameters");
    }

    /** A comparator is not sealed, so the elements must have an order of their own. */
    private static void requireOrder(Type element, String path) {
        if (!(element instanceof Class<?> raw) || !Comparable.class.isAssignableFrom(raw)) {
            throw unsupported(
                    path,
                    "a sorted collection of " + element.getTypeName(),
                    "use Set or Map, or elements that are Comparable");
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object enumSet(Class<?> constant, List<@Nullable Object> read) {
        EnumSet set = EnumSet.noneOf((Class) constant);
        set.addAll(read);
        return set;
    }

    private static PolicyException unsupported(String path, String type, String remedy) {
        return new PolicyException(path + ": a value of type " + type + " can't be sealed: " + remedy);
    }

    private static Map<Class<?>, ValueCodec> scalars() {
        Map<Class<?>, ValueCodec> codecs = new HashMap<>();
        put(codecs, String.class, ValueWriter::text, ValueReader::text);
        codecs.put(boolean.class, put(codecs, Boolean.class, ValueWriter::bool, ValueReader::bool));
        codecs.put(long.class, put(codecs, Long.class, ValueWriter::integer, ValueReader::integer));
        codecs.put(int.class, put(codecs, Integer.class, (out, v) -> out.integer(v), in -> (int) ranged(in, 32)));
        codecs.put(short.class, put(codecs, Short.class, (out, v) -> out.integer(v), in -> (short) ranged(in, 16)));
        codecs.put(byte.class, put(codecs, Byte.class, (out, v) -> out.integer(v), in -> (byte) ranged(in, 8)));
        codecs.put(char.class, put(codecs, Character.class, (out, v) -> out.integer(v), ValueCodecs::character));
        codecs.put(double.class, put(codecs, Double.class, ValueWriter::floating, ValueReader::floating));
        codecs.put(float.class, put(codecs, Float.class, (out, v) -> out.floating(v.doubleValue()), in ->
                (float) in.floating()));
        put(codecs, BigInteger.class, ValueWriter::bigInteger, ValueReader::bigInteger);
        put(codecs, BigDecimal.class, ValueWriter::decimal, ValueReader::decimal);
        put(codecs, UUID.class, ValueWriter::uuid, ValueReader::uuid);
        put(codecs, byte[].class, ValueWriter::bytes, ValueReader::bytes);
        put(codecs, Instant.class, ValueWriter::instant, ValueReader::instant);
        put(codecs, LocalDate.class, ValueWriter::date, ValueReader::date);
        text(codecs, LocalTime.class, LocalTime::parse);
        text(codecs, LocalDateTime.class, LocalDateTime::parse);
        text(codecs, OffsetDateTime.class, OffsetDateTime::parse);
        text(codecs, OffsetTime.class, OffsetTime::parse);
        text(codecs, ZonedDateTime.class, ZonedDateTime::parse);
        text(codecs, Duration.class, Duration::parse);
        text(codecs, Period.class, Period::parse);
        text(codecs, Year.class, Year::parse);
        text(codecs, YearMonth.class, YearMonth::parse);
        text(codecs, MonthDay.class, MonthDay::parse);
        text(codecs, ZoneId.class, ZoneId::of);
        text(codecs, ZoneOffset.class, ZoneOffset::of);
        text(codecs, URI.class, URI::create);
        text(codecs, Currency.class, Currency::getInstance);
        put(codecs, Locale.class, (out, v) -> out.text(v.toLanguageTag()), in -> Locale.forLanguageTag(in.text()));
        put(
                codecs,
                OptionalInt.class,
                (out, v) -> writeOptional(out, v.isPresent() ? (long) v.getAsInt() : null),
                in -> OptionalInt.of((int) ranged(in, 32)),
                OptionalInt.empty());
        put(
                codecs,
                OptionalLong.class,
                (out, v) -> writeOptional(out, v.isPresent() ? v.getAsLong() : null),
                in -> OptionalLong.of(in.integer()),
                OptionalLong.empty());
        put(
                codecs,
                OptionalDouble.class,
                (out, v) -> {
                    if (v.isPresent()) {
                        out.floating(v.getAsDouble());
                    } else {
                        out.nothing();
                    }
                },
                in -> OptionalDouble.of(in.floating()),
                OptionalDouble.empty());
        codecs.put(DayOfWeek.class, enumeration(DayOfWeek.class));
        codecs.put(Month.class, enumeration(Month.class));
        return Map.copyOf(codecs);
    }

    private static void writeOptional(ValueWriter out, @Nullable Long value) {
        if (value == null) {
            out.nothing();
        } else {
            out.integer(value);
        }
    }

    private static long ranged(ValueReader in, int bits) {
        long value = in.integer();
        long bound = 1L << (bits - 1);
        if (value < -bound || value >= bound) {
            throw new MalformedValueException("an integer that doesn't fit the component's type of " + bits + " bits");
        }
        return value;
    }

    private static char character(ValueReader in) {
        long value = in.integer();
        if (value < 0 || value > Character.MAX_VALUE) {
            throw new MalformedValueException("an integer that is no character");
        }
        return (char) value;
    }

    private static ValueCodec enumeration(Class<?> type) {
        Map<String, Object> constants = new HashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        return new ScalarCodec<>(
                (out, value) -> out.text(((Enum<?>) value).name()),
                in -> {
                    Object constant = constants.get(in.text());
                    if (constant == null) {
                        throw new MalformedValueException("a name that " + type.getSimpleName()
                                + " has no constant for: was one renamed or removed?");
                    }
                    return constant;
                },
                null);
    }

    private static <V> void text(Map<Class<?>, ValueCodec> codecs, Class<V> type, Function<String, V> parse) {
        put(codecs, type, (out, value) -> out.text(readable(type, value, parse)), in -> {
            try {
                return parse.apply(in.text());
            } catch (DateTimeException | IllegalArgumentException e) {
                throw new MalformedValueException("a text that is no " + type.getSimpleName());
            }
        });
    }

    /** Not every value's text parses again (a year beyond 9999): such a one is refused before it is sealed. */
    private static <V> String readable(Class<V> type, V value, Function<String, V> parse) {
        String text = value.toString();
        try {
            if (parse.apply(text).equals(value)) {
                return text;
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            // Said below, without the value that the message holds.
            throw new MalformedValueException("a " + type.getSimpleName() + " whose text can't be read back");
        }
        throw new MalformedValueException("a " + type.getSimpleName() + " whose text reads back as another");
    }

    private static <V> ValueCodec put(
            Map<Class<?>, ValueCodec> codecs,
            Class<V> type,
            BiConsumer<ValueWriter, V> write,
            Function<ValueReader, V> read) {
        return put(codecs, type, write, read, null);
    }

    private static <V> ValueCodec put(
            Map<Class<?>, ValueCodec> codecs,
            Class<V> type,
            BiConsumer<ValueWriter, V> write,
            Function<ValueReader, V> read,
            @Nullable V absent) {
        ValueCodec codec = new ScalarCodec<>(write, read, absent);
        codecs.put(type, codec);
        return codec;
    }

    private static final class ScalarCodec<V> extends ValueCodec {
        private final BiConsumer<ValueWriter, V> write;
        private final Function<ValueReader, V> read;
        private final @Nullable V absent;

        ScalarCodec(BiConsumer<ValueWriter, V> write, Function<ValueReader, V> read, @Nullable V absent) {
            this.write = write;
            this.read = read;
            this.absent = absent;
        }

        @Override
        @Nullable
        Object absent() {
            return absent;
        }

        @Override
        @SuppressWarnings("unchecked")
        void writePresent(ValueWriter out, Object value) {
            write.accept(out, (V) value);
        }

        @Override
        Object readPresent(ValueReader in) {
            return read.apply(in);
        }
    }

    private static final class OptionalCodec extends ValueCodec {
        private final ValueCodec inner;

        OptionalCodec(ValueCodec inner) {
            this.inner = inner;
        }

        @Override
        Object absent() {
            return Optional.empty();
        }

        @Override
        void writePresent(ValueWriter out, Object value) {
            inner.write(out, ((Optional<?>) value).orElse(null));
        }

        @Override
        Object readPresent(ValueReader in) {
            return Optional.ofNullable(inner.read(in));
        }
    }

    private static final class ArrayCodec extends ValueCodec {
        private final Class<?> elementType;
        private final ValueCodec elements;

        ArrayCodec(Class<?> elementType, ValueCodec elements) {
            this.elementType = elementType;
            this.elements = elements;
        }

        @Override
        void writePresent(ValueWriter out, Object value) {
            int length = Array.getLength(value);
            out.array(length);
            for (int i = 0; i < length; i++) {
                elements.write(out, Array.get(value, i));
            }
            out.end();
        }

        @Override
        Object readPresent(ValueReader in) {
            List<@Nullable Object> read = readElements(in, elements);
            Object array = Array.newInstance(elementType, read.size());
            for (int i = 0; i < read.size(); i++) {
                Array.set(array, i, read.get(i));
            }
            return array;
        }
    }

    private static List<@Nullable Object> readElements(ValueReader in, ValueCodec elements) {
        in.array();
        List<@Nullable Object> read = new ArrayList<>();
        while (in.hasNext()) {
            read.add(elements.read(in));
        }
        in.end();
        return read;
    }

    private static byte[] encoded(ValueCodec codec, @Nullable Object value) {
        CborWriter writer = new CborWriter();
        codec.write(writer, value);
        return writer.toByteArray();
    }

    private static final class CollectionCodec extends ValueCodec {
        private final ValueCodec elements;
        private final Function<List<@Nullable Object>, Object> finish;
        private final boolean sorted;

        CollectionCodec(ValueCodec elements, Function<List<@Nullable Object>, Object> finish, boolean sorted) {
            this.elements = elements;
            this.finish = finish;
            this.sorted = sorted;
        }

        @Override
        void writePresent(ValueWriter out, Object value) {
            Collection<?> collection = (Collection<?>) value;
            List<@Nullable Object> ordered = new ArrayList<>(collection);
            if (sorted && ordered.size() > 1) {
                // A set has no order of its own: its written form must not depend on how it was built.
                Map<Object, byte[]> keys = new HashMap<>();
                for (Object element : ordered) {
                    keys.put(element == null ? ordered : element, encoded(elements, element));
                }
                ordered.sort((a, b) ->
                        Arrays.compareUnsigned(keys.get(a == null ? ordered : a), keys.get(b == null ? ordered : b)));
            }
            out.array(ordered.size());
            for (Object element : ordered) {
                elements.write(out, element);
            }
            out.end();
        }

        @Override
        Object readPresent(ValueReader in) {
            return finish.apply(readElements(in, elements));
        }
    }

    private static final class MapCodec extends ValueCodec {
        private final ValueCodec keys;
        private final ValueCodec values;
        private final Supplier<Map<@Nullable Object, @Nullable Object>> create;
        private final boolean unmodifiable;

        MapCodec(
                ValueCodec keys,
                ValueCodec values,
                Supplier<Map<@Nullable Object, @Nullable Object>> create,
                boolean unmodifiable) {
            this.keys = keys;
            this.values = values;
            this.create = create;
            this.unmodifiable = unmodifiable;
        }

        private record EncodedEntry(byte[] key, Map.Entry<?, ?> entry) {}

        @Override
        void writePresent(ValueWriter out, Object value) {
            // An array of key and value pairs in the order of the encoded keys: JSON can't have keys that aren't text.
            List<EncodedEntry> entries = new ArrayList<>();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                entries.add(new EncodedEntry(encoded(keys, entry.getKey()), entry));
            }
            entries.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
            out.array(entries.size() * 2);
            for (EncodedEntry encoded : entries) {
                keys.write(out, encoded.entry().getKey());
                values.write(out, encoded.entry().getValue());
            }
            out.end();
        }

        @Override
        Object readPresent(ValueReader in) {
            Map<@Nullable Object, @Nullable Object> read = create.get();
            in.array();
            while (in.hasNext()) {
                Object key = keys.read(in);
                read.put(key, values.read(in));
            }
            in.end();
            return unmodifiable ? Collections.unmodifiableMap(read) : read;
        }
    }

    private static final class NestedCodec extends ValueCodec {
        private final ClassShape<?> shape;
        private final Component[] ordered;
        private final byte[][] orderedKeys;
        private final ValueCodec[] orderedCodecs;
        private final int[] positions;
        private final Map<String, Integer> byName;

        private NestedCodec(
                ClassShape<?> shape,
                Component[] ordered,
                byte[][] orderedKeys,
                ValueCodec[] orderedCodecs,
                int[] positions,
                Map<String, Integer> byName) {
            this.shape = shape;
            this.ordered = ordered;
            this.orderedKeys = orderedKeys;
            this.orderedCodecs = orderedCodecs;
            this.positions = positions;
            this.byName = byName;
        }

        static NestedCodec of(Class<?> raw, String path, Deque<Class<?>> inside) {
            ClassShape<?> shape = ClassShape.of(raw);
            List<Component> ordered = new ArrayList<>(shape.components());
            ordered.sort((a, b) ->
                    Arrays.compareUnsigned(CborWriter.encodedTextKey(a.name()), CborWriter.encodedTextKey(b.name())));
            byte[][] keys = new byte[ordered.size()][];
            ValueCodec[] codecs = new ValueCodec[ordered.size()];
            int[] positions = new int[ordered.size()];
            Map<String, Integer> byName = new HashMap<>();
            for (int i = 0; i < ordered.size(); i++) {
                Component component = ordered.get(i);
                keys[i] = CborWriter.encodedTextKey(component.name());
                codecs[i] = ValueCodecs.of(component.type(), path + "." + component.name(), inside);
                positions[i] = shape.components().indexOf(component);
                byName.put(component.name(), i);
            }
            return new NestedCodec(shape, ordered.toArray(new Component[0]), keys, codecs, positions, byName);
        }

        @Override
        void writePresent(ValueWriter out, Object value) {
            out.map(ordered.length);
            for (int i = 0; i < ordered.length; i++) {
                out.key(ordered[i].name(), orderedKeys[i]);
                orderedCodecs[i].write(out, ordered[i].get(value));
            }
            out.end();
        }

        @Override
        Object readPresent(ValueReader in) {
            @Nullable Object[] values = new @Nullable Object[ordered.length];
            for (int i = 0; i < ordered.length; i++) {
                values[positions[i]] = orderedCodecs[i].absent();
            }
            in.map();
            while (in.hasNext()) {
                Integer known = byName.get(in.textKey());
                if (known == null) {
                    // A component that the class no longer has: its value goes when the record is written again.
                    in.skip();
                } else {
                    values[positions[known]] = orderedCodecs[known].read(in);
                }
            }
            in.end();
            return shape.create(values);
        }
    }
}
