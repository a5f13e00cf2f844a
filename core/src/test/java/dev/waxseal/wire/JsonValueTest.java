package dev.waxseal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {

    @Test
    void eachKindHasItsForm() {
        String json = Items.json(out -> {
            out.array(13);
            out.nothing();
            out.bool(true);
            out.integer(-7);
            out.bigInteger(BigInteger.TWO.pow(64));
            out.decimal(new BigDecimal("1.50"));
            out.floating(0.1);
            out.floating(Double.NaN);
            out.floating(Double.NEGATIVE_INFINITY);
            out.text("a\"\u00fc\"\n");
            out.bytes(new byte[] {-1, -2, -3, -4});
            out.uuid(UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
            out.instant(Instant.parse("2026-11-24T10:15:30.000000001Z"));
            out.date(LocalDate.parse("2026-11-24"));
            out.end();
        });
        assertThat(json)
                .isEqualTo(
                        "[null,true,-7,\"18446744073709551616\",\"1.50\",0.1,\"NaN\",\"-Infinity\",\"a\\\"\u00fc\\\"\\n\","
                                + "\"__79_A\",\"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\",\"2026-11-24T10:15:30.000000001Z\","
                                + "\"2026-11-24\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "[1",
                "{",
                "{\"a\"",
                "{\"a\":1,\"a\":2}",
                "nul",
                "[1,]",
                "1 2",
                "[] []",
                "'a'",
                "NaN",
                "{\"a\":1}}",
                "[1]]",
                "\"a",
                "01",
                "// x\n1",
                "]"
            })
    void whatIsNotOneWellFormedValueIsRefused(String json) {
        assertThatThrownBy(() -> {
                    JsonValueReader reader = new JsonValueReader(json);
                    reader.skip();
                    reader.finish();
                })
                .isInstanceOf(MalformedValueException.class)
                .hasMessageMatching(".* at character -?\\d+")
                .hasNoCause();
    }

    @Test
    void nestingIsRefusedBeyondTheBound() {
        String json = "[".repeat(33) + "]".repeat(33);
        assertThatThrownBy(() -> new JsonValueReader(json).skip()).isInstanceOf(MalformedValueException.class);
    }

    @Test
    void aValueOfAnotherKindIsRefusedWithoutSayingWhatItIs() {
        List<Consumer<ValueReader>> others = List.of(
                ValueReader::nothing,
                ValueReader::bool,
                ValueReader::integer,
                ValueReader::bigInteger,
                ValueReader::decimal,
                ValueReader::floating,
                ValueReader::bytes,
                ValueReader::uuid,
                ValueReader::instant,
                ValueReader::date,
                ValueReader::array,
                ValueReader::map,
                ValueReader::textKey);
        for (Consumer<ValueReader> other : others) {
            assertThatThrownBy(() -> other.accept(new JsonValueReader("\"canary 4711!\"")))
                    .isInstanceOf(MalformedValueException.class)
                    .hasMessageNotContaining("canary")
                    .hasNoCause();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "-9223372036854775809", "1.0", "1e3", "\"1\""})
    void anIntegerMustFitLong(String json) {
        assertThatThrownBy(() -> new JsonValueReader(json).integer()).isInstanceOf(MalformedValueException.class);
    }

    @Test
    void numbersInTextAreBounded() {
        for (String digits : List.of("1".repeat(10_001), "1".repeat(9_900))) {
            String json = '"' + digits + '"';
            assertThatThrownBy(() -> new JsonValueReader(json).bigInteger())
                    .isInstanceOf(MalformedValueException.class);
            assertThatThrownBy(() -> new JsonValueReader(json).decimal()).isInstanceOf(MalformedValueException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "\"0x1p3\"", "\"1d\"", "\"1.5\"", "\"nan\""})
    void aFloatingPointNumberIsANumberOrOneOfThreeTexts(String json) {
        assertThatThrownBy(() -> new JsonValueReader(json).floating()).isInstanceOf(MalformedValueException.class);
    }

    @Test
    void aWholeNumberIsAFloatingPointNumberToo() {
        assertThat(new JsonValueReader("2").floating()).isEqualTo(2.0);
        assertThat(new JsonValueReader("\"Infinity\"").floating()).isInfinite();
    }

    @Test
    void aUuidHasItsFullLength() {
        assertThatThrownBy(() -> new JsonValueReader("\"1-1-1-1-1\"").uuid())
                .isInstanceOf(MalformedValueException.class);
    }

    @Test
    void halfASurrogatePairIsRefusedInReadingAndInWriting() {
        assertThatThrownBy(() -> new JsonValueReader("\"\\ud800\"").text()).isInstanceOf(MalformedValueException.class);
        for (ValueWriter writer : new ValueWriter[] {new JsonValueWriter(), new CborWriter()}) {
            assertThatThrownBy(() -> writer.text("a\ud800")).isInstanceOf(MalformedValueException.class);
            writer.map(1);
            assertThatThrownBy(() -> writer.key("\udc00")).isInstanceOf(MalformedValueException.class);
        }
    }

    @Test
    void aNumberThatCouldNotBeReadAgainIsNotWritten() {
        BigInteger largest =
                BigInteger.ONE.shiftLeft(8 * ValueWriter.MAX_BIG_BYTES).subtract(BigInteger.ONE);
        BigInteger tooLarge = largest.add(BigInteger.ONE);
        for (BigInteger value : List.of(largest, largest.not())) {
            assertThat(Items.fromCbor(Items.cbor(out -> out.bigInteger(value)), ValueReader::bigInteger))
                    .isEqualTo(value);
            assertThat(Items.fromJson(Items.json(out -> out.bigInteger(value)), ValueReader::bigInteger))
                    .isEqualTo(value);
        }
        for (ValueWriter writer : new ValueWriter[] {new JsonValueWriter(), new CborWriter()}) {
            assertThatThrownBy(() -> writer.bigInteger(tooLarge)).isInstanceOf(MalformedValueException.class);
            assertThatThrownBy(() -> writer.decimal(new BigDecimal(tooLarge, 2)))
                    .isInstanceOf(MalformedValueException.class);
        }
    }

    @Test
    void anArrayIsClosedOnlyAtItsEnd() {
        JsonValueReader reader = new JsonValueReader("[1,null]");
        assertThatThrownBy(reader::end).isInstanceOf(MalformedValueException.class);
        reader.array();
        reader.integer();
        assertThatThrownBy(reader::end).isInstanceOf(MalformedValueException.class);
        assertThatThrownBy(reader::finish).isInstanceOf(MalformedValueException.class);
        assertThat(reader.nextIsNothing()).isTrue();
        reader.nothing();
        reader.end();
        assertThatThrownBy(reader::integer).isInstanceOf(MalformedValueException.class);
        reader.finish();
    }
}
