package dev.waxseal;

import dev.waxseal.access.Access;
import dev.waxseal.access.AccessDecider;
import dev.waxseal.access.Decision;
import dev.waxseal.access.Verdict;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.AccessDeniedException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.policy.FieldPolicy;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.BlobStore;
import dev.waxseal.seal.MediaDescription;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.seal.engine.MediaSealer;
import dev.waxseal.seal.engine.OpenedMedia;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps photos, voice notes, videos and documents of any size, sealed as streams under the subject's key and the day's
 * (AES-256-GCM-HKDF streaming, docs/FORMAT.md), never whole in memory. Thread safe; got from {@link Waxseal#media()}.
 *
 * <p>Access is granted on the record type {@value #RECORD_TYPE} with the components {@code content}, {@code fileName},
 * {@code mimeType}, {@code size} and {@code sha256}. It is decided first, recorded second and shown last, as a {@link
 * Vault} does; a refusal is in the audit trail too. Bytes have no mask, so masked content is withheld.
 *
 * <p>The blob store takes no part in a transaction of the host: what is put or deleted inside one stays so when it is
 * rolled back.
 */
public final class Media {
    /** The record type of all media, for grants and in the audit trail. No other class may have it. */
    public static final String RECORD_TYPE = MediaSealer.RECORD_TYPE;

    private static final RecordPolicy<MediaRecord> POLICY = RecordPolicy.of(MediaRecord.class);

    private final MediaSealer sealer;
    private final BlobStore blobs;
    private final KeyRing keys;
    private final Stores stores;
    private final AccessDecider decider;
    private final AuditTrail trail;
    private final HeldRecords holds;
    private final Clock clock;
    private final String tenant;

    Media(
            MediaSealer sealer,
            BlobStore blobs,
            KeyRing keys,
            Stores stores,
            AccessDecider decider,
            AuditTrail trail,
            HeldRecords holds,
            Clock clock,
            String tenant) {
        this.sealer = sealer;
        this.blobs = blobs;
        this.keys = keys;
        this.stores = stores;
        this.decider = decider;
        this.trail = trail;
        this.holds = holds;
        this.clock = clock;
        this.tenant = tenant;
    }

    /**
     * What was put.
     *
     * @param size how many bytes the source had
     * @param sha256 their SHA-256 in hexadecimal digits, where the description asks for it
     */
    public record Put(long size, Optional<String> sha256) {}

    /**
     * Seals a stream to its end and stores it, in place of what stood under the same ids. It is durable when this returns.
     * When this throws, or the process dies, what stood there before still does, unless the last step was done already:
     * then the whole new one does.
     *
     * @param subjectId whose it is, 1 to 256 characters
     * @param mediaId which of the subject's media, 1 to 256 characters
     * @param description what it is, what it was collected for and until when
     * @param source the bytes; read to the end, not closed
     * @return how much it was
     * @throws IOException what the source throws, as it is; nothing is changed
     * @throws InvalidInputException when an id can't be one, the expiry day has come, the source is longer than {@link
     *     Waxseal.Settings#mediaSize} or has another SHA-256 than expected; nothing is changed
     * @throws SubjectErasedException when the subject was erased, before or meanwhile; nothing is left
     * @throws dev.waxseal.error.DataHeldException when a legal hold keeps what stands under the same ids; nothing is changed
     * @throws dev.waxseal.error.DataExpiredException when the key of the expiry day is destroyed; nothing is changed
     * @throws dev.waxseal.error.StoreException when a store fails
     */
    public Put put(String subjectId, String mediaId, MediaDescription description, InputStream source)
            throws IOException {
        BlobKey key = sealer.key(subjectId, mediaId);
        Set<String> written = new TreeSet<>(Set.of(MediaRecord.CONTENT, MediaRecord.MIME_TYPE, MediaRecord.SIZE));
        description.fileName().ifPresent(name -> written.add(MediaRecord.FILE_NAME));
        if (description.hashed()) {
            written.add(MediaRecord.SHA_256);
        }
        try (MediaSealer.Sealed sealed = sealer.seal(key, subjectId, mediaId, description, source)) {
            // The row first: one without a blob does no harm, a blob without a row would be missed on its day.
            SealedRecord row = sealer.row(key, subjectId, mediaId, description.expiryDay());
            stores.atomically(() -> {
                holds.freeze(tenant);
                holds.requireFree(row.key());
                return stores.records().put(row, RecordStore.Expect.ANYTHING, 0);
            });
            Put put = stores.atomically(() -> {
                trail.changed(List.of(event(AuditAction.PUT, AuditEvent.APPLICATION, "", key, written, Set.of(), "")));
                sealed.publish();
                return new Put(sealed.size(), sealed.sha256());
            });
            // An erasure that began meanwhile destroyed the key before it listed the blobs: it saw this one, or this
            // sees it.
            try {
                keys.requireLive(key.subject());
            } catch (SubjectErasedException e) {
                blobs.delete(key);
                throw e;
            }
            return put;
        }
    }

    /**
     * One of a subject's photos, voice notes, videos or documents.
     *
     * @param subjectId whose it is
     * @param mediaId which of the subject's media
     * @param access who asks, and what for
     * @return what may be seen of it, to be closed; empty where there is none
     * @throws AccessDeniedException when nothing may be seen, or it was not collected for the purpose
     * @throws dev.waxseal.error.IntegrityException when it was altered, moved or cut short, as far as that is seen before
     *     its bytes are read
     * @throws SubjectErasedException when the subject was erased and blobs of theirs are left
     * @throws dev.waxseal.error.DataExpiredException when its expiry day has come
     * @throws dev.waxseal.error.StoreException when a store fails
     */
    public Optional<MediaView> open(String subjectId, String mediaId, Access access) {
        BlobKey key = sealer.key(subjectId, mediaId);
        Decision decision = decide(access);
        Optional<OpenedMedia> found = find(key, access);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        OpenedMedia media = found.get();
        boolean shown = false;
        try {
            if (!media.purposes().contains(access.purpose())) {
                throw deny(access, key, "it was not collected for the purpose '" + access.purpose() + "'", decision);
            }
            MediaView view = MediaView.of(
                    media,
                    key.subject(),
                    decision,
                    () -> note(AuditAction.TAMPERED, key, access, "found while it was read"));
            trail.accessed(List.of(event(
                    AuditAction.REVEAL,
                    access.principal(),
                    access.purpose(),
                    key,
                    view.with(Verdict.REVEALED),
                    view.with(Verdict.MASKED),
                    decision.reason())));
            shown = true;
            return Optional.of(view);
        } finally {
            if (!shown) {
                media.close();
            }
        }
    }

    private Optional<OpenedMedia> find(BlobKey key, Access access) {
        Optional<OpenedMedia> found;
        try {
            found = sealer.open(key);
        } catch (IntegrityException e) {
            note(AuditAction.TAMPERED, key, access, "nothing was shown");
            throw e;
        }
        if (found.isEmpty()) {
            // That there is none is an answer too.
            note(AuditAction.MISS, key, access, "");
        }
        return found;
    }

    private void note(AuditAction action, BlobKey key, Access access, String detail) {
        trail.accessed(List.of(event(action, access.principal(), access.purpose(), key, Set.of(), Set.of(), detail)));
    }

    /**
     * Deletes one of a subject's photos, voice notes, videos or documents.
     *
     * @param subjectId whose it is
     * @param mediaId which of the subject's media
     * @param reason why, for the audit trail; no personal value
     * @return whether there was one
     * @throws dev.waxseal.error.DataHeldException when a legal hold keeps it; nothing is changed
     * @throws dev.waxseal.error.StoreException when a store fails
     */
    public boolean delete(String subjectId, String mediaId, String reason) {
        InvalidInputException.requireText(reason, "reason", Vault.MAX_REASON_LENGTH);
        BlobKey key = sealer.key(subjectId, mediaId);
        RecordKey row = MediaSealer.rowKey(key);
        Optional<BlobStore.Blob> found = blobs.open(key);
        found.ifPresent(BlobStore.Blob::close);
        // A row is left without a blob where a put was cut off between the two.
        boolean there = found.isPresent() || stores.records().find(row).isPresent();
        return there
                && stores.atomically(() -> {
                    holds.freeze(tenant);
                    holds.requireFree(row);
                    trail.changed(List.of(
                            event(AuditAction.DELETE, AuditEvent.APPLICATION, "", key, Set.of(), Set.of(), reason)));
                    boolean deleted = blobs.delete(key);
                    return stores.records().delete(row) || deleted;
                });
    }

    /** Decides, and refuses where nothing at all may be seen, before anything is looked up. */
    private Decision decide(Access access) {
        Decision decision =
                decider.decide(tenant, access, POLICY.collectedFor(Set.of(access.purpose())), clock.instant());
        if (POLICY.fields().stream()
                .filter(field -> field.role() == FieldPolicy.Role.PERSONAL)
                .allMatch(field -> MediaView.verdict(field.name(), decision) == Verdict.WITHHELD)) {
            throw deny(access, null, "nothing of it may be seen for the purpose '" + access.purpose() + "'", decision);
        }
        return decision;
    }

    private AccessDeniedException deny(Access access, @Nullable BlobKey key, String why, Decision decision) {
        trail.accessed(List.of(new AuditEvent(
                clock.instant(),
                AuditAction.DENY,
                access.principal(),
                access.purpose(),
                RECORD_TYPE,
                key == null ? "" : key.subject(),
                key == null ? "" : key.blob(),
                Set.of(),
                Set.of(),
                decision.reason())));
        return new AccessDeniedException("'" + access.principal() + "' is refused access to media: " + why
                + ". Grant it with waxseal.grants() on \"" + RECORD_TYPE + "\" if it is right");
    }

    private AuditEvent event(
            AuditAction action,
            String principal,
            String purpose,
            BlobKey key,
            Set<String> revealed,
            Set<String> masked,
            String detail) {
        return new AuditEvent(
                clock.instant(),
                action,
                principal,
                purpose,
                RECORD_TYPE,
                key.subject(),
                key.blob(),
                revealed,
                masked,
                detail);
    }
}
