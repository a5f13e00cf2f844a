package dev.waxseal;

import dev.waxseal.access.AccessDecider;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.audit.chain.ChainedTrail;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.PolicyException;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.minimize.Redactor;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.BlobStore;
import dev.waxseal.seal.Holds;
import dev.waxseal.seal.Layout;
import dev.waxseal.seal.engine.HoldSealer;
import dev.waxseal.seal.engine.MediaSealer;
import dev.waxseal.seal.engine.RecordSealer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tenant's customer data under seal: the front door. Thread safe; open one for each tenant and keep it.
 */
public final class Waxseal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Waxseal.class);
    private static final int ERASE_BATCH = 500;

    private final Settings settings;
    private final KeyRing keys;
    private final AccessDecider decider;
    private final AuditTrail trail;
    private final Grants grants;
    private final Epochs epochs;
    private final Expiry expiry;
    private final Upkeep upkeep;
    private final HeldRecords holds;
    private final Optional<Media> media;
    private final KeyStore.Subscription subscription;
    private final Optional<AutoCloseable> running;
    private final ConcurrentMap<Class<?>, Vault<?>> vaults = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Class<?>> recordTypes = new ConcurrentHashMap<>();

    private Waxseal(Settings settings) {
        this.settings = settings;
        Stores stores = settings.stores;
        this.keys = new KeyRing(
                settings.tenant,
                stores.keys(),
                settings.rootKeys,
                stores::separately,
                settings.clock,
                settings.random,
                settings.cachedKeys,
                settings.cacheLifetime,
                settings.indexKeyAnnouncement.orElse(settings.cacheLifetime.multipliedBy(2)));
        keys.verify();
        requireSameAge(stores, settings.tenant);
        this.decider = settings.decider.orElseGet(() -> AccessDecider.byGrants(stores.grants()));
        this.trail = settings.trail.orElseGet(
                () -> new ChainedTrail(stores.audit(), keys, stores::atomically, stores::separately));
        this.grants = new Grants(stores, trail, settings.clock, settings.tenant);
        this.epochs = new Epochs(stores, settings.rootKeys, keys, trail, settings.clock, settings.backupWindow);
        this.holds = new HeldRecords(
                settings.holds, stores.keys(), stores.records(), new HoldSealer(keys), settings.clock, settings.zone);
        recordTypes.put(MediaSealer.RECORD_TYPE, MediaRecord.class);
        Optional<MediaSealer> mediaSealer = settings.blobs.map(
                blobs -> new MediaSealer(keys, blobs, settings.zone, settings.clock, settings.mediaBytes));
        this.media = mediaSealer.map(sealer -> new Media(
                sealer,
                settings.blobs.orElseThrow(),
                keys,
                stores,
                decider,
                trail,
                holds,
                settings.clock,
                settings.tenant));
        this.expiry = new Expiry(
                stores,
                keys,
                trail,
                holds,
                mediaSealer.map(sealer -> sealer::keep),
                settings.clock,
                settings.zone,
                settings.expiryGrace);
        this.upkeep = new Upkeep(expiry, epochs, settings.clock, settings.plan.orElseGet(Upkeep.Plan::usual));
        if (settings.plan.isEmpty()) {
            List<LocalDate> due = expiry.due();
            if (!due.isEmpty()) {
                LOG.warn(
                        "the keys of {} days that are due since {} are still there: open with Settings.upkeep(…), or let"
                                + " a scheduler call waxseal.upkeep().run()",
                        due.size(),
                        due.get(0));
            }
        }
        this.subscription = stores.keys().subscribe(new KeyStore.Listener() {
            @Override
            public void destroyed(KeyName name) {
                keys.forget(name);
            }

            @Override
            public void maybeMissed() {
                keys.forgetAll();
            }
        });
        this.running = settings.plan.map(plan -> upkeep.start());
    }

    /** An old copy of the key store would bring erased keys back, and lack the keys of newer records. */
    private static void requireSameAge(Stores stores, String tenant) {
        // The records first: a destruction that comes in between makes the key store look newer, never older.
        long ofRecords = stores.records().generation(tenant);
        long ofKeys = stores.keys().generation(tenant);
        if (ofKeys < ofRecords) {
            throw new IntegrityException("the key store is older than the records beside it: it has counted " + ofKeys
                    + " destructions of keys of tenant '" + tenant + "', the records have seen " + ofRecords
                    + ". It was restored from a backup, and holds keys that were destroyed since. Nothing was opened:"
                    + " put the newest key store in place, see docs/KEYS.md on restoring");
        }
        if (ofKeys > ofRecords) {
            LOG.info(
                    "the records are older than the key store beside them, by {} destructions of keys: they were restored"
                            + " from a backup; what was erased or has expired since stays unreadable",
                    ofKeys - ofRecords);
        }
    }

    /**
     * Opens with the defaults: tenant "default", UTC, access by grants, the audit trail in the same stores.
     *
     * @param stores where everything rests; closed with this
     * @param rootKeys where the root key lives; closed with this
     * @return the open front door
     * @throws dev.waxseal.error.KeyUnavailableException when the root key isn't the one of these stores
     */
    public static Waxseal open(Stores stores, RootKeys rootKeys) {
        return with(stores, rootKeys).open();
    }

    /**
     * Begins to open with other settings.
     *
     * @param stores where everything rests; closed with what is opened
     * @param rootKeys where the root key lives; closed with what is opened
     * @return the settings
     */
    public static Settings with(Stores stores, RootKeys rootKeys) {
        return new Settings(stores, rootKeys);
    }

    /**
     * The vault of a record type.
     *
     * @param type the annotated class
     * @param <T> the class
     * @return the same vault every time
     * @throws PolicyException when the class is annotated wrongly, another class has the same record type, or another
     *     policy is registered under its version; the message says in what they differ and what to do
     */
    public <T> Vault<T> vault(Class<T> type) {
        Vault<?> known = vaults.get(type);
        if (known == null) {
            Vault<T> made = makeVault(type);
            Vault<?> raced = vaults.putIfAbsent(type, made);
            known = raced == null ? made : raced;
        }
        @SuppressWarnings("unchecked") // A class's vault was made by makeVault for that very class.
        Vault<T> vault = (Vault<T>) known;
        return vault;
    }

    private <T> Vault<T> makeVault(Class<T> type) {
        RecordPolicy<T> policy = RecordPolicy.of(type);
        Class<?> other = recordTypes.putIfAbsent(policy.recordType(), type);
        if (other != null && other != type) {
            throw new PolicyException(type.getName() + " and " + other.getName() + " are both @CustomerRecord(\""
                    + policy.recordType() + "\"): give one of them another name");
        }
        new PolicyCheck(settings.stores, settings.clock, settings.tenant).check(policy);
        RecordSealer<T> sealer = new RecordSealer<>(
                policy,
                keys,
                settings.layout,
                settings.zone,
                settings.clock,
                text -> settings.redactor.redact(text).text());
        Indexes<T> indexes = new Indexes<>(sealer, keys, settings.stores, trail, settings.clock, settings.tenant);
        return new Vault<>(sealer, settings.stores, decider, trail, holds, indexes, settings.clock, settings.tenant);
    }

    /**
     * Photos, voice notes, videos and documents of any size.
     *
     * @return the media of this tenant
     * @throws InvalidInputException when no blob store was given
     */
    public Media media() {
        return media.orElseThrow(() -> new InvalidInputException("no blob store was given, so there is nowhere to keep"
                + " media: open with Waxseal.with(stores, rootKeys).blobs(BlobStore.fileSystem(directory))"));
    }

    /**
     * Who may see what.
     *
     * @return the access rights of this tenant
     */
    public Grants grants() {
        return grants;
    }

    /**
     * The epochs of the key store, which all its tenants share.
     *
     * @return rotation, destruction of old root key versions, and horizons
     */
    public Epochs epochs() {
        return epochs;
    }

    /**
     * The expiry days of this tenant.
     *
     * @return making keys ahead, and destroying those of due days
     */
    public Expiry expiry() {
        return expiry;
    }

    /**
     * What must be done again and again.
     *
     * @return one pass at a time, or what the passes did that run by themselves
     */
    public Upkeep upkeep() {
        return upkeep;
    }

    /**
     * What happened.
     *
     * @return the audit trail
     */
    public AuditTrail audit() {
        return trail;
    }

    /**
     * What an erasure did.
     *
     * @param subject the subject's reference in the stores and the audit trail
     * @param at when the key was destroyed
     * @param keyDestroyed whether this call destroyed a live key; false where it was destroyed before, or there never
     *     was one
     * @param recordsDeleted how many records this call deleted, the rows of blobs among them
     * @param blobsDeleted how many photos, voice notes, videos and documents this call deleted
     */
    public record Erased(String subject, Instant at, boolean keyDestroyed, long recordsDeleted, long blobsDeleted) {}

    /**
     * Erases a data subject: destroys the subject's key, which makes everything of theirs unreadable wherever a copy is,
     * then deletes their records, index entries and media. If it is interrupted, what is left is unreadable already; calling it
     * again goes on. Nothing can be stored under the subject's id afterwards.
     *
     * <p>Other processes may still read with keys that they hold, within the lifetime of their key cache; what they write
     * is refused at once. Inside a transaction of the host it takes effect when that commits, but for blobs,
     * which are deleted at once: erase whoever has media outside of one; this process refuses the
     * subject from now on, for the lifetime of the key cache even if that rolls back.
     *
     * @param subjectId whose data
     * @param erasedBy who erases it
     * @param reason why, for the audit trail; no personal value
     * @return what was done
     * @throws dev.waxseal.error.DataHeldException when a legal hold keeps a record of the subject; nothing is changed
     */
    public Erased erase(String subjectId, String erasedBy, String reason) {
        RecordPolicy.requireId(subjectId, "subject id");
        InvalidInputException.requireText(erasedBy, "name of who erases", RecordPolicy.MAX_ID_LENGTH);
        InvalidInputException.requireText(reason, "reason", Vault.MAX_REASON_LENGTH);
        Stores stores = settings.stores;
        String subject = keys.subjectReference(subjectId);
        Instant at = settings.clock.instant();
        boolean destroyed = stores.atomically(() -> {
            long generation = stores.keys().advanceGeneration(settings.tenant);
            holds.requireFree(settings.tenant, subject);
            boolean live = keys.destroySubjectKey(subject);
            stores.records().noteGeneration(settings.tenant, generation);
            String detail = live ? reason : reason + " (there was no live key)";
            trail.changed(List.of(erasure(AuditAction.ERASE_KEY, erasedBy, subject, detail)));
            return live;
        });
        keys.forget(subject);
        long deleted = 0;
        int batch;
        do {
            batch = stores.atomically(() -> stores.records().deleteOfSubject(settings.tenant, subject, ERASE_BATCH));
            deleted += batch;
        } while (batch == ERASE_BATCH);
        long total = deleted;
        long blobs = settings.blobs.map(store -> deleteBlobs(store, subject)).orElse(0L);
        String counted = total + " records" + (settings.blobs.isPresent() ? ", " + blobs + " blobs" : "");
        stores.atomically(() -> {
            trail.changed(List.of(erasure(AuditAction.ERASE_RECORDS, erasedBy, subject, counted)));
            return total;
        });
        return new Erased(subject, at, destroyed, total, blobs);
    }

    private long deleteBlobs(BlobStore store, String subject) {
        long deleted = 0;
        List<BlobKey> batch;
        do {
            // What was listed is deleted, so the next batch begins anew.
            batch = store.list(settings.tenant, Optional.of(subject), Optional.empty(), ERASE_BATCH);
            for (BlobKey key : batch) {
                deleted += store.delete(key) ? 1 : 0;
            }
        } while (batch.size() == ERASE_BATCH);
        return deleted;
    }

    private AuditEvent erasure(AuditAction action, String by, String subject, String detail) {
        return new AuditEvent(settings.clock.instant(), action, by, "", "", subject, "", Set.of(), Set.of(), detail);
    }

    /** Closes the stores, the blob store and the root keys. */
    @Override
    public void close() {
        try {
            endUpkeep();
            subscription.close();
            keys.forgetAll();
            settings.stores.close();
        } finally {
            try {
                settings.blobs.ifPresent(BlobStore::close);
            } finally {
                settings.rootKeys.close();
            }
        }
    }

    private void endUpkeep() {
        if (running.isPresent()) {
            try {
                running.get().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException("the upkeep could not be ended", e);
            }
        }
    }

    /** How to open; not thread safe. */
    public static final class Settings {
        private static final int MAX_TENANT_LENGTH = 64;

        private final Stores stores;
        private final RootKeys rootKeys;
        private String tenant = "default";
        private Clock clock = Clock.systemUTC();
        private ZoneId zone = ZoneOffset.UTC;
        private SecureRandom random = new SecureRandom();
        private Layout layout = Layout.COMPARTMENTS;
        private Redactor redactor = Redactor.standard();
        private Optional<AccessDecider> decider = Optional.empty();
        private Optional<AuditTrail> trail = Optional.empty();
        private Optional<BlobStore> blobs = Optional.empty();
        private long mediaBytes = 4L << 30;
        private int cachedKeys = 10_000;
        private Duration cacheLifetime = Duration.ofMinutes(5);
        private Optional<Duration> indexKeyAnnouncement = Optional.empty();
        private Duration backupWindow = Duration.ofDays(30);
        private Duration expiryGrace = Duration.ZERO;
        private Holds holds = Holds.NONE;
        private Optional<Upkeep.Plan> plan = Optional.empty();

        private Settings(Stores stores, RootKeys rootKeys) {
            this.stores = stores;
            this.rootKeys = rootKeys;
        }

        /**
         * Whose data it is, where several businesses share the stores.
         *
         * @param tenant 1 to 64 characters; "default" unless said otherwise
         * @return this
         */
        public Settings tenant(String tenant) {
            if (tenant.isBlank() || tenant.length() > MAX_TENANT_LENGTH) {
                throw new InvalidInputException(
                        "the tenant is blank or over " + MAX_TENANT_LENGTH + " characters: give its name");
            }
            this.tenant = tenant;
            return this;
        }

        /**
         * What time it is.
         *
         * @param clock the clock, the system's unless said otherwise
         * @return this
         */
        public Settings clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * The time zone in which calendar days begin and end.
         *
         * @param zone the zone, UTC unless said otherwise
         * @return this
         */
        public Settings zone(ZoneId zone) {
            this.zone = zone;
            return this;
        }

        /**
         * Where new keys come from.
         *
         * @param random the source, the JDK's default unless said otherwise
         * @return this
         */
        public Settings random(SecureRandom random) {
            this.random = random;
            return this;
        }

        /**
         * How components are grouped.
         *
         * @param layout the layout, compartments unless said otherwise
         * @return this
         */
        public Settings layout(Layout layout) {
            this.layout = layout;
            return this;
        }

        /**
         * What redacts free text.
         *
         * @param redactor the redactor, the standard one unless said otherwise
         * @return this
         */
        public Settings redactor(Redactor redactor) {
            this.redactor = redactor;
            return this;
        }

        /**
         * Who decides on access.
         *
         * @param decider the host's decider instead of grants
         * @return this
         */
        public Settings decider(AccessDecider decider) {
            this.decider = Optional.of(decider);
            return this;
        }

        /**
         * Where the audit trail is kept.
         *
         * @param trail the host's trail instead of the one in the stores
         * @return this
         */
        public Settings trail(AuditTrail trail) {
            this.trail = Optional.of(trail);
            return this;
        }

        /**
         * Where media is kept.
         *
         * @param blobs the store, for instance {@link BlobStore#fileSystem}; closed with what is opened. Without one,
         *     {@link Waxseal#media()} is refused
         * @return this
         */
        public Settings blobs(BlobStore blobs) {
            this.blobs = Optional.of(blobs);
            return this;
        }

        /**
         * The bound of a photo, voice note, video or document. The memory that sealing takes doesn't depend on it.
         *
         * @param most the most bytes of one, from 1; 4 GiB unless said otherwise
         * @return this
         * @throws InvalidInputException when it is below 1
         */
        public Settings mediaSize(long most) {
            if (most < 1) {
                throw new InvalidInputException("media of at most " + most + " bytes is none: give at least 1");
            }
            this.mediaBytes = most;
            return this;
        }

        /**
         * The bounds of the key cache.
         *
         * @param keys how many keys of each kind are held at most, from 1; 10,000 unless said otherwise
         * @param lifetime how long a key is held at most, more than nothing; five minutes unless said otherwise
         * @return this
         */
        public Settings keyCache(int keys, Duration lifetime) {
            if (keys < 1 || lifetime.isNegative() || lifetime.isZero()) {
                throw new InvalidInputException("a key cache of " + keys + " keys for " + lifetime
                        + " is none: give at least one key and more than no time");
            }
            this.cachedKeys = keys;
            this.cacheLifetime = lifetime;
            return this;
        }

        /**
         * How long after its making a new version of an index key is written under, so that all processes know it by then
         * and look for entries under it. It must be longer than any process's key cache holds a key, by as much as their
         * clocks may differ.
         *
         * @param announcement not negative; twice the lifetime of the key cache unless said otherwise
         * @return this
         * @throws InvalidInputException when it is negative
         */
        public Settings indexKeyAnnouncement(Duration announcement) {
            if (announcement.isNegative()) {
                throw new InvalidInputException(
                        "an announcement of " + announcement + " is negative: give zero or more");
            }
            this.indexKeyAnnouncement = Optional.of(announcement);
            return this;
        }

        /**
         * How long backups of the key store must stay usable: an old root key version is destroyed no sooner than this
         * after the last key left its epoch.
         *
         * @param window the window, not negative; thirty days unless said otherwise
         * @return this
         */
        public Settings backupWindow(Duration window) {
            if (window.isNegative()) {
                throw new InvalidInputException("a backup window of " + window + " is negative: give zero or more");
            }
            this.backupWindow = window;
            return this;
        }

        /**
         * How long after the beginning of its day an expiry key is still kept, for machines whose clocks differ or rows
         * that are to be looked at once more. The data itself is neither shown nor found meanwhile.
         *
         * @param grace not negative; none unless said otherwise
         * @return this
         * @throws InvalidInputException when it is negative
         */
        public Settings expiryGrace(Duration grace) {
            if (grace.isNegative()) {
                throw new InvalidInputException("a grace of " + grace + " is negative: give zero or more");
            }
            this.expiryGrace = grace;
            return this;
        }

        /**
         * Which records legal holds keep.
         *
         * @param holds the holds, none unless said otherwise
         * @return this
         */
        public Settings holds(Holds holds) {
            this.holds = holds;
            return this;
        }

        /**
         * Lets the upkeep run by itself, on one daemon thread, from the opening on: keys of due days are destroyed and
         * epochs rotated without anybody's help. Any number of processes may do so.
         *
         * @param plan what to do how often, for instance {@link Upkeep.Plan#usual()}; without a plan the host calls
         *     {@link Upkeep#run}
         * @return this
         */
        public Settings upkeep(Upkeep.Plan plan) {
            this.plan = Optional.of(plan);
            return this;
        }

        /**
         * Opens with these settings. Where that fails, stores, root keys and blob store stay open and the caller's, so that
         * it can be tried again.
         *
         * @return the open front door
         * @throws dev.waxseal.error.KeyUnavailableException when the root key isn't the one of these stores, or the random
         *     source fails its start-up tests
         * @throws IntegrityException when the key store is older than the records beside it
         * @throws InvalidInputException when index keys are announced for less time than keys are cached
         */
        public Waxseal open() {
            if (indexKeyAnnouncement.isPresent() && indexKeyAnnouncement.get().compareTo(cacheLifetime) < 0) {
                throw new InvalidInputException("index keys are announced for " + indexKeyAnnouncement.get()
                        + ", but may be cached for " + cacheLifetime + ": who doesn't know a new version yet would miss"
                        + " what is written under it; announce it for longer");
            }
            return new Waxseal(this);
        }
    }
}
