package dev.waxseal.testkit.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Epochs;
import dev.waxseal.Expiry;
import dev.waxseal.Progress;
import dev.waxseal.Stores;
import dev.waxseal.Upkeep;
import dev.waxseal.Vault;
import dev.waxseal.View;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.DataHeldException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.RecordId;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.Holds;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the expiry days must do whatever the stores are. Extend it with the stores to test; each test gets its own. */
public abstract class ExpiryContract {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 3, 31);

    private final SettableClock clock = new SettableClock(NOON);
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();
    private final HeldSubjects holds = new HeldSubjects();
    private Stores stores;
    private Waxseal waxseal;
    private Vault<Chat> chats;

    /** For subclasses. */
    protected ExpiryContract() {}

    @CustomerRecord("chat")
    record Chat(
            @SubjectId String id,
            @RecordId String number,

            @Personal(category = DataCategory.MESSAGE, purposes = "support") @Retain(period = "P30D", from = "at")
            String text,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String name,

            @Operational Instant at) {}

    /** Holds whole subjects, in memory. */
    private static final class HeldSubjects implements Holds {
        final Set<String> subjects = ConcurrentHashMap.newKeySet();

        @Override
        public boolean any(String tenant) {
            return !subjects.isEmpty();
        }

        @Override
        public Set<RecordKey> held(List<Candidate> candidates) {
            Set<RecordKey> held = new HashSet<>();
            candidates.stream()
                    .map(Candidate::key)
                    .filter(key -> subjects.contains(key.subject()))
                    .forEach(held::add);
            return held;
        }
    }

    /**
     * Makes new, empty stores.
     *
     * @return the stores
     */
    protected abstract Stores newStores();

    /**
     * Opens stores on the same place, as another process would.
     *
     * @param stores what {@link #newStores} gave
     * @return other stores on the same place, or the same ones where there is no other process
     */
    protected Stores again(Stores stores) {
        return stores;
    }

    /** Opens the front door on new stores. */
    @BeforeEach
    final void open() {
        stores = newStores();
        waxseal = settings(stores).open();
        chats = waxseal.vault(Chat.class);
        waxseal.grants()
                .give(Grant.to("agent-7")
                        .on("chat")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "desk"));
    }

    /** Closes what was opened. */
    @AfterEach
    final void close() {
        waxseal.close();
    }

    private Waxseal.Settings settings(Stores stores) {
        return Waxseal.with(stores, rootKeys).clock(clock).holds(holds);
    }

    private static Chat chat(String id, String number) {
        return new Chat(id, number, "what " + id + " wrote", "Ada", NOON);
    }

    private void come(LocalDate day) {
        clock.move(Duration.between(clock.instant(), day.atStartOfDay().toInstant(ZoneOffset.UTC)));
    }

    private View<Chat> read(String id) {
        return chats.get(id, "1", SUPPORT).orElseThrow();
    }

    private List<String> trail(AuditAction action) {
        return waxseal.audit().read(AuditTrail.Chain.CHANGES, 0, 10_000).stream()
                .map(AuditTrail.Entry::event)
                .filter(event -> event.action() == action)
                .map(event -> event.detail())
                .toList();
    }

    private SealedRecord stored(String id) {
        return stores.records()
                .bySubject("default", Optional.of("chat"), read(id).subject(), Optional.empty(), 10)
                .get(0)
                .sealed();
    }

    @Test
    void onItsDayAKeyIsDestroyedAndWhatWasSealedUnderItIsExpiredNotTamperedWith() {
        chats.put(chat("c-1", "1"));
        SealedRecord kept = stored("c-1");
        come(DAY.minusDays(1));
        assertThat(waxseal.expiry().destroyDueKeys().expired()).isEmpty();
        assertThat(read("c-1").text("text")).isEqualTo("what c-1 wrote");

        come(DAY);
        assertThat(waxseal.expiry().due()).containsExactly(DAY);
        Expiry.Expired expired = waxseal.expiry().destroyDueKeys();
        assertThat(expired.expired()).containsExactly(DAY);
        assertThat(expired.complete()).isTrue();
        assertThat(waxseal.expiry().due()).isEmpty();
        assertThat(trail(AuditAction.EXPIRE)).containsExactly(DAY.toString());
        assertThat(read("c-1").seen("text").reason()).contains("expired on " + DAY);
        assertThat(read("c-1").text("name")).isEqualTo("Ada");

        // A clock that is behind makes nothing of that day come back, nor can anything be written under it.
        clock.move(Duration.ofDays(-3));
        assertThat(chats.open(kept, SUPPORT).seen("text").reason()).contains("expired on " + DAY);
        assertThatThrownBy(() -> chats.put(chat("c-2", "1")))
                .isInstanceOf(DataExpiredException.class)
                .hasMessageContaining("expired on " + DAY);
    }

    @Test
    void theHorizonOfADayIsToldOnceItsKeyIsDestroyed() {
        chats.put(chat("c-1", "1"));
        assertThat(waxseal.epochs().horizonOfDay(DAY)).isEmpty();
        come(DAY);
        waxseal.expiry().destroyDueKeys();
        Epochs.Horizon horizon = waxseal.epochs().horizonOfDay(DAY).orElseThrow();
        assertThat(horizon.destroyedAt()).isEqualTo(clock.instant());
        assertThat(horizon.unreadableFromBackupsSince()).isEmpty();
    }

    @Test
    void aGraceKeepsTheKeyButShowsNothing() {
        chats.put(chat("c-1", "1"));
        Waxseal patient = settings(stores).expiryGrace(Duration.ofDays(2)).open();
        come(DAY.plusDays(1));
        assertThat(patient.expiry().destroyDueKeys().expired()).isEmpty();
        assertThat(read("c-1").seen("text").reason()).contains("expired");
        come(DAY.plusDays(2));
        assertThat(patient.expiry().destroyDueKeys().expired()).containsExactly(DAY);
    }

    @Test
    void keysAreMadeAheadOnceAndNeverAnew() {
        assertThat(waxseal.expiry().makeAhead(30)).isEqualTo(30);
        assertThat(waxseal.expiry().makeAhead(30)).isZero();
        come(LocalDate.of(2026, 3, 3));
        assertThat(waxseal.expiry().destroyDueKeys().expired())
                .containsExactly(LocalDate.of(2026, 3, 2), LocalDate.of(2026, 3, 3));
        assertThat(waxseal.expiry().makeAhead(30)).isEqualTo(2);
        assertThatThrownBy(() -> waxseal.expiry().makeAhead(0)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void whatIsHeldIsSealedAnewBeforeItsDaysKeyGoesAndIsShownToNobody() {
        chats.put(chat("c-1", "1"));
        chats.put(chat("c-2", "1"));
        holds.subjects.add(read("c-1").subject());
        come(DAY);
        Expiry.Expired expired = waxseal.expiry().destroyDueKeys();
        assertThat(expired.expired()).containsExactly(DAY);
        assertThat(expired.keptRecords()).isEqualTo(1);
        assertThat(trail(AuditAction.HOLD)).containsExactly("kept beyond " + DAY);

        assertThat(stored("c-1").compartments())
                .filteredOn(compartment -> compartment.heldDay().isPresent())
                .singleElement()
                .satisfies(compartment -> {
                    assertThat(compartment.heldDay()).contains(DAY);
                    assertThat(compartment.expiryDay()).isEmpty();
                });
        assertThat(stored("c-2").compartments())
                .noneMatch(compartment -> compartment.heldDay().isPresent());
        assertThat(read("c-1").seen("text").reason()).contains("expired");
        assertThat(read("c-1").text("name")).isEqualTo("Ada");
    }

    @Test
    void whatIsHeldOutlivesWritesAndIsNeitherDeletedNorErased() {
        chats.put(chat("c-1", "1"));
        holds.subjects.add(read("c-1").subject());
        come(DAY);
        waxseal.expiry().destroyDueKeys();
        byte[] held = held("c-1").sealed();
        chats.put(new Chat("c-1", "1", "something new", "Ada", clock.instant()));
        chats.update("c-1", "1", SUPPORT, old -> new Chat("c-1", "1", "newer still", old.name(), old.at()));
        assertThat(held("c-1").sealed()).isEqualTo(held);
        assertThat(read("c-1").text("text")).isEqualTo("newer still");

        assertThatThrownBy(() -> chats.delete("c-1", "1", "tidy"))
                .isInstanceOf(DataHeldException.class)
                .hasMessageContaining("legal hold");
        assertThatThrownBy(() -> waxseal.erase("c-1", "officer", "asked"))
                .isInstanceOf(DataHeldException.class)
                .hasMessageContaining("1 records");
        assertThat(read("c-1").text("text")).isEqualTo("newer still");
        assertThat(trail(AuditAction.ERASE_KEY)).isEmpty();

        holds.subjects.clear();
        assertThat(waxseal.erase("c-1", "officer", "asked").recordsDeleted()).isEqualTo(1);
    }

    @CustomerRecord("visit")
    record Visit(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support") @Retain(period = "P30D", from = "at")
            String text,

            @Personal(category = DataCategory.ADDRESS, purposes = "support") @Retain(period = "P60D", from = "at")
            String place,

            @Operational Instant at) {}

    @Test
    void aPartThatIsGoneAlreadyDoesNotKeepALaterDayAliveForAHeldRecord() {
        waxseal.vault(Visit.class).put(new Visit("c-1", "text", "place", NOON));
        come(DAY);
        assertThat(waxseal.expiry().destroyDueKeys().expired()).containsExactly(DAY);
        holds.subjects.add(stores.records()
                .ofType("default", "visit", "", Optional.empty(), 1)
                .get(0)
                .sealed()
                .key()
                .subject());
        LocalDate later = DAY.plusDays(30);
        come(later);
        Expiry.Expired expired = waxseal.expiry().destroyDueKeys();
        assertThat(expired.failed()).isEmpty();
        assertThat(expired.expired()).containsExactly(later);
        assertThat(expired.keptRecords()).isEqualTo(1);
    }

    @Test
    void whatIsHeldOutlivesWritesBetweenItsDayAndTheUpkeep() {
        chats.put(chat("c-1", "1"));
        chats.put(chat("c-2", "1"));
        holds.subjects.add(read("c-1").subject());
        come(DAY);
        assertThat(chats.update("c-1", "1", SUPPORT, old -> new Chat("c-1", "1", "newer", old.name(), clock.instant())))
                .isPresent();
        chats.put(new Chat("c-2", "1", "newer", "Ada", clock.instant()));
        assertThat(held("c-1").heldDay()).contains(DAY);
        assertThat(read("c-1").text("text")).isEqualTo("newer");
        assertThat(stored("c-2").compartments())
                .noneMatch(compartment -> compartment.heldDay().isPresent());
        assertThat(waxseal.expiry().destroyDueKeys().expired()).containsExactly(DAY);
        assertThat(held("c-1").heldDay()).contains(DAY);
    }

    private SealedCompartment held(String id) {
        return stored(id).compartments().stream()
                .filter(compartment -> compartment.heldDay().isPresent())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void manyHeldRecordsAreKeptPageByPageAndAStopInBetweenLosesNothing() {
        for (int i = 0; i < 250; i++) {
            chats.put(chat("c-1", Integer.toString(i)));
        }
        String subject = chats.ofSubject("c-1", SUPPORT).first().subject();
        holds.subjects.add(subject);
        come(DAY);
        List<RecordKey> asked = new ArrayList<>();
        Holds failing = new Holds() {
            @Override
            public boolean any(String tenant) {
                return true;
            }

            @Override
            public Set<RecordKey> held(List<Candidate> candidates) {
                candidates.forEach(candidate -> asked.add(candidate.key()));
                if (asked.size() > 150) {
                    throw new StoreException("the holds are out of reach", true);
                }
                return holds.held(candidates);
            }
        };
        Expiry.Expired failed = Waxseal.with(stores, rootKeys)
                .clock(clock)
                .holds(failing)
                .open()
                .expiry()
                .destroyDueKeys();
        assertThat(failed.complete()).isFalse();
        assertThat(failed.failed()).containsOnlyKeys(DAY);
        assertThat(waxseal.expiry().due()).containsExactly(DAY);

        Expiry.Expired done = waxseal.expiry().destroyDueKeys();
        assertThat(done.expired()).containsExactly(DAY);
        assertThat(done.keptRecords()).isEqualTo(150);
        assertThat(stores.records().bySubject("default", Optional.empty(), subject, Optional.empty(), 1_000))
                .hasSize(250)
                .allMatch(stored -> stored.sealed().compartments().stream()
                        .anyMatch(compartment -> compartment.heldDay().isPresent()));
    }

    @Test
    void theWorkCanBeStoppedAfterAnyDayAndGoesOn() {
        waxseal.expiry().makeAhead(10);
        come(DAY);
        List<Progress> told = new ArrayList<>();
        Expiry.Expired stopped = waxseal.expiry().destroyDueKeys(progress -> {
            told.add(progress);
            return told.size() < 3;
        });
        assertThat(stopped.expired()).hasSize(3);
        assertThat(stopped.complete()).isFalse();
        assertThat(told.get(2).total()).isEqualTo(10);
        assertThat(waxseal.expiry().destroyDueKeys().expired()).hasSize(7);
    }

    @Test
    void severalProcessesDestroyEachKeyOnce() throws Exception {
        waxseal.expiry().makeAhead(20);
        come(DAY);
        Waxseal other = settings(again(stores)).open();
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Expiry.Expired>> runs = new ArrayList<>();
            for (Waxseal each : List.of(waxseal, other)) {
                runs.add(threads.submit(() -> {
                    together.await();
                    return each.expiry().destroyDueKeys();
                }));
            }
            int destroyed = 0;
            for (Future<Expiry.Expired> run : runs) {
                assertThat(run.get().failed()).isEmpty();
                destroyed += run.get().expired().size();
            }
            assertThat(destroyed).isEqualTo(20);
            assertThat(trail(AuditAction.EXPIRE)).hasSize(20);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void onePassOfTheUpkeepDoesAllThatIsDueAndNothingTwice() {
        chats.put(chat("c-1", "1"));
        come(DAY);
        Upkeep.Pass pass = waxseal.upkeep().run();
        assertThat(pass.clean()).isTrue();
        assertThat(pass.expired().orElseThrow().expired()).containsExactly(DAY);
        assertThat(pass.rotation().orElseThrow().complete()).isTrue();
        assertThat(waxseal.upkeep().last()).contains(pass);
        assertThat(read("c-1").text("name")).isEqualTo("Ada");

        Upkeep.Pass second = waxseal.upkeep().run();
        assertThat(second.rotation()).isEmpty();
        assertThat(second.expired().orElseThrow().expired()).isEmpty();

        clock.move(Duration.ofDays(31));
        assertThat(waxseal.upkeep().run().destruction().orElseThrow().destroyed())
                .hasSize(1);
        assertThat(read("c-1").text("name")).isEqualTo("Ada");
    }

    @Test
    void aFailureOfTheRootKeyIsToldAndDoesNotKeepDaysAlive() {
        chats.put(chat("c-1", "1"));
        come(DAY);
        rootKeys.reachable(false);
        Upkeep.Pass pass = waxseal.upkeep().run();
        assertThat(pass.clean()).isFalse();
        assertThat(pass.failures()).containsKey("rotating");
        assertThat(pass.expired().orElseThrow().expired()).containsExactly(DAY);
        rootKeys.reachable(true);
        assertThat(waxseal.upkeep().run().clean()).isTrue();
    }

    @Test
    void aClockThatJumpedBackIsNamedAndChangesNothing() {
        chats.put(chat("c-1", "1"));
        clock.move(Duration.ofDays(10));
        waxseal.epochs().rotate();
        clock.move(Duration.ofDays(-9));
        assertThatThrownBy(() -> waxseal.epochs().rotate())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("jumped back");
        assertThatThrownBy(() -> waxseal.epochs().destroyOldRootKeys()).hasMessageContaining("jumped back");
        assertThatThrownBy(() -> waxseal.expiry().destroyDueKeys()).hasMessageContaining("jumped back");
        assertThat(waxseal.upkeep().run().clean()).isFalse();
        assertThat(read("c-1").text("text")).isEqualTo("what c-1 wrote");
        clock.move(Duration.ofDays(9));
        assertThat(waxseal.upkeep().run().clean()).isTrue();
    }

    @Test
    void anOlderKeyStoreBesideTheRecordsIsNamedWhenItIsOpened() {
        chats.put(chat("c-1", "1"));
        waxseal.erase("c-1", "officer", "asked");
        stores.atomically(() -> {
            stores.records().noteGeneration("default", stores.keys().generation("default") + 2);
            return true;
        });
        assertThatThrownBy(() -> settings(again(stores)).open())
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("key store is older than the records");
    }

    @Test
    void anErasureInOneProcessReachesTheCachesOfTheOthersWhereTheStoreTellsThem() {
        chats.put(chat("c-1", "1"));
        SealedRecord sealed = stored("c-1");
        KeyName name = new KeyName("default", KeyKind.SUBJECT, sealed.key().subject());
        Set<KeyName> told = ConcurrentHashMap.newKeySet();
        KeyStore.Subscription subscription = stores.keys().subscribe(new KeyStore.Listener() {
            @Override
            public void destroyed(KeyName key) {
                told.add(key);
            }

            @Override
            public void maybeMissed() {}
        });
        stores.atomically(() -> stores.keys().destroy(new KeyName("default", KeyKind.SUBJECT, "none"), NOON));
        assertThat(told).isEmpty();
        waxseal.erase("c-1", "officer", "asked");
        if (tellsAtOnce()) {
            assertThat(told).containsExactly(name);
        }
        subscription.close();
        subscription.close();
    }

    /**
     * Whether a subscriber is told before the call that destroys returns.
     *
     * @return true in memory; false where the database tells, or nobody does
     */
    protected boolean tellsAtOnce() {
        return false;
    }
}
