package dev.waxseal.testkit.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Epochs;
import dev.waxseal.Stores;
import dev.waxseal.Vault;
import dev.waxseal.View;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the epochs must do whatever the stores are. Extend it with the stores to test; each test gets its own. */
public abstract class EpochsContract {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Duration WINDOW = Duration.ofDays(30);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();
    private Stores stores;
    private Waxseal waxseal;
    private Vault<Note> notes;

    /** For subclasses. */
    protected EpochsContract() {}

    @CustomerRecord("note")
    record Note(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text) {}

    /**
     * Makes new, empty stores.
     *
     * @return the stores
     */
    protected abstract Stores newStores();

    /** Opens the front door on new stores, with 600 customers. */
    @BeforeEach
    final void open() {
        stores = newStores();
        waxseal = open(stores);
        notes = waxseal.vault(Note.class);
        waxseal.grants()
                .give(Grant.to("agent-7")
                        .on("note")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "desk"));
        for (int batch = 0; batch < 2; batch++) {
            List<Note> put = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                put.add(new Note("c-" + (batch * 300 + i), "text " + i));
            }
            notes.putAll(put);
        }
    }

    private Waxseal open(Stores stores) {
        return Waxseal.with(stores, rootKeys).clock(clock).backupWindow(WINDOW).open();
    }

    /** Closes the stores. */
    @AfterEach
    final void close() {
        stores.close();
    }

    private static String read(Waxseal waxseal, String id) {
        return waxseal.vault(Note.class)
                .get(id, SUPPORT)
                .map(view -> view.text("text"))
                .orElse("nothing");
    }

    @Test
    void afterARotationEverythingOpensUnderTheNewEpochWithOneRootKeyCall() {
        Epochs.Rotation rotation = waxseal.epochs().rotate();
        assertThat(rotation.begun()).isTrue();
        assertThat(rotation.complete()).isTrue();
        assertThat(rotation.rewrapped()).isGreaterThanOrEqualTo(600);
        Waxseal fresh = open(stores);
        long calls = rootKeys.calls();
        for (int i = 0; i < 600; i += 50) {
            assertThat(read(fresh, "c-" + i)).startsWith("text");
        }
        assertThat(rootKeys.calls()).isEqualTo(calls);
    }

    @Test
    void aRotationThatWasStoppedGoesOnWhereItStopped() {
        List<Long> told = new ArrayList<>();
        Epochs.Rotation stopped = waxseal.epochs().rotate(progress -> {
            told.add(progress.done());
            assertThat(progress.total()).isGreaterThanOrEqualTo(600);
            return false;
        });
        assertThat(stopped.complete()).isFalse();
        assertThat(told).containsExactly(500L);
        assertThat(read(open(stores), "c-599")).startsWith("text");
        Epochs.Rotation resumed = waxseal.epochs().rotate();
        assertThat(resumed.begun()).isFalse();
        assertThat(resumed.complete()).isTrue();
        assertThat(resumed.epoch()).isEqualTo(stopped.epoch());
    }

    @Test
    void twoNodesThatRotateAtOnceAreOneRotation() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CyclicBarrier together = new CyclicBarrier(2);
            List<Future<Epochs.Rotation>> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Waxseal node = open(stores);
                running.add(threads.submit(() -> {
                    together.await();
                    return node.epochs().rotate(progress -> true);
                }));
            }
            long begun = 0;
            for (Future<Epochs.Rotation> each : running) {
                begun += each.get().begun() ? 1 : 0;
                assertThat(each.get().epoch()).isLessThanOrEqualTo(3);
            }
            assertThat(begun).isBetween(1L, 2L);
        } finally {
            threads.shutdownNow();
        }
        Epochs.Rotation after = open(stores).epochs().rotate();
        assertThat(after.complete()).isTrue();
        assertThat(read(open(stores), "c-7")).startsWith("text");
    }

    @Test
    void aRootKeyOutOfReachStopsARotationWithoutHarm() {
        rootKeys.reachable(false);
        assertThatThrownBy(() -> waxseal.epochs().rotate()).isInstanceOf(KeyUnavailableException.class);
        assertThat(read(waxseal, "c-1")).startsWith("text");
        rootKeys.reachable(true);
        assertThat(waxseal.epochs().rotate().complete()).isTrue();
    }

    @Test
    void anOldRootKeyIsDestroyedAfterTheBackupWindowAndNotBefore() {
        waxseal.epochs().rotate();
        assertThat(waxseal.epochs().destroyOldRootKeys().waiting()).containsExactly(1L);
        assertThat(rootKeys.versions()).hasSize(2);
        clock.move(WINDOW);
        assertThat(waxseal.epochs().destroyOldRootKeys().destroyed()).hasSize(1);
        assertThat(waxseal.epochs().destroyOldRootKeys().destroyed()).isEmpty();
        assertThat(rootKeys.versions()).containsExactly(rootKeys.currentVersion());
        assertThat(read(open(stores), "c-1")).startsWith("text");
        notes.put(new Note("new", "later"));
        assertThat(read(open(stores), "new")).isEqualTo("later");
    }

    @Test
    void aRootKeyThatLiveKeysNeedIsNotDestroyed() {
        assertThatThrownBy(() -> waxseal.epochs().destroyRootKeyOf(1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("live keys")
                .hasMessageContaining("rotate first");
        waxseal.epochs().rotate(progress -> false);
        assertThatThrownBy(() -> waxseal.epochs().destroyRootKeyOf(1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> waxseal.epochs().destroyRootKeyOf(9))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("there is no epoch 9");
        assertThat(read(open(stores), "c-1")).startsWith("text");
    }

    @Test
    void theHorizonOfAnErasureIsTheDestructionOfTheRootKeysThatCouldUnwrapItsCopies() {
        assertThat(waxseal.epochs().horizonOfSubject("c-1")).isEmpty();
        Instant erasedAt = clock.instant();
        waxseal.erase("c-1", "officer", "asked");
        Epochs.Horizon before = waxseal.epochs().horizonOfSubject("c-1").orElseThrow();
        assertThat(before.destroyedAt()).isEqualTo(erasedAt);
        assertThat(before.unreadableFromBackupsSince()).isEmpty();
        assertThat(before.notBefore()).isEmpty();
        assertThat(before.pendingEpochs()).containsExactly(1L);

        clock.move(Duration.ofDays(7));
        waxseal.epochs().rotate();
        Instant allowed = clock.instant().plus(WINDOW);
        Epochs.Horizon rotated = waxseal.epochs().horizonOfSubject("c-1").orElseThrow();
        assertThat(rotated.unreadableFromBackupsSince()).isEmpty();
        assertThat(rotated.notBefore()).contains(allowed);

        clock.move(WINDOW);
        waxseal.epochs().destroyOldRootKeys();
        Epochs.Horizon reached = waxseal.epochs().horizonOfSubject("c-1").orElseThrow();
        assertThat(reached.unreadableFromBackupsSince()).contains(clock.instant());
        assertThat(reached.pendingEpochs()).isEmpty();
        assertThat(reached.toString()).contains("unreadable from every backup since");
        View<Note> other = open(stores).vault(Note.class).get("c-2", SUPPORT).orElseThrow();
        assertThat(other.text("text")).startsWith("text");
    }
}
