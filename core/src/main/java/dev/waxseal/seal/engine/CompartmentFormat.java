package dev.waxseal.seal.engine;

import com.google.crypto.tink.Aead;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.wire.Canonical;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a sealed compartment, as docs/FORMAT.md specifies them: version byte, expiry day, subject key version, then
 * nonce, ciphertext and tag as Tink writes them.
 */
final class CompartmentFormat {
    static final byte VERSION = 1;
    static final int HEADER_BYTES = 1 + Integer.BYTES + Integer.BYTES;
    static final int NONCE_AND_TAG_BYTES = 12 + 16;
    static final int NO_EXPIRY_DAY = Integer.MIN_VALUE;

    private static final String AAD_LABEL = "waxseal/1/aad";

    private CompartmentFormat() {}

    static byte[] associatedData(RecordKey record, String compartment, Optional<LocalDate> expiryDay) {
        return Canonical.of(
                AAD_LABEL,
                record.tenant(),
                record.recordType(),
                compartment,
                record.subject(),
                record.record(),
                ByteBuffer.allocate(Integer.BYTES).putInt(dayNumber(expiryDay)).array());
    }

    private static int dayNumber(Optional<LocalDate> expiryDay) {
        return expiryDay.map(day -> Math.toIntExact(day.toEpochDay())).orElse(NO_EXPIRY_DAY);
    }

    static SealedCompartment seal(
            Aead aead,
            int subjectKeyVersion,
            RecordKey record,
            String name,
            Optional<LocalDate> expiryDay,
            byte[] plaintext) {
        byte[] ciphertext;
        try {
            ciphertext = aead.encrypt(plaintext, associatedData(record, name, expiryDay));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to encrypt", e);
        }
        byte[] sealed = ByteBuffer.allocate(HEADER_BYTES + ciphertext.length)
                .put(VERSION)
                .putInt(dayNumber(expiryDay))
                .putInt(subjectKeyVersion)
                .put(ciphertext)
                .array();
        return new SealedCompartment(name, expiryDay, sealed);
    }

    /** The version of the subject key that a compartment says it is sealed under; its header must fit its row. */
    static int subjectKeyVersion(RecordKey record, SealedCompartment compartment, byte[] sealed) {
        if (sealed.length < HEADER_BYTES + NONCE_AND_TAG_BYTES) {
            throw doesNotVerify(record, compartment, "it is cut short", null);
        }
        ByteBuffer header = ByteBuffer.wrap(sealed);
        byte version = header.get();
        if (version != VERSION) {
            throw new IntegrityException(describe(record, compartment) + " has the format version " + (version & 0xff)
                    + ", this release reads version " + VERSION
                    + ": use the release that wrote it, or a newer one; otherwise the row is damaged");
        }
        if (header.getInt() != dayNumber(compartment.expiryDay())) {
            throw doesNotVerify(record, compartment, "its expiry day is not the row's", null);
        }
        return header.getInt();
    }

    static byte[] open(Aead aead, RecordKey record, SealedCompartment compartment, byte[] sealed) {
        try {
            return aead.decrypt(
                    Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length),
                    associatedData(record, compartment.name(), compartment.expiryDay()));
        } catch (GeneralSecurityException e) {
            throw doesNotVerify(record, compartment, "it was altered, or moved from another place", e);
        }
    }

    static IntegrityException doesNotVerify(
            RecordKey record, SealedCompartment compartment, String why, @Nullable Exception cause) {
        String message = describe(record, compartment) + " does not verify: " + why
                + ". Nothing of it is shown; restore the row from a backup and look for who wrote to it";
        return cause == null ? new IntegrityException(message) : new IntegrityException(message, cause);
    }

    private static String describe(RecordKey record, SealedCompartment compartment) {
        return "compartment '" + compartment.name() + "' of " + record.recordType() + " record " + record.record()
                + " (tenant '" + record.tenant() + "', subject " + record.subject() + ")";
    }
}
