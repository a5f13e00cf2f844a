package dev.waxseal.seal.engine;

import dev.waxseal.error.DataExpiredException;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Seals what a legal hold keeps anew, without an expiry day, before the key of its day goes. Needs no policy, since nothing
 * is read of what is inside. Thread safe.
 */
public final class HoldSealer {
    private final KeyRing keys;

    public HoldSealer(KeyRing keys) {
        this.keys = keys;
    }

    /**
     * The record with every compartment of a day sealed anew.
     *
     * @throws dev.waxseal.error.IntegrityException when one of them does not verify
     * @throws dev.waxseal.error.DataExpiredException when the day's key is destroyed already
     */
    public SealedRecord kept(SealedRecord record, LocalDate day) {
        List<SealedCompartment> kept = new ArrayList<>(record.compartments().size());
        for (SealedCompartment compartment : record.compartments()) {
            if (goneBefore(record.key(), compartment, day)) {
                // Unreadable for good, and nothing can be written under its day's key any more.
                continue;
            }
            kept.add(
                    compartment.expiryDay().equals(Optional.of(day))
                            ? kept(record.key(), compartment, day)
                            : compartment);
        }
        return new SealedRecord(
                record.key(),
                record.subjectKeyVersion(),
                kept,
                record.index(),
                record.operational(),
                record.policyVersion());
    }

    /**
     * The record with every compartment whose day has come sealed anew, as far as the day's key is still there.
     *
     * @return the record to write; empty where no day has come
     */
    public Optional<SealedRecord> keptDue(SealedRecord record, LocalDate today) {
        List<SealedCompartment> kept = new ArrayList<>(record.compartments().size());
        boolean due = false;
        for (SealedCompartment compartment : record.compartments()) {
            Optional<LocalDate> day = compartment.expiryDay().filter(each -> !each.isAfter(today));
            if (day.isEmpty()) {
                kept.add(compartment);
                continue;
            }
            due = true;
            try {
                kept.add(kept(record.key(), compartment, day.get()));
            } catch (DataExpiredException e) {
                // Its key is destroyed: nothing of it is left to keep.
                continue;
            }
        }
        return due
                ? Optional.of(new SealedRecord(
                        record.key(),
                        record.subjectKeyVersion(),
                        kept,
                        record.index(),
                        record.operational(),
                        record.policyVersion()))
                : Optional.empty();
    }

    private boolean goneBefore(RecordKey key, SealedCompartment compartment, LocalDate day) {
        Optional<LocalDate> own = compartment.expiryDay().filter(each -> each.isBefore(day));
        if (own.isEmpty()) {
            return false;
        }
        try {
            keys.toOpen(key.subject(), own, key.recordType());
            return false;
        } catch (DataExpiredException e) {
            return true;
        }
    }

    private SealedCompartment kept(RecordKey key, SealedCompartment compartment, LocalDate day) {
        byte[] sealed = compartment.sealed();
        int version = CompartmentFormat.subjectKeyVersion(key, compartment, sealed);
        KeyRing.CompartmentKey from = keys.toOpen(key.subject(), Optional.of(day), key.recordType());
        if (from.subjectKeyVersion() != version) {
            throw CompartmentFormat.doesNotVerify(
                    key, compartment, "its subject key version is not the live one", null);
        }
        byte[] plaintext = CompartmentFormat.open(from.aead(), key, compartment, sealed);
        try {
            KeyRing.CompartmentKey to = keys.toSeal(key.subject(), Optional.empty(), key.recordType());
            return CompartmentFormat.seal(
                    to.aead(),
                    to.subjectKeyVersion(),
                    key,
                    SealedCompartment.heldName(compartment.name(), day),
                    Optional.empty(),
                    plaintext);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }
}
