package dev.waxseal.testkit.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.waxseal.error.AccessDeniedException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.error.PolicyException;
import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.RootKeys;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.FreeText;
import dev.waxseal.policy.Mask;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.PersonNames;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.PhoneNumbers;
import dev.waxseal.policy.RecordId;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.Searchable;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a vault must do whatever its stores are. Extend it with the stores to test; each test gets its own.
 */
public abstract class VaultContract {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Access DELIVERY = Access.by("courier").purpose("delivery");
    private static final String PHONE = "+49 1512 3456789";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();
    private Stores stores;
    private Waxseal waxseal;
    private Vault<Customer> customers;
    private Vault<Message> messages;

    /** For subclasses. */
    protected VaultContract() {}

    /** A record type with one record for each subject. */
    @CustomerRecord("customer")
    @Retain(period = "P2Y", from = "lastContact")
    record Customer(
            @SubjectId String id,

            @Personal(
                    category = DataCategory.PHONE_NUMBER,
                    purposes = {"support", "delivery"},
                    mask = Mask.LAST_FOUR)
            @Searchable(PhoneNumbers.class)
            String phone,

            @Personal(category = DataCategory.NAME, purposes = "support") @Searchable(PersonNames.class)
            String name,

            @Personal(category = DataCategory.ADDRESS, purposes = "delivery")
            Optional<Address> address,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            @FreeText
            @Retain(period = "P90D", from = "lastContact")
            String lastMessage,

            @Operational Instant lastContact) {}

    record Address(String street, String city) {}

    /** A record type with many records for each subject. */
    @CustomerRecord("message")
    record Message(
            @SubjectId String customer,
            @RecordId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text,

            @Operational int priority) {}

    /**
     * Makes new, empty stores.
     *
     * @return the stores
     */
    protected abstract Stores newStores();

    /** Opens the front door on new stores. */
    @BeforeEach
    final void open() {
        stores = newStores();
        waxseal = open(rootKeys);
        customers = waxseal.vault(Customer.class);
        messages = waxseal.vault(Message.class);
        for (String type : List.of("customer", "message")) {
            waxseal.grants()
                    .give(Grant.to("agent-7")
                            .on(type)
                            .purpose("support")
                            .revealAll()
                            .by("admin", "support desk"));
        }
        waxseal.grants()
                .give(Grant.to("courier")
                        .on("customer")
                        .purpose("delivery")
                        .reveal("address")
                        .mask("phone")
                        .by("admin", "delivers"));
    }

    private Waxseal open(RootKeys keys) {
        return Waxseal.with(stores, keys).clock(clock).open();
    }

    /** Closes the stores. */
    @AfterEach
    final void close() {
        stores.close();
    }

    private Customer customer(String id) {
        return new Customer(
                id,
                PHONE,
                "Zoë Example",
                Optional.of(new Address("Example Street 1", "Exampletown")),
                "my card is 4111 1111 1111 1111",
                clock.instant());
    }

    @Test
    void aRecordThatWasPutIsFoundByAnySpellingOfItsPhoneNumber() {
        customers.put(customer("c-1"));
        View<Customer> seen =
                customers.findBy("phone", "0049 (1512) 345-6789", SUPPORT).first();
        assertThat(seen.subjectId()).isEqualTo("c-1");
        assertThat(seen.value("name", String.class)).contains("Zoë Example");
        assertThat(seen.value("phone", String.class)).contains(PHONE);
        assertThat(customers.findBy("name", "zoe  EXAMPLE", SUPPORT).first(5)).hasSize(1);
        assertThat(customers.findBy("phone", "+49 1512 0000000", SUPPORT).firstIfAny())
                .isEmpty();
        assertThatThrownBy(() ->
                        customers.findBy("phone", "+49 1512 0000000", SUPPORT).first())
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void freeTextIsRedactedOnTheWayIn() {
        customers.put(customer("c-1"));
        assertThat(customers.get("c-1", SUPPORT).orElseThrow().text("lastMessage"))
                .doesNotContain("4111")
                .contains("my card is");
    }

    @Test
    void eachPurposeSeesItsOwnViewAndWhyTheRestIsWithheld() {
        customers.put(customer("c-1"));
        View<Customer> courier = customers.get("c-1", DELIVERY).orElseThrow();
        assertThat(courier.text("address")).contains("Exampletown");
        assertThat(courier.seen("address").verdict()).isEqualTo(Verdict.REVEALED);
        assertThat(courier.text("phone")).endsWith("6789").doesNotContain("1512");
        assertThat(courier.seen("phone").verdict()).isEqualTo(Verdict.MASKED);
        assertThat(courier.seen("name").reason()).isEqualTo("not collected for 'delivery'");
        assertThatThrownBy(() -> courier.value("name", String.class))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("not collected for 'delivery'");
        assertThatThrownBy(courier::whole)
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("[id, phone, name, lastMessage]");
        assertThat(courier.toString()).doesNotContain("Exampletown").doesNotContain("6789");
    }

    @Test
    void aStrangerSeesNothingAndTheRefusalIsOnTheTrail() {
        customers.put(customer("c-1"));
        Access stranger = Access.by("stranger").purpose("support");
        assertThatThrownBy(() -> customers.get("c-1", stranger))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("'stranger'")
                .hasMessageContaining("waxseal.grants()");
        assertThatThrownBy(() -> customers.findBy("phone", PHONE, stranger)).isInstanceOf(AccessDeniedException.class);
        assertThat(accesses()).extracting(AuditEvent::action).containsExactly(AuditAction.DENY, AuditAction.DENY);
    }

    @Test
    void whoMayNotSeeAComponentMayNotSearchByIt() {
        customers.put(customer("c-1"));
        assertThatThrownBy(() -> customers.findBy("name", "Zoë Example", DELIVERY))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("may not search by it");
    }

    @Test
    void anEndedOrRevokedGrantShowsNothing() {
        customers.put(customer("c-1"));
        Grant until = waxseal.grants()
                .give(Grant.to("temp")
                        .on("customer")
                        .purpose("support")
                        .revealAll()
                        .until(clock.instant().plusSeconds(60))
                        .by("admin", "one hour"));
        Access temp = Access.by("temp").purpose("support");
        assertThat(customers.get("c-1", temp)).isPresent();
        clock.move(Duration.ofSeconds(60));
        assertThatThrownBy(() -> customers.get("c-1", temp)).isInstanceOf(AccessDeniedException.class);
        Grant open = waxseal.grants()
                .give(Grant.to("temp")
                        .on("customer")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "again"));
        assertThat(customers.get("c-1", temp)).isPresent();
        assertThat(waxseal.grants().revoke(open.id(), "admin", "left")).isTrue();
        assertThat(waxseal.grants().revoke(open.id(), "admin", "left")).isFalse();
        assertThatThrownBy(() -> customers.get("c-1", temp)).isInstanceOf(AccessDeniedException.class);
        assertThat(until.id()).isNotEqualTo(open.id());
    }

    @Test
    void anUnknownPurposeOrComponentIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> customers.get("c-1", Access.by("agent-7").purpose("marketing")))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("[delivery, support]");
        assertThatThrownBy(() -> customers.findBy("telephone", PHONE, SUPPORT))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("has no component 'telephone'");
        assertThatThrownBy(() -> customers.findBy("lastMessage", "x", SUPPORT))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("searchable are [phone, name]");
    }

    @Test
    void aPhoneNumberThatCannotBeOneChangesNothing() {
        Customer bad = new Customer("c-1", "12", "Name", Optional.empty(), "", clock.instant());
        assertThatThrownBy(() -> customers.putAll(List.of(customer("c-0"), bad)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Customer.phone");
        assertThat(customers.get("c-0", SUPPORT)).isEmpty();
        assertThat(customers.get("c-1", SUPPORT)).isEmpty();
    }

    @Test
    void aSubjectIdThatIsNoneChangesNothing() {
        for (String id : new String[] {null, " ", "x".repeat(257)}) {
            assertThatThrownBy(() -> customers.put(customer(id)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("subject id");
        }
    }

    @Test
    void puttingAgainReplacesTheRecordAndItsIndexEntries() {
        assertThat(customers.put(customer("c-1")).revision()).isEqualTo(1);
        Customer moved =
                new Customer("c-1", "+44 20 7946 0958", "Zoë Example", Optional.empty(), "hello", clock.instant());
        assertThat(customers.put(moved).revision()).isEqualTo(2);
        assertThat(customers.findBy("phone", PHONE, SUPPORT).firstIfAny()).isEmpty();
        assertThat(customers.findBy("phone", "+442079460958", SUPPORT).first().text("lastMessage"))
                .isEqualTo("hello");
    }

    @Test
    void theRecordsOfASubjectAreListedWholeInPages() {
        List<Message> put = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            put.add(new Message("c-1", "m-" + i, "text " + i, i));
        }
        messages.putAll(put);
        messages.put(new Message("c-2", "m-1", "another's", 0));
        List<Message> read =
                messages.ofSubject("c-1", SUPPORT).stream().map(View::whole).toList();
        assertThat(read).containsExactlyInAnyOrderElementsOf(put);
        assertThat(messages.get("c-1", "m-7", SUPPORT).orElseThrow().recordId()).contains("m-7");
        assertThat(messages.get("c-1", "m-999", SUPPORT)).isEmpty();
    }

    @Test
    void aRecordTypeWithRecordIdsNeedsOneAndOneWithoutTakesNone() {
        assertThatThrownBy(() -> messages.get("c-1", SUPPORT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("@RecordId");
        assertThatThrownBy(() -> customers.get("c-1", "r-1", SUPPORT)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void anUpdateChangesTheWholeRecordOrRefuses() {
        messages.put(new Message("c-1", "m-1", "old", 1));
        assertThat(messages.update("c-1", "m-1", SUPPORT, old -> new Message("c-1", "m-1", old.text() + "er", 2)))
                .hasValueSatisfying(done -> assertThat(done.revision()).isEqualTo(2));
        assertThat(messages.get("c-1", "m-1", SUPPORT).orElseThrow().whole())
                .isEqualTo(new Message("c-1", "m-1", "older", 2));
        assertThat(messages.update("c-1", "m-9", SUPPORT, old -> old)).isEmpty();
        assertThatThrownBy(() -> messages.update("c-1", "m-1", SUPPORT, old -> new Message("c-2", "m-1", "", 0)))
                .isInstanceOf(InvalidInputException.class);
        customers.put(customer("c-1"));
        assertThatThrownBy(() -> customers.update("c-1", DELIVERY, old -> old))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void anUpdateOfARecordThatSomebodyElseWroteMeanwhileIsRefusedAsRetryable() {
        messages.put(new Message("c-1", "m-1", "old", 1));
        assertThatThrownBy(() -> messages.update("c-1", "m-1", SUPPORT, old -> {
                    messages.put(new Message("c-1", "m-1", "theirs", 1));
                    return new Message("c-1", "m-1", "mine", 1);
                }))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.retryable()).isTrue());
        assertThat(messages.get("c-1", "m-1", SUPPORT).orElseThrow().text("text"))
                .isEqualTo("theirs");
    }

    @Test
    void aDeletedRecordIsGoneWithItsIndexEntries() {
        customers.put(customer("c-1"));
        assertThat(customers.delete("c-1", "duplicate")).isTrue();
        assertThat(customers.delete("c-1", "duplicate")).isFalse();
        assertThat(customers.get("c-1", SUPPORT)).isEmpty();
        assertThat(customers.findBy("phone", PHONE, SUPPORT).firstIfAny()).isEmpty();
        messages.put(new Message("c-1", "m-1", "x", 1));
        assertThat(messages.delete("c-1", "m-1", "asked")).isTrue();
    }

    @Test
    void anErasedSubjectIsGoneAndStaysGone() {
        customers.put(customer("c-1"));
        customers.put(customer("c-2"));
        messages.put(new Message("c-1", "m-1", "x", 1));
        SealedRecord copy = customers.seal(customer("c-1"));
        Waxseal.Erased erased = waxseal.erase("c-1", "officer", "asked");
        assertThat(erased.keyDestroyed()).isTrue();
        assertThat(erased.recordsDeleted()).isEqualTo(2);
        assertThat(customers.get("c-1", SUPPORT)).isEmpty();
        assertThat(customers.findBy("phone", PHONE, SUPPORT).stream().map(View::subjectId))
                .containsExactly("c-2");
        assertThatThrownBy(() -> customers.open(copy, SUPPORT)).isInstanceOf(SubjectErasedException.class);
        assertThatThrownBy(() -> customers.put(customer("c-1")))
                .isInstanceOf(SubjectErasedException.class)
                .hasMessageNotContaining("c-1");
        assertThat(waxseal.erase("c-1", "officer", "again")).satisfies(again -> {
            assertThat(again.keyDestroyed()).isFalse();
            assertThat(again.recordsDeleted()).isZero();
        });
    }

    @Test
    void somebodyErasedBeforeTheyWereEverSeenCannotBeStored() {
        assertThat(waxseal.erase("c-9", "officer", "objected").keyDestroyed()).isFalse();
        assertThatThrownBy(() -> customers.put(customer("c-9"))).isInstanceOf(SubjectErasedException.class);
    }

    @Test
    void aProcessThatStillHoldsAnErasedKeyCannotStoreUnderIt() {
        customers.put(customer("c-1"));
        Waxseal other = open(rootKeys);
        other.erase("c-1", "officer", "asked");
        assertThatThrownBy(() -> customers.put(customer("c-1"))).isInstanceOf(SubjectErasedException.class);
        assertThat(customers.get("c-1", SUPPORT)).isEmpty();
    }

    @Test
    void aComponentPastItsDayIsNotStored() {
        Customer old = new Customer(
                "c-1",
                PHONE,
                "Zoë Example",
                Optional.empty(),
                "long ago",
                clock.instant().minus(Duration.ofDays(90)));
        assertThat(customers.put(old).droppedAsExpired()).containsExactly("lastMessage");
        assertThat(customers.get("c-1", SUPPORT).orElseThrow().text("lastMessage"))
                .isEmpty();
        Customer ancient = new Customer(
                "c-1",
                PHONE,
                "Zoë Example",
                Optional.empty(),
                "",
                clock.instant().minus(Duration.ofDays(800)));
        assertThat(customers.put(ancient).droppedAsExpired())
                .containsExactlyInAnyOrder("phone", "name", "address", "lastMessage");
        assertThat(customers.findBy("phone", PHONE, SUPPORT).firstIfAny()).isEmpty();
    }

    @Test
    void everyRevealIsOnTheTrailBeforeItIsShownAndTheTrailHolds() {
        customers.put(customer("customer-one"));
        customers.findBy("phone", PHONE, SUPPORT).first();
        customers.get("customer-one", DELIVERY);
        assertThat(accesses())
                .extracting(AuditEvent::action)
                .containsExactly(AuditAction.SEARCH, AuditAction.REVEAL, AuditAction.REVEAL);
        assertThat(accesses().get(1).revealed()).isEqualTo(Set.of("id", "phone", "name", "lastMessage"));
        assertThat(accesses().get(2).masked()).isEqualTo(Set.of("phone"));
        assertThat(accesses().toString())
                .doesNotContain("Zoë")
                .doesNotContain("customer-one")
                .doesNotContain("1512");
        AuditTrail.Verification verified = waxseal.audit().verify();
        assertThat(verified.firstBroken()).isEmpty();
        assertThat(verified.events()).isEqualTo(3 + 3 + 1);
    }

    private List<AuditEvent> accesses() {
        return waxseal.audit().read(AuditTrail.Chain.ACCESSES, 0, 100).stream()
                .map(AuditTrail.Entry::event)
                .toList();
    }

    @Test
    void anotherTenantSeesNothingOfIt() {
        customers.put(customer("c-1"));
        Waxseal other =
                Waxseal.with(stores, rootKeys).tenant("other").clock(clock).open();
        other.grants()
                .give(Grant.to("agent-7")
                        .on("customer")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "support desk"));
        assertThat(other.vault(Customer.class).get("c-1", SUPPORT)).isEmpty();
        assertThat(other.vault(Customer.class).findBy("phone", PHONE, SUPPORT).firstIfAny())
                .isEmpty();
        SealedRecord sealed = customers.seal(customer("c-1"));
        assertThatThrownBy(() -> other.vault(Customer.class).open(sealed, SUPPORT))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void otherRootKeysAreRefusedAtTheDoor() {
        assertThatThrownBy(() -> open(new InMemoryRootKeys()))
                .isInstanceOfAny(KeyUnavailableException.class, IntegrityException.class);
    }

    @Test
    void oneRootKeyCallServesAllCustomersOfAnEpoch() {
        Waxseal fresh = open(rootKeys);
        long before = rootKeys.calls();
        List<Customer> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(customer("many-" + i));
        }
        fresh.vault(Customer.class).putAll(many);
        assertThat(rootKeys.calls()).isEqualTo(before);
    }

    @Test
    void twoProcessesThatMeetANewSubjectAtOnceEndWithOneKey() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                String id = "new-" + round;
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    Vault<Message> vault = open(rootKeys).vault(Message.class);
                    String record = "m-" + i;
                    running.add(threads.submit(() -> {
                        together.await();
                        return vault.put(new Message(id, record, "text of " + record, 1));
                    }));
                }
                for (Future<?> each : running) {
                    each.get();
                }
                Vault<Message> reader = open(rootKeys).vault(Message.class);
                assertThat(reader.ofSubject(id, SUPPORT).stream().map(view -> view.text("text")))
                        .containsExactlyInAnyOrder("text of m-0", "text of m-1");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aGrantThatNamesNothingIsRefusedAndSeveralCallsAddUp() {
        assertThatThrownBy(() -> waxseal.grants()
                        .give(Grant.to("agent-8")
                                .on("customer")
                                .purpose("support")
                                .reveal(new String[0])
                                .by("admin", "nothing")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("revealAll()");
        customers.put(customer("c-1"));
        waxseal.grants()
                .give(Grant.to("agent-8")
                        .on("customer")
                        .purpose("support")
                        .reveal("name")
                        .reveal("phone")
                        .by("admin", "two components"));
        View<Customer> seen =
                customers.get("c-1", Access.by("agent-8").purpose("support")).orElseThrow();
        assertThat(seen.text("name")).isEqualTo("Zoë Example");
        assertThat(seen.text("phone")).isEqualTo(PHONE);
        assertThatThrownBy(seen::subjectId).isInstanceOf(AccessDeniedException.class);
        assertThat(seen.subject()).matches("[0-9a-f]{32}");
    }

    @Test
    void fromTheBeginningOfItsDayOnDataIsNeitherShownNorFound() {
        customers.put(customer("c-1"));
        clock.move(Duration.ofDays(89));
        assertThat(customers.get("c-1", SUPPORT).orElseThrow().text("lastMessage"))
                .contains("card");
        clock.move(Duration.ofDays(1));
        View<Customer> seen = customers.get("c-1", SUPPORT).orElseThrow();
        assertThat(seen.seen("lastMessage").verdict()).isEqualTo(Verdict.WITHHELD);
        assertThat(seen.seen("lastMessage").reason()).startsWith("expired on ");
        assertThat(customers.findBy("phone", PHONE, SUPPORT).firstIfAny()).isPresent();
        clock.move(Duration.ofDays(700));
        assertThat(customers.findBy("phone", PHONE, SUPPORT).firstIfAny()).isEmpty();
    }

    @Test
    void anIndexEntryMovedToAnotherRecordShowsNobody() {
        customers.put(customer("c-1"));
        Customer other =
                new Customer("c-2", "+44 20 7946 0958", "Another Example", Optional.empty(), "hello", clock.instant());
        customers.put(other);
        SealedRecord mine = customers.seal(customer("c-1"));
        SealedRecord theirs = customers.seal(other);
        stores.records()
                .put(
                        new SealedRecord(
                                theirs.key(),
                                theirs.subjectKeyVersion(),
                                theirs.compartments(),
                                mine.index(),
                                theirs.operational()),
                        RecordStore.Expect.ANYTHING,
                        0);
        assertThat(customers.findBy("phone", PHONE, SUPPORT).stream().map(View::subjectId))
                .containsExactly("c-1");
    }

    @Test
    void anErasureUnderWayHidesNobodyElse() {
        customers.put(customer("c-1"));
        customers.put(customer("c-2"));
        SealedRecord left = customers.seal(customer("c-1"));
        stores.keys().destroy(new KeyName("default", KeyKind.SUBJECT, left.key().subject()), clock.instant());
        Vault<Customer> fresh = open(rootKeys).vault(Customer.class);
        assertThat(fresh.findBy("phone", PHONE, SUPPORT).stream().map(View::subjectId))
                .containsExactly("c-2");
        assertThatThrownBy(() -> customers.open(left, SUPPORT)).isInstanceOf(SubjectErasedException.class);
        assertThatThrownBy(() -> customers.seal(customer("c-1"))).isInstanceOf(SubjectErasedException.class);
    }

    @Test
    void aRecordDeletedAndPutAgainMeanwhileIsNotOverwrittenByAnUpdate() {
        messages.put(new Message("c-1", "m-1", "old", 1));
        assertThatThrownBy(() -> messages.update("c-1", "m-1", SUPPORT, old -> {
                    messages.delete("c-1", "m-1", "asked");
                    messages.put(new Message("c-1", "m-1", "new", 1));
                    return new Message("c-1", "m-1", old.text() + "er", 1);
                }))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.retryable()).isTrue());
        assertThat(messages.get("c-1", "m-1", SUPPORT).orElseThrow().text("text"))
                .isEqualTo("new");
    }

    @Test
    void anUpdateAfterAComponentsDayKeepsTheRest() {
        customers.put(customer("c-1"));
        clock.move(Duration.ofDays(100));
        Access all = Access.by("manager").purpose("support");
        waxseal.grants()
                .give(Grant.to("manager")
                        .on("message")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "manages"));
        assertThat(customers.getAll(List.of("c-1", "c-9"), SUPPORT)).hasSize(1);
        assertThatThrownBy(() -> customers.update("c-1", all, old -> old)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> customers.update("c-1", SUPPORT, old -> old))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("[address");
    }

    @Test
    void batchesChangeAllOrNothing() {
        waxseal.grants()
                .give(Grant.to("agent-7")
                        .on("note")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "desk"));
        Vault<Note> notes = waxseal.vault(Note.class);
        notes.putAll(List.of(new Note("c-1", "one"), new Note("c-2", "two"), new Note("c-3", "three")));
        assertThat(notes.updateAll(List.of("c-2", "c-1", "c-9"), SUPPORT, old -> new Note(old.id(), old.text() + "!")))
                .hasSize(2);
        assertThat(notes.getAll(List.of("c-1", "c-2", "c-3"), SUPPORT).stream().map(view -> view.text("text")))
                .containsExactly("one!", "two!", "three");
        assertThatThrownBy(() -> notes.updateAll(List.of("c-1", "c-2"), SUPPORT, old -> {
                    if (old.id().equals("c-2")) {
                        return new Note("c-7", "");
                    }
                    return new Note(old.id(), "changed");
                }))
                .isInstanceOf(InvalidInputException.class);
        assertThat(notes.get("c-1", SUPPORT).orElseThrow().text("text")).isEqualTo("one!");
        assertThat(notes.deleteAll(List.of("c-1", "c-3", "c-9"), "asked")).isEqualTo(2);
        assertThat(notes.get("c-2", SUPPORT)).isPresent();
    }

    @Test
    void batchesOfOneSubjectsRecordsChangeAllOrNothing() {
        messages.putAll(List.of(new Message("c-1", "m-1", "one", 1), new Message("c-1", "m-2", "two", 2)));
        assertThat(messages.updateAll(
                        "c-1",
                        List.of("m-2", "m-1", "m-9"),
                        SUPPORT,
                        old -> new Message("c-1", old.id(), old.text() + "!", 0)))
                .hasSize(2);
        assertThat(messages.getAll("c-1", List.of("m-1", "m-2", "m-9"), SUPPORT).stream()
                        .map(view -> view.text("text")))
                .containsExactly("one!", "two!");
        assertThat(messages.deleteAll("c-1", List.of("m-1", "m-9"), "asked")).isEqualTo(1);
        assertThat(messages.get("c-1", "m-2", SUPPORT)).isPresent();
    }

    @CustomerRecord("note")
    record Note(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text) {}

    @Test
    void whatIsGivenAsNameOrReasonIsChecked() {
        customers.put(customer("c-1"));
        assertThatThrownBy(() -> waxseal.erase("c-1", "officer", " "))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("reason is blank");
        assertThatThrownBy(() -> customers.delete("c-1", "x".repeat(1_001))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> customers.put(customer("c-\ud83d")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("half a surrogate pair");
        assertThat(customers.get("c-1", SUPPORT)).isPresent();
    }

    @Test
    void anExpiryDayThatIsNoneChangesNothing() {
        Customer far = new Customer("c-1", PHONE, "Zoë", Optional.empty(), "", Instant.MAX);
        assertThatThrownBy(() -> customers.put(far))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Customer.lastContact");
    }

    @Test
    void aTrailCutAtItsEndIsSeenFromACheckpoint() {
        customers.put(customer("c-1"));
        customers.get("c-1", SUPPORT);
        AuditTrail.Verification before = waxseal.audit().verify();
        customers.get("c-1", SUPPORT);
        assertThat(waxseal.audit().verifySince(before.checkpoint()).intact()).isTrue();
        assertThat(waxseal.audit()
                        .verifySince(before.checkpoint().replaceFirst("accesses:1:..", "accesses:1:zz"))
                        .intact())
                .isFalse();
        assertThatThrownBy(() -> waxseal.audit().verifySince("nonsense")).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void onlyWhoIsHandedOutIsNotedAsShown() {
        customers.put(customer("c-1"));
        customers.put(customer("c-2"));
        customers.findBy("phone", PHONE, SUPPORT).first();
        assertThat(accesses()).extracting(AuditEvent::action).containsExactly(AuditAction.SEARCH, AuditAction.REVEAL);
    }

    @Test
    void theVaultOfAClassAndItsPolicyAreMadeOnce() {
        assertThat(waxseal.vault(Customer.class)).isSameAs(customers);
        assertThat(waxseal.vault(Customer.class).policy()).isSameAs(customers.policy());
    }

    @Test
    void twoClassesWithOneRecordTypeAreRefused() {
        assertThatThrownBy(() -> waxseal.vault(Impostor.class))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("give one of them another name");
    }

    @CustomerRecord("customer")
    record Impostor(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String name) {}
}
