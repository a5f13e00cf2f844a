package dev.waxseal;

import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.policy.RecordPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The epochs of the key store: rotation, destruction of old root key versions, and from when on an erasure holds for old
 * backups too. All tenants of a key store share its epochs. Thread safe; got from {@link Waxseal#epochs()}.
 *
 * <p>A copy of the key store that was taken before an erasure still holds the erased key, wrapped under the epoch of that
 * time. Once every live key is rewrapped under a newer epoch and the root key version of the old one is destroyed, nobody
 * can unwrap that copy any more.
 */
public final class Epochs {
    private static final int BATCH = 500;

    private final Stores stores;
    private final RootKeys rootKeys;
    private final KeyRing keys;
    private final AuditTrail trail;
    private final Clock clock;
    private final ClockWitness witness;
    private final Duration backupWindow;

    Epochs(Stores stores, RootKeys rootKeys, KeyRing keys, AuditTrail trail, Clock clock, Duration backupWindow) {
        this.stores = stores;
        this.rootKeys = rootKeys;
        this.keys = keys;
        this.trail = trail;
        this.clock = clock;
        this.witness = new ClockWitness(stores.keys(), clock);
        this.backupWindow = backupWindow;
    }

    /**
     * What a rotation did.
     *
     * @param epoch the id of the epoch that all live keys are to be wrapped under
     * @param begun whether this call began it; false where it went on with, or joined, a rotation under way
     * @param rewrapped how many keys this call rewrapped
     * @param complete whether no live key is left under an older epoch
     */
    public record Rotation(long epoch, boolean begun, long rewrapped, boolean complete) {}

    /**
     * Begins a new epoch under a new root key version and rewraps every live key, or goes on with a rotation that isn't
     * complete. Several processes may call it at once: they share one rotation. Reads and writes go on meanwhile.
     *
     * @param listener is told after every batch of {@value #BATCH} keys, and may stop the work; call again to go on
     * @return what was done
     * @throws dev.waxseal.error.KeyUnavailableException when the root key is out of reach; call again to go on
     */
    public Rotation rotate(Progress.Listener listener) {
        witness.requireNoJumpBack();
        KeyStore store = stores.keys();
        StoredEpoch newest = keys.newestEpoch();
        boolean unfinished = unfinished(newest);
        boolean begun = false;
        StoredEpoch target = newest;
        if (!unfinished) {
            String version = rootKeys.rotate();
            target = keys.beginEpoch(newest.id() + 1, version);
            begun = target.rootKeyVersion().equals(version);
            if (begun) {
                long id = target.id();
                record(AuditAction.ROTATE, "epoch " + id + " under root key version " + version);
            }
            // Otherwise another process began the epoch under a version of its own. Nothing is wrapped under this one,
            // so
            // it does no harm; not every key service could destroy it out of order.
        }
        store.closeEpochsBefore(target.id(), now());
        return rewrap(target, begun, listener);
    }

    /**
     * Begins a new epoch and rewraps every live key, or goes on with a rotation that isn't complete, to its end.
     *
     * @return what was done
     * @throws dev.waxseal.error.KeyUnavailableException when the root key is out of reach; call again to go on
     */
    public Rotation rotate() {
        return rotate(Progress.Listener.NONE);
    }

    private boolean unfinished(StoredEpoch newest) {
        return stores.keys().epochs().stream()
                .anyMatch(
                        epoch -> epoch.id() < newest.id() && epoch.rewrappedAt().isEmpty());
    }

    /**
     * Rotates on a schedule: does what {@link #rotate(Progress.Listener)} does where the newest epoch is of a certain age
     * or a rotation isn't complete, and nothing otherwise. Several processes may call it whenever they like: an epoch
     * gets one successor.
     *
     * @param age how long an epoch is used, more than nothing; a week is usual
     * @param listener is told after every batch, and may stop the work
     * @return what was done; empty where nothing was due
     * @throws InvalidInputException when the age is none, or the clock jumped back
     * @throws dev.waxseal.error.KeyUnavailableException when the root key is out of reach; call again to go on
     */
    public Optional<Rotation> rotateWhenOlderThan(Duration age, Progress.Listener listener) {
        if (age.isZero() || age.isNegative()) {
            throw new InvalidInputException("an epoch of " + age + " is none: give more than no time");
        }
        StoredEpoch newest = keys.newestEpoch();
        boolean due = !newest.createdAt().plus(age).isAfter(clock.instant());
        return due || unfinished(newest) ? Optional.of(rotate(listener)) : Optional.empty();
    }

    private Rotation rewrap(StoredEpoch target, boolean begun, Progress.Listener listener) {
        KeyStore store = stores.keys();
        Instant start = clock.instant();
        long total = store.countKeysBefore(target.id());
        long done = 0;
        int batch;
        do {
            batch = stores.separately(() -> {
                List<StoredKey> held = store.holdKeysBefore(target.id(), BATCH);
                List<StoredKey> rewrapped = new ArrayList<>(held.size());
                held.forEach(key -> rewrapped.add(keys.rewrapped(key, target)));
                store.rewrap(rewrapped);
                return held.size();
            });
            done += batch;
            Duration elapsed = Duration.between(start, clock.instant());
            if (!listener.goOn(new Progress(done, Math.max(total, done), elapsed))) {
                break;
            }
        } while (batch > 0);
        return new Rotation(target.id(), begun, done, store.noteRewrapped(target.id(), now()));
    }

    /**
     * What a destruction of old root key versions did.
     *
     * @param destroyed the root key versions that were destroyed
     * @param waiting the epochs that are rewrapped, but whose backup window isn't over yet
     */
    public record Destruction(List<String> destroyed, List<Long> waiting) {}

    /**
     * Destroys the root key versions of epochs that no live key needs and whose backup window is over. From then on
     * nothing that is wrapped under them can be unwrapped, in whatever copy. If it is interrupted, call it again.
     *
     * @return what was done
     * @throws dev.waxseal.error.KeyUnavailableException when the root key is out of reach
     */
    public Destruction destroyOldRootKeys() {
        witness.requireNoJumpBack();
        Instant now = now();
        List<String> destroyed = new ArrayList<>();
        List<Long> waiting = new ArrayList<>();
        long newest = keys.newestEpoch().id();
        for (StoredEpoch epoch : stores.keys().epochs()) {
            if (epoch.destroyedAt().isPresent()) {
                // Perhaps by another process: its key must not stay in this one's memory.
                keys.forgetEpoch(epoch.id());
            }
            if (epoch.id() >= newest
                    || epoch.rewrappedAt().isEmpty()
                    || epoch.destroyedAt().isPresent()) {
                continue;
            }
            if (epoch.rewrappedAt().get().plus(backupWindow).isAfter(now)) {
                waiting.add(epoch.id());
            } else {
                destroy(epoch);
                destroyed.add(epoch.rootKeyVersion());
            }
        }
        return new Destruction(List.copyOf(destroyed), List.copyOf(waiting));
    }

    /**
     * Destroys the root key version of one epoch now, without waiting for its backup window: for an emergency, when a
     * copy of the key store is in wrong hands. Backups of the key store from that epoch are of no use afterwards.
     *
     * @param epoch the epoch's id
     * @throws InvalidInputException when live keys still need it; the message says how many, and nothing is changed
     */
    public void destroyRootKeyOf(long epoch) {
        StoredEpoch found = stores.keys()
                .epoch(epoch)
                .orElseThrow(() -> new InvalidInputException("there is no epoch " + epoch + "; there are "
                        + stores.keys().epochs().stream().map(StoredEpoch::id).toList()));
        if (found.destroyedAt().isEmpty()) {
            destroy(found);
        }
    }

    private void destroy(StoredEpoch epoch) {
        long needed = stores.keys().countKeysBefore(epoch.id() + 1);
        if (epoch.closedAt().isEmpty() || needed > 0) {
            throw new InvalidInputException("the root key version of epoch " + epoch.id() + " is still needed by "
                    + needed + " live keys" + (epoch.closedAt().isEmpty() ? " and by every new one" : "")
                    + ", so all data under them would be lost: rotate first");
        }
        boolean shared = stores.keys().epochs().stream()
                .anyMatch(other -> other.id() != epoch.id()
                        && other.destroyedAt().isEmpty()
                        && other.rootKeyVersion().equals(epoch.rootKeyVersion()));
        if (shared) {
            throw new InvalidInputException("root key version " + epoch.rootKeyVersion() + " of epoch " + epoch.id()
                    + " also wraps another epoch: rotate once more");
        }
        rootKeys.destroy(epoch.rootKeyVersion());
        stores.atomically(() -> {
            boolean destroyed = stores.keys().destroyEpoch(epoch.id(), now());
            if (destroyed) {
                trail.changed(List.of(event(
                        AuditAction.DESTROY_ROOT_KEY,
                        "root key version " + epoch.rootKeyVersion() + " of epoch " + epoch.id())));
            }
            return destroyed;
        });
        keys.forgetEpoch(epoch.id());
    }

    /**
     * From when on something destroyed can't be read from anywhere.
     *
     * @param destroyedAt since when it is unreadable in the live system
     * @param unreadableFromBackupsSince since when it is unreadable from every backup too; empty while a root key version
     *     exists that can unwrap an old copy of the key
     * @param notBefore where it isn't yet: the earliest instant at which that version may be destroyed, if its epoch is
     *     rewrapped; empty while the epoch isn't, so rotate
     * @param pendingEpochs the epochs whose root key version can still unwrap an old copy of the key
     */
    public record Horizon(
            Instant destroyedAt,
            Optional<Instant> unreadableFromBackupsSince,
            Optional<Instant> notBefore,
            List<Long> pendingEpochs) {
        @Override
        public String toString() {
            return "unreadable in the live system since " + destroyedAt
                    + unreadableFromBackupsSince
                            .map(since -> "; unreadable from every backup since " + since)
                            .orElse("; readable from backups that hold the key store of epochs " + pendingEpochs
                                    + notBefore
                                            .map(at -> ", until their root key is destroyed, not before " + at)
                                            .orElse(", until a rotation and the destruction of their root key"))
                    + "; blind-index entries in old backups remain";
        }
    }

    /**
     * The horizon of an erased subject.
     *
     * @param subjectId the id that was erased
     * @return the horizon, computed from what is really wrapped where; empty where the subject wasn't erased
     */
    public Optional<Horizon> horizonOfSubject(String subjectId) {
        return horizon(keys.subjectKey(keys.subjectReference(RecordPolicy.requireId(subjectId, "subject id"))));
    }

    /**
     * The horizon of an expired day.
     *
     * @param day the expiry day
     * @return the horizon, computed from what is really wrapped where; empty where the day's key wasn't destroyed
     */
    public Optional<Horizon> horizonOfDay(LocalDate day) {
        return horizon(keys.expiryKey(day));
    }

    private Optional<Horizon> horizon(KeyName name) {
        return stores.keys()
                .find(name)
                .filter(key -> key.destroyedAt().isPresent())
                .map(this::horizon);
    }

    /** The key was wrapped under the epoch of its row when it was destroyed, and under older ones before. */
    private Horizon horizon(StoredKey key) {
        Instant destroyedAt = key.destroyedAt().orElseThrow();
        Instant since = destroyedAt;
        Optional<Instant> notBefore = Optional.of(destroyedAt);
        List<Long> pending = new ArrayList<>();
        for (StoredEpoch epoch : stores.keys().epochs()) {
            if (epoch.id() > key.epoch()
                    || epoch.destroyedAt().map(key.createdAt()::isAfter).orElse(false)) {
                continue;
            }
            if (epoch.destroyedAt().isPresent()) {
                since = later(since, epoch.destroyedAt().get());
            } else {
                pending.add(epoch.id());
                Optional<Instant> allowed = epoch.rewrappedAt().map(at -> at.plus(backupWindow));
                notBefore = notBefore.flatMap(known -> allowed.map(at -> later(known, at)));
            }
        }
        return pending.isEmpty()
                ? new Horizon(destroyedAt, Optional.of(since), Optional.empty(), List.of())
                : new Horizon(destroyedAt, Optional.empty(), notBefore, List.copyOf(pending));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private void record(AuditAction action, String detail) {
        trail.changed(List.of(event(action, detail)));
    }

    private AuditEvent event(AuditAction action, String detail) {
        return new AuditEvent(now(), action, AuditEvent.APPLICATION, "", "", "", "", Set.of(), Set.of(), detail);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
