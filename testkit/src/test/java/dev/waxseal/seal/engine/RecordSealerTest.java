package dev.waxseal.seal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.ExactText;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.RecordId;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.Searchable;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.Layout;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.store.InMemoryStores;
import dev.waxseal.testkit.vault.SettableClock;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RecordSealerTest {
    @CustomerRecord("note")
    @Retain(period = "P30D", from = "written")
    record Note(
            @SubjectId String customer,
            @RecordId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text,

            @Personal(category = DataCategory.NAME, purposes = "support") @Searchable(ExactText.class)
            String author,

            @Personal(category = DataCategory.HEALTH, purposes = "care")
            List<String> ailments,

            @Personal(
                    category = DataCategory.TRANSACTION,
                    purposes = {"support", "care"})
            @Retain(period = "P1Y", from = "written")
            BigDecimal paid,

            @Operational int rating,
            @Operational Instant written) {}

    @CustomerRecord("other-note")
    record OtherNote(
            @SubjectId String customer,
            @RecordId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text) {}

    private static final Set<String> ALL = Set.of("text", "author", "ailments", "paid");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryStores stores = new InMemoryStores();
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();
    private final RecordSealer<Note> sealer = sealer("acme", Layout.COMPARTMENTS);

    private RecordSealer<Note> sealer(String tenant, Layout layout) {
        return new RecordSealer<>(
                RecordPolicy.of(Note.class), keys(tenant), layout, ZoneOffset.UTC, clock, text -> text);
    }

    private KeyRing keys(String tenant) {
        return new KeyRing(
                tenant,
                stores.keys(),
                rootKeys,
                stores::separately,
                clock,
                new SecureRandom(),
                1_000,
                Duration.ofMinutes(5));
    }

    private Note note() {
        return new Note("c-1", "n-1", "text", "Zoë", List.of("hay fever"), new BigDecimal("12.50"), 5, clock.instant());
    }

    private static Note opened(RecordSealer<Note> sealer, SealedRecord record) {
        OpenedRecord opened = sealer.open(record, ALL);
        Map<String, Object> values = new HashMap<>(opened.values());
        values.put("customer", opened.subjectId().orElseThrow());
        values.put("id", opened.recordId().orElseThrow());
        return sealer.create(values);
    }

    @Provide
    Arbitrary<Note> notes() {
        Arbitrary<String> ids = Arbitraries.strings()
                .ascii()
                .ofMinLength(1)
                .ofMaxLength(20)
                .filter(id -> !id.isBlank() && id.indexOf(0) < 0);
        Arbitrary<String> texts = Arbitraries.strings()
                .withChars("abc äöü 漢字 العربية 0123")
                .ofMaxLength(200)
                .injectNull(0.1);
        return Combinators.combine(
                        ids,
                        ids,
                        texts,
                        texts,
                        texts.filter(text -> text != null).list().ofMaxSize(5),
                        Arbitraries.bigDecimals(),
                        Arbitraries.integers())
                .as((customer, id, text, author, ailments, paid, rating) ->
                        new Note(customer, id, text, author, ailments, paid, rating, clock.instant()));
    }

    @Property(tries = 200)
    void whatWasSealedOpensTheSameInBothLayouts(@ForAll("notes") Note note) {
        for (Layout layout : Layout.values()) {
            RecordSealer<Note> each = sealer("acme", layout);
            assertThat(opened(each, each.seal(note).record())).isEqualTo(note);
        }
    }

    @Property(tries = 50)
    void noTwoCiphertextsAreEqual(@ForAll("notes") Note note) {
        Set<List<Byte>> seen = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            for (SealedCompartment compartment : sealer.seal(note).record().compartments()) {
                List<Byte> bytes = new ArrayList<>();
                for (byte b : compartment.sealed()) {
                    bytes.add(b);
                }
                assertThat(seen.add(bytes)).isTrue();
            }
        }
    }

    @Property(tries = 500)
    void anyFlippedBitIsRefused(@ForAll int position) {
        SealedRecord record = sealer.seal(note()).record();
        int total = record.compartments().stream()
                .mapToInt(c -> c.sealed().length * 8)
                .sum();
        int bit = Math.floorMod(position, total);
        List<SealedCompartment> altered = new ArrayList<>();
        for (SealedCompartment compartment : record.compartments()) {
            byte[] sealed = compartment.sealed();
            if (bit >= 0 && bit < sealed.length * 8) {
                sealed[bit / 8] ^= (byte) (1 << bit % 8);
            }
            bit -= sealed.length * 8;
            altered.add(new SealedCompartment(compartment.name(), compartment.expiryDay(), sealed));
        }
        refused(with(record, altered));
    }

    @Test
    void aCompartmentCutShortIsRefused() {
        SealedRecord record = sealer.seal(note()).record();
        SealedCompartment first = record.compartments().get(0);
        for (int length = 0; length < first.sealed().length; length++) {
            byte[] cut = Arrays.copyOf(first.sealed(), length);
            refused(with(record, List.of(new SealedCompartment(first.name(), first.expiryDay(), cut))));
        }
    }

    private static SealedRecord with(SealedRecord record, List<SealedCompartment> compartments) {
        return new SealedRecord(
                record.key(), record.subjectKeyVersion(), compartments, record.index(), record.operational());
    }

    private static SealedRecord at(RecordKey key, SealedRecord record) {
        return new SealedRecord(
                key, record.subjectKeyVersion(), record.compartments(), record.index(), record.operational());
    }

    private void refused(SealedRecord record) {
        assertThatThrownBy(() -> sealer.open(record, ALL))
                .isInstanceOf(IntegrityException.class)
                .hasMessageNotContaining("hay fever")
                .hasMessageNotContaining("c-1");
    }

    @Test
    void aCiphertextMovedToAnotherRowIsRefused() {
        SealedRecord other = sealer.seal(
                        new Note("c-1", "n-2", "x", "y", List.of(), BigDecimal.ONE, 1, clock.instant()))
                .record();
        refused(at(other.key(), sealer.seal(note()).record()));
    }

    @Test
    void aCiphertextMovedToAnotherSubjectIsRefused() {
        RecordKey mine = sealer.seal(note()).record().key();
        SealedRecord other = sealer.seal(
                        new Note("c-2", "n-1", "x", "y", List.of(), BigDecimal.ONE, 1, clock.instant()))
                .record();
        refused(at(mine, other));
    }

    @Test
    void aCiphertextMovedToAnotherCompartmentIsRefused() {
        SealedRecord record = sealer.seal(note()).record();
        SealedCompartment a = compartment(record, "support");
        SealedCompartment b = compartment(record, "care!special");
        refused(with(record, List.of(new SealedCompartment(b.name(), a.expiryDay(), a.sealed()))));
    }

    @Test
    void aCiphertextMovedToAnotherFieldIsRefused() {
        RecordSealer<Note> byField = sealer("acme", Layout.FIELDS);
        SealedRecord record = byField.seal(note()).record();
        SealedCompartment text = compartment(record, "text");
        SealedRecord moved = with(record, List.of(new SealedCompartment("author", text.expiryDay(), text.sealed())));
        assertThatThrownBy(() -> byField.open(moved, ALL)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void aCiphertextMovedToAnotherDayIsRefused() {
        SealedRecord record = sealer.seal(note()).record();
        SealedCompartment support = compartment(record, "support");
        Optional<LocalDate> later =
                compartment(record, "care+support@P1Y:written").expiryDay();
        refused(with(record, List.of(new SealedCompartment("support", later, support.sealed()))));
        byte[] forged = support.sealed();
        ByteBuffer.wrap(forged).putInt(1, (int) later.orElseThrow().toEpochDay());
        refused(with(record, List.of(new SealedCompartment("support", later, forged))));
    }

    @Test
    void aCiphertextMovedToAnotherTenantIsRefused() {
        RecordSealer<Note> other = sealer("other", Layout.COMPARTMENTS);
        RecordKey theirs = other.seal(note()).record().key();
        SealedRecord moved = at(theirs, sealer.seal(note()).record());
        assertThatThrownBy(() -> other.open(moved, ALL)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void aCiphertextMovedToAnotherRecordTypeIsRefused() {
        RecordSealer<OtherNote> other = new RecordSealer<>(
                RecordPolicy.of(OtherNote.class),
                keys("acme"),
                Layout.COMPARTMENTS,
                ZoneOffset.UTC,
                clock,
                text -> text);
        SealedRecord theirs = other.seal(new OtherNote("c-1", "n-1", "x")).record();
        refused(at(
                new RecordKey(
                        "acme", "note", theirs.key().subject(), theirs.key().record()),
                theirs));
    }

    private static SealedCompartment compartment(SealedRecord record, String name) {
        return record.compartments().stream()
                .filter(compartment -> compartment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no compartment " + name + " in " + record));
    }

    @Test
    void onlyTheCompartmentsAskedForAreOpened() {
        SealedRecord record = sealer.seal(note()).record();
        SealedCompartment support = compartment(record, "support");
        byte[] broken = compartment(record, "care!special").sealed();
        broken[20] ^= 1;
        SealedRecord damaged =
                with(record, List.of(support, new SealedCompartment("care!special", support.expiryDay(), broken)));
        assertThat(sealer.open(damaged, Set.of("text")).values())
                .containsEntry("text", "text")
                .doesNotContainKey("author");
    }

    @Test
    void fieldsThatNoLongerShareACompartmentAreStillFoundInTheirOldOne() {
        SealedRecord record = sealer.seal(note()).record();
        RecordSealer<Note> byField = sealer("acme", Layout.FIELDS);
        assertThat(opened(byField, record)).isEqualTo(note());
    }

    @CustomerRecord("tagged")
    record Tagged(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String name,

            @Operational String tag) {}

    @Test
    void anOperationalTextThatNotEveryDatabaseHoldsIsRefused() {
        RecordSealer<Tagged> tagged = new RecordSealer<>(
                RecordPolicy.of(Tagged.class), keys("acme"), Layout.COMPARTMENTS, ZoneOffset.UTC, clock, text -> text);
        assertThatThrownBy(() -> tagged.seal(new Tagged("c-1", "name", "a\u0000b")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("NUL");
        assertThat(tagged.seal(new Tagged("c-1", "name", "a\\u0000b")).record().operational())
                .isEqualTo("{\"tag\":\"a\\\\u0000b\"}");
    }

    @Test
    void noIdStandsInTheRecordInClear() {
        SealedRecord record = sealer.seal(note()).record();
        assertThat(record.key().subject()).matches("[0-9a-f]{32}");
        assertThat(record.key().record())
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(record.key().subject());
        assertThat(record.operational()).isEqualTo("{\"rating\":5,\"written\":\"2026-03-01T12:00:00Z\"}");
        assertThat(record.index())
                .singleElement()
                .satisfies(entry -> assertThat(entry.value()).hasSize(16));
    }
}
