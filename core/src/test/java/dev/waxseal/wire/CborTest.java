package dev.waxseal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

class CborTest {

    private static byte[] written(Consumer<CborWriter> write) {
        CborWriter writer = new CborWriter();
        write.accept(writer);
        return writer.toByteArray();
    }

    private static String hex(Consumer<CborWriter> write) {
        return HexFormat.of().formatHex(written(write));
    }

    private static <V> void comesBack(V value, BiConsumer<ValueWriter, V> write, Function<ValueReader, V> read) {
        CborReader reader = new CborReader(written(writer -> write.accept(writer, value)));
        assertThat(read.apply(reader)).isEqualTo(value);
        reader.finish();
        JsonValueWriter json = new JsonValueWriter();
        write.accept(json, value);
        JsonValueReader jsonReader = new JsonValueReader(json.toJson());
        assertThat(read.apply(jsonReader)).isEqualTo(value);
        jsonReader.finish();
    }

    /** RFC 8949, Appendix A. */
    @Test
    void theExamplesOfTheStandardAreWrittenAsItSays() {
        assertThat(hex(w -> w.integer(0))).isEqualTo("00");
        assertThat(hex(w -> w.integer(23))).isEqualTo("17");
        assertThat(hex(w -> w.integer(24))).isEqualTo("1818");
        assertThat(hex(w -> w.integer(100))).isEqualTo("1864");
        assertThat(hex(w -> w.integer(1000))).isEqualTo("1903e8");
        assertThat(hex(w -> w.integer(1_000_000))).isEqualTo("1a000f4240");
        assertThat(hex(w -> w.integer(1_000_000_000_000L))).isEqualTo("1b000000e8d4a51000");
        assertThat(hex(w -> w.integer(-1))).isEqualTo("20");
        assertThat(hex(w -> w.integer(-1000))).isEqualTo("3903e7");
        assertThat(hex(w -> w.bigInteger(new BigInteger("18446744073709551615"))))
                .isEqualTo("1bffffffffffffffff");
        assertThat(hex(w -> w.bigInteger(new BigInteger("18446744073709551616"))))
                .isEqualTo("c249010000000000000000");
        assertThat(hex(w -> w.bigInteger(new BigInteger("-18446744073709551616"))))
                .isEqualTo("3bffffffffffffffff");
        assertThat(hex(w -> w.bigInteger(new BigInteger("-18446744073709551617"))))
                .isEqualTo("c349010000000000000000");
        assertThat(hex(w -> w.floating(0.0))).isEqualTo("f90000");
        assertThat(hex(w -> w.floating(-0.0))).isEqualTo("f98000");
        assertThat(hex(w -> w.floating(1.0))).isEqualTo("f93c00");
        assertThat(hex(w -> w.floating(1.1))).isEqualTo("fb3ff199999999999a");
        assertThat(hex(w -> w.floating(65504.0))).isEqualTo("f97bff");
        assertThat(hex(w -> w.floating(100000.0))).isEqualTo("fa47c35000");
        assertThat(hex(w -> w.floating(3.4028234663852886e+38))).isEqualTo("fa7f7fffff");
        assertThat(hex(w -> w.floating(1.0e+300))).isEqualTo("fb7e37e43c8800759c");
        assertThat(hex(w -> w.floating(5.960464477539063e-8))).isEqualTo("f90001");
        assertThat(hex(w -> w.floating(0.00006103515625))).isEqualTo("f90400");
        assertThat(hex(w -> w.floating(-4.0))).isEqualTo("f9c400");
        assertThat(hex(w -> w.floating(Double.POSITIVE_INFINITY))).isEqualTo("f97c00");
        assertThat(hex(w -> w.floating(Double.NaN))).isEqualTo("f97e00");
        assertThat(hex(w -> w.bool(false))).isEqualTo("f4");
        assertThat(hex(ValueWriter::nothing)).isEqualTo("f6");
        assertThat(hex(w -> w.bytes(new byte[] {1, 2, 3, 4}))).isEqualTo("4401020304");
        assertThat(hex(w -> w.text("IETF"))).isEqualTo("6449455446");
        assertThat(hex(w -> w.text("\u00fc"))).isEqualTo("62c3bc");
        assertThat(hex(w -> w.text("\ud800\udd51"))).isEqualTo("64f0908591");
        assertThat(hex(w -> w.decimal(new BigDecimal("273.15")))).isEqualTo("c48221196ab3");
    }

    @Property
    void numbersComeBack(
            @ForAll long integer, @ForAll double floating, @ForAll BigInteger big, @ForAll BigDecimal decimal) {
        comesBack(integer, ValueWriter::integer, ValueReader::integer);
        comesBack(floating, ValueWriter::floating, ValueReader::floating);
        comesBack(big, ValueWriter::bigInteger, ValueReader::bigInteger);
        comesBack(decimal, ValueWriter::decimal, ValueReader::decimal);
    }

    @Property
    void everySinglePrecisionNumberComesBack(@ForAll float value) {
        comesBack((double) value, ValueWriter::floating, ValueReader::floating);
    }

    @Test
    void everyHalfPrecisionNumberTakesThreeBytes() {
        for (int bits = 0; bits < 0x10000; bits++) {
            double value = Floats.fromHalf(bits);
            byte[] written = written(w -> w.floating(value));
            assertThat(written).hasSize(3);
            assertThat(new CborReader(written).floating()).isEqualTo(Double.valueOf(value));
        }
    }

    @Property
    void textsComeBack(@ForAll("texts") String text) {
        comesBack(text, ValueWriter::text, ValueReader::text);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().ofMaxLength(300).filter(CborTest::wholePairs);
    }

    private static boolean wholePairs(String text) {
        return StandardCharsets.UTF_16BE.newEncoder().canEncode(text);
    }

    @Test
    void halfASurrogatePairIsRefused() {
        assertThatThrownBy(() -> new CborWriter().text("a\ud800b"))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("half a surrogate pair");
    }

    @Property
    void instantsDatesAndIdsComeBack(
            @ForAll Instant instant, @ForAll LocalDate date, @ForAll long most, @ForAll long least) {
        comesBack(instant, ValueWriter::instant, ValueReader::instant);
        comesBack(date, ValueWriter::date, ValueReader::date);
        comesBack(new UUID(most, least), ValueWriter::uuid, ValueReader::uuid);
    }

    @Property
    void bytesComeBack(@ForAll byte[] bytes) {
        comesBack(bytes, ValueWriter::bytes, ValueReader::bytes);
    }

    /** Another implementation reads the same values. */
    @Property(tries = 300)
    void jacksonReadsWhatIsWritten(
            @ForAll("texts") String text, @ForAll long integer, @ForAll double floating, @ForAll byte[] bytes) {
        byte[] written = written(w -> {
            w.map(4);
            w.key("a");
            w.text(text);
            w.key("b");
            w.integer(integer);
            w.key("c");
            w.array(2);
            w.floating(floating);
            w.nothing();
            w.end();
            w.key("d");
            w.bytes(bytes);
            w.end();
        });
        JsonNode read = new CBORMapper().readTree(written);
        assertThat(read.get("a").stringValue()).isEqualTo(text);
        assertThat(read.get("b").longValue()).isEqualTo(integer);
        assertThat(read.get("c").get(0).doubleValue()).isEqualTo(floating);
        assertThat(read.get("c").get(1).isNull()).isTrue();
        assertThat(read.get("d").binaryValue()).isEqualTo(bytes);
    }

    /** What is accepted has one encoding only. */
    @Property(tries = 20_000)
    void anyBytesAreRefusedCleanlyOrAreTheOneEncodingOfTheirValue(@ForAll @Size(max = 24) byte[] bytes) {
        CborReader reader = new CborReader(bytes);
        try {
            reader.skip();
            reader.finish();
        } catch (MalformedValueException refused) {
            assertThat(refused).hasMessageContaining("at byte");
            return;
        }
        assertThat(rewritten(bytes)).isEqualTo(bytes);
    }

    private static byte[] rewritten(byte[] bytes) {
        CborWriter out = new CborWriter();
        copy(new CborReader(bytes), bytes, out);
        return out.toByteArray();
    }

    private static void copy(CborReader in, byte[] bytes, CborWriter out) {
        int major = bytes[0] & 0xe0;
        if (major == CborWriter.UNSIGNED || major == CborWriter.NEGATIVE) {
            out.bigInteger(in.bigInteger());
        } else if (major == CborWriter.TEXT) {
            out.text(in.text());
        } else if (major == CborWriter.BYTES) {
            out.bytes(in.bytes());
        } else if ((bytes[0] & 0xff) >= CborWriter.HALF) {
            out.floating(in.floating());
        } else {
            // Nested and tagged values: their parts are covered by the other kinds.
            out.raw(bytes);
        }
    }

    @Property
    void aCutOffValueIsRefused(@ForAll("texts") String text, @ForAll long integer, @ForAll int cut) {
        byte[] written = written(w -> {
            w.map(2);
            w.key("a");
            w.text(text);
            w.key("b");
            w.integer(integer);
            w.end();
        });
        byte[] shorter = Arrays.copyOf(written, Math.floorMod(cut, written.length));
        assertThatThrownBy(() -> new CborReader(shorter).skip()).isInstanceOf(MalformedValueException.class);
    }

    private static void refused(String hex, String why) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> {
                    CborReader reader = new CborReader(bytes);
                    reader.skip();
                    reader.finish();
                })
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining(why);
    }

    @Test
    void otherEncodingsOfTheSameValueAreRefused() {
        refused("1817", "shortest form");
        refused("190018", "shortest form");
        refused("1b00000000ffffffff", "shortest form");
        refused("5f4101ff", "definite length");
        refused("9fff", "definite length");
        refused("fa3f800000", "shortest form");
        refused("fb3ff0000000000000", "shortest form");
        refused("f97e01", "canonical NaN");
        refused("c2420001", "big integer");
        refused("a2616201616102", "ascending order");
        refused("a2616101616102", "each once");
        refused("62c328", "UTF-8");
        refused("0000", "end of the data");
        refused("1bffffffffffffff", "more data");
        refused("7b7fffffffffffffff", "within the data");
        refused("9a7fffffff", "within the data");
        refused("d82a00", "tag of the format");
    }

    @Test
    void nestingIsBounded() {
        byte[] deep = new byte[10_000];
        Arrays.fill(deep, (byte) 0x81);
        assertThatThrownBy(() -> new CborReader(deep).skip())
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("at most 32 levels");
        assertThatThrownBy(() -> {
                    CborWriter writer = new CborWriter();
                    for (int i = 0; i < 33; i++) {
                        writer.array(1);
                    }
                })
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("more than 32 deep");
    }

    @Property
    void jsonThatIsDamagedIsRefusedWithoutQuotingIt(@ForAll("texts") String text) {
        Assume.that(!text.isBlank() && text.length() > 8);
        JsonValueReader reader = new JsonValueReader("{\"a\":1}");
        reader.map();
        assertThat(reader.textKey()).isEqualTo("a");
        assertThatThrownBy(reader::text)
                .isInstanceOf(MalformedValueException.class)
                .hasMessageNotContaining(text);
    }
}
