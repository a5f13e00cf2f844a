package dev.waxseal;

import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.StoredKey;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.engine.HoldSealer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The expiry days of a tenant: makes their keys ahead, and destroys them when they have come, which makes everything due
 * on a day unreadable at once, wherever a copy is. Rows that are left only take space. Thread safe; got from {@link
 * Waxseal#expiry()}.
 *
 * <p>From the beginning of its day on, data is neither shown nor found, whether the day's key is destroyed yet or not.
 */
public final class Expiry {
    private static final int MAX_DAYS = 10_000;
    private static final int PAGE = 100;

    private final Stores stores;
    private final KeyRing keys;
    private final AuditTrail trail;
    private final HeldRecords holds;
    private final Optional<MediaHolds> media;
    private final HoldSealer sealer;
    private final Clock clock;
    private final ClockWitness witness;
    private final ZoneId zone;
    private final Duration grace;
    private final String tenant;

    /** Seals media anew that a hold keeps. */
    @FunctionalInterface
    interface MediaHolds {
        void keep(BlobKey key, LocalDate day);
    }

    Expiry(
            Stores stores,
            KeyRing keys,
            AuditTrail trail,
            HeldRecords holds,
            Optional<MediaHolds> media,
            Clock clock,
            ZoneId zone,
            Duration grace) {
        this.stores = stores;
        this.keys = keys;
        this.trail = trail;
        this.holds = holds;
        this.media = media;
        this.sealer = new HoldSealer(keys);
        this.clock = clock;
        this.witness = new ClockWitness(stores.keys(), clock);
        this.zone = zone;
        this.grace = grace;
        this.tenant = keys.tenant();
    }

    /**
     * Makes the keys of the coming days, so that no write has to wait for them. Keys of days further ahead are made when
     * something is first sealed under them.
     *
     * @param days how many days from tomorrow on, 1 to 10,000
     * @return how many keys were made; those that there were stay
     * @throws dev.waxseal.error.KeyUnavailableException when a key is needed of the root key, which is out of reach
     */
    public int makeAhead(int days) {
        if (days < 1 || days > MAX_DAYS) {
            throw new InvalidInputException("keys for " + days + " days can't be made ahead: give 1 to " + MAX_DAYS);
        }
        LocalDate tomorrow = LocalDate.ofInstant(clock.instant(), zone).plusDays(1);
        return keys.makeAhead(tomorrow.datesUntil(tomorrow.plusDays(days)).toList());
    }

    /**
     * What destroying the keys of due days did.
     *
     * @param expired the days whose key was destroyed by this call
     * @param keptRecords how many records were sealed anew since a legal hold keeps them
     * @param failed the days whose key could not be destroyed, with the reason: they are tried again by the next call
     * @param complete whether no day is left that is due
     */
    public record Expired(List<LocalDate> expired, long keptRecords, Map<LocalDate, String> failed, boolean complete) {
        /** Takes defensive copies. */
        public Expired {
            expired = List.copyOf(expired);
            failed = Map.copyOf(failed);
        }
    }

    /**
     * The days that are due: they have come, the grace is over, and their key is still there.
     *
     * @return the days in ascending order, at most 10,000
     */
    public List<LocalDate> due() {
        return stores.keys()
                .liveDays(tenant, LocalDate.ofInstant(clock.instant().minus(grace), zone), MAX_DAYS);
    }

    /**
     * Destroys the keys of all days that are due, oldest first. What a legal hold keeps is sealed anew without an expiry
     * day first, in steps that are durable each; a process that dies in between loses nothing, and the next call goes on.
     * Several processes may call it at once.
     *
     * @param listener is told after every day, and may stop the work
     * @return what was done
     * @throws InvalidInputException when the clock jumped back
     * @throws dev.waxseal.error.StoreException when the store fails
     */
    public Expired destroyDueKeys(Progress.Listener listener) {
        witness.requireNoJumpBack();
        Instant start = clock.instant();
        List<LocalDate> due = due();
        List<LocalDate> expired = new ArrayList<>();
        Map<LocalDate, String> failed = new LinkedHashMap<>();
        long kept = 0;
        boolean goOn = true;
        for (int i = 0; i < due.size() && goOn; i++) {
            LocalDate day = due.get(i);
            try {
                Destroyed destroyed = destroy(day);
                kept += destroyed.kept();
                if (destroyed.now()) {
                    expired.add(day);
                }
            } catch (WaxsealException e) {
                // One day must not keep the others alive. The message names things by reference only.
                failed.put(day, e.getClass().getSimpleName() + ": " + e.getMessage());
            } catch (RuntimeException e) {
                // Of the host's holds, say; its message may hold anything.
                failed.put(day, e.getClass().getName());
            }
            goOn = listener.goOn(new Progress(i + 1, due.size(), Duration.between(start, clock.instant())));
        }
        return new Expired(expired, kept, failed, failed.isEmpty() && goOn);
    }

    /**
     * Destroys the keys of all days that are due, oldest first.
     *
     * @return what was done
     * @throws dev.waxseal.error.StoreException when the store fails
     */
    public Expired destroyDueKeys() {
        return destroyDueKeys(Progress.Listener.NONE);
    }

    private record Destroyed(boolean now, long kept) {}

    private Destroyed destroy(LocalDate day) {
        long kept = holds.any(tenant) ? keepHeld(day) : 0;
        Destroyed destroyed = stores.separately(() -> {
            KeyName name = keys.expiryKey(day);
            long generation = stores.keys().advanceGeneration(tenant);
            // From here on nobody writes anything of that day, and no hold is placed on it, until this ends.
            boolean live = stores.keys().hold(name).map(StoredKey::live).orElse(false);
            // The trail is written last: who holds its end must not wait for a record that another writer has.
            List<AuditEvent> events = new ArrayList<>();
            if (live && holds.any(tenant)) {
                keepHeldPages(day, events);
            }
            int late = events.size();
            boolean now = live && stores.keys().destroy(name, now());
            stores.records().noteGeneration(tenant, generation);
            if (now) {
                events.add(event(day, late));
                trail.changed(events);
            }
            return new Destroyed(now, late);
        });
        keys.forgetDay(day);
        return new Destroyed(destroyed.now(), kept + destroyed.kept());
    }

    /** Each page in a transaction of its own, so that a long piece of work is done once only. */
    private long keepHeld(LocalDate day) {
        long kept = 0;
        Optional<RecordKey> after = Optional.empty();
        List<RecordStore.Stored> page;
        do {
            Optional<RecordKey> from = after;
            List<RecordStore.Stored> read = stores.records().dueOn(tenant, day, from, PAGE);
            // Whole videos may have to be sealed anew, which nobody else should wait for.
            List<RecordStore.Stored> blobs = read.stream()
                    .filter(stored -> stored.sealed().key().recordType().equals(Media.RECORD_TYPE))
                    .toList();
            holds.among(blobs).forEach(key -> keepMedia(key, day));
            kept += stores.separately(() -> {
                List<AuditEvent> events = new ArrayList<>();
                keep(read, day, events);
                if (!events.isEmpty()) {
                    trail.changed(events);
                }
                return events.size();
            });
            page = read;
            after = page.isEmpty()
                    ? after
                    : Optional.of(page.get(page.size() - 1).sealed().key());
        } while (page.size() == PAGE);
        return kept;
    }

    private void keepHeldPages(LocalDate day, List<AuditEvent> events) {
        Optional<RecordKey> after = Optional.empty();
        List<RecordStore.Stored> page;
        do {
            page = stores.records().dueOn(tenant, day, after, PAGE);
            keep(page, day, events);
            after = page.isEmpty()
                    ? after
                    : Optional.of(page.get(page.size() - 1).sealed().key());
        } while (page.size() == PAGE);
    }

    private void keep(List<RecordStore.Stored> page, LocalDate day, List<AuditEvent> events) {
        Set<RecordKey> held = holds.among(page);
        // In the order of the page, which is everybody's.
        for (RecordStore.Stored each : page) {
            RecordKey key = each.sealed().key();
            if (held.contains(key) && !erased(key)) {
                stores.records().hold(key).ifPresent(stored -> keep(stored, day, events));
            }
        }
    }

    /** Its rows are left to be deleted; nothing in them can be kept any more. */
    private boolean erased(RecordKey key) {
        return stores.keys()
                .find(keys.subjectKey(key.subject()))
                .map(subject -> !subject.live())
                .orElse(false);
    }

    private void keepMedia(RecordKey key, LocalDate day) {
        if (key.recordType().equals(Media.RECORD_TYPE) && !erased(key)) {
            media.orElseThrow(() -> new InvalidInputException("media " + key.record() + " is under a legal hold, but no"
                            + " blob store was given, so it can't be kept: open with Settings.blobs(…)"))
                    .keep(new BlobKey(key.tenant(), key.subject(), key.record()), day);
        }
    }

    private void keep(RecordStore.Stored stored, LocalDate day, List<AuditEvent> events) {
        if (stored.sealed().compartments().stream()
                .noneMatch(compartment -> compartment.expiryDay().equals(Optional.of(day)))) {
            return;
        }
        RecordKey key = stored.sealed().key();
        // Done before, unless the hold was placed since: then here, before the day's key goes.
        keepMedia(key, day);
        stores.records().put(sealer.kept(stored.sealed(), day), RecordStore.Expect.REVISION, stored.revision());
        events.add(new AuditEvent(
                now(),
                AuditAction.HOLD,
                AuditEvent.APPLICATION,
                "",
                key.recordType(),
                key.subject(),
                key.record(),
                Set.of(),
                Set.of(),
                "kept beyond " + day));
    }

    private AuditEvent event(LocalDate day, long kept) {
        String detail = day + (kept == 0 ? "" : ", after " + kept + " more records under a legal hold were kept");
        return new AuditEvent(
                now(), AuditAction.EXPIRE, AuditEvent.APPLICATION, "", "", "", "", Set.of(), Set.of(), detail);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
