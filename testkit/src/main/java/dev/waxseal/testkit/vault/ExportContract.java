package dev.waxseal.testkit.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Export;
import dev.waxseal.Exported;
import dev.waxseal.JobStore;
import dev.waxseal.Stores;
import dev.waxseal.Vault;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Grant;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.AccessDeniedException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.RecordId;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
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
 * What an export must do whatever the stores are. Extend it with the stores to test; each test gets its own.
 */
@Timeout(120)
public abstract class ExportContract {
    private static final String LEAVER = "migration";
    private static final int MANY = 600;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();
    private final List<Order> taken = new ArrayList<>();
    private Stores stores;
    private Waxseal waxseal;
    private Vault<Order> orders;

    /** For subclasses. */
    protected ExportContract() {}

    @CustomerRecord("order")
    record Order(
            @SubjectId String customer,
            @RecordId String id,

            @Personal(category = DataCategory.ADDRESS, purposes = "delivery") @Retain(period = "P30D", from = "placed")
            String address,

            @Personal(
                    category = DataCategory.MESSAGE,
                    purposes = {"billing", "support"})
            @Retain(period = "P60D", from = "placed")
            String wish,

            @Operational Instant placed) {
        Order {
            Objects.requireNonNull(customer);
        }
    }

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
        waxseal = open(stores);
        orders = waxseal.vault(Order.class);
    }

    private Waxseal open(Stores stores) {
        return Waxseal.with(stores, rootKeys).clock(clock).open();
    }

    /** Closes the stores. */
    @AfterEach
    final void close() {
        stores.close();
    }

    private Grant give(String purpose) {
        return waxseal.grants()
                .give(Grant.to(LEAVER).on("order").purpose(purpose).revealAll().by("head", "we are moving"));
    }

    private Export<Order> export() {
        return open(stores).vault(Order.class).export("moving out", LEAVER);
    }

    private void put(int count) {
        orders.putAll(IntStream.range(0, count).mapToObj(this::order).toList());
    }

    private Order order(int number) {
        return new Order("c-" + number / 3, "o-" + number, "Example Street " + number, "by bike", clock.instant());
    }

    private List<AuditEvent> accesses(AuditAction action) {
        List<AuditEvent> events = new ArrayList<>();
        for (long after = 0; ; after += 10_000) {
            List<AuditTrail.Entry> page = waxseal.audit().read(AuditTrail.Chain.ACCESSES, after, 10_000);
            page.stream()
                    .map(AuditTrail.Entry::event)
                    .filter(event -> event.action() == action)
                    .forEach(events::add);
            if (page.size() < 10_000) {
                return events;
            }
        }
    }

    @Test
    void everyRecordIsHandedOutInClearAndEachIsOnTheTrailBefore() {
        give("delivery");
        give("support");
        put(MANY);
        List<Long> told = new ArrayList<>();
        Exported exported = export().run(
                        batch -> {
                            assertThat(batch).hasSizeBetween(1, Export.BATCH);
                            taken.addAll(batch);
                            assertThat(accesses(AuditAction.REVEAL)).hasSize(taken.size());
                        },
                        progress -> {
                            told.add(progress.done());
                            return progress.total() == MANY;
                        });
        assertThat(new HashSet<>(taken))
                .isEqualTo(new HashSet<>(
                        IntStream.range(0, MANY).mapToObj(this::order).toList()));
        assertThat(taken).hasSize(MANY);
        assertThat(told).last().isEqualTo((long) MANY);
        assertThat(exported.complete()).isTrue();
        assertThat(exported.handedOut()).isEqualTo(MANY);
        assertThat(exported.job().done()).isEqualTo(MANY);
        assertThat(exported.job().finishedAt()).contains(clock.instant());
        assertThat(accesses(AuditAction.REVEAL)).allSatisfy(event -> {
            assertThat(event.principal()).isEqualTo(LEAVER);
            assertThat(event.purpose()).isEqualTo("delivery, support");
            assertThat(event.revealed()).containsExactlyInAnyOrder("customer", "id", "address", "wish");
            assertThat(event.detail()).contains("moving out").doesNotContain("Street");
        });
        assertThat(accesses(AuditAction.EXPORT))
                .extracting(AuditEvent::detail)
                .containsExactly("export 'moving out' began", "export 'moving out' ended after 600 records");
        assertThat(waxseal.audit().verify().intact()).isTrue();
    }

    @Test
    void whoLacksAGrantForAComponentGetsNothingAndTheRefusalNamesIt() {
        put(3);
        give("support");
        assertThatThrownBy(() -> export().run(taken::addAll))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("'migration'")
                .hasMessageContaining("[address]");
        assertThat(accesses(AuditAction.DENY))
                .singleElement()
                .satisfies(event -> assertThat(event.detail()).contains("[address]"));
        waxseal.grants()
                .give(Grant.to(LEAVER)
                        .on("order")
                        .purpose("delivery")
                        .mask("address")
                        .by("head", "a mask is not enough"));
        assertThatThrownBy(() -> export().run(taken::addAll)).hasMessageContaining("[address]");
        assertThatThrownBy(() -> export().restart()).isInstanceOf(AccessDeniedException.class);
        assertThat(taken).isEmpty();
        assertThat(export().status()).isEmpty();
        assertThat(accesses(AuditAction.REVEAL)).isEmpty();
    }

    @Test
    void aGrantRevokedMeanwhileEndsTheExport() {
        give("delivery");
        Grant support = give("support");
        put(MANY);
        assertThatThrownBy(() -> export().run(taken::addAll, progress -> {
                    waxseal.grants().revoke(support.id(), "head", "changed my mind");
                    return true;
                }))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("[wish]");
        assertThat(taken).hasSizeLessThan(MANY);
    }

    @Test
    void anExportThatWasStoppedGoesOnWhereItStopped() {
        give("delivery");
        give("support");
        put(MANY);
        Exported stopped = export().run(taken::addAll, progress -> progress.done() < 100);
        assertThat(stopped.complete()).isFalse();
        assertThat(stopped.handedOut()).isEqualTo(taken.size()).isBetween(100L, MANY - 1L);
        assertThat(export().status().map(JobStore.Job::done)).contains((long) taken.size());
        Exported resumed = export().run(taken::addAll, progress -> progress.total() == MANY - stopped.handedOut());
        assertThat(resumed.complete()).isTrue();
        assertThat(resumed.handedOut()).isEqualTo(MANY - stopped.handedOut());
        assertThat(taken).hasSize(MANY).doesNotHaveDuplicates();

        Exported again = export().run(taken::addAll);
        assertThat(again.complete()).isTrue();
        assertThat(again.handedOut()).isZero();
        assertThat(taken).hasSize(MANY);

        assertThat(export().restart()).isTrue();
        assertThat(export().status().orElseThrow().finishedAt()).isEmpty();
        assertThat(export().run(taken::addAll).handedOut()).isEqualTo(MANY);
        assertThat(orders.export("never begun", LEAVER).restart()).isFalse();
    }

    @Test
    void whatAConsumerFailedOnIsHandedOutAgainAndNothingIsLost() {
        give("delivery");
        give("support");
        put(MANY);
        Set<Order> seen = new HashSet<>();
        int[] calls = {0};
        for (int attempt = 0; ; attempt++) {
            assertThat(attempt).isLessThan(100);
            try {
                Exported exported = export().run(batch -> {
                    seen.addAll(batch);
                    if (++calls[0] % 3 == 0) {
                        throw new IllegalStateException("the process ends here");
                    }
                    taken.addAll(batch);
                });
                assertThat(exported.complete()).isTrue();
                break;
            } catch (IllegalStateException expected) {
                assertThat(expected).hasMessage("the process ends here");
            }
        }
        assertThat(taken).hasSize(MANY).doesNotHaveDuplicates();
        assertThat(seen).hasSize(MANY);
        assertThat(accesses(AuditAction.REVEAL)).hasSizeGreaterThan(MANY);
    }

    @Test
    void aBatchWhosePositionCouldNotBeNotedIsHandedOutAgain() {
        give("delivery");
        give("support");
        put(MANY);
        Stores failing = new FailingStores(stores, "move", 4);
        Export<Order> export = open(failing).vault(Order.class).export("moving out", LEAVER);
        assertThatThrownBy(() -> export.run(taken::addAll))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the disk");
        assertThat(export.run(taken::addAll).complete()).isTrue();
        assertThat(new HashSet<>(taken)).hasSize(MANY);
        assertThat(taken).hasSizeGreaterThan(MANY);
        assertThat(export.status().orElseThrow().done()).isEqualTo(MANY);
    }

    @Test
    void processesThatRunItAtOnceShareTheRecords() throws Exception {
        give("delivery");
        give("support");
        put(MANY);
        ConcurrentLinkedQueue<Order> handed = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        long sum = 0;
        try {
            CyclicBarrier together = new CyclicBarrier(3);
            List<Future<Exported>> running = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Export<Order> process = export();
                running.add(threads.submit(() -> {
                    together.await();
                    return process.run(handed::addAll);
                }));
            }
            for (Future<Exported> each : running) {
                sum += each.get().handedOut();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(sum).isEqualTo(MANY);
        assertThat(handed).hasSize(MANY).doesNotHaveDuplicates();
        assertThat(export().status().orElseThrow().finishedAt()).isPresent();
    }

    @Test
    void whatIsGoneIsPassedOverAndCountedAndWhatIsLeftIsHandedOut() {
        give("delivery");
        give("support");
        orders.put(new Order("expired", "o-1", "a", "w", clock.instant()));
        clock.move(Duration.ofDays(25));
        orders.put(new Order("partly", "o-1", "a", "w", clock.instant()));
        clock.move(Duration.ofDays(35));
        orders.put(new Order("erased", "o-1", "a", "w", clock.instant()));
        orders.put(new Order("altered", "o-1", "a", "w", clock.instant()));
        orders.put(new Order("whole", "o-1", "a", "w", clock.instant()));
        SealedRecord erased = orders.seal(new Order("erased", "o-1", "", "", clock.instant()));
        stores.keys()
                .destroy(new KeyName("default", KeyKind.SUBJECT, erased.key().subject()), clock.instant());
        RecordStore.Stored altered = stores.records()
                .find(orders.seal(new Order("altered", "o-1", "", "", clock.instant()))
                        .key())
                .orElseThrow();
        List<SealedCompartment> broken = altered.sealed().compartments().stream()
                .map(compartment -> {
                    byte[] bytes = compartment.sealed();
                    bytes[bytes.length - 1] ^= 1;
                    return new SealedCompartment(compartment.name(), compartment.expiryDay(), bytes);
                })
                .toList();
        stores.records()
                .put(
                        new SealedRecord(
                                altered.sealed().key(),
                                altered.sealed().subjectKeyVersion(),
                                broken,
                                altered.sealed().index(),
                                altered.sealed().operational()),
                        RecordStore.Expect.ANYTHING,
                        0);

        Exported exported = export().run(taken::addAll);
        assertThat(exported.complete()).isTrue();
        assertThat(taken).extracting(Order::customer).containsExactlyInAnyOrder("partly", "whole");
        assertThat(taken)
                .filteredOn(order -> order.customer().equals("partly"))
                .singleElement()
                .satisfies(order -> {
                    assertThat(order.address()).isNull();
                    assertThat(order.wish()).isEqualTo("w");
                });
        assertThat(exported.handedOut()).isEqualTo(2);
        assertThat(exported.expired()).isEqualTo(1);
        assertThat(exported.erased()).isEqualTo(1);
        assertThat(exported.failed()).isEqualTo(1);
        assertThat(exported.failures()).singleElement().satisfies(failed -> {
            assertThat(failed.record()).isEqualTo(altered.sealed().key().record());
            assertThat(failed.reason()).contains("not verify");
        });
        assertThat(accesses(AuditAction.TAMPERED)).hasSize(1);
        assertThat(accesses(AuditAction.REVEAL))
                .filteredOn(event -> !event.revealed().contains("address"))
                .hasSize(1);
    }

    @CustomerRecord("note")
    record Note(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text) {}

    @Test
    void aNameStandsForOneExportAndIsChecked() {
        give("delivery");
        give("support");
        export().run(taken::addAll);
        assertThat(export().status().map(JobStore.Job::finishedShards)).isEqualTo(Optional.of(16));
        assertThatThrownBy(() ->
                        waxseal.vault(Note.class).export("moving out", LEAVER).status())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("export of order")
                .hasMessageContaining("another name");
        assertThatThrownBy(() -> orders.export(" ", LEAVER)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> orders.export("x".repeat(65), LEAVER)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> orders.export("x", "")).isInstanceOf(InvalidInputException.class);
    }
}
