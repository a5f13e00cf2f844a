package dev.waxseal.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SealedRecordFormatTest {
    private static final RecordKey KEY = new RecordKey("acme", "customer", "0a".repeat(16), "0b".repeat(16));
    private static final LocalDate DAY = LocalDate.of(2028, 11, 25);

    private static byte[] compartment(Optional<LocalDate> day, int version, byte... rest) {
        return ByteBuffer.allocate(9 + rest.length)
                .put((byte) 1)
                .putInt(day.map(d -> (int) d.toEpochDay()).orElse(Integer.MIN_VALUE))
                .putInt(version)
                .put(rest)
                .array();
    }

    private static SealedRecord sample(String operational) {
        byte[] sealed = compartment(Optional.of(DAY), 2, (byte) 7);
        return new SealedRecord(
                KEY,
                2,
                List.of(
                        new SealedCompartment("support", Optional.of(DAY), sealed),
                        new SealedCompartment("care", Optional.empty(), compartment(Optional.empty(), 2))),
                List.of(new IndexEntry("phone", 1, new byte[] {1, 2, 3})),
                operational);
    }

    private static void same(SealedRecord a, SealedRecord b) {
        assertThat(a).usingRecursiveComparison().isEqualTo(b);
    }

    @Property(tries = 200)
    void whatWasWrittenIsRead(
            @ForAll @Size(max = 6) List<byte[]> contents,
            @ForAll @IntRange(min = 1) int version,
            @ForAll boolean more) {
        List<SealedCompartment> compartments = new ArrayList<>();
        List<IndexEntry> index = new ArrayList<>();
        for (int i = 0; i < contents.size(); i++) {
            Optional<LocalDate> day = i % 2 == 0 ? Optional.empty() : Optional.of(DAY.plusDays(i));
            compartments.add(new SealedCompartment("c" + i, day, compartment(day, version, contents.get(i))));
            index.add(new IndexEntry("f" + i, i + 1, contents.get(i)));
        }
        SealedRecord record = new SealedRecord(KEY, version, compartments, index, more ? "{\"a\":1}" : "{}");
        same(SealedRecord.fromBytes(record.toBytes()), record);
        assertThat(record.toBytes()).isEqualTo(record.toBytes());
    }

    @Test
    void bytesThatAreCutShortOrLongerAreRefused() {
        byte[] bytes = sample("{\"a\":1}").toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> SealedRecord.fromBytes(cut)).isInstanceOf(IntegrityException.class);
        }
        assertThatThrownBy(() -> SealedRecord.fromBytes(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(IntegrityException.class);
    }

    @Property(tries = 500)
    void alteredBytesAreRefusedOrReadAsAnotherRecord(
            @ForAll @IntRange(max = 120) int place, @ForAll @IntRange(min = 1, max = 255) int flip) {
        byte[] bytes = sample("{}").toBytes();
        int at = place % bytes.length;
        bytes[at] ^= (byte) flip;
        try {
            assertThat(SealedRecord.fromBytes(bytes).toBytes()).isEqualTo(bytes);
        } catch (IntegrityException e) {
            assertThat(e).hasMessageContaining("sealed record");
        }
    }

    @Test
    void aRecordThatWaxsealDidNotSealIsNotWritten() {
        SealedRecord otherVersion = new SealedRecord(KEY, 3, sample("{}").compartments(), List.of(), "{}");
        assertThatThrownBy(otherVersion::toBytes).isInstanceOf(InvalidInputException.class);
        SealedRecord otherKey = new SealedRecord(
                new RecordKey("acme", "customer", "an id", "0b".repeat(16)), 2, List.of(), List.of(), "{}");
        assertThatThrownBy(otherKey::toBytes).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void columnsAreGatheredAndEmptyOnesLeftOut() {
        byte[] sealed = compartment(Optional.of(DAY), 2, (byte) 7);
        SealedRecord record = SealedRecord.ofColumns(KEY, Map.of("phone", sealed, "name", new byte[0]));
        assertThat(record.compartments()).singleElement().satisfies(compartment -> {
            assertThat(compartment.name()).isEqualTo("phone");
            assertThat(compartment.expiryDay()).contains(DAY);
        });
        assertThat(record.subjectKeyVersion()).isEqualTo(2);
        assertThatThrownBy(() -> SealedRecord.ofColumns(KEY, Map.of("phone", new byte[] {1, 2})))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void theVectorIsReadAndWritten() throws Exception {
        Path file = Path.of(System.getProperty("waxseal.root", ".."), "docs", "format-vectors.json");
        JsonNode vectors =
                JsonMapper.builder().build().readTree(Files.readString(file)).get("records");
        assertThat(vectors.size()).isPositive();
        for (JsonNode vector : vectors) {
            byte[] bytes = HexFormat.of().parseHex(vector.get("bytes").stringValue());
            SealedRecord record = SealedRecord.fromBytes(bytes);
            assertThat(record.key().subject())
                    .isEqualTo(vector.get("subjectReference").stringValue());
            assertThat(record.key().record())
                    .isEqualTo(vector.get("recordReference").stringValue());
            assertThat(record.compartments())
                    .extracting(SealedCompartment::name)
                    .containsExactly(vector.get("compartment").stringValue());
            assertThat(record.compartments().get(0).sealed())
                    .isEqualTo(HexFormat.of().parseHex(vector.get("sealed").stringValue()));
            assertThat(record.operational()).isEqualTo(vector.get("operational").stringValue());
            assertThat(record.toBytes()).isEqualTo(bytes);
        }
    }
}
