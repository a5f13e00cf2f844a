package dev.waxseal.seal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.Layout;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.store.InMemoryStores;
import dev.waxseal.testkit.vault.SettableClock;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoldSealerTest {
    private static final LocalDate DAY = LocalDate.of(2026, 3, 31);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryStores stores = new InMemoryStores();
    private final KeyRing keys = new KeyRing(
            "acme",
            stores.keys(),
            new InMemoryRootKeys(),
            stores::separately,
            clock,
            new SecureRandom(),
            1_000,
            Duration.ofMinutes(5));
    private final RecordSealer<Chat> sealer = new RecordSealer<>(
            RecordPolicy.of(Chat.class), keys, Layout.COMPARTMENTS, ZoneOffset.UTC, clock, text -> text);
    private final HoldSealer holds = new HoldSealer(keys);

    @CustomerRecord("chat")
    record Chat(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support") @Retain(period = "P30D", from = "at")
            String text,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String name,

            @Operational Instant at) {}

    private SealedRecord sealed() {
        return sealer.seal(new Chat("c-1", "what was said", "Ada", clock.instant()))
                .record();
    }

    private static SealedCompartment held(SealedRecord record) {
        return record.compartments().stream()
                .filter(compartment -> compartment.heldDay().isPresent())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsKeptOpensAfterTheKeyOfItsDayIsDestroyedAndTheRestIsUntouched() {
        SealedRecord before = sealed();
        SealedRecord kept = holds.kept(before, DAY);
        SealedCompartment held = held(kept);
        assertThat(kept.compartments()).hasSameSizeAs(before.compartments());
        assertThat(kept.compartments().stream().filter(before.compartments()::contains))
                .hasSize(before.compartments().size() - 1);
        stores.keys().destroy(keys.expiryKey(DAY), clock.instant());
        keys.forgetDay(DAY);

        byte[] plaintext = CompartmentFormat.open(
                keys.toOpen(kept.key().subject(), Optional.empty(), "chat").aead(), kept.key(), held, held.sealed());
        assertThat(new String(plaintext, StandardCharsets.ISO_8859_1)).contains("what was said", "c-1");
        assertThatThrownBy(() -> holds.kept(before, DAY)).isInstanceOf(DataExpiredException.class);
    }

    @Test
    void whatIsKeptIsShownToNobodyAndItsDayIsTold() {
        OpenedRecord opened = sealer.open(holds.kept(sealed(), DAY), Set.of("text", "name"));
        assertThat(opened.values()).doesNotContainKey("text").containsEntry("name", "Ada");
        assertThat(opened.expired()).containsEntry("text", DAY);
    }

    @Test
    void theDayOfAHoldCanNotBeAltered() {
        SealedRecord kept = holds.kept(sealed(), DAY);
        SealedCompartment held = held(kept);
        for (String name : List.of(held.policyName(), SealedCompartment.heldName(held.policyName(), DAY.plusDays(1)))) {
            SealedCompartment renamed = new SealedCompartment(name, Optional.empty(), held.sealed());
            assertThatThrownBy(() -> CompartmentFormat.open(
                            keys.toOpen(kept.key().subject(), Optional.empty(), "chat")
                                    .aead(),
                            kept.key(),
                            renamed,
                            renamed.sealed()))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void anAlteredCompartmentIsNotKept() {
        SealedRecord record = sealed();
        List<SealedCompartment> altered = record.compartments().stream()
                .map(compartment -> {
                    byte[] bytes = compartment.sealed();
                    bytes[bytes.length - 1] ^= 1;
                    return new SealedCompartment(compartment.name(), compartment.expiryDay(), bytes);
                })
                .toList();
        assertThatThrownBy(() -> holds.kept(
                        new SealedRecord(
                                record.key(),
                                record.subjectKeyVersion(),
                                altered,
                                record.index(),
                                record.operational()),
                        DAY))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void aRecordWithoutTheDayStaysAsItIs() {
        SealedRecord record = sealed();
        assertThat(holds.kept(record, DAY.plusDays(1)).compartments()).isEqualTo(record.compartments());
    }
}
