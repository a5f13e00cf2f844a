package dev.waxseal.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.JobStore.Job;
import dev.waxseal.JobStore.Shard;
import dev.waxseal.Stores;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import dev.waxseal.policy.PolicyRegister.Registered;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore.Expect;
import dev.waxseal.seal.RecordStore.Stored;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import java.time.Instant;
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
import org.junit.jupiter.api.Timeout;

/**
 * What the stores must do for long jobs: keep registered policies and the positions of jobs, and give records by their type
 * and policy. Extend it with the stores to test; each test gets its own.
 */
@Timeout(120)
public abstract class JobsContract {
    private static final String TENANT = "acme";
    private static final Instant NOW = Instant.parse("2026-11-24T10:15:30.123456Z");
    private static final Instant LATER = NOW.plusSeconds(3600);

    private Stores stores;

    /** For subclasses. */
    protected JobsContract() {}

    /**
     * Makes new, empty stores.
     *
     * @return the stores
     */
    protected abstract Stores newStores();

    /** Makes the stores. */
    @BeforeEach
    final void open() {
        stores = newStores();
    }

    /** Closes the stores. */
    @AfterEach
    final void close() {
        stores.close();
    }

    @Test
    void theFirstToRegisterAVersionWinsAndTheNewestIsTheHighest() {
        Registered first = new Registered("customer", 9, "aa", "line\nline\n", NOW);
        assertThat(stores.policies().newest(TENANT, "customer")).isEmpty();
        assertThat(stores.policies().addIfAbsent(TENANT, first)).isEqualTo(first);
        assertThat(stores.policies().addIfAbsent(TENANT, new Registered("customer", 9, "bb", "other", LATER)))
                .isEqualTo(first);
        Registered tenth = new Registered("customer", 10, "cc", "", NOW);
        stores.policies().addIfAbsent(TENANT, tenth);
        stores.policies().addIfAbsent(TENANT, new Registered("customer2", 11, "dd", "", NOW));
        stores.policies().addIfAbsent("other", new Registered("customer", 12, "ee", "", NOW));
        assertThat(stores.policies().newest(TENANT, "customer")).contains(tenth);
        assertThat(stores.policies().find(TENANT, "customer", 9)).contains(first);
        assertThat(stores.policies().find(TENANT, "customer", 8)).isEmpty();
    }

    @Test
    void aJobIsAddedOnceAndTellsHowFarItIs() {
        assertThat(stores.jobs().find(TENANT, "leave")).isEmpty();
        assertThat(stores.jobs().hold(TENANT, "leave")).isEmpty();
        assertThat(stores.jobs().addIfAbsent(TENANT, "leave", "export", 2, NOW)).isTrue();
        assertThat(stores.jobs().addIfAbsent(TENANT, "leave", "purge", 3, LATER))
                .isFalse();
        assertThat(stores.jobs().addIfAbsent("other", "leave", "purge", 3, LATER))
                .isTrue();
        assertThat(stores.jobs().find(TENANT, "leave"))
                .contains(new Job("leave", "export", 2, 0, 0, NOW, Optional.empty()));

        stores.jobs().move(TENANT, "leave", new Shard(0, "here"), 5, Optional.empty());
        stores.jobs().move(TENANT, "leave", new Shard(0, "there"), 7, Optional.of(NOW));
        assertThat(stores.jobs().find(TENANT, "leave"))
                .contains(new Job("leave", "export", 2, 1, 12, NOW, Optional.empty()));
        assertThat(stores.jobs().hold(TENANT, "leave")).contains(new Shard(1, ""));
        stores.jobs().move(TENANT, "leave", new Shard(1, "end"), 1, Optional.of(LATER));
        assertThat(stores.jobs().find(TENANT, "leave"))
                .contains(new Job("leave", "export", 2, 2, 13, NOW, Optional.of(LATER)));
        assertThat(stores.jobs().hold(TENANT, "leave")).isEmpty();

        assertThat(stores.jobs().restart(TENANT, "leave", LATER)).isTrue();
        assertThat(stores.jobs().find(TENANT, "leave"))
                .contains(new Job("leave", "export", 2, 0, 0, LATER, Optional.empty()));
        assertThat(stores.jobs().hold(TENANT, "leave")).contains(new Shard(0, ""));
        assertThat(stores.jobs().restart(TENANT, "unknown", LATER)).isFalse();
    }

    @Test
    void whatIsOutOfBoundsIsRefused() {
        for (int shards : List.of(0, -1, 1_025)) {
            assertThatThrownBy(() -> stores.jobs().addIfAbsent(TENANT, "leave", "export", shards, NOW))
                    .isInstanceOf(InvalidInputException.class);
        }
        stores.jobs().addIfAbsent(TENANT, "leave", "export", 2, NOW);
        for (Shard shard : List.of(new Shard(2, ""), new Shard(-1, ""))) {
            assertThatThrownBy(() -> stores.jobs().move(TENANT, "leave", shard, 1, Optional.empty()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("no shard " + shard.number());
        }
        assertThatThrownBy(() -> stores.records().ofType(TENANT, "customer", "", Optional.empty(), 1_001))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> stores.records().holdOlderThan(TENANT, "customer", 2, Optional.empty(), 0))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aPositionThatWasMovedInATransactionThatFailedStays() {
        stores.jobs().addIfAbsent(TENANT, "leave", "export", 1, NOW);
        assertThatThrownBy(() -> stores.separately(() -> {
                    Shard shard = stores.jobs().hold(TENANT, "leave").orElseThrow();
                    stores.jobs().move(TENANT, "leave", new Shard(shard.number(), "x"), 5, Optional.of(NOW));
                    throw new IllegalStateException("the work failed");
                }))
                .hasMessage("the work failed");
        assertThat(stores.jobs().hold(TENANT, "leave")).contains(new Shard(0, ""));
        assertThat(stores.jobs().find(TENANT, "leave").orElseThrow().done()).isZero();
    }

    @Test
    void noTwoTransactionsHoldOneShardAndAllOfTheWorkIsDoneOnce() throws Exception {
        int shards = 4;
        int pieces = 10;
        stores.jobs().addIfAbsent(TENANT, "leave", "export", shards, NOW);
        Set<Integer> held = ConcurrentHashMap.newKeySet();
        Set<String> done = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            CyclicBarrier together = new CyclicBarrier(4);
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(threads.submit(() -> {
                    together.await();
                    int worked = 0;
                    while (stores.separately(() -> piece(held, done, pieces))) {
                        worked++;
                    }
                    return worked;
                }));
            }
            int sum = 0;
            for (Future<Integer> each : running) {
                sum += each.get();
            }
            assertThat(sum).isEqualTo(shards * pieces);
        } finally {
            threads.shutdownNow();
        }
        assertThat(done).hasSize(shards * pieces);
        assertThat(stores.jobs().find(TENANT, "leave").orElseThrow().done()).isEqualTo((long) shards * pieces);
        assertThat(stores.jobs().find(TENANT, "leave").orElseThrow().finishedAt())
                .contains(NOW);
    }

    private boolean piece(Set<Integer> held, Set<String> done, int pieces) {
        Optional<Shard> shard = stores.jobs().hold(TENANT, "leave");
        shard.ifPresent(mine -> {
            assertThat(held.add(mine.number())).isTrue();
            int at = mine.position().isEmpty() ? 0 : Integer.parseInt(mine.position());
            assertThat(done.add(mine.number() + ":" + at)).isTrue();
            stores.jobs()
                    .move(
                            TENANT,
                            "leave",
                            new Shard(mine.number(), Integer.toString(at + 1)),
                            1,
                            at + 1 == pieces ? Optional.of(NOW) : Optional.empty());
            held.remove(mine.number());
        });
        return shard.isPresent();
    }

    private static RecordKey key(String type, String subject, int record) {
        return new RecordKey(TENANT, type, subject, String.format("%032x", record));
    }

    private void put(RecordKey key, int policyVersion) {
        stores.keys().addEpoch(new StoredEpoch(1, "root-1", new byte[] {1}, NOW));
        stores.keys()
                .addIfAbsent(new StoredKey(
                        new KeyName(key.tenant(), KeyKind.SUBJECT, key.subject()),
                        1,
                        1,
                        new byte[] {1},
                        NOW,
                        Optional.empty()));
        stores.keys()
                .addIfAbsent(new StoredKey(
                        new KeyName(key.tenant(), KeyKind.EXPIRY, "none"),
                        1,
                        1,
                        new byte[] {1},
                        NOW,
                        Optional.empty()));
        stores.records()
                .put(
                        new SealedRecord(
                                key,
                                1,
                                List.of(new SealedCompartment("main", Optional.empty(), new byte[] {1, 2})),
                                List.of(),
                                "{}",
                                policyVersion),
                        Expect.ANYTHING,
                        0);
    }

    private static List<RecordKey> keys(List<Stored> stored) {
        return stored.stream().map(each -> each.sealed().key()).toList();
    }

    @Test
    void recordsAreGivenByTypeAndFirstDigitPageByPage() {
        List<RecordKey> expected = new ArrayList<>();
        for (String digit : List.of("0", "9", "a", "f")) {
            for (int record = 1; record <= 3; record++) {
                RecordKey key = key("customer", digit.repeat(32), record);
                put(key, 1);
                put(key("message", digit.repeat(32), record), 1);
                expected.add(key);
            }
        }
        for (String digit : List.of("", "0", "9", "a", "f", "5", "ff")) {
            List<RecordKey> found = new ArrayList<>();
            Optional<RecordKey> after = Optional.empty();
            List<Stored> page;
            do {
                page = stores.records().ofType(TENANT, "customer", digit, after, 2);
                assertThat(page).hasSizeLessThanOrEqualTo(2);
                found.addAll(keys(page));
                after = found.isEmpty() ? Optional.empty() : Optional.of(found.get(found.size() - 1));
            } while (page.size() == 2);
            assertThat(found)
                    .containsExactlyElementsOf(expected.stream()
                            .filter(key -> key.subject().startsWith(digit))
                            .toList());
        }
        assertThat(stores.records().ofType("other", "customer", "", Optional.empty(), 10))
                .isEmpty();
        assertThat(stores.records().countOfType(TENANT, "customer")).isEqualTo(12);
        assertThat(stores.records().countOfType(TENANT, "unknown")).isZero();
        assertThat(stores.records().countOfType("other", "customer")).isZero();
    }

    @Test
    void recordsOfAnOlderPolicyAreGivenPageByPageUntilNoneIsLeft() {
        for (int i = 0; i < 10; i++) {
            put(key("customer", "ab".repeat(16), i), i % 2 == 0 ? 1 : 3);
            put(key("message", "ab".repeat(16), i), 1);
        }
        put(key("customer", "c".repeat(32), 0), 2);
        assertThat(stores.records().countOlderThan(TENANT, "customer", 3)).isEqualTo(6);
        assertThat(stores.records().countOlderThan(TENANT, "customer", 2)).isEqualTo(5);
        assertThat(stores.records().countOlderThan(TENANT, "customer", 1)).isZero();
        Set<RecordKey> found = new HashSet<>();
        Optional<RecordKey> after = Optional.empty();
        while (true) {
            Optional<RecordKey> from = after;
            List<Stored> page = stores.separately(() -> stores.records().holdOlderThan(TENANT, "customer", 3, from, 4));
            if (page.isEmpty()) {
                break;
            }
            assertThat(page).allSatisfy(stored -> {
                assertThat(stored.sealed().policyVersion()).isLessThan(3);
                assertThat(stored.sealed().compartments()).hasSize(1);
                assertThat(found.add(stored.sealed().key())).isTrue();
            });
            after = Optional.of(page.get(page.size() - 1).sealed().key());
        }
        assertThat(found).hasSize(6);
    }

    @Test
    void theVersionOfThePolicyIsKeptReplacedAndNotedAlone() {
        RecordKey key = key("customer", "ab".repeat(16), 1);
        put(key, 7);
        assertThat(stores.records().find(key).orElseThrow().sealed().policyVersion())
                .isEqualTo(7);
        put(key, 3);
        Stored stored = stores.records().find(key).orElseThrow();
        assertThat(stored.sealed().policyVersion()).isEqualTo(3);
        SealedRecord next = new SealedRecord(
                key, 1, stored.sealed().compartments(), stored.sealed().index(), "{}", 4);
        long revision = stores.records().put(next, Expect.REVISION, stored.revision());
        assertThat(stores.records().find(key).orElseThrow().sealed().policyVersion())
                .isEqualTo(4);
        assertThat(stores.records().notePolicy(key, 4, revision)).isFalse();
        assertThat(stores.records().notePolicy(key, 5, revision + 1)).isFalse();
        assertThat(stores.records().notePolicy(key("customer", "c".repeat(32), 9), 5, 1))
                .isFalse();
        assertThat(stores.records().notePolicy(key, 5, revision)).isTrue();
        Stored noted = stores.records().find(key).orElseThrow();
        assertThat(noted.revision()).isEqualTo(revision);
        assertThat(noted.sealed().policyVersion()).isEqualTo(5);
        assertThat(noted.sealed().compartments()).hasSize(1);
    }
}
