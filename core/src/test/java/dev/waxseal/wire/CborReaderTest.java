package dev.waxseal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CborReaderTest {

    @Test
    void aValueOfAnotherKindIsRefusedWithoutSayingWhatItIs() {
        byte[] data = Items.cbor(out -> out.text("canary-4711"));
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
            assertThatThrownBy(() -> other.accept(new CborReader(data)))
                    .isInstanceOf(MalformedValueException.class)
                    .hasMessageMatching(".* at byte \\d+")
                    .hasMessageNotContaining("canary")
                    .hasNoCause();
        }
    }

    @Test
    void offsetsInMessagesCountFromTheValueAndNotFromTheArray() {
        byte[] data = {0, 0, 0, (byte) 0x82, 0x01, (byte) 0xf6, 0, 0};
        CborReader reader = new CborReader(data, 3, 3);
        reader.array();
        reader.integer();
        assertThatThrownBy(reader::integer)
                .isInstanceOf(MalformedValueException.class)
                .hasMessageEndingWith("at byte 2");
    }

    @Test
    void bytesBeyondTheGivenPartAreNotRead() {
        byte[] data = {0x62, 'a', 'b'};
        assertThatThrownBy(() -> new CborReader(data, 0, 2).text()).isInstanceOf(MalformedValueException.class);
        assertThatThrownBy(() -> new CborReader(data, 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void nestingIsRefusedBeyondTheBoundAndOnlyThere() {
        assertThatCode(() -> skip("81".repeat(31) + "80")).doesNotThrowAnyException();
        assertThatThrownBy(() -> skip("81".repeat(32) + "80"))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("32");
        assertThatCode(() -> skip("a160".repeat(31) + "a0")).doesNotThrowAnyException();
        assertThatThrownBy(() -> skip("a160".repeat(32) + "a0")).isInstanceOf(MalformedValueException.class);
    }

    private static void skip(String hex) {
        CborReader reader = new CborReader(Items.bytes(hex));
        reader.skip();
        reader.finish();
    }

    @Test
    void anIntegerBeyondLongIsABigIntegerOnly() {
        byte[] data = Items.bytes("1b8000000000000000");
        assertThatThrownBy(() -> new CborReader(data).integer()).isInstanceOf(MalformedValueException.class);
        assertThatThrownBy(() -> new CborReader(Items.bytes("3b8000000000000000")).integer())
                .isInstanceOf(MalformedValueException.class);
        assertThat(new CborReader(data).bigInteger()).isEqualTo("9223372036854775808");
        assertThat(new CborReader(Items.bytes("3b7fffffffffffffff")).integer()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void aBigIntegerBeyondTheBoundIsRefused() {
        assertThatCode(() -> skip("c2591000" + "01".repeat(4096))).doesNotThrowAnyException();
        assertThatThrownBy(() -> skip("c2591001" + "01".repeat(4097))).isInstanceOf(MalformedValueException.class);
    }

    @Test
    void keysCanBeTriedWithoutMakingAString() {
        byte[] first = CborWriter.encodedTextKey("a");
        byte[] second = CborWriter.encodedTextKey("b");
        CborReader reader = new CborReader(Items.bytes("8 2a1616101 6162".replace(" ", "")));
        reader.array();
        reader.map();
        assertThat(reader.nextKeyIs(second)).isFalse();
        assertThat(reader.nextKeyIs(first)).isTrue();
        assertThat(reader.integer()).isEqualTo(1);
        // What follows the map is not its key, even though it has the same bytes.
        assertThat(reader.nextKeyIs(second)).isFalse();
        reader.end();
        assertThat(reader.text()).isEqualTo("b");
        reader.end();
        reader.finish();
    }

    @Test
    void triedKeysAreCheckedForTheirOrderToo() {
        CborReader reader = new CborReader(Items.bytes("a2616101616102"));
        reader.map();
        byte[] key = CborWriter.encodedTextKey("a");
        assertThat(reader.nextKeyIs(key)).isTrue();
        reader.integer();
        assertThatThrownBy(() -> reader.nextKeyIs(key)).isInstanceOf(MalformedValueException.class);
    }

    @Test
    void integerKeysAndTextKeysCanBeToldApart() {
        CborReader reader = new CborReader(Items.bytes("a220016161f6"));
        reader.map();
        assertThat(reader.nextIsIntegerKey()).isTrue();
        assertThat(reader.integerKey()).isEqualTo(-1);
        assertThat(reader.nextIsNothing()).isFalse();
        assertThat(reader.integer()).isEqualTo(1);
        assertThat(reader.nextIsIntegerKey()).isFalse();
        assertThat(reader.textKey()).isEqualTo("a");
        assertThat(reader.nextIsNothing()).isTrue();
        reader.nothing();
        assertThat(reader.hasNext()).isFalse();
        reader.end();
        reader.finish();
    }

    @Test
    void aContainerIsClosedOnlyAtItsEnd() {
        CborReader reader = new CborReader(Items.bytes("8201f6"));
        reader.array();
        assertThat(reader.hasNext()).isTrue();
        reader.integer();
        assertThatThrownBy(reader::end).isInstanceOf(MalformedValueException.class);
        assertThatThrownBy(reader::finish).isInstanceOf(MalformedValueException.class);
        reader.nothing();
        assertThat(reader.hasNext()).isFalse();
        reader.end();
        assertThatThrownBy(reader::end).isInstanceOf(MalformedValueException.class);
        reader.finish();
    }
}
