package dev.waxseal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 8949 appendix A that values have, and examples of our own for the tagged kinds. */
class CborVectorsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "10, 0a",
        "23, 17",
        "24, 1818",
        "25, 1819",
        "100, 1864",
        "1000, 1903e8",
        "1000000, 1a000f4240",
        "1000000000000, 1b000000e8d4a51000",
        "18446744073709551615, 1bffffffffffffffff",
        "18446744073709551616, c249010000000000000000",
        "-18446744073709551616, 3bffffffffffffffff",
        "-18446744073709551617, c349010000000000000000",
        "-1, 20",
        "-10, 29",
        "-100, 3863",
        "-1000, 3903e7"
    })
    void integersAreWrittenAsTheRfcDoes(String number, String hex) {
        BigInteger value = new BigInteger(number);
        assertThat(Items.hex(Items.cbor(out -> out.bigInteger(value)))).isEqualTo(hex);
        assertThat(Items.fromCbor(Items.bytes(hex), ValueReader::bigInteger)).isEqualTo(value);
        if (value.bitLength() < 64) {
            assertThat(Items.hex(Items.cbor(out -> out.integer(value.longValueExact()))))
                    .isEqualTo(hex);
            assertThat(Items.fromCbor(Items.bytes(hex), ValueReader::integer)).isEqualTo(value.longValueExact());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.0, f90000",
        "-0.0, f98000",
        "1.0, f93c00",
        "1.1, fb3ff199999999999a",
        "1.5, f93e00",
        "65504.0, f97bff",
        "100000.0, fa47c35000",
        "3.4028234663852886e+38, fa7f7fffff",
        "1.0e+300, fb7e37e43c8800759c",
        "5.960464477539063e-8, f90001",
        "0.00006103515625, f90400",
        "-4.0, f9c400",
        "-4.1, fbc010666666666666",
        "Infinity, f97c00",
        "NaN, f97e00",
        "-Infinity, f9fc00"
    })
    void floatingPointNumbersAreWrittenAsTheRfcDoes(double value, String hex) {
        assertThat(Items.hex(Items.cbor(out -> out.floating(value)))).isEqualTo(hex);
        assertThat(Items.fromCbor(Items.bytes(hex), ValueReader::floating)).isEqualTo(Double.valueOf(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|60",
                "a|6161",
                "IETF|6449455446",
                "\"\\|62225c",
                "\u00fc|62c3bc",
                "\u6c34|63e6b0b4",
                "\ud800\udd51|64f0908591"
            })
    void textsAreWrittenAsTheRfcDoes(String value, String hex) {
        assertThat(Items.hex(Items.cbor(out -> out.text(value)))).isEqualTo(hex);
        assertThat(Items.fromCbor(Items.bytes(hex), ValueReader::text)).isEqualTo(value);
    }

    @Test
    void simpleValuesAndByteStringsAreWrittenAsTheRfcDoes() {
        assertWritten("f4", out -> out.bool(false));
        assertWritten("f5", out -> out.bool(true));
        assertWritten("f6", ValueWriter::nothing);
        assertWritten("40", out -> out.bytes(new byte[0]));
        assertWritten("4401020304", out -> out.bytes(new byte[] {1, 2, 3, 4}));
    }

    @Test
    void arraysAndMapsAreWrittenAsTheRfcDoes() {
        assertWritten("80", out -> {
            out.array(0);
            out.end();
        });
        assertWritten("8301820203820405", out -> {
            out.array(3);
            out.integer(1);
            out.array(2);
            out.integer(2);
            out.integer(3);
            out.end();
            out.array(2);
            out.integer(4);
            out.integer(5);
            out.end();
            out.end();
        });
        assertWritten("98190102030405060708090a0b0c0d0e0f101112131415161718181819", out -> {
            out.array(25);
            for (int i = 1; i <= 25; i++) {
                out.integer(i);
            }
            out.end();
        });
        assertWritten("a0", out -> {
            out.map(0);
            out.end();
        });
        assertWritten("a2616102616204", out -> {
            out.map(2);
            out.key("a");
            out.integer(2);
            out.key("b");
            out.integer(4);
            out.end();
        });
        assertWritten("a26161016162820203", out -> {
            out.map(2);
            out.key("a");
            out.integer(1);
            out.key("b");
            out.array(2);
            out.integer(2);
            out.integer(3);
            out.end();
            out.end();
        });
        assertWritten("826161a161626163", out -> {
            out.array(2);
            out.text("a");
            out.map(1);
            out.key("b");
            out.text("c");
            out.end();
            out.end();
        });
    }

    @Test
    void aDecimalIsTagFour() {
        // RFC 8949 section 3.4.4 gives 273.15 as an example.
        assertWritten("c48221196ab3", out -> out.decimal(new BigDecimal("273.15")));
        assertThat(Items.fromCbor(Items.bytes("c48221196ab3"), ValueReader::decimal))
                .isEqualTo("273.15");
        assertWritten("c48220c249010000000000000000", out -> out.decimal(new BigDecimal("1844674407370955161.6")));
        assertWritten("c4821a8000000001", out -> out.decimal(new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE)));
    }

    @Test
    void aUuidIsTagThirtySeven() {
        UUID value = UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        assertWritten("d82550f81d4fae7dec11d0a76500a0c91e6bf6", out -> out.uuid(value));
    }

    @Test
    void aDateIsTagOneHundred() {
        // The examples of RFC 8943: 1940-10-09 and 1980-12-08.
        assertWritten("d8643929b3", out -> out.date(LocalDate.parse("1940-10-09")));
        assertWritten("d864190f9a", out -> out.date(LocalDate.parse("1980-12-08")));
        assertWritten("d86400", out -> out.date(LocalDate.EPOCH));
    }

    @Test
    void anInstantIsTagOneThousandAndOne() {
        assertWritten("d903e9a10100", out -> out.instant(Instant.EPOCH));
        assertWritten(
                "d903e9a2011a5f5e1000281a3b9ac9ff",
                out -> out.instant(Instant.ofEpochSecond(0x5f5e1000L, 999_999_999)));
        assertWritten("d903e9a201202801", out -> out.instant(Instant.ofEpochSecond(-1, 1)));
    }

    private static void assertWritten(String hex, Consumer<ValueWriter> write) {
        byte[] data = Items.cbor(write);
        assertThat(Items.hex(data)).isEqualTo(hex);
        CborReader skipping = new CborReader(data);
        skipping.skip();
        skipping.finish();
        CborWriter copied = new CborWriter();
        Items.copy(new CborReader(data), data, copied);
        assertThat(copied.toByteArray()).isEqualTo(data);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // integers, lengths and tags in longer heads than needed
                "1800",
                "1817",
                "190018",
                "1900ff",
                "1a0000ffff",
                "1b00000000ffffffff",
                "3817",
                "580101",
                "780161",
                "9800",
                "b800",
                "d90025500102030405060708090a0b0c0d0e0f10",
                "d80482202001",
                // reserved and indefinite lengths, and the break
                "1c",
                "1d",
                "1e",
                "1f",
                "5f42010243030405ff",
                "7f657374726561646d696e67ff",
                "9fff",
                "bfff",
                "ff",
                // floats longer than needed, and other NaNs
                "fa3f800000",
                "fb3ff0000000000000",
                "fa7fc00000",
                "fb7ff8000000000000",
                "f97e01",
                "f9fe00",
                "fa7f800000",
                "fb7ff0000000000000",
                "fb36a0000000000000",
                // simple values and tags that no value has
                "f7",
                "f0",
                "f818",
                "f8ff",
                "c074323031332d30332d32315432303a30343a30305a",
                "c11a514b67b0",
                "d74401020304",
                "d9d9f700",
                "c5822003",
                // keys out of order, or twice
                "a203040102",
                "a201020102",
                "a2616201616102",
                "a2616101616102",
                "a262616101616102",
                "a26161010102",
                // text that is not UTF-8: cut short, overlong, surrogate, beyond Unicode, a stray continuation
                "61c3",
                "62c080",
                "63eda080",
                "64f4908080",
                "6180",
                "62c328",
                "63e28228",
                "64f0288cbc",
                "61ff",
                "63e08080",
                // cut short or claiming more than there is
                "",
                "18",
                "19ff",
                "1a00ff",
                "1b00ff",
                "41",
                "61",
                "4401",
                "81",
                "8201",
                "a1",
                "a101",
                "fa3f",
                "fb3f",
                "f93c",
                "5b7fffffffffffffff",
                "7bffffffffffffffff",
                "9a7fffffff",
                "9bffffffffffffffff",
                "ba7fffffff",
                "bb7fffffffffffffff",
                "d825",
                "d8",
                "c4",
                "c482",
                "c48220",
                "d903e9",
                "d903e9a1",
                "d864",
                // something after the value
                "0000",
                "f6f6",
                "8000",
                // big integers not in their shortest form, or of another kind
                "c240",
                "c24100",
                "c24101",
                "c2480102030405060708",
                "c24a00010000000000000000",
                "c200",
                "c3480102030405060708",
                "c25f4101ff",
                "c26101",
                // decimals: not two items, an exponent that is no scale, a mantissa that is no integer
                "c48101",
                "c483200101",
                "c4821a8000000101",
                "c4823a8000000001",
                "c482f93c0001",
                "c482206131",
                "c4820ac24101",
                // UUIDs of another length, dates and instants that there aren't
                "d8254f0102030405060708090a0b0c0d0e0f",
                "d8256161",
                "d8641b7fffffffffffffff",
                "d864f93c00",
                "d903e9a0",
                "d903e9a10200",
                "d903e9a201002800",
                "d903e9a20100281a3b9aca00",
                "d903e9a20100292000",
                "d903e9a1011b7fffffffffffffff",
                "d903e9a3010028010000",
                "d903e9a201002820"
            })
    void whatIsNotDeterministicCborOfAValueIsRefused(String hex) {
        byte[] data = Items.bytes(hex);
        assertThatThrownBy(() -> {
                    CborReader reader = new CborReader(data);
                    reader.skip();
                    reader.finish();
                })
                .isInstanceOf(MalformedValueException.class)
                .hasMessageMatching(".* at byte \\d+");
        assertThatThrownBy(() -> {
                    CborReader reader = new CborReader(data);
                    Items.copy(reader, data, new CborWriter());
                    reader.finish();
                })
                .isInstanceOf(MalformedValueException.class);
    }
}
