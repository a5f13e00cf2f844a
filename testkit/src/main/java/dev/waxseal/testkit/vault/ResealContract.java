package dev.waxseal.testkit.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.FailedRecord;
import dev.waxseal.Resealed;
import dev.waxseal.Stores;
import dev.waxseal.Vault;
import dev.waxseal.View;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.access.Verdict;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.PolicyException;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.FreeText;
import dev.waxseal.policy.Mask;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.PhoneNumbers;
import dev.waxseal.policy.PolicyRegister;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.Searchable;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a change of a policy must do whatever the stores are: be registered, and be carried to the records that were sealed
 * before it. Extend it with the stores to test; each test gets its own.
 */
@Timeout(120)
public abstract class ResealContract {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Access BILLING = Access.by("agent-7").purpose("billing");
    private static final String PHONE = "+49 1512 3456789";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();
    private Stores stores;
    private Vault<Contact> old;

    /** For subclasses. */
    protected ResealContract() {}

    /** The first version. */
    @CustomerRecord("contact")
    record Contact(
            @SubjectId String id,

            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support")
            String phone,

            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support")
            String fax,

            @Personal(category = DataCategory.NAME, purposes = "support") @Retain(period = "P2Y", from = "since")
            String name,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            @FreeText
            @Retain(period = "P30D", from = "since")
            String note,

            @Operational Instant since,
            @Operational String shift) {}

    /**
     * The second: the phone can be searched by, the fax isn't kept any more, the name is kept shorter and the note longer,
     * and the shift turned out to be personal.
     */
    @CustomerRecord(value = "contact", version = 2)
    record Contact2(
            @SubjectId String id,

            @Personal(
                    category = DataCategory.PHONE_NUMBER,
                    purposes = {"billing", "support"})
            @Searchable(PhoneNumbers.class)
            String phone,

            @Personal(category = DataCategory.NAME, purposes = "support") @Retain(period = "P10D", from = "since")
            String name,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            @FreeText
            @Retain(period = "P90D", from = "since")
            String note,

            @Operational Instant since,

            @Personal(category = DataCategory.OTHER, purposes = "support")
            String shift) {}

    /** What another application made of the first version; only masks may differ. */
    @CustomerRecord("contact")
    record Other(
            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "marketing", mask = Mask.LAST_FOUR)
            String phone,

            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "support") @Retain(period = "P2Y", from = "since")
            String name,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            @FreeText
            @Retain(period = "P30D", from = "since")
            String note,

            @Operational Instant since,
            @Operational String shift,
            @Operational int floor) {}

    /** The same policy as the first version, with other masks and in another order, under another class's name. */
    @CustomerRecord("contact")
    record Same(
            @Personal(category = DataCategory.NAME, purposes = "support", mask = Mask.INITIALS)
            @Retain(period = "P2Y", from = "since", basis = "said in other words")
            String name,

            @Operational String shift,

            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support", mask = Mask.LAST_FOUR)
            String phone,

            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support")
            String fax,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            @FreeText
            @Retain(period = "P30D", from = "since")
            String note,

            @SubjectId String id,
            @Operational Instant since) {}

    /**
     * Makes new, empty stores.
     *
     * @return the stores
     */
    protected abstract Stores newStores();

    /** Opens the first version on new stores. */
    @BeforeEach
    final void open() {
        stores = newStores();
        old = open(stores).vault(Contact.class);
        for (String purpose : List.of("support", "billing")) {
            open(stores)
                    .grants()
                    .give(Grant.to("agent-7")
                            .on("contact")
                            .purpose(purpose)
                            .revealAll()
                            .by("admin", "desk"));
        }
    }

    private Waxseal open(Stores stores) {
        return Waxseal.with(stores, rootKeys).clock(clock).open();
    }

    /** Closes the stores. */
    @AfterEach
    final void close() {
        stores.close();
    }

    private Contact contact(String id) {
        return new Contact(id, PHONE, "0800", "Zoë Example", "card 4111 1111 1111 1111", clock.instant(), "night");
    }

    private void put(int count) {
        for (int from = 0; from < count; from += Vault.MAX_BATCH) {
            old.putAll(IntStream.range(from, Math.min(count, from + Vault.MAX_BATCH))
                    .mapToObj(i -> contact("c-" + i))
                    .toList());
        }
    }

    private Vault<Contact2> renewed() {
        return open(stores).vault(Contact2.class);
    }

    private List<AuditEvent> resealEvents() {
        return open(stores).audit().read(AuditTrail.Chain.CHANGES, 0, 10_000).stream()
                .map(AuditTrail.Entry::event)
                .filter(event -> event.action() == AuditAction.RESEAL)
                .toList();
    }

    private RecordStore.Stored stored(String id) {
        return stores.records().find(old.seal(contact(id)).key()).orElseThrow();
    }

    private static SealedRecord withCompartments(SealedRecord record, List<SealedCompartment> compartments) {
        return new SealedRecord(
                record.key(),
                record.subjectKeyVersion(),
                compartments,
                record.index(),
                record.operational(),
                record.policyVersion());
    }

    @Test
    void theFirstPolicyIsRegisteredAndTheSameOneIsWelcomeAnywhere() {
        PolicyRegister.Registered registered =
                stores.policies().find("default", "contact", 1).orElseThrow();
        assertThat(registered.fingerprint()).isEqualTo(old.policy().fingerprint());
        assertThat(registered.description())
                .contains("phone: PERSONAL; type String; category PHONE_NUMBER")
                .contains("kept P30D from since, then ERASE; free text");
        assertThat(registered.registeredAt()).isEqualTo(clock.instant());
        assertThat(open(stores).vault(Contact.class).policy().version()).isEqualTo(1);
        assertThat(open(stores).vault(Same.class).policy().fingerprint())
                .isEqualTo(old.policy().fingerprint());
    }

    @Test
    void anotherPolicyUnderTheSameVersionIsRefusedWithWhatDiffersAndWhatToDo() {
        assertThatThrownBy(() -> open(stores).vault(Other.class))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("version 1 of 'contact'")
                .hasMessageContaining("phone: registered [purposes [support], compartment support]"
                        + ", here [purposes [marketing], compartment marketing]")
                .hasMessageContaining("fax: is missing here, registered as PERSONAL")
                .hasMessageContaining("floor: is not registered, here it is OPERATIONAL; type int")
                .hasMessageNotContaining("shift:")
                .hasMessageContaining("version = 2")
                .hasMessageContaining("vault.reseal()")
                .hasMessageContaining("deploy the same policy in both");
        put(1);
        assertThat(old.get("c-0", SUPPORT)).isPresent();
    }

    @Test
    void processesThatRaceToRegisterAVersionEndWithOne() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            CyclicBarrier together = new CyclicBarrier(4);
            List<Future<Vault<Contact2>>> opening = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Waxseal process = open(stores);
                opening.add(threads.submit(() -> {
                    together.await();
                    return process.vault(Contact2.class);
                }));
            }
            for (Future<Vault<Contact2>> each : opening) {
                assertThat(each.get().policy().version()).isEqualTo(2);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(stores.policies().newest("default", "contact").map(PolicyRegister.Registered::version))
                .contains(2);
    }

    @Test
    void anOlderApplicationGoesOnBesideANewerOneAndWritesItsOwnVersion() {
        Vault<Contact2> renewed = renewed();
        Vault<Contact> older = open(stores).vault(Contact.class);
        renewed.put(new Contact2("c-1", PHONE, "Zoë", "", clock.instant(), "day"));
        assertThat(stored("c-1").sealed().policyVersion()).isEqualTo(2);
        older.put(contact("c-1"));
        assertThat(stored("c-1").sealed().policyVersion()).isEqualTo(1);
        assertThat(renewed.reseal().resealed()).isEqualTo(1);
        assertThat(stored("c-1").sealed().policyVersion()).isEqualTo(2);
    }

    @Test
    void recordsAreSealedAnewUnderTheCurrentPolicy() {
        put(3);
        RecordStore.Stored before = stored("c-1");
        Vault<Contact2> renewed = renewed();
        assertThat(renewed.findBy("phone", PHONE, SUPPORT).first(5)).isEmpty();
        Resealed resealed = renewed.reseal();
        assertThat(resealed.complete()).isTrue();
        assertThat(resealed.resealed()).isEqualTo(3);
        assertThat(resealed.policyVersion()).isEqualTo(2);
        assertThat(resealed.failed()).isZero();
        assertThat(resealed.dropped()).isEqualTo(Map.of("fax", 3L));
        assertThat(resealed.expired()).isEmpty();

        assertThat(renewed.findBy("phone", PHONE, SUPPORT).first(5)).hasSize(3);
        assertThat(renewed.get("c-1", BILLING).orElseThrow().text("phone")).isEqualTo(PHONE);
        View<Contact2> seen = renewed.get("c-1", SUPPORT).orElseThrow();
        assertThat(seen.text("name")).isEqualTo("Zoë Example");
        assertThat(seen.text("shift")).isEqualTo("night");

        RecordStore.Stored after = stored("c-1");
        assertThat(after.revision()).isEqualTo(before.revision() + 1);
        assertThat(after.sealed().operational()).doesNotContain("night");
        assertThat(after.sealed().compartments())
                .extracting(SealedCompartment::expiryDay)
                .contains(Optional.of(LocalDate.parse("2026-03-11")), Optional.of(LocalDate.parse("2026-05-30")));
        assertThat(after.sealed().compartments())
                .extracting(SealedCompartment::name)
                .doesNotContainAnyElementsOf(List.of("support@P30D:since", "support@P2Y:since"));
        assertThat(resealEvents()).singleElement().satisfies(event -> {
            assertThat(event.recordType()).isEqualTo("contact");
            assertThat(event.detail())
                    .contains("3 records re-sealed under policy version 2")
                    .contains("{fax=3}")
                    .doesNotContain("0800");
        });
        assertThat(renewed.reseal().resealed()).isZero();
        assertThat(stored("c-1").revision()).isEqualTo(after.revision());
        assertThat(resealEvents()).hasSize(1);
        assertThat(open(stores).audit().verify().intact()).isTrue();
    }

    @Test
    void freeTextThatWasRedactedStaysAsItWas() {
        put(1);
        String before = old.get("c-0", SUPPORT).orElseThrow().text("note");
        assertThat(before).doesNotContain("4111");
        Vault<Contact2> renewed = renewed();
        renewed.reseal();
        assertThat(renewed.get("c-0", SUPPORT).orElseThrow().text("note")).isEqualTo(before);
    }

    @Test
    void aShorterPeriodThatIsOverDropsAndALongerOneBringsNothingBack() {
        put(2);
        clock.move(Duration.ofDays(20));
        old.put(new Contact("young", PHONE, "0800", "Young", "note", clock.instant(), "day"));
        Vault<Contact2> renewed = renewed();
        Resealed resealed = renewed.reseal();
        assertThat(resealed.complete()).isTrue();
        assertThat(resealed.expired()).isEqualTo(Map.of("name", 2L));
        View<Contact2> seen = renewed.get("c-0", SUPPORT).orElseThrow();
        assertThat(seen.text("name")).isEmpty();
        assertThat(seen.text("note")).startsWith("card");
        assertThat(stored("c-0").sealed().compartments())
                .noneMatch(compartment -> compartment.name().contains("P10D"));
        assertThat(renewed.get("young", SUPPORT).orElseThrow().text("name")).isEqualTo("Young");
        assertThat(resealEvents())
                .singleElement()
                .satisfies(event -> assertThat(event.detail()).contains("since their day had come: {name=2}"));
    }

    @Test
    void aComponentWhoseOldDayHasComeDoesNotComeBack() {
        put(1);
        clock.move(Duration.ofDays(40));
        Vault<Contact2> renewed = renewed();
        Resealed resealed = renewed.reseal();
        assertThat(resealed.expired()).containsOnlyKeys("name", "support@P30D:since");
        assertThat(renewed.get("c-0", SUPPORT).orElseThrow().text("note")).isEmpty();
        assertThat(renewed.get("c-0", SUPPORT).orElseThrow().text("phone")).isEqualTo(PHONE);
    }

    /** A type all of which expires. */
    @CustomerRecord("visit")
    @Retain(period = "P30D", from = "at")
    record Visit(
            @SubjectId String id,

            @Personal(category = DataCategory.OTHER, purposes = "support")
            String what,

            @Operational Instant at) {}

    @CustomerRecord(value = "visit", version = 2)
    @Retain(period = "P300D", from = "at")
    record Visit2(
            @SubjectId String id,

            @Personal(category = DataCategory.OTHER, purposes = "support")
            String what,

            @Operational Instant at) {}

    @Test
    void aRecordWhollyPastItsDayIsLeftForThePurgeAndStandsInNobodysWay() {
        Vault<Visit> visits = open(stores).vault(Visit.class);
        visits.put(new Visit("c-1", "came in", clock.instant()));
        clock.move(Duration.ofDays(31));
        visits.put(new Visit("c-2", "came in", clock.instant()));
        Resealed resealed = open(stores).vault(Visit2.class).reseal();
        assertThat(resealed.resealed()).isEqualTo(1);
        assertThat(resealed.past()).isEqualTo(1);
        assertThat(resealed.complete()).isTrue();
        SealedRecord past = stores.records().ofType("default", "visit", "", Optional.empty(), 10).stream()
                .map(RecordStore.Stored::sealed)
                .filter(each ->
                        each.compartments().get(0).expiryDay().equals(Optional.of(LocalDate.parse("2026-03-31"))))
                .findFirst()
                .orElseThrow();
        assertThat(past.policyVersion()).isEqualTo(2);
    }

    @Test
    void recordsThatCannotBeSealedAnewAreToldAndBlockNobody() {
        put(3);
        old.put(new Contact("no-number", "Pigeon Post", "", "A", "", clock.instant(), ""));
        RecordStore.Stored tampered = stored("c-1");
        List<SealedCompartment> altered = tampered.sealed().compartments().stream()
                .map(compartment -> {
                    byte[] bytes = compartment.sealed();
                    bytes[bytes.length - 1] ^= 1;
                    return new SealedCompartment(compartment.name(), compartment.expiryDay(), bytes);
                })
                .toList();
        stores.records().put(withCompartments(tampered.sealed(), altered), RecordStore.Expect.ANYTHING, 0);
        RecordStore.Stored erased = stored("c-2");
        stores.keys()
                .destroy(
                        new KeyName(
                                "default",
                                KeyKind.SUBJECT,
                                erased.sealed().key().subject()),
                        clock.instant());

        Vault<Contact2> renewed = renewed();
        Resealed resealed = renewed.reseal();
        assertThat(resealed.resealed()).isEqualTo(1);
        assertThat(resealed.failed()).isEqualTo(3);
        assertThat(resealed.left()).isEqualTo(3);
        assertThat(resealed.complete()).isFalse();
        assertThat(reason(resealed, tampered)).contains("not verify").doesNotContain("Zoë");
        assertThat(reason(resealed, erased)).contains("erased");
        assertThat(resealed.failures())
                .extracting(FailedRecord::reason)
                .anySatisfy(
                        reason -> assertThat(reason).contains("Contact2.phone").doesNotContain("Pigeon"));
        assertThat(open(stores).audit().read(AuditTrail.Chain.CHANGES, 0, 1_000))
                .filteredOn(entry -> entry.event().action() == AuditAction.TAMPERED)
                .singleElement()
                .satisfies(entry -> assertThat(entry.event().record())
                        .isEqualTo(tampered.sealed().key().record()));
        assertThat(renewed.findBy("phone", PHONE, SUPPORT).first(5)).hasSize(1);
        assertThat(old.get("no-number", SUPPORT).orElseThrow().text("phone")).isEqualTo("Pigeon Post");

        renewed.delete("no-number", "unreachable");
        assertThat(renewed.reseal().failed()).isEqualTo(2);
    }

    private static String reason(Resealed resealed, RecordStore.Stored stored) {
        return resealed.failures().stream()
                .filter(failed -> failed.record().equals(stored.sealed().key().record()))
                .map(FailedRecord::reason)
                .findFirst()
                .orElse("it isn't told");
    }

    @Test
    void whatALegalHoldKeepsPastItsDayIsNotReadBackIntoTheRecord() {
        put(1);
        SealedRecord record = stored("c-0").sealed();
        List<SealedCompartment> withHeld = new ArrayList<>(record.compartments());
        withHeld.add(new SealedCompartment(
                SealedCompartment.heldName("support", LocalDate.of(2026, 2, 1)), Optional.empty(), new byte[] {1, 2, 3
                }));
        stores.records().put(withCompartments(record, withHeld), RecordStore.Expect.ANYTHING, 0);
        Resealed resealed = renewed().reseal();
        assertThat(resealed.resealed()).isEqualTo(1);
        assertThat(resealed.failed()).isZero();
    }

    @Test
    void aRunThatWasStoppedOrDiedGoesOnWhereItStopped() {
        put(450);
        Vault<Contact2> renewed = renewed();
        List<Long> told = new ArrayList<>();
        Resealed stopped = renewed.reseal(progress -> {
            told.add(progress.done());
            assertThat(progress.total()).isEqualTo(450);
            return false;
        });
        assertThat(told).containsExactly(200L);
        assertThat(stopped.resealed()).isEqualTo(200);
        assertThat(stopped.left()).isEqualTo(250);
        assertThat(stopped.complete()).isFalse();
        assertThatThrownBy(() -> renewed.reseal(progress -> {
                    throw new IllegalStateException("the process ends here");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(stores.records().countOlderThan("default", "contact", 2)).isEqualTo(50);
        Resealed resumed = renewed().reseal();
        assertThat(resumed.resealed()).isEqualTo(50);
        assertThat(resumed.complete()).isTrue();
        assertThat(renewed.get("c-449", SUPPORT).orElseThrow().seen("phone").verdict())
                .isEqualTo(Verdict.REVEALED);
    }

    @Test
    void aBatchThatFailsInItsMidstLeavesNothingBehind() {
        put(10);
        FailingStores failing = new FailingStores(stores, "put", 5);
        Vault<Contact2> renewed = open(failing).vault(Contact2.class);
        assertThatThrownBy(renewed::reseal).isInstanceOf(StoreException.class).hasMessageContaining("the disk");
        assertThat(stores.records().countOlderThan("default", "contact", 2)).isEqualTo(10);
        assertThat(resealEvents()).isEmpty();
        assertThat(renewed().reseal().resealed()).isEqualTo(10);
    }

    @Test
    void twoProcessesShareTheWork() throws Exception {
        put(600);
        List<Resealed> done = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CyclicBarrier together = new CyclicBarrier(2);
            List<Future<Resealed>> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Vault<Contact2> process = renewed();
                running.add(threads.submit(() -> {
                    together.await();
                    return process.reseal();
                }));
            }
            for (Future<Resealed> each : running) {
                done.add(each.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(done.stream().mapToLong(Resealed::resealed).sum()).isEqualTo(600);
        assertThat(done).allMatch(each -> each.failed() == 0);
        assertThat(stores.records().countOlderThan("default", "contact", 2)).isZero();
        assertThat(stored("c-1").revision()).isEqualTo(2);
        assertThat(renewed().findBy("phone", PHONE, SUPPORT).stream()).hasSize(600);
    }

    @Test
    void writesAtTheSameTimeWinOrLoseCleanly() throws Exception {
        int count = 200;
        put(count);
        Vault<Contact2> renewed = renewed();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CyclicBarrier together = new CyclicBarrier(2);
            Future<Resealed> running = threads.submit(() -> {
                together.await();
                return renewed.reseal();
            });
            Future<Integer> writing = threads.submit(() -> {
                together.await();
                int refused = 0;
                for (int i = 0; i < count; i++) {
                    String id = "c-" + i;
                    if (i % 2 == 0) {
                        old.put(new Contact(id, PHONE, "", "written " + i, "", clock.instant(), ""));
                    } else {
                        refused += update(id, "written " + i);
                    }
                }
                return refused;
            });
            Resealed resealed = running.get();
            assertThat(resealed.failed()).isZero();
            assertThat(writing.get()).isBetween(0, count);
        } finally {
            threads.shutdownNow();
        }
        Resealed after = renewed().reseal();
        assertThat(after.complete()).isTrue();
        for (int i = 0; i < count; i++) {
            assertThat(renewed.get("c-" + i, SUPPORT).orElseThrow().text("name"))
                    .isEqualTo("written " + i);
        }
        assertThat(renewed.findBy("phone", PHONE, SUPPORT).stream()).hasSize(count);
        assertThat(open(stores).audit().verify().intact()).isTrue();
    }

    /** Updates until it isn't told any more that somebody else wrote; says how often it was. */
    private int update(String id, String name) {
        for (int refused = 0; ; refused++) {
            try {
                old.update(
                        id,
                        SUPPORT,
                        was -> new Contact(
                                was.id(),
                                was.phone(),
                                Objects.requireNonNullElse(was.fax(), ""),
                                name,
                                was.note(),
                                was.since(),
                                ""));
                return refused;
            } catch (StoreException e) {
                if (!e.retryable() || refused > 20) {
                    throw e;
                }
            }
        }
    }
}
