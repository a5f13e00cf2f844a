package dev.waxseal;

import dev.waxseal.error.DataHeldException;
import dev.waxseal.key.KeyStore;
import dev.waxseal.seal.Holds;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.seal.engine.HoldSealer;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Asks the legal holds before anything is deleted. Thread safe. */
final class HeldRecords {
    private static final int PAGE = 500;

    private final Holds holds;
    private final KeyStore keys;
    private final RecordStore records;
    private final HoldSealer sealer;
    private final Clock clock;
    private final ZoneId zone;

    HeldRecords(Holds holds, KeyStore keys, RecordStore records, HoldSealer sealer, Clock clock, ZoneId zone) {
        this.holds = holds;
        this.keys = keys;
        this.records = records;
        this.sealer = sealer;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * Keeps what of a held record is past its day but not gone yet, before the record is written: writing leaves it out.
     * To be called in the transaction that writes.
     *
     * @return the record's new revision where something was kept
     */
    OptionalLong keepDue(RecordKey key) {
        if (!holds.any(key.tenant())) {
            return OptionalLong.empty();
        }
        Optional<RecordStore.Stored> stored = records.hold(key);
        if (stored.isEmpty() || among(List.of(stored.get())).isEmpty()) {
            return OptionalLong.empty();
        }
        Optional<SealedRecord> kept = sealer.keptDue(stored.get().sealed(), LocalDate.ofInstant(clock.instant(), zone));
        return kept.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(records.put(
                        kept.get(), RecordStore.Expect.REVISION, stored.get().revision()));
    }

    /**
     * Lets nobody place a hold until the calling transaction ends, so that none is acknowledged between the question and
     * the deletion. To be called first, before any record is held.
     */
    void freeze(String tenant) {
        if (holds != Holds.NONE) {
            keys.holdGeneration(tenant);
        }
    }

    boolean any(String tenant) {
        return holds.any(tenant);
    }

    /** Which of some records are held. */
    Set<RecordKey> among(List<RecordStore.Stored> records) {
        return records.isEmpty()
                ? Set.of()
                : holds.held(records.stream().map(HeldRecords::candidate).toList());
    }

    private static Holds.Candidate candidate(RecordStore.Stored stored) {
        return new Holds.Candidate(stored.sealed().key(), stored.sealed().operational());
    }

    /** Refuses where a record is held. To be called in the transaction that deletes it. */
    void requireFree(RecordKey key) {
        if (holds.any(key.tenant())
                && !among(records.hold(key).stream().toList()).isEmpty()) {
            throw new DataHeldException("the " + key.recordType() + " record " + key.record() + " (subject "
                    + key.subject() + ") is under a legal hold, so it is not deleted: release the hold first");
        }
    }

    /** Refuses where any record of a subject is held. To be called in the transaction that erases the subject. */
    void requireFree(String tenant, String subject) {
        if (!holds.any(tenant)) {
            return;
        }
        long held = 0;
        Optional<RecordKey> after = Optional.empty();
        List<RecordStore.Stored> page;
        do {
            page = records.bySubject(tenant, Optional.empty(), subject, after, PAGE);
            held += among(page).size();
            after = page.isEmpty()
                    ? after
                    : Optional.of(page.get(page.size() - 1).sealed().key());
        } while (page.size() == PAGE);
        if (held > 0) {
            throw new DataHeldException(held + " records of the subject " + subject
                    + " are under a legal hold, so the subject is not erased: release the holds first, or delete what"
                    + " isn't held record by record");
        }
    }
}
