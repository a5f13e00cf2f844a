package dev.waxseal.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Stores;
import dev.waxseal.access.Grant;
import dev.waxseal.audit.AuditStore.Link;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore.Expect;
import dev.waxseal.seal.RecordStore.Stored;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every implementation of {@link Stores} must do. Extend it by a class that opens the stores to test:
 *
 * <pre>{@code
 * class MyStoresTest extends StoresContract {
 *     @Override
 *     protected Stores open() {
 *         return new MyStores();
 *     }
 * }
 * }</pre>
 *
 * <p>Not thread safe; JUnit makes one for each test. The tests expect that instants are kept to the microsecond at least,
 * and that JSON comes back as equal JSON.
 */
@Timeout(120)
public abstract class StoresContract {
    private static final String TENANT = "acme";
    private static final String TYPE = "customer";
    private static final Instant NOW = Instant.parse("2026-11-24T10:15:30.123456Z");
    private static final Instant LATER = NOW.plusSeconds(3600);
    private static final LocalDate DAY = LocalDate.of(2027, 3, 1);
    private static final String SUBJECT = reference(1);
    private static final KeyName SUBJECT_KEY = new KeyName(TENANT, KeyKind.SUBJECT, SUBJECT);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Stores> opened = new ArrayList<>();

    /** For the class that opens the stores. */
    protected StoresContract() {}

    /**
     * Opens the stores to test. Called once for each test, which closes them.
     *
     * @return stores that hold nothing yet
     * @throws Exception when they can't be opened, which fails the test
     */
    protected abstract Stores open() throws Exception;

    private Stores stores() {
        return opened.get(0);
    }

    @BeforeEach
    void openStores() throws Exception {
        opened.add(open());
    }

    @AfterEach
    void closeStores() {
        threads.shutdownNow();
        opened.forEach(Stores::close);
    }

    @Nested
    class ManyKeys {
        private static KeyName name(int number) {
            return new KeyName("many", KeyKind.SUBJECT, reference(number));
        }

        @Test
        void areFoundAtOnceWithTheNewestVersionOfEachAndNoneForUnknownNames() {
            stores().keys().addIfAbsent(key(name(1), 1, "old"));
            stores().keys().addIfAbsent(key(name(1), 2, "new"));
            stores().keys().addIfAbsent(key(name(2), 1, "two"));
            stores().keys().destroy(name(2), NOW);
            List<StoredKey> found = stores().keys().findAll(List.of(name(1), name(2), name(3)));
            assertThat(found).extracting(StoredKey::name).containsExactlyInAnyOrder(name(1), name(2));
            for (StoredKey each : found) {
                StoredKey alone = stores().keys().find(each.name()).orElseThrow();
                assertThat(each).usingRecursiveComparison().isEqualTo(alone);
            }
            assertThat(stores().keys().findAll(List.of())).isEmpty();
        }

        @Test
        void areAddedAtOnceUnlessTheyAreThere() {
            stores().keys().addIfAbsent(key(name(2), 1, "first"));
            StoredKey gone = key(name(3), 1, "").destroyed(NOW);
            List<StoredKey> held =
                    stores().keys().addAllIfAbsent(List.of(key(name(1), 1, "one"), key(name(2), 1, "two"), gone));
            assertThat(held)
                    .hasSize(3)
                    .allSatisfy(each -> assertThat(each)
                            .usingRecursiveComparison()
                            .isEqualTo(stores().keys().find(each.name()).orElseThrow()));
            assertThat(stores().keys().find(name(2)).orElseThrow().wrapped()).isEqualTo(bytes("first"));
            assertThat(stores().keys().find(name(3)).orElseThrow().live()).isFalse();
        }

        @Test
        void areNotAddedUnderAClosedEpochNotEvenSome() {
            stores().keys().addEpoch(epoch(1, "one"));
            stores().keys().addEpoch(epoch(2, "two"));
            stores().keys().closeEpochsBefore(2, NOW);
            StoredKey open = new StoredKey(name(1), 1, 2, bytes("wrapped"), NOW, Optional.empty());
            assertThatThrownBy(() -> stores().keys().addAllIfAbsent(List.of(open, key(name(2), 1, "wrapped"))))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.retryable()).isTrue());
            assertThat(stores().keys().findAll(List.of(name(1), name(2)))).isEmpty();
        }
    }

    @Nested
    class EpochKeys {
        @Test
        void aClosedEpochTakesNoNewKeysButKeepsItsOldOnes() {
            stores().keys().addEpoch(epoch(1, "one"));
            stores().keys().addEpoch(epoch(2, "two"));
            KeyName old = new KeyName("closing", KeyKind.INDEX, "old");
            KeyName late = new KeyName("closing", KeyKind.INDEX, "late");
            stores().keys().addIfAbsent(key(old, 1, "wrapped"));
            stores().keys().closeEpochsBefore(2, NOW);
            assertThat(stores().keys().epochs()).extracting(StoredEpoch::id).containsSequence(1L, 2L);
            assertThat(stores().keys().epoch(1).orElseThrow().closedAt()).contains(NOW);
            assertThat(stores().keys().epoch(2).orElseThrow().closedAt()).isEmpty();
            assertThatThrownBy(() -> stores().keys().addIfAbsent(key(late, 1, "wrapped")))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.retryable()).isTrue());
            assertThat(stores().keys().find(late)).isEmpty();
            assertThat(stores().keys().find(old)).isPresent();
        }

        @Test
        void keysAreRewrappedUnlessDestroyedMeanwhileAndAnEpochIsDestroyedOnlyWithoutLiveKeys() {
            stores().keys().addEpoch(epoch(1, "one"));
            stores().keys().addEpoch(epoch(2, "two"));
            KeyName kept = new KeyName("rewrapping", KeyKind.INDEX, "kept");
            KeyName gone = new KeyName("rewrapping", KeyKind.INDEX, "gone");
            stores().keys().addIfAbsent(key(kept, 1, "wrapped"));
            stores().keys().addIfAbsent(key(gone, 1, "wrapped"));
            stores().keys().closeEpochsBefore(2, NOW);
            assertThat(stores().keys().noteRewrapped(2, NOW)).isFalse();
            assertThat(stores().keys().destroyEpoch(1, NOW)).isFalse();
            List<StoredKey> held = stores().atomically(() -> stores().keys().holdKeysBefore(2, 10_000));
            assertThat(held).extracting(StoredKey::name).contains(kept, gone);
            assertThat(stores().keys().countKeysBefore(2)).isEqualTo(held.size());
            stores().keys().destroy(gone, NOW);
            stores().keys()
                    .rewrap(held.stream()
                            .map(each -> new StoredKey(
                                    each.name(), each.version(), 2, bytes("anew"), each.createdAt(), Optional.empty()))
                            .toList());
            assertThat(stores().keys().find(kept).orElseThrow().epoch()).isEqualTo(2);
            assertThat(stores().keys().find(kept).orElseThrow().wrapped()).isEqualTo(bytes("anew"));
            assertThat(stores().keys().find(gone).orElseThrow().live()).isFalse();
            assertThat(stores().keys().find(gone).orElseThrow().wrapped()).isEmpty();
            assertThat(stores().keys().noteRewrapped(2, NOW)).isTrue();
            assertThat(stores().keys().destroyEpoch(2, NOW)).isFalse();
            assertThat(stores().keys().destroyEpoch(1, NOW)).isTrue();
            assertThat(stores().keys().destroyEpoch(1, NOW)).isFalse();
            StoredEpoch destroyed = stores().keys().epoch(1).orElseThrow();
            assertThat(destroyed.wrapped()).isEmpty();
            assertThat(destroyed.rewrappedAt()).contains(NOW);
            assertThat(destroyed.destroyedAt()).contains(NOW);
        }

        @Test
        void aNewStoreHasNoEpoch() {
            assertThat(stores().keys().newestEpoch()).isEmpty();
            assertThat(stores().keys().epoch(1)).isEmpty();
        }

        @Test
        void theNewestEpochIsTheOneWithTheHighestId() {
            for (long id : new long[] {1, 10, 2}) {
                assertSame(stores().keys().addEpoch(epoch(id, "one")), epoch(id, "one"));
            }
            assertSame(stores().keys().newestEpoch().orElseThrow(), epoch(10, "one"));
            assertSame(stores().keys().epoch(2).orElseThrow(), epoch(2, "one"));
        }

        @Test
        void anEpochThatExistsStaysAsItIs() {
            stores().keys().addEpoch(epoch(1, "first"));
            assertSame(stores().keys().addEpoch(epoch(1, "second")), epoch(1, "first"));
            assertSame(stores().keys().epoch(1).orElseThrow(), epoch(1, "first"));
        }

        @Test
        void ofThreadsThatAddOneEpochAtOnceOneWins() throws Exception {
            List<StoredEpoch> got = atOnce(8, i -> stores().keys().addEpoch(epoch(1, "candidate " + i)));
            StoredEpoch held = stores().keys().epoch(1).orElseThrow();
            assertThat(got).allSatisfy(epoch -> assertSame(epoch, held));
        }
    }

    @Nested
    class Keys {
        @Test
        void aKeyIsFoundAsItWasAdded() {
            for (KeyKind kind : KeyKind.values()) {
                StoredKey key = key(new KeyName(TENANT, kind, "customer/phone"), 1, "wrapped " + kind);
                assertSame(stores().keys().addIfAbsent(key), key);
                assertSame(stores().keys().find(key.name()).orElseThrow(), key);
            }
        }

        @Test
        void aKeyThatWasNeverAddedIsNotFound() {
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "wrapped"));
            assertThat(stores().keys().find(new KeyName("other", KeyKind.SUBJECT, SUBJECT)))
                    .isEmpty();
            assertThat(stores().keys().find(new KeyName(TENANT, KeyKind.AUDIT, SUBJECT)))
                    .isEmpty();
            assertThat(stores().keys().find(new KeyName(TENANT, KeyKind.SUBJECT, reference(2))))
                    .isEmpty();
        }

        @Test
        void theNewestVersionIsFound() {
            for (int version : new int[] {1, 10, 2}) {
                stores().keys().addIfAbsent(key(SUBJECT_KEY, version, "wrapped"));
            }
            assertThat(stores().keys().find(SUBJECT_KEY).orElseThrow().version())
                    .isEqualTo(10);
        }

        @Test
        void aKeyThatExistsStaysAsItIs() {
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "first"));
            assertSame(stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "second")), key(SUBJECT_KEY, 1, "first"));
            assertSame(stores().keys().find(SUBJECT_KEY).orElseThrow(), key(SUBJECT_KEY, 1, "first"));
        }

        @Test
        void ofThreadsThatAddOneKeyAtOnceOneWins() throws Exception {
            List<StoredKey> got = atOnce(8, i -> stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "candidate " + i)));
            StoredKey held = stores().keys().find(SUBJECT_KEY).orElseThrow();
            assertThat(got).allSatisfy(key -> assertSame(key, held));
        }

        @Test
        void aDestroyedKeyLeavesARowThatSaysSo() {
            StoredKey key = key(SUBJECT_KEY, 1, "wrapped");
            stores().keys().addIfAbsent(key);
            assertThat(stores().keys().destroy(SUBJECT_KEY, LATER)).isTrue();
            StoredKey left = stores().keys().find(SUBJECT_KEY).orElseThrow();
            assertSame(left, key.destroyed(LATER));
            assertThat(left.live()).isFalse();
            assertThat(left.wrapped()).isEmpty();
        }

        @Test
        void aDestroyedKeyIsNotAddedAgain() {
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "wrapped"));
            stores().keys().destroy(SUBJECT_KEY, LATER);
            assertThat(stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "again")).live())
                    .isFalse();
        }

        @Test
        void aDestroyedKeyCanBeFollowedByANewVersion() {
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "wrapped"));
            stores().keys().destroy(SUBJECT_KEY, LATER);
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 2, "anew"));
            assertSame(stores().keys().find(SUBJECT_KEY).orElseThrow(), key(SUBJECT_KEY, 2, "anew"));
        }

        @Test
        void everyVersionIsDestroyedAndNoOtherKey() {
            KeyName other = new KeyName(TENANT, KeyKind.SUBJECT, reference(2));
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "wrapped"));
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 2, "wrapped"));
            stores().keys().addIfAbsent(key(other, 1, "wrapped"));
            assertThat(stores().keys().destroy(SUBJECT_KEY, LATER)).isTrue();
            for (int version = 1; version <= 2; version++) {
                assertThat(stores().keys()
                                .addIfAbsent(key(SUBJECT_KEY, version, "again"))
                                .live())
                        .isFalse();
            }
            assertThat(stores().keys().find(other).orElseThrow().live()).isTrue();
        }

        @Test
        void destroyingAgainDoesNothing() {
            assertThat(stores().keys().destroy(SUBJECT_KEY, NOW)).isFalse();
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "wrapped"));
            stores().keys().destroy(SUBJECT_KEY, NOW);
            assertThat(stores().keys().destroy(SUBJECT_KEY, LATER)).isFalse();
            assertThat(stores().keys().find(SUBJECT_KEY).orElseThrow().destroyedAt())
                    .contains(NOW);
        }

        @Test
        void ofThreadsThatDestroyOneKeyAtOnceOneIsToldSo() throws Exception {
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 1, "wrapped"));
            assertThat(atOnce(8, i -> stores().keys().destroy(SUBJECT_KEY, LATER)))
                    .containsOnlyOnce(true);
        }

        @Test
        void arraysHandedInAndOutAreCopies() {
            byte[] wrapped = bytes("wrapped");
            StoredKey key = new StoredKey(SUBJECT_KEY, 1, 1, wrapped, NOW, Optional.empty());
            Arrays.fill(wrapped, (byte) 0);
            Arrays.fill(stores().keys().addIfAbsent(key).wrapped(), (byte) 0);
            Arrays.fill(stores().keys().find(SUBJECT_KEY).orElseThrow().wrapped(), (byte) 0);
            assertThat(stores().keys().find(SUBJECT_KEY).orElseThrow().wrapped())
                    .isEqualTo(bytes("wrapped"));
        }
    }

    @Nested
    class Records {
        @BeforeEach
        void addKeys() {
            addSubject(1);
            addExpiry("none");
            addExpiry(DAY.toString());
        }

        @Test
        void aRecordIsFoundAsItWasWritten() {
            SealedRecord record = new SealedRecord(
                    recordKey(1, TYPE, 1),
                    1,
                    List.of(
                            new SealedCompartment("zeta", Optional.of(DAY), bytes("first")),
                            new SealedCompartment("alpha", Optional.empty(), new byte[0]),
                            new SealedCompartment("größe", Optional.of(DAY), allBytes(2_000_000))),
                    List.of(
                            new IndexEntry("phone", 2, bytes("hash 1")),
                            new IndexEntry("email", 1, bytes("hash 2")),
                            new IndexEntry("phone", 1, bytes("hash 0"))),
                    "{\"status\":\"open \\\"now\\\"\",\"count\":12345678901234567890.125,\"at\":null,\"tags\":[\"ü\",true]}");
            assertThat(stores().records().put(record, Expect.ANYTHING, 0)).isEqualTo(1);
            Stored stored = stores().records().find(record.key()).orElseThrow();
            assertThat(stored.revision()).isEqualTo(1);
            assertSame(stored.sealed(), record);
        }

        @Test
        void aRecordWithoutCompartmentsIsKept() {
            SealedRecord record = new SealedRecord(recordKey(1, TYPE, 1), 1, List.of(), List.of(), "{}");
            stores().records().put(record, Expect.ANYTHING, 0);
            assertSame(stores().records().find(record.key()).orElseThrow().sealed(), record);
        }

        @Test
        void aRecordThatWasNeverWrittenIsNotFound() {
            put(record(1, TYPE, 1, "value"));
            assertThat(stores().records().find(recordKey(1, TYPE, 2))).isEmpty();
            assertThat(stores().records().find(recordKey(1, "order", 1))).isEmpty();
            assertThat(stores().records().find(recordKey(2, TYPE, 1))).isEmpty();
            assertThat(stores().records().find(new RecordKey("other", TYPE, reference(1), reference(1))))
                    .isEmpty();
        }

        @Test
        void aWriteReplacesAllThatWasThere() {
            put(record(1, TYPE, 1, "old"));
            SealedRecord replacement = new SealedRecord(
                    recordKey(1, TYPE, 1),
                    1,
                    List.of(new SealedCompartment("other", Optional.of(DAY), bytes("new"))),
                    List.of(new IndexEntry("phone", 1, bytes("new"))),
                    "{\"new\":1}");
            assertThat(put(replacement)).isEqualTo(2);
            Stored stored = stores().records().find(replacement.key()).orElseThrow();
            assertThat(stored.revision()).isEqualTo(2);
            assertSame(stored.sealed(), replacement);
            assertThat(byIndex(new IndexEntry("phone", 1, bytes("old")))).isEmpty();
            assertThat(byIndex(new IndexEntry("phone", 1, bytes("new")))).containsExactly(replacement.key());
        }

        @Test
        void aWriteThatExpectsTheRevisionFoundSucceeds() {
            put(record(1, TYPE, 1, "one"));
            SealedRecord second = record(1, TYPE, 1, "two");
            assertThat(stores().records().put(second, Expect.REVISION, 1)).isEqualTo(2);
            assertSame(stores().records().find(second.key()).orElseThrow().sealed(), second);
        }

        @Test
        void aWriteThatExpectsAnotherRevisionIsRefusedAndChangesNothing() {
            SealedRecord second = record(1, TYPE, 1, "two");
            put(record(1, TYPE, 1, "one"));
            put(second);
            for (long revision : new long[] {0, 1, 3}) {
                assertThatThrownBy(() -> stores().records().put(record(1, TYPE, 1, "late"), Expect.REVISION, revision))
                        .isInstanceOfSatisfying(
                                StoreException.class,
                                e -> assertThat(e.retryable()).isTrue());
            }
            Stored stored = stores().records().find(second.key()).orElseThrow();
            assertThat(stored.revision()).isEqualTo(2);
            assertSame(stored.sealed(), second);
        }

        @Test
        void aWriteThatExpectsARevisionOfNoRecordIsRefused() {
            assertThatThrownBy(() -> stores().records().put(record(1, TYPE, 1, "value"), Expect.REVISION, 1))
                    .isInstanceOf(StoreException.class);
            assertThat(stores().records().find(recordKey(1, TYPE, 1))).isEmpty();
        }

        @Test
        void aWriteUnderADestroyedSubjectKeyIsRefusedAndChangesNothing() {
            SealedRecord before = record(1, TYPE, 1, "before");
            put(before);
            stores().keys().destroy(SUBJECT_KEY, NOW);
            assertThatThrownBy(() -> put(record(1, TYPE, 1, "after"))).isInstanceOf(SubjectErasedException.class);
            assertThatThrownBy(() -> put(record(1, TYPE, 2, "after"))).isInstanceOf(SubjectErasedException.class);
            assertSame(stores().records().find(before.key()).orElseThrow().sealed(), before);
            assertThat(stores().records().find(recordKey(1, TYPE, 2))).isEmpty();
        }

        @Test
        void aWriteUnderADestroyedVersionIsRefusedThoughANewerOneLives() {
            stores().keys().destroy(SUBJECT_KEY, NOW);
            stores().keys().addIfAbsent(key(SUBJECT_KEY, 2, "anew"));
            SealedRecord old = record(1, TYPE, 1, "value");
            assertThatThrownBy(() -> put(old)).isInstanceOf(SubjectErasedException.class);
            SealedRecord anew = new SealedRecord(old.key(), 2, old.compartments(), old.index(), old.operational());
            assertThat(put(anew)).isEqualTo(1);
            assertSame(stores().records().find(anew.key()).orElseThrow().sealed(), anew);
        }

        @Test
        void aWriteUnderAMissingSubjectKeyIsRefused() {
            assertThatThrownBy(() -> put(record(2, TYPE, 1, "value"))).isInstanceOf(StoreException.class);
            assertThat(stores().records().find(recordKey(2, TYPE, 1))).isEmpty();
        }

        @Test
        void aWriteUnderADestroyedExpiryKeyIsRefusedAndNamesTheDay() {
            SealedRecord before = record(1, TYPE, 1, "before");
            put(before);
            stores().keys().destroy(new KeyName(TENANT, KeyKind.EXPIRY, DAY.toString()), NOW);
            assertThatThrownBy(() -> put(record(1, TYPE, 1, "after")))
                    .isInstanceOfSatisfying(
                            DataExpiredException.class, e -> assertThat(e.day()).isEqualTo(DAY));
            assertSame(stores().records().find(before.key()).orElseThrow().sealed(), before);
        }

        @Test
        void aWriteUnderAMissingExpiryKeyIsRefused() {
            LocalDate unknown = DAY.plusDays(1);
            SealedRecord record = new SealedRecord(
                    recordKey(1, TYPE, 1),
                    1,
                    List.of(new SealedCompartment("main", Optional.of(unknown), bytes("value"))),
                    List.of(),
                    "{}");
            assertThatThrownBy(() -> put(record))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(unknown.toString());
            assertThat(stores().records().find(record.key())).isEmpty();
        }

        @Test
        void theKeysOfAWriteAreHeldUntilItsTransactionEnds() throws Exception {
            List<KeyName> names = List.of(SUBJECT_KEY, new KeyName(TENANT, KeyKind.EXPIRY, DAY.toString()));
            SealedRecord record = record(1, TYPE, 1, "value");
            List<Future<Boolean>> destructions = stores().atomically(() -> {
                put(record);
                List<Future<Boolean>> begun = names.stream()
                        .map(name -> threads.submit(() -> stores().keys().destroy(name, LATER)))
                        .toList();
                for (Future<Boolean> destruction : begun) {
                    assertThatThrownBy(() -> destruction.get(150, TimeUnit.MILLISECONDS))
                            .isInstanceOf(TimeoutException.class);
                }
                return begun;
            });
            for (Future<Boolean> destruction : destructions) {
                assertThat(destruction.get(30, TimeUnit.SECONDS)).isTrue();
            }
            assertSame(stores().records().find(record.key()).orElseThrow().sealed(), record);
        }

        @Test
        void aWriteThatMeetsADestructionComesBeforeItOrIsRefused() throws Exception {
            for (int round = 2; round < 12; round++) {
                addSubject(round);
                int subject = round;
                List<Boolean> done = atOnce(4, i -> {
                    if (i == 3) {
                        return stores().keys().destroy(new KeyName(TENANT, KeyKind.SUBJECT, reference(subject)), LATER);
                    }
                    try {
                        return put(record(subject, TYPE, i, "value")) > 0;
                    } catch (SubjectErasedException e) {
                        return false;
                    }
                });
                assertThat(done.get(3)).isTrue();
                for (int i = 0; i < 3; i++) {
                    assertThat(stores().records()
                                    .find(recordKey(subject, TYPE, i))
                                    .isPresent())
                            .isEqualTo(done.get(i));
                }
            }
        }

        @Test
        void concurrentWritesOfOneNewRecordComeOneAfterTheOther() throws Exception {
            for (int round = 0; round < 5; round++) {
                int record = round;
                List<Long> revisions = atOnce(8, i -> put(record(1, TYPE, record, "value " + i)));
                assertThat(revisions).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
                SealedRecord last = record(1, TYPE, record, "value " + revisions.indexOf(8L));
                assertSame(stores().records().find(last.key()).orElseThrow().sealed(), last);
            }
        }

        @Test
        void ofConcurrentWritesThatExpectOneRevisionOneSucceeds() throws Exception {
            put(record(1, TYPE, 1, "one"));
            List<Boolean> done = atOnce(8, i -> {
                try {
                    return stores().records().put(record(1, TYPE, 1, "value " + i), Expect.REVISION, 1) == 2;
                } catch (StoreException e) {
                    assertThat(e.retryable()).isTrue();
                    return false;
                }
            });
            assertThat(done).containsOnlyOnce(true);
        }

        @Test
        void aReaderNeverSeesAWriteByHalves() throws Exception {
            put(record(1, TYPE, 1, "value 0"));
            CountDownLatch written = new CountDownLatch(1);
            Future<?> writer = threads.submit(() -> {
                for (int i = 1; i <= 50; i++) {
                    put(record(1, TYPE, 1, "value " + i));
                }
                written.countDown();
            });
            while (written.getCount() > 0 && !writer.isDone()) {
                Stored stored = stores().records().find(recordKey(1, TYPE, 1)).orElseThrow();
                assertSame(stored.sealed(), record(1, TYPE, 1, "value " + (stored.revision() - 1)));
            }
            writer.get();
        }

        @Test
        void aSubjectsRecordsComeInTheOrderOfTypeAndReferenceInPages() {
            addSubject(2);
            List<RecordKey> expected = new ArrayList<>();
            for (String type : List.of("Order", "case", "customer", "order", "order-line", "orderline")) {
                for (int i = 0; i < 4; i++) {
                    expected.add(recordKey(1, type, i * 7));
                }
            }
            List<RecordKey> shuffled = new ArrayList<>(expected);
            Collections.reverse(shuffled);
            shuffled.forEach(key -> put(record(key, "value")));
            put(record(2, TYPE, 1, "of another subject"));

            for (int limit : new int[] {1, 5, 24, 1000}) {
                List<RecordKey> got = new ArrayList<>();
                List<Stored> page;
                do {
                    page = stores().records().bySubject(TENANT, Optional.empty(), SUBJECT, last(got), limit);
                    page.forEach(stored ->
                            assertSame(stored.sealed(), record(stored.sealed().key(), "value")));
                    got.addAll(keys(page));
                } while (page.size() == limit);
                assertThat(got).isEqualTo(expected);
            }
        }

        @Test
        void aSubjectsRecordsOfOneTypeComeInPages() {
            for (int i = 0; i < 7; i++) {
                put(record(1, "case", i, "value"));
                put(record(1, TYPE, i, "value"));
                put(record(1, "order", i, "value"));
            }
            List<RecordKey> got = new ArrayList<>();
            List<Stored> page;
            do {
                page = stores().records().bySubject(TENANT, Optional.of(TYPE), SUBJECT, last(got), 3);
                got.addAll(keys(page));
            } while (page.size() == 3);
            assertThat(got)
                    .isEqualTo(IntStream.range(0, 7)
                            .mapToObj(i -> recordKey(1, TYPE, i))
                            .toList());
        }

        @Test
        void recordsAreFoundByAnIndexEntryInTheOrderOfSubjectAndReferenceInPages() {
            addSubject(2);
            addSubject(3);
            List<RecordKey> expected = new ArrayList<>();
            for (int subject = 1; subject <= 3; subject++) {
                for (int i = 0; i < 3; i++) {
                    expected.add(recordKey(subject, TYPE, i));
                }
            }
            List<RecordKey> shuffled = new ArrayList<>(expected);
            Collections.reverse(shuffled);
            shuffled.forEach(key -> put(record(key, "same")));
            put(record(1, TYPE, 99, "different"));
            put(record(1, "order", 1, "same"));

            IndexEntry entry = new IndexEntry("phone", 1, bytes("same"));
            for (int limit : new int[] {1, 2, 9, 1000}) {
                List<RecordKey> got = new ArrayList<>();
                List<Stored> page;
                do {
                    page = stores().records().byIndex(TENANT, TYPE, List.of(entry), last(got), limit);
                    page.forEach(stored ->
                            assertSame(stored.sealed(), record(stored.sealed().key(), "same")));
                    got.addAll(keys(page));
                } while (page.size() == limit);
                assertThat(got).isEqualTo(expected);
            }
        }

        @Test
        void anIndexEntryIsFoundOnlyUnderItsTenantTypeFieldVersionAndValue() {
            put(record(1, TYPE, 1, "value"));
            assertThat(byIndex(new IndexEntry("phone", 1, bytes("value")))).hasSize(1);
            assertThat(byIndex(new IndexEntry("email", 1, bytes("value")))).isEmpty();
            assertThat(byIndex(new IndexEntry("phone", 2, bytes("value")))).isEmpty();
            assertThat(byIndex(new IndexEntry("phone", 1, bytes("valu")))).isEmpty();
            IndexEntry entry = new IndexEntry("phone", 1, bytes("value"));
            assertThat(stores().records().byIndex("other", TYPE, List.of(entry), Optional.empty(), 10))
                    .isEmpty();
            assertThat(stores().records().byIndex(TENANT, "order", List.of(entry), Optional.empty(), 10))
                    .isEmpty();
        }

        @Test
        void aRecordWithOneEntryTwiceIsFoundOnce() {
            IndexEntry entry = new IndexEntry("phones", 1, bytes("same"));
            SealedRecord record = new SealedRecord(recordKey(1, TYPE, 1), 1, List.of(), List.of(entry, entry), "{}");
            put(record);
            assertThat(byIndex(entry)).containsExactly(record.key());
            assertSame(stores().records().find(record.key()).orElseThrow().sealed(), record);
        }

        @Test
        void aDeletedRecordIsGoneWithItsCompartmentsAndIndexEntries() {
            put(record(1, TYPE, 1, "value"));
            put(record(1, TYPE, 2, "value"));
            assertThat(stores().records().delete(recordKey(1, TYPE, 1))).isTrue();
            assertThat(stores().records().delete(recordKey(1, TYPE, 1))).isFalse();
            assertThat(stores().records().find(recordKey(1, TYPE, 1))).isEmpty();
            assertThat(byIndex(new IndexEntry("phone", 1, bytes("value")))).containsExactly(recordKey(1, TYPE, 2));
            SealedRecord bare = new SealedRecord(recordKey(1, TYPE, 1), 1, List.of(), List.of(), "{}");
            assertThat(put(bare)).isEqualTo(1);
            assertSame(stores().records().find(bare.key()).orElseThrow().sealed(), bare);
        }

        @Test
        void aSubjectsRecordsAreDeletedInBatchesWhateverTheirType() {
            addSubject(2);
            for (int i = 0; i < 3; i++) {
                put(record(1, TYPE, i, "value"));
                put(record(1, "order", i, "value"));
                put(record(2, TYPE, i, "value"));
            }
            assertThat(stores().records().deleteOfSubject(TENANT, SUBJECT, 4)).isEqualTo(4);
            assertThat(stores().records().bySubject(TENANT, Optional.empty(), SUBJECT, Optional.empty(), 10))
                    .hasSize(2);
            assertThat(stores().records().deleteOfSubject(TENANT, SUBJECT, 4)).isEqualTo(2);
            assertThat(stores().records().deleteOfSubject(TENANT, SUBJECT, 4)).isZero();
            assertThat(byIndex(new IndexEntry("phone", 1, bytes("value")))).hasSize(3);
            assertThat(stores().records().deleteOfSubject("other", reference(2), 4))
                    .isZero();
        }

        @Test
        void aDeletionThatFindsFewerThanItsLimitHasLeftNone() throws Exception {
            for (int i = 0; i < 60; i++) {
                put(record(1, TYPE, i, "value"));
            }
            List<Integer> deleted = atOnce(4, thread -> {
                int sum = 0;
                int batch;
                do {
                    batch = stores().records().deleteOfSubject(TENANT, SUBJECT, 7);
                    sum += batch;
                } while (batch == 7);
                assertThat(stores().records().bySubject(TENANT, Optional.empty(), SUBJECT, Optional.empty(), 10))
                        .isEmpty();
                return sum;
            });
            assertThat(deleted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(60);
        }

        @Test
        void limitsOutOfBoundsAreRefused() {
            IndexEntry entry = new IndexEntry("phone", 1, bytes("value"));
            for (int limit : new int[] {-1, 0, 1001}) {
                assertThatThrownBy(() -> stores().records()
                                .bySubject(TENANT, Optional.empty(), SUBJECT, Optional.empty(), limit))
                        .isInstanceOf(InvalidInputException.class);
                assertThatThrownBy(
                                () -> stores().records().byIndex(TENANT, TYPE, List.of(entry), Optional.empty(), limit))
                        .isInstanceOf(InvalidInputException.class);
                assertThatThrownBy(() -> stores().records().deleteOfSubject(TENANT, SUBJECT, limit))
                        .isInstanceOf(InvalidInputException.class);
            }
        }

        @Test
        void arraysHandedInAndOutAreCopies() {
            byte[] sealed = bytes("value");
            byte[] hash = bytes("hash");
            SealedRecord record = new SealedRecord(
                    recordKey(1, TYPE, 1),
                    1,
                    List.of(new SealedCompartment("main", Optional.empty(), sealed)),
                    List.of(new IndexEntry("phone", 1, hash)),
                    "{}");
            Arrays.fill(sealed, (byte) 0);
            Arrays.fill(hash, (byte) 0);
            put(record);
            SealedRecord found =
                    stores().records().find(record.key()).orElseThrow().sealed();
            Arrays.fill(found.compartments().get(0).sealed(), (byte) 0);
            Arrays.fill(found.index().get(0).value(), (byte) 0);
            SealedRecord again =
                    stores().records().find(record.key()).orElseThrow().sealed();
            assertThat(again.compartments().get(0).sealed()).isEqualTo(bytes("value"));
            assertThat(again.index().get(0).value()).isEqualTo(bytes("hash"));
        }
    }

    @Nested
    class DaysAndHolds {
        @BeforeEach
        void addKeys() {
            addSubject(1);
            addExpiry("none");
            addExpiry(DAY.toString());
        }

        @Test
        void theRecordsOfADayComeInTheOrderOfSubjectTypeAndReferenceInPages() {
            addSubject(2);
            List<RecordKey> due = new ArrayList<>();
            for (int subject = 1; subject <= 2; subject++) {
                for (String type : List.of("chat", TYPE)) {
                    for (int i = 1; i <= 3; i++) {
                        put(record(subject, type, i, "value"));
                        due.add(recordKey(subject, type, i));
                    }
                }
            }
            put(new SealedRecord(
                    recordKey(1, TYPE, 9),
                    1,
                    List.of(new SealedCompartment("main", Optional.empty(), bytes("value"))),
                    List.of(),
                    "{}"));
            List<RecordKey> found = new ArrayList<>();
            List<RecordKey> page;
            do {
                page = keys(stores().records().dueOn(TENANT, DAY, last(found), 5));
                found.addAll(page);
            } while (page.size() == 5);
            assertThat(found).isEqualTo(due);
            assertThat(stores().records().dueOn(TENANT, DAY.plusDays(1), Optional.empty(), 5))
                    .isEmpty();
            assertThat(stores().records().dueOn("another", DAY, Optional.empty(), 5))
                    .isEmpty();
            assertSame(
                    stores().records()
                            .dueOn(TENANT, DAY, Optional.empty(), 1)
                            .get(0)
                            .sealed(),
                    record(1, "chat", 1, "value"));
        }

        @Test
        void whatALegalHoldKeepsStaysAsItIsWhateverIsWritten() {
            SealedRecord record = record(1, TYPE, 1, "value");
            put(record);
            SealedCompartment held =
                    new SealedCompartment(SealedCompartment.heldName("main", DAY), Optional.empty(), bytes("kept"));
            put(new SealedRecord(
                    record.key(),
                    1,
                    List.of(held, record.compartments().get(1)),
                    record.index(),
                    record.operational()));
            put(record(1, TYPE, 1, "anew"));
            SealedRecord found =
                    stores().records().find(record.key()).orElseThrow().sealed();
            assertThat(found.compartments())
                    .extracting(SealedCompartment::name)
                    .containsExactlyInAnyOrder("main", "forever", held.name());
            SealedCompartment another =
                    new SealedCompartment(held.name(), Optional.empty(), bytes("not what was kept"));
            put(new SealedRecord(record.key(), 1, List.of(another), List.of(), "{}"));
            assertThat(stores().records()
                            .find(record.key())
                            .orElseThrow()
                            .sealed()
                            .compartments())
                    .singleElement()
                    .satisfies(kept -> assertThat(kept.sealed()).isEqualTo(bytes("kept")));
            assertThat(stores().records().dueOn(TENANT, DAY, Optional.empty(), 5))
                    .isEmpty();
            assertThat(stores().records().delete(record.key())).isTrue();
        }

        @Test
        void aHeldRecordIsWrittenByNobodyElseUntilTheTransactionEnds() throws Exception {
            SealedRecord record = record(1, TYPE, 1, "value");
            put(record);
            Future<Long> writing = stores().atomically(() -> {
                assertSame(stores().records().hold(record.key()).orElseThrow().sealed(), record);
                Future<Long> begun = threads.submit(() -> put(record(1, TYPE, 1, "anew")));
                assertThatThrownBy(() -> begun.get(150, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                return begun;
            });
            assertThat(writing.get(30, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(stores().records().hold(recordKey(1, TYPE, 2))).isEmpty();
        }

        @Test
        void aHeldKeyIsDestroyedByNobodyElseAndNothingIsWrittenUnderItUntilTheTransactionEnds() throws Exception {
            KeyName day = new KeyName(TENANT, KeyKind.EXPIRY, DAY.toString());
            Future<Long> writing = stores().atomically(() -> {
                assertThat(stores().keys().hold(day).orElseThrow().live()).isTrue();
                Future<Long> begun = threads.submit(() -> put(record(1, TYPE, 1, "value")));
                assertThatThrownBy(() -> begun.get(150, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                stores().keys().destroy(day, LATER);
                return begun;
            });
            assertThatThrownBy(() -> writing.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(DataExpiredException.class);
            assertThat(stores().keys().hold(day).orElseThrow().live()).isFalse();
            assertThat(stores().keys().hold(new KeyName(TENANT, KeyKind.EXPIRY, "2000-01-01")))
                    .isEmpty();
        }

        @Test
        void theDaysWhoseKeyIsLiveComeInOrder() {
            addExpiry(DAY.minusDays(2).toString());
            addExpiry(DAY.minusDays(1).toString());
            addExpiry(DAY.plusDays(1).toString());
            stores().keys()
                    .destroy(
                            new KeyName(TENANT, KeyKind.EXPIRY, DAY.minusDays(1).toString()), NOW);
            assertThat(stores().keys().liveDays(TENANT, DAY, 10)).containsExactly(DAY.minusDays(2), DAY);
            assertThat(stores().keys().liveDays(TENANT, DAY, 1)).containsExactly(DAY.minusDays(2));
            assertThat(stores().keys().liveDays("another", DAY, 10)).isEmpty();
        }

        @Test
        void oneVersionOfAKeyIsDestroyedAndTheOthersStay() {
            KeyName name = new KeyName(TENANT, KeyKind.INDEX, "customer/phone");
            stores().keys().addIfAbsent(key(name, 1, "first"));
            stores().keys().addIfAbsent(key(name, 2, "second"));
            assertThat(stores().keys().destroyVersion(name, 1, LATER)).isTrue();
            assertThat(stores().keys().destroyVersion(name, 1, LATER)).isFalse();
            assertThat(stores().keys().destroyVersion(name, 3, LATER)).isFalse();
            List<StoredKey> versions = stores().keys().versions(name);
            assertThat(versions).extracting(StoredKey::version).containsExactly(1, 2);
            assertThat(versions).extracting(StoredKey::live).containsExactly(false, true);
            assertThat(stores().keys().versions(new KeyName(TENANT, KeyKind.INDEX, "customer/name")))
                    .isEmpty();
        }

        @Test
        void recordsAreFoundByAnyOfSomeEntriesInTheirOrderEachOnceInPages() {
            addSubject(2);
            List<IndexEntry> anyOf = List.of(
                    new IndexEntry("phone", 1, bytes("a")),
                    new IndexEntry("phone", 2, bytes("b")),
                    new IndexEntry("phone", 3, bytes("c")));
            List<RecordKey> expected = new ArrayList<>();
            for (int subject = 1; subject <= 2; subject++) {
                for (int i = 1; i <= 6; i++) {
                    RecordKey key = recordKey(subject, TYPE, i);
                    put(new SealedRecord(
                            key,
                            1,
                            List.of(new SealedCompartment("main", Optional.empty(), bytes("value"))),
                            i == 6 ? anyOf : List.of(anyOf.get(i % 3), new IndexEntry("phone", 1, bytes("z"))),
                            "{}"));
                    expected.add(key);
                }
            }
            for (int limit : new int[] {1, 5, 100}) {
                List<RecordKey> found = new ArrayList<>();
                List<RecordKey> page;
                do {
                    page = keys(stores().records().byIndex(TENANT, TYPE, anyOf, last(found), limit));
                    found.addAll(page);
                } while (page.size() == limit);
                assertThat(found).isEqualTo(expected);
            }
            assertThat(stores().records()
                            .byIndex(
                                    TENANT, TYPE, List.of(new IndexEntry("phone", 1, bytes("b"))), Optional.empty(), 5))
                    .isEmpty();
        }

        @Test
        void entriesUnderAnOlderVersionAreCountedHeldAndReplaced() {
            put(record(1, TYPE, 1, "one"));
            put(record(1, TYPE, 2, "two"));
            IndexEntry anew = new IndexEntry("phone", 2, bytes("anew"));
            assertThat(stores().records().countIndexedBefore(TENANT, TYPE, "phone", 2))
                    .isEqualTo(2);
            assertThat(stores().records().countIndexedBefore(TENANT, TYPE, "phone", 1))
                    .isZero();
            List<Stored> held = stores().atomically(
                            () -> stores().records().holdIndexedBefore(TENANT, TYPE, "phone", 2, Optional.empty(), 1));
            assertThat(keys(held)).containsExactly(recordKey(1, TYPE, 1));
            assertThat(stores().records().replaceIndex(recordKey(1, TYPE, 1), List.of(anew), 7))
                    .isFalse();
            assertThat(stores().records().replaceIndex(recordKey(1, TYPE, 1), List.of(anew), 1))
                    .isTrue();
            assertThat(byIndex(anew)).containsExactly(recordKey(1, TYPE, 1));
            assertThat(byIndex(new IndexEntry("phone", 1, bytes("one")))).isEmpty();
            Stored stored = stores().records().find(recordKey(1, TYPE, 1)).orElseThrow();
            assertThat(stored.revision()).isEqualTo(1);
            assertThat(stored.sealed().compartments()).hasSize(2);
            assertThat(stores().records().countIndexedBefore(TENANT, TYPE, "phone", 2))
                    .isEqualTo(1);
            assertThat(keys(stores().atomically(() -> stores().records()
                            .holdIndexedBefore(TENANT, TYPE, "phone", 2, Optional.of(recordKey(1, TYPE, 1)), 10))))
                    .containsExactly(recordKey(1, TYPE, 2));
            assertThat(stores().records().holdIndexedBefore("another", TYPE, "phone", 2, Optional.empty(), 10))
                    .isEmpty();
        }

        @Test
        void whileTheCountIsHeldOthersHoldItTooButNobodyAdvancesIt() throws Exception {
            Future<Long> advancing = stores().atomically(() -> {
                stores().keys().holdGeneration("counted");
                Future<Long> begun = threads.submit(
                        () -> stores().atomically(() -> stores().keys().advanceGeneration("counted")));
                assertThatThrownBy(() -> begun.get(150, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                return begun;
            });
            assertThat(advancing.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        }

        @Test
        void destructionsAreCountedForEachTenantAndComeOneAfterTheOther() throws Exception {
            assertThat(stores().keys().generation("counted")).isZero();
            List<Long> counted =
                    atOnce(4, i -> stores().atomically(() -> stores().keys().advanceGeneration("counted")));
            assertThat(counted).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
            assertThat(stores().keys().generation("counted")).isEqualTo(4);
            assertThat(stores().keys().generation("another")).isZero();
            assertThat(stores().records().generation("counted")).isZero();
            stores().records().noteGeneration("counted", 3);
            stores().records().noteGeneration("counted", 4);
            assertThat(stores().records().generation("counted")).isEqualTo(4);
        }
    }

    @Nested
    class Transactions {
        @BeforeEach
        void addKeys() {
            addSubject(1);
            addExpiry("none");
            addExpiry(DAY.toString());
        }

        @Test
        void workThatReturnsIsKeptAndItsResultHandedOn() {
            String result = stores().atomically(() -> {
                put(record(1, TYPE, 1, "value"));
                append("events", "one");
                return "done";
            });
            assertThat(result).isEqualTo("done");
            assertThat(stores().records().find(recordKey(1, TYPE, 1))).isPresent();
            assertThat(read("events")).hasSize(1);
        }

        @Test
        void workThatThrowsLeavesNothingBehind() {
            SealedRecord before = record(1, TYPE, 1, "before");
            put(before);
            put(record(1, TYPE, 2, "before"));
            stores().grants().add(TENANT, grant("agent-7", "support"));
            append("events", "one");
            RuntimeException thrown = new IllegalStateException("host's own");

            assertThatThrownBy(() -> stores().atomically(() -> {
                        put(record(1, TYPE, 1, "after"));
                        put(record(1, TYPE, 3, "after"));
                        stores().records().delete(recordKey(1, TYPE, 2));
                        addSubject(2);
                        stores().keys().addEpoch(epoch(1, "wrapped"));
                        stores().keys().destroy(new KeyName(TENANT, KeyKind.EXPIRY, "none"), LATER);
                        append("events", "two");
                        append("others", "one");
                        stores().grants().add(TENANT, grant("agent-7", "delivery"));
                        stores().grants()
                                .of(TENANT, "agent-7", TYPE)
                                .forEach(grant -> stores().grants().revoke(TENANT, grant.id(), NOW));
                        throw thrown;
                    }))
                    .isSameAs(thrown);

            Stored stored = stores().records().find(before.key()).orElseThrow();
            assertSame(stored.sealed(), before);
            assertThat(stored.revision()).isEqualTo(1);
            assertThat(stores().records().find(recordKey(1, TYPE, 2))).isPresent();
            assertThat(stores().records().find(recordKey(1, TYPE, 3))).isEmpty();
            assertThat(byIndex(new IndexEntry("phone", 1, bytes("after")))).isEmpty();
            assertThat(byIndex(new IndexEntry("phone", 1, bytes("before")))).hasSize(2);
            assertThat(stores().keys().find(new KeyName(TENANT, KeyKind.SUBJECT, reference(2))))
                    .isEmpty();
            assertThat(stores().keys().newestEpoch()).isEmpty();
            assertThat(stores().keys()
                            .find(new KeyName(TENANT, KeyKind.EXPIRY, "none"))
                            .orElseThrow()
                            .live())
                    .isTrue();
            assertThat(read("events")).hasSize(1);
            assertThat(read("others")).isEmpty();
            assertThat(stores().grants().of(TENANT, "agent-7", TYPE))
                    .extracting(Grant::purpose)
                    .containsExactly("support");
            assertThat(append("events", "two anew").sequence()).isEqualTo(2);
        }

        @Test
        void workSeesItsOwnWrites() {
            stores().atomically(() -> {
                put(record(1, TYPE, 1, "one"));
                put(record(1, TYPE, 2, "two"));
                stores().records().delete(recordKey(1, TYPE, 1));
                assertThat(keys(stores().records().bySubject(TENANT, Optional.empty(), SUBJECT, Optional.empty(), 10)))
                        .containsExactly(recordKey(1, TYPE, 2));
                assertThat(byIndex(new IndexEntry("phone", 1, bytes("one")))).isEmpty();
                assertThat(byIndex(new IndexEntry("phone", 1, bytes("two")))).hasSize(1);
                return true;
            });
        }

        @Test
        void workInsideAnotherJoinsIt() {
            assertThatThrownBy(() -> stores().atomically(() -> {
                        stores().<Long>atomically(() -> put(record(1, TYPE, 1, "value")));
                        throw new IllegalStateException("outer");
                    }))
                    .hasMessage("outer");
            assertThat(stores().records().find(recordKey(1, TYPE, 1))).isEmpty();
        }

        @Test
        void workInsideAnotherIsUndoneAloneWhenOnlyItThrows() {
            stores().atomically(() -> {
                put(record(1, TYPE, 1, "outer"));
                assertThatThrownBy(() -> stores().atomically(() -> {
                            put(record(1, TYPE, 1, "inner"));
                            put(record(1, TYPE, 2, "inner"));
                            throw new IllegalStateException("inner");
                        }))
                        .hasMessage("inner");
                return true;
            });
            assertSame(
                    stores().records().find(recordKey(1, TYPE, 1)).orElseThrow().sealed(), record(1, TYPE, 1, "outer"));
            assertThat(stores().records().find(recordKey(1, TYPE, 2))).isEmpty();
        }

        @Test
        void aRefusedWriteDoesNotSpoilItsTransaction() {
            stores().atomically(() -> {
                put(record(1, TYPE, 1, "value"));
                assertThatThrownBy(() -> put(record(2, TYPE, 1, "of a missing subject")))
                        .isInstanceOf(StoreException.class);
                return put(record(1, TYPE, 2, "value"));
            });
            assertThat(stores().records().find(recordKey(1, TYPE, 1))).isPresent();
            assertThat(stores().records().find(recordKey(1, TYPE, 2))).isPresent();
        }

        @Test
        void separateWorkSurvivesTheTransactionAroundIt() {
            assertThatThrownBy(() -> stores().atomically(() -> {
                        stores().grants().add(TENANT, grant("agent-7", "support"));
                        Link link = stores().separately(() -> append("refused", "one"));
                        assertThat(link.sequence()).isEqualTo(1);
                        throw new IllegalStateException("outer");
                    }))
                    .hasMessage("outer");
            assertThat(read("refused")).hasSize(1);
            assertThat(stores().grants().of(TENANT, "agent-7", TYPE)).isEmpty();
        }

        @Test
        void separateWorkDoesNotSeeWhatIsNotDurableYet() {
            stores().atomically(() -> {
                addSubject(2);
                assertThat(stores().<Boolean>separately(() -> stores().keys()
                                .find(new KeyName(TENANT, KeyKind.SUBJECT, reference(2)))
                                .isEmpty()))
                        .isTrue();
                assertThat(stores().keys().find(new KeyName(TENANT, KeyKind.SUBJECT, reference(2))))
                        .isPresent();
                return true;
            });
        }

        @Test
        void separateWorkThatThrowsLeavesNothingBehindAndTheTransactionAroundItGoesOn() {
            stores().atomically(() -> {
                put(record(1, TYPE, 1, "value"));
                assertThatThrownBy(() -> stores().separately(() -> {
                            append("refused", "one");
                            throw new IllegalStateException("inner");
                        }))
                        .hasMessage("inner");
                append("events", "one");
                return true;
            });
            assertThat(read("refused")).isEmpty();
            assertThat(read("events")).hasSize(1);
            assertThat(stores().records().find(recordKey(1, TYPE, 1))).isPresent();
        }

        @Test
        void separateWorkNeedsNoTransactionAroundIt() {
            stores().<Link>separately(() -> append("events", "one"));
            assertThat(read("events")).hasSize(1);
            assertThatThrownBy(() -> stores().separately(() -> {
                        append("events", "two");
                        throw new IllegalStateException("alone");
                    }))
                    .hasMessage("alone");
            assertThat(read("events")).hasSize(1);
        }

        @Test
        void eachThreadHasItsOwnTransaction() throws Exception {
            List<Boolean> kept = atOnce(6, i -> {
                try {
                    stores().atomically(() -> {
                        put(record(1, TYPE, i, "value"));
                        if (i % 2 == 1) {
                            throw new IllegalStateException("odd");
                        }
                        return true;
                    });
                    return true;
                } catch (IllegalStateException e) {
                    return false;
                }
            });
            for (int i = 0; i < 6; i++) {
                assertThat(stores().records().find(recordKey(1, TYPE, i)).isPresent())
                        .isEqualTo(i % 2 == 0)
                        .isEqualTo(kept.get(i));
            }
        }

        @Test
        void theSameStoresAreHandedOutEveryTime() {
            assertThat(stores().keys()).isSameAs(stores().keys());
            assertThat(stores().records()).isSameAs(stores().records());
            assertThat(stores().audit()).isSameAs(stores().audit());
            assertThat(stores().grants()).isSameAs(stores().grants());
        }

        @Test
        void closingTwiceDoesNoHarm() {
            stores().close();
            stores().close();
        }
    }

    @Nested
    class Audit {
        @Test
        void theFirstLinkHasNoneBeforeIt() {
            List<Optional<Link>> seen = new ArrayList<>();
            Link first = stores().audit().append(TENANT, "events", last -> {
                seen.add(last);
                return link("events", 1, "one");
            });
            assertThat(seen).containsExactly(Optional.empty());
            assertSame(first, link("events", 1, "one"));
        }

        @Test
        void eachLinkIsMadeFromTheOneBefore() {
            String event = "{\"what\":  \"größe \\u0000 'quoted'\"}";
            append("events", event);
            stores().audit().append(TENANT, "events", last -> {
                assertSame(last.orElseThrow(), link("events", 1, event));
                return link("events", 2, "two");
            });
            List<Link> links = read("events");
            assertSame(links.get(0), link("events", 1, event));
            assertSame(links.get(1), link("events", 2, "two"));
        }

        @Test
        void linksAreReadInTheirOrderInPages() {
            for (int i = 1; i <= 12; i++) {
                append("events", "event " + i);
            }
            List<Long> got = new ArrayList<>();
            List<Link> page;
            do {
                page = stores().audit().read(TENANT, "events", got.size(), 5);
                page.forEach(link -> got.add(link.sequence()));
            } while (page.size() == 5);
            assertThat(got).isEqualTo(LongStream.rangeClosed(1, 12).boxed().toList());
        }

        @Test
        void chainsAndTenantsAreCountedApart() {
            append("events", "one");
            append("events", "two");
            assertThat(append("others", "one").sequence()).isEqualTo(1);
            assertThat(stores().audit()
                            .append("other", "events", last -> link("events", 1, "one"))
                            .sequence())
                    .isEqualTo(1);
            assertThat(read("events")).hasSize(2);
            assertThat(stores().audit().read("other", "events", 0, 10)).hasSize(1);
            assertThat(stores().audit().read("nobody", "events", 0, 10)).isEmpty();
        }

        @Test
        void concurrentAppendsLeaveNoGapAndSeeEachOther() throws Exception {
            int each = 20;
            atOnce(6, thread -> {
                for (int i = 0; i < each; i++) {
                    stores().audit().append(TENANT, "events", last -> {
                        long sequence = last.map(Link::sequence).orElse(0L) + 1;
                        String before = last.map(Link::event).orElse("");
                        return link("events", sequence, sequence + " after " + before.split(" ", 2)[0]);
                    });
                }
                return true;
            });
            List<Link> links = stores().audit().read(TENANT, "events", 0, 1000);
            assertThat(links).hasSize(6 * each);
            for (int i = 0; i < links.size(); i++) {
                assertThat(links.get(i).sequence()).isEqualTo(i + 1);
                assertThat(links.get(i).event()).isEqualTo((i + 1) + " after " + (i == 0 ? "" : i));
            }
        }

        @Test
        void theHeadOfAChainIsHeldUntilTheTransactionEnds() throws Exception {
            append("events", "one");
            Future<Link> other = stores().atomically(() -> {
                append("events", "two");
                Future<Link> begun = threads.submit(() -> append("events", "three"));
                assertThatThrownBy(() -> begun.get(150, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                return begun;
            });
            assertThat(other.get(30, TimeUnit.SECONDS).sequence()).isEqualTo(3);
            assertThat(read("events")).extracting(Link::event).containsExactly("one", "two", "three");
        }

        @Test
        void severalLinksAreAppendedInOneTransaction() {
            stores().atomically(() -> {
                append("events", "one");
                return append("events", "two");
            });
            assertThat(read("events")).extracting(Link::event).containsExactly("one", "two");
        }

        @Test
        void aLinkOutOfOrderIsRefused() {
            append("events", "one");
            for (long sequence : new long[] {0, 1, 3}) {
                assertThatThrownBy(() ->
                                stores().audit().append(TENANT, "events", last -> link("events", sequence, "wrong")))
                        .isInstanceOf(StoreException.class);
            }
            assertThatThrownBy(() -> stores().audit().append(TENANT, "events", last -> link("others", 2, "wrong")))
                    .isInstanceOf(StoreException.class);
            assertThat(read("events")).hasSize(1);
        }

        @Test
        void anExceptionWhileTheLinkIsMadeAppendsNothing() {
            assertThatThrownBy(() -> stores().audit().append(TENANT, "events", last -> {
                        throw new IllegalStateException("no key");
                    }))
                    .hasMessage("no key");
            assertThat(read("events")).isEmpty();
            assertThat(append("events", "one").sequence()).isEqualTo(1);
        }

        @Test
        void limitsOutOfBoundsAreRefused() {
            for (int limit : new int[] {-1, 0, 10_001}) {
                assertThatThrownBy(() -> stores().audit().read(TENANT, "events", 0, limit))
                        .isInstanceOf(InvalidInputException.class);
            }
        }

        @Test
        void arraysHandedInAndOutAreCopies() {
            byte[] hash = bytes("hash");
            stores().audit().append(TENANT, "events", last -> new Link("events", 1, "one", hash));
            Arrays.fill(hash, (byte) 0);
            Arrays.fill(read("events").get(0).link(), (byte) 0);
            assertThat(read("events").get(0).link()).isEqualTo(bytes("hash"));
        }
    }

    @Nested
    class Grants {
        @Test
        void aGrantIsFoundAsItWasAdded() {
            Grant grant = Grant.to("agent-7")
                    .on(TYPE)
                    .purpose("support")
                    .reveal("name", "address.city")
                    .mask("phone")
                    .until(LATER)
                    .by("Zoë", "covers \"holidays\"")
                    .from(NOW);
            stores().grants().add(TENANT, grant);
            assertThat(stores().grants().of(TENANT, "agent-7", TYPE)).containsExactly(grant);
        }

        @Test
        void grantsComeByPrincipalAndTypeInTheOrderOfTheirIds() {
            for (int i = 0; i < 9; i++) {
                stores().grants().add(TENANT, grant("agent-7", "purpose " + i));
            }
            stores().grants().add(TENANT, grant("agent-8", "support"));
            stores().grants().add("other", grant("agent-7", "support"));
            stores().grants()
                    .add(
                            TENANT,
                            Grant.to("agent-7")
                                    .on("order")
                                    .purpose("support")
                                    .revealAll()
                                    .by("lead", "work")
                                    .from(NOW));
            assertThat(stores().grants().of(TENANT, "agent-7", TYPE))
                    .hasSize(9)
                    .isSortedAccordingTo(Comparator.comparing(Grant::id));
            assertThat(stores().grants().of(TENANT, "agent-9", TYPE)).isEmpty();
        }

        @Test
        void aRevokedGrantIsNotFoundAnyMore() {
            Grant grant = grant("agent-7", "support");
            Grant other = grant("agent-7", "delivery");
            stores().grants().add(TENANT, grant);
            stores().grants().add(TENANT, other);
            assertThat(stores().grants().revoke(TENANT, grant.id(), NOW)).isTrue();
            assertThat(stores().grants().of(TENANT, "agent-7", TYPE)).containsExactly(other);
        }

        @Test
        void revokingWhatDoesNotHoldSaysSo() {
            Grant grant = grant("agent-7", "support");
            Grant ended = Grant.to("agent-7")
                    .on(TYPE)
                    .purpose("support")
                    .until(NOW.plusSeconds(60))
                    .revealAll()
                    .by("lead", "work")
                    .from(NOW);
            stores().grants().add(TENANT, grant);
            stores().grants().add(TENANT, ended);
            assertThat(stores().grants().revoke(TENANT, "unknown", NOW)).isFalse();
            assertThat(stores().grants().revoke("other", grant.id(), NOW)).isFalse();
            assertThat(stores().grants().revoke(TENANT, ended.id(), LATER)).isFalse();
            assertThat(stores().grants().revoke(TENANT, grant.id(), NOW)).isTrue();
            assertThat(stores().grants().revoke(TENANT, grant.id(), LATER)).isFalse();
        }

        @Test
        void aGrantWithAnIdThatIsTakenIsRefused() {
            Grant grant = grant("agent-7", "support");
            stores().grants().add(TENANT, grant);
            assertThatThrownBy(() -> stores().grants().add(TENANT, grant)).isInstanceOf(StoreException.class);
            assertThat(stores().grants().of(TENANT, "agent-7", TYPE)).containsExactly(grant);
        }
    }

    private long put(SealedRecord record) {
        return stores().records().put(record, Expect.ANYTHING, 0);
    }

    private List<RecordKey> byIndex(IndexEntry entry) {
        return keys(stores().records().byIndex(TENANT, TYPE, List.of(entry), Optional.empty(), 1000));
    }

    private Link append(String chain, String event) {
        return stores().audit()
                .append(
                        TENANT,
                        chain,
                        last -> link(chain, last.map(Link::sequence).orElse(0L) + 1, event));
    }

    private List<Link> read(String chain) {
        return stores().audit().read(TENANT, chain, 0, 10_000);
    }

    private void addSubject(int subject) {
        stores().keys().addIfAbsent(key(new KeyName(TENANT, KeyKind.SUBJECT, reference(subject)), 1, "wrapped"));
    }

    private void addExpiry(String name) {
        stores().keys().addIfAbsent(key(new KeyName(TENANT, KeyKind.EXPIRY, name), 1, "wrapped"));
    }

    /** Work that knows the number of its thread. */
    @FunctionalInterface
    private interface Numbered<R> {
        R run(int number) throws Exception;
    }

    /** Runs work in several threads that begin together; what each returned, in the order of their numbers. */
    private <R> List<R> atOnce(int count, Numbered<R> work) throws Exception {
        CyclicBarrier together = new CyclicBarrier(count);
        List<Callable<R>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int own = i;
            tasks.add(() -> {
                together.await(30, TimeUnit.SECONDS);
                return work.run(own);
            });
        }
        List<R> results = new ArrayList<>();
        for (Future<R> done : threads.invokeAll(tasks)) {
            results.add(done.get());
        }
        return results;
    }

    private static List<RecordKey> keys(List<Stored> page) {
        return page.stream().map(stored -> stored.sealed().key()).toList();
    }

    private static Optional<RecordKey> last(List<RecordKey> keys) {
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(keys.size() - 1));
    }

    private static String reference(int number) {
        return String.format("%032x", number);
    }

    private static RecordKey recordKey(int subject, String type, int record) {
        return new RecordKey(TENANT, type, reference(subject), reference(record));
    }

    private static SealedRecord record(int subject, String type, int record, String value) {
        return record(recordKey(subject, type, record), value);
    }

    private static SealedRecord record(RecordKey key, String value) {
        return new SealedRecord(
                key,
                1,
                List.of(
                        new SealedCompartment("main", Optional.of(DAY), bytes(value)),
                        new SealedCompartment("forever", Optional.empty(), bytes(value + " for ever"))),
                List.of(new IndexEntry("phone", 1, bytes(value)), new IndexEntry("phone.last4", 1, bytes(value))),
                "{\"value\":\"" + value + "\"}");
    }

    private static StoredKey key(KeyName name, int version, String wrapped) {
        return new StoredKey(name, version, 1, bytes(wrapped), NOW, Optional.empty());
    }

    private static StoredEpoch epoch(long id, String wrapped) {
        return new StoredEpoch(id, "root-1", bytes(wrapped), NOW);
    }

    private static Link link(String chain, long sequence, String event) {
        return new Link(chain, sequence, event, bytes("link of " + event));
    }

    private static Grant grant(String principal, String purpose) {
        return Grant.to(principal)
                .on(TYPE)
                .purpose(purpose)
                .revealAll()
                .by("lead", "work")
                .from(NOW);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] allBytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static void assertSame(StoredEpoch actual, StoredEpoch expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    private static void assertSame(StoredKey actual, StoredKey expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    private static void assertSame(Link actual, Link expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    private static void assertSame(SealedRecord actual, SealedRecord expected) {
        assertThat(actual)
                .usingRecursiveComparison()
                .withEqualsForType(Arrays::equals, byte[].class)
                .ignoringFields("operational")
                .isEqualTo(expected);
        assertThat(Json.read(actual.operational())).isEqualTo(Json.read(expected.operational()));
    }
}
