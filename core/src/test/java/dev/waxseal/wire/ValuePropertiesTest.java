package dev.waxseal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Laws of the two formats, for values of every kind and nesting. */
class ValuePropertiesTest {
    private static final CBORMapper JACKSON = new CBORMapper();

    @Property
    void whatIsWrittenInCborIsReadAgain(@ForAll("values") Object value) {
        byte[] data = Items.cbor(out -> Items.write(out, value));
        Object read = Items.fromCbor(data, in -> Items.read(in, value));
        assertThat(Items.same(read, value)).as("%s", read).isTrue();
    }

    @Property
    void whatIsWrittenInJsonIsReadAgain(@ForAll("values") Object value) {
        String json = Items.json(out -> Items.write(out, value));
        Object read = Items.fromJson(json, in -> Items.read(in, value));
        assertThat(Items.same(read, value)).as("%s", read).isTrue();
    }

    @Property
    void whatIsWrittenCanBeSkipped(@ForAll("values") Object value) {
        CborReader cbor = new CborReader(Items.cbor(out -> Items.write(out, value)));
        cbor.skip();
        cbor.finish();
        JsonValueReader json = new JsonValueReader(Items.json(out -> Items.write(out, value)));
        json.skip();
        json.finish();
    }

    @Property
    void readingBytesAndWritingThemAgainChangesNone(@ForAll("values") Object value) {
        byte[] data = Items.cbor(out -> Items.write(out, value));
        CborWriter copied = new CborWriter();
        CborReader reader = new CborReader(data);
        Items.copy(reader, data, copied);
        reader.finish();
        assertThat(copied.toByteArray()).isEqualTo(data);
    }

    @Property
    void alteredBytesAreRefusedOrAreAnotherValue(
            @ForAll("values") Object value, @ForAll("alterations") List<int[]> alterations) {
        byte[] data = Items.cbor(out -> Items.write(out, value));
        for (int[] alteration : alterations) {
            int at = Math.floorMod(alteration[0], data.length);
            switch (alteration[1]) {
                case 0 -> data[at] ^= (byte) alteration[2];
                case 1 -> data = Arrays.copyOf(data, Math.max(1, at));
                case 2 -> data[at] = (byte) (data[at] & 0xe0 | alteration[2] & 0x1f);
                default -> {
                    byte[] longer = Arrays.copyOf(data, data.length + 1);
                    System.arraycopy(data, at, longer, at + 1, data.length - at);
                    longer[at] = (byte) alteration[2];
                    data = longer;
                }
            }
        }
        refusedOrReproduced(data);
    }

    @Property(tries = 5000)
    void randomBytesAreRefusedOrAreAValue(@ForAll @Size(max = 64) byte[] data) {
        refusedOrReproduced(data);
    }

    private static void refusedOrReproduced(byte[] data) {
        boolean skipped;
        try {
            CborReader reader = new CborReader(data);
            reader.skip();
            reader.finish();
            skipped = true;
        } catch (MalformedValueException e) {
            skipped = false;
        }
        CborWriter copied = new CborWriter();
        try {
            CborReader reader = new CborReader(data);
            Items.copy(reader, data, copied);
            reader.finish();
        } catch (MalformedValueException e) {
            assertThat(skipped).as("skipped what can't be read").isFalse();
            return;
        }
        assertThat(copied.toByteArray()).isEqualTo(data);
        assertThat(skipped).as("skipping refused what can be read").isTrue();
    }

    @Property
    void alteredJsonIsRefusedOrRead(@ForAll("values") Object value, @ForAll int at, @ForAll char replacement) {
        StringBuilder json = new StringBuilder(Items.json(out -> Items.write(out, value)));
        json.setCharAt(Math.floorMod(at, json.length()), replacement);
        try {
            JsonValueReader reader = new JsonValueReader(json.toString());
            reader.skip();
            reader.finish();
        } catch (MalformedValueException e) {
            assertThat(e).hasNoCause();
        }
    }

    @Property
    void jacksonReadsTheSameText(@ForAll("texts") String value) {
        byte[] data = Items.cbor(out -> out.text(value));
        assertThat(JACKSON.readValue(data, String.class)).isEqualTo(value);
    }

    @Property
    void jacksonReadsTheSameNumbers(
            @ForAll long integer,
            @ForAll("bigIntegers") BigInteger bigInteger,
            @ForAll("doubles") double floating,
            @ForAll("decimals") BigDecimal decimal) {
        assertThat(JACKSON.readValue(Items.cbor(out -> out.integer(integer)), Long.class))
                .isEqualTo(integer);
        assertThat(JACKSON.readValue(Items.cbor(out -> out.bigInteger(bigInteger)), BigInteger.class))
                .isEqualTo(bigInteger);
        assertThat(JACKSON.readValue(Items.cbor(out -> out.floating(floating)), Double.class))
                .isEqualTo(Double.valueOf(floating));
        assertThat(JACKSON.readValue(Items.cbor(out -> out.decimal(decimal)), BigDecimal.class))
                .isEqualTo(decimal);
    }

    @Property
    void jacksonReadsTheSameTaggedKinds(
            @ForAll("uuids") UUID uuid, @ForAll("instants") Instant instant, @ForAll("dates") LocalDate date) {
        assertThat(JACKSON.readValue(Items.cbor(out -> out.uuid(uuid)), UUID.class))
                .isEqualTo(uuid);
        assertThat(JACKSON.readValue(Items.cbor(out -> out.date(date)), Long.class))
                .isEqualTo(date.toEpochDay());
        JsonNode map = JACKSON.readTree(Items.cbor(out -> out.instant(instant)));
        assertThat(map.path("1").longValue()).isEqualTo(instant.getEpochSecond());
        assertThat(map.path("-9").intValue(0)).isEqualTo(instant.getNano());
    }

    @Property
    void jacksonReadsEveryNestedValue(@ForAll("values") Object value) throws JacksonException {
        assertThat(JACKSON.readTree(Items.cbor(out -> Items.write(out, value)))).isNotNull();
        assertThat(JsonMapper.shared().readTree(Items.json(out -> Items.write(out, value))))
                .isNotNull();
    }

    @Property
    void whatJacksonWritesOfTextBytesAndIntegersHasTheSameBytes(
            @ForAll("shortTexts") String text, @ForAll @Size(max = 300) byte[] bytes, @ForAll long integer) {
        assertThat(Items.cbor(out -> out.text(text))).isEqualTo(JACKSON.writeValueAsBytes(text));
        assertThat(Items.cbor(out -> out.bytes(bytes))).isEqualTo(JACKSON.writeValueAsBytes(bytes));
        assertThat(Items.cbor(out -> out.integer(integer))).isEqualTo(JACKSON.writeValueAsBytes(integer));
    }

    @Provide
    Arbitrary<Object> values() {
        return valuesUpTo(3);
    }

    private Arbitrary<Object> valuesUpTo(int depth) {
        Arbitrary<Object> scalars = Arbitraries.oneOf(List.of(
                Arbitraries.just(Items.NOTHING),
                Arbitraries.of(true, false).asGeneric(),
                Arbitraries.longs().asGeneric(),
                bigIntegers().asGeneric(),
                decimals().asGeneric(),
                doubles().asGeneric(),
                texts().asGeneric(),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).asGeneric(),
                uuids().asGeneric(),
                instants().asGeneric(),
                dates().asGeneric()));
        if (depth == 0) {
            return scalars;
        }
        Arbitrary<Object> inner = Arbitraries.lazy(() -> valuesUpTo(depth - 1));
        return Arbitraries.frequencyOf(
                Tuple.of(4, scalars),
                Tuple.of(1, inner.list().ofMaxSize(30).asGeneric()),
                Tuple.of(1, Arbitraries.maps(shortTexts(), inner).ofMaxSize(5).asGeneric()));
    }

    @Provide
    Arbitrary<String> texts() {
        // Whole code points only, so never an unpaired surrogate; long enough for heads of every length but the
        // longest.
        return Arbitraries.oneOf(
                shortTexts(), Arbitraries.strings().ascii().ofMinLength(200).ofMaxLength(400), codePoints(400));
    }

    @Provide
    Arbitrary<String> shortTexts() {
        return Arbitraries.oneOf(Arbitraries.strings().ascii().ofMaxLength(30), codePoints(10));
    }

    private static Arbitrary<String> codePoints(int maxLength) {
        return Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .list()
                .ofMaxSize(maxLength)
                .map(points -> {
                    StringBuilder text = new StringBuilder();
                    points.forEach(text::appendCodePoint);
                    return text.toString();
                });
    }

    @Provide
    Arbitrary<BigInteger> bigIntegers() {
        BigInteger bound = BigInteger.ONE.shiftLeft(300);
        BigInteger edge = BigInteger.ONE.shiftLeft(64);
        return Arbitraries.oneOf(
                Arbitraries.bigIntegers().between(bound.negate(), bound),
                Arbitraries.bigIntegers().between(edge.subtract(BigInteger.TEN), edge.add(BigInteger.TEN)),
                Arbitraries.bigIntegers()
                        .between(
                                edge.negate().subtract(BigInteger.TEN),
                                edge.negate().add(BigInteger.TEN)));
    }

    @Provide
    Arbitrary<BigDecimal> decimals() {
        return Combinators.combine(bigIntegers(), Arbitraries.integers().between(-400, 400))
                .as(BigDecimal::new);
    }

    @Provide
    Arbitrary<Double> doubles() {
        return Arbitraries.oneOf(
                Arbitraries.longs()
                        .map(Double::longBitsToDouble)
                        .map(value -> Double.isNaN(value) ? Double.NaN : value),
                Arbitraries.integers()
                        .map(Float::intBitsToFloat)
                        .map(value -> Float.isNaN(value) ? Double.NaN : (double) value),
                Arbitraries.integers().between(0, 0xffff).map(half -> Floats.fromHalf(half)),
                Arbitraries.of(0.0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, (double) Float.MIN_VALUE));
    }

    @Provide
    Arbitrary<UUID> uuids() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
    }

    @Provide
    Arbitrary<Instant> instants() {
        return Combinators.combine(
                        Arbitraries.longs().between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()),
                        Arbitraries.integers().between(0, 999_999_999).edgeCases(edges -> edges.add(0, 1)))
                .as(Instant::ofEpochSecond);
    }

    @Provide
    Arbitrary<LocalDate> dates() {
        return Arbitraries.longs()
                .between(LocalDate.MIN.toEpochDay(), LocalDate.MAX.toEpochDay())
                .map(LocalDate::ofEpochDay);
    }

    @Provide
    Arbitrary<List<int[]>> alterations() {
        return Combinators.combine(
                        Arbitraries.integers(),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(1, 255))
                .as((at, kind, bits) -> new int[] {at, kind, bits})
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }
}
