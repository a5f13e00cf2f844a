package dev.waxseal.key.ring;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.prf.Prf;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import dev.waxseal.wire.Canonical;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The live keys of one tenant: found in the key store or made, unwrapped once, cached within bounds of count and age, and
 * derived to compartment keys. Thread safe.
 *
 * <p>A new key is committed in a transaction of its own before it is used, so that no record can be sealed under a key
 * that a rollback takes back.
 */
public final class KeyRing {
    /** The name of the expiry key of data that has no known end. */
    public static final String NO_EXPIRY = "none";

    private static final int REFERENCE_BYTES = 16;
    private static final int MAX_CACHED_EPOCHS = 64;
    private static final String COMPARTMENT_INFO = "waxseal/1/compartment";
    private static final String MEDIA_INFO = "waxseal/1/media";
    private static final String MEDIA_DESCRIPTION_INFO = "waxseal/1/media-description";

    /** The bytes before the stream in a sealed blob: version, expiry day, subject key version. */
    public static final int MEDIA_HEADER_BYTES = 1 + Integer.BYTES + Integer.BYTES;

    private final String tenant;
    private final KeyStore store;
    private final RootKeys rootKeys;
    private final Separately separately;
    private final Clock clock;
    private final SecureRandom random;

    private final Cache<Long, Aead> epochs;
    private final LiveKeys keys;
    private final Cache<CompartmentKeyName, CompartmentKey> compartmentKeys;
    private final Cache<CompartmentKeyName, MediaKey> mediaKeys;
    private final Cache<KeyName, Prf> functions;
    private final Cache<KeyName, List<IndexKey>> indexKeys;
    private final Duration indexKeyAnnouncement;
    /** Keys known to be destroyed: what a concurrent call has read before must not come back into the caches. */
    private final Cache<KeyName, Boolean> destroyedKeys;

    /** Runs work in a transaction of its own. */
    @FunctionalInterface
    public interface Separately {
        <R> R run(Supplier<R> work);
    }

    private record CompartmentKeyName(String subject, Optional<LocalDate> expiryDay, String recordType) {}

    /**
     * The derived key of the compartments of one subject, record type and expiry day.
     *
     * @param subjectKeyVersion the version of the subject key that it is derived from
     * @param aead seals and opens under it
     */
    public record CompartmentKey(int subjectKeyVersion, Aead aead) {
        @Override
        public String toString() {
            return "CompartmentKey[subject key version " + subjectKeyVersion + "]";
        }
    }

    /**
     * The derived keys of the media of one subject and expiry day.
     *
     * @param subjectKeyVersion the version of the subject key that they are derived from
     * @param stream seals and opens the bytes
     * @param description seals and opens what is said of them
     */
    public record MediaKey(int subjectKeyVersion, AesGcmHkdfStreaming stream, Aead description) {
        @Override
        public String toString() {
            return "MediaKey[subject key version " + subjectKeyVersion + "]";
        }
    }

    public KeyRing(
            String tenant,
            KeyStore store,
            RootKeys rootKeys,
            Separately separately,
            Clock clock,
            SecureRandom random,
            int cachedKeys,
            Duration cacheLifetime) {
        this(
                tenant,
                store,
                rootKeys,
                separately,
                clock,
                random,
                cachedKeys,
                cacheLifetime,
                cacheLifetime.multipliedBy(2));
    }

    public KeyRing(
            String tenant,
            KeyStore store,
            RootKeys rootKeys,
            Separately separately,
            Clock clock,
            SecureRandom random,
            int cachedKeys,
            Duration cacheLifetime,
            Duration indexKeyAnnouncement) {
        this.tenant = tenant;
        this.store = store;
        this.rootKeys = rootKeys;
        this.separately = separately;
        this.clock = clock;
        this.random = random;
        this.epochs = Caffeine.newBuilder().maximumSize(MAX_CACHED_EPOCHS).build();
        // A derived key may be made from one that is about to leave its cache: half each, so that no key is held
        // longer.
        Duration half = cacheLifetime.dividedBy(2);
        this.keys = new LiveKeys(cachedKeys, half, Ticker.systemTicker());
        this.compartmentKeys = bounded(cachedKeys, half);
        this.mediaKeys = bounded(cachedKeys, half);
        this.functions = bounded(cachedKeys, half);
        this.indexKeys = bounded(cachedKeys, half);
        this.indexKeyAnnouncement = indexKeyAnnouncement;
        this.destroyedKeys = bounded(cachedKeys, cacheLifetime);
    }

    private static <K, V> Cache<K, V> bounded(int count, Duration lifetime) {
        return Caffeine.newBuilder()
                .maximumSize(count)
                .expireAfterWrite(lifetime.toNanos(), TimeUnit.NANOSECONDS)
                .build();
    }

    public String tenant() {
        return tenant;
    }

    /**
     * Makes sure that this process's root keys are the ones of this key store, so that a wrong one is found at once and
     * not at the first record. Begins the first epoch in a new store.
     */
    public void verify() {
        RandomSourceCheck.check(random);
        newestEpoch();
        // Made now, in transactions of their own, so that no write has to wait for a second connection for them.
        function(referenceKeyName());
        auditFunction();
    }

    /** The reference under which the stores know a subject. */
    public String subjectReference(String subjectId) {
        return reference("subject", subjectId);
    }

    /** The reference under which the stores know a record of a subject. */
    public String recordReference(String recordType, String subjectId, String recordId) {
        return reference("record", recordType, subjectId, recordId);
    }

    private String reference(Object... what) {
        Prf prf = function(referenceKeyName());
        return HexFormat.of().formatHex(Cryptography.compute(prf, Canonical.of(what), REFERENCE_BYTES));
    }

    private KeyName referenceKeyName() {
        return new KeyName(tenant, KeyKind.REFERENCE, "references");
    }

    /**
     * One version of the key of a blind index.
     *
     * @param version the version
     * @param createdAt when it was made
     * @param function the keyed function
     */
    public record IndexKey(int version, Instant createdAt, Prf function) {
        @Override
        public String toString() {
            return "IndexKey[version " + version + "]";
        }
    }

    /**
     * The live versions of the key of a blind index.
     *
     * @param all every version, ascending: look-ups ask for entries under each of them
     * @param writing the one that entries are written under: the newest that every process knows by now
     */
    public record IndexKeys(List<IndexKey> all, IndexKey writing) {}

    /** The keys of a blind index; the first is made where there is none. */
    public IndexKeys indexKeys(String recordType, String index) {
        KeyName name = indexKeyName(recordType, index);
        List<IndexKey> all = indexKeys.getIfPresent(name);
        if (all == null) {
            all = readIndexKeys(name);
            if (all.isEmpty()) {
                make(name, 1).close();
                all = readIndexKeys(name);
            }
            if (all.isEmpty()) {
                throw new KeyUnavailableException("every version of the " + name + " is destroyed");
            }
            indexKeys.put(name, all);
        }
        Instant announced = clock.instant().minus(indexKeyAnnouncement);
        IndexKey writing = all.get(0);
        for (IndexKey key : all) {
            writing = key.createdAt().isAfter(announced) ? writing : key;
        }
        return new IndexKeys(all, writing);
    }

    private List<IndexKey> readIndexKeys(KeyName name) {
        List<IndexKey> read = new ArrayList<>();
        for (StoredKey stored : store.versions(name)) {
            if (stored.live()) {
                try (KeyCopy key = opened(stored)) {
                    read.add(new IndexKey(
                            stored.version(),
                            stored.createdAt(),
                            Cryptography.prf(key.bytes().clone())));
                }
            }
        }
        return List.copyOf(read);
    }

    private KeyName indexKeyName(String recordType, String index) {
        return new KeyName(tenant, KeyKind.INDEX, recordType + "/" + index);
    }

    /**
     * Makes the next version of the key of a blind index.
     *
     * @throws InvalidInputException when there are two already
     */
    public IndexKey rotateIndexKey(String recordType, String index) {
        indexKeys(recordType, index);
        KeyName name = indexKeyName(recordType, index);
        List<StoredKey> versions = store.versions(name);
        List<Integer> live = versions.stream()
                .filter(StoredKey::live)
                .map(StoredKey::version)
                .toList();
        if (live.size() > 1) {
            throw new InvalidInputException("the " + name + " has the live versions " + live
                    + ", so a rotation is under way: let renew(…) end it before the next one");
        }
        int next = versions.get(versions.size() - 1).version() + 1;
        make(name, next).close();
        indexKeys.invalidate(name);
        IndexKeys now = indexKeys(recordType, index);
        return now.all().get(now.all().size() - 1);
    }

    /** Destroys versions of the key of a blind index below one. */
    public List<Integer> destroyIndexKeysBefore(String recordType, String index, int version) {
        KeyName name = indexKeyName(recordType, index);
        List<Integer> destroyed = new ArrayList<>();
        for (StoredKey stored : store.versions(name)) {
            if (stored.version() < version && store.destroyVersion(name, stored.version(), clock.instant())) {
                destroyed.add(stored.version());
            }
        }
        indexKeys.invalidate(name);
        return destroyed;
    }

    /** Since when every process is sure to write under a version, whatever its cache held. */
    public Instant writtenByAllSince(IndexKey key) {
        return key.createdAt().plus(indexKeyAnnouncement.multipliedBy(2));
    }

    /** From when on a version is written under. */
    public Instant writtenFrom(IndexKey key) {
        return key.createdAt().plus(indexKeyAnnouncement);
    }

    /** The keyed function that links the audit trail. */
    public Prf auditFunction() {
        return function(new KeyName(tenant, KeyKind.AUDIT, "trail"));
    }

    private Prf function(KeyName name) {
        Prf cached = functions.getIfPresent(name);
        if (cached != null) {
            return cached;
        }
        try (KeyCopy key = findOrMake(name)) {
            Prf made = Cryptography.prf(key.bytes().clone());
            functions.put(name, made);
            return made;
        }
    }

    /** The key to seal under: the subject's key and the day's are made where there is none yet. */
    public CompartmentKey toSeal(String subject, Optional<LocalDate> expiryDay, String recordType) {
        CompartmentKeyName name = new CompartmentKeyName(subject, expiryDay, recordType);
        CompartmentKey cached = compartmentKeys.getIfPresent(name);
        if (cached != null) {
            return cached;
        }
        try (KeyCopy subjectKey = findOrMake(subjectKeyName(subject));
                KeyCopy expiryKey = findOrMake(expiryKeyName(expiryDay))) {
            return derive(name, subjectKey, expiryKey);
        }
    }

    /**
     * The key to open with.
     *
     * @throws SubjectErasedException when the subject's key is destroyed
     * @throws DataExpiredException when the day's key is destroyed
     * @throws IntegrityException when the key store never had one of them
     */
    public CompartmentKey toOpen(String subject, Optional<LocalDate> expiryDay, String recordType) {
        CompartmentKeyName name = new CompartmentKeyName(subject, expiryDay, recordType);
        CompartmentKey cached = compartmentKeys.getIfPresent(name);
        if (cached != null) {
            return cached;
        }
        try (KeyCopy subjectKey = known(subjectKeyName(subject));
                KeyCopy expiryKey = known(expiryKeyName(expiryDay))) {
            return derive(name, subjectKey, expiryKey);
        }
    }

    /** The keys to seal media under, made where there are none yet, as in {@link #toSeal}. */
    public MediaKey mediaToSeal(String subject, Optional<LocalDate> expiryDay, String mediaType) {
        CompartmentKeyName name = new CompartmentKeyName(subject, expiryDay, mediaType);
        MediaKey cached = mediaKeys.getIfPresent(name);
        if (cached != null) {
            return cached;
        }
        try (KeyCopy subjectKey = findOrMake(subjectKeyName(subject));
                KeyCopy expiryKey = findOrMake(expiryKeyName(expiryDay))) {
            return deriveMedia(name, subjectKey, expiryKey);
        }
    }

    /** The keys to open media with; throws what {@link #toOpen} throws. */
    public MediaKey mediaToOpen(String subject, Optional<LocalDate> expiryDay, String mediaType) {
        CompartmentKeyName name = new CompartmentKeyName(subject, expiryDay, mediaType);
        MediaKey cached = mediaKeys.getIfPresent(name);
        if (cached != null) {
            return cached;
        }
        try (KeyCopy subjectKey = known(subjectKeyName(subject));
                KeyCopy expiryKey = known(expiryKeyName(expiryDay))) {
            return deriveMedia(name, subjectKey, expiryKey);
        }
    }

    private MediaKey deriveMedia(CompartmentKeyName name, KeyCopy subjectKey, KeyCopy expiryKey) {
        byte[] stream = Cryptography.derive(
                subjectKey.bytes(), expiryKey.bytes(), Canonical.of(MEDIA_INFO, tenant, name.recordType()));
        byte[] description = Cryptography.derive(
                subjectKey.bytes(), expiryKey.bytes(), Canonical.of(MEDIA_DESCRIPTION_INFO, tenant, name.recordType()));
        MediaKey key = new MediaKey(
                subjectKey.version(),
                Cryptography.streaming(stream, MEDIA_HEADER_BYTES),
                Cryptography.aead(description));
        mediaKeys.put(name, key);
        refuseDestroyed(name);
        return key;
    }

    private static IntegrityException unknown(KeyName name) {
        return new IntegrityException("the key store has no " + name
                + ": the record belongs to another database, or the key store was restored from a time before it");
    }

    private CompartmentKey derive(CompartmentKeyName name, KeyCopy subjectKey, KeyCopy expiryKey) {
        byte[] info = Canonical.of(COMPARTMENT_INFO, tenant, name.recordType());
        byte[] derived = Cryptography.derive(subjectKey.bytes(), expiryKey.bytes(), info);
        CompartmentKey key = new CompartmentKey(subjectKey.version(), Cryptography.aead(derived));
        compartmentKeys.put(name, key);
        refuseDestroyed(name);
        return key;
    }

    /** What a destruction has overtaken is dropped again, whichever of the two came first. */
    private void refuseDestroyed(CompartmentKeyName name) {
        if (destroyedKeys.getIfPresent(subjectKeyName(name.subject())) != null) {
            forget(name.subject());
            throw erased(name.subject());
        }
        name.expiryDay().ifPresent(day -> {
            if (destroyedKeys.getIfPresent(expiryKey(day)) != null) {
                forgetDay(day);
                throw new DataExpiredException(day);
            }
        });
    }

    /** Asks the key store, not the caches, whether the subject's key was destroyed, and refuses if so. */
    public void requireLive(String subject) {
        if (store.find(subjectKeyName(subject)).map(key -> !key.live()).orElse(false)) {
            forget(subject);
            throw erased(subject);
        }
    }

    private static SubjectErasedException erased(String subject) {
        return new SubjectErasedException(
                "the subject with the reference " + subject + " was erased: nothing of theirs can be read or written");
    }

    /**
     * Destroys the subject's key. Where there never was one, a destroyed one is left in its place, so that nothing can be
     * stored under the subject any more either.
     *
     * @return whether a live key was destroyed by this call
     */
    public boolean destroySubjectKey(String subject) {
        KeyName name = subjectKeyName(subject);
        Instant now = clock.instant();
        boolean destroyed = store.destroy(name, now);
        if (!destroyed && store.find(name).isEmpty()) {
            StoredKey tombstone = new StoredKey(name, 1, newestEpoch().id(), new byte[0], now, Optional.of(now));
            if (store.addIfAbsent(tombstone).live()) {
                destroyed = store.destroy(name, now);
            }
        }
        forget(subject);
        return destroyed;
    }

    /** Drops the keys of a subject that was erased from this process's caches. */
    public void forget(String subject) {
        destroyedKeys.put(subjectKeyName(subject), true);
        keys.drop(subjectKeyName(subject));
        compartmentKeys.asMap().keySet().removeIf(name -> name.subject().equals(subject));
        mediaKeys.asMap().keySet().removeIf(name -> name.subject().equals(subject));
    }

    /** Drops the keys of a day that has expired from this process's caches. */
    public void forgetDay(LocalDate day) {
        destroyedKeys.put(expiryKey(day), true);
        keys.drop(expiryKey(day));
        Optional<LocalDate> of = Optional.of(day);
        compartmentKeys.asMap().keySet().removeIf(name -> name.expiryDay().equals(of));
        mediaKeys.asMap().keySet().removeIf(name -> name.expiryDay().equals(of));
    }

    /** Drops what depends on a key that another process has destroyed. Those of other tenants are none of ours. */
    public void forget(KeyName name) {
        if (!name.tenant().equals(tenant)) {
            return;
        }
        switch (name.kind()) {
            case SUBJECT -> forget(name.name());
            case EXPIRY -> {
                if (!name.name().equals(NO_EXPIRY)) {
                    forgetDay(LocalDate.parse(name.name()));
                }
            }
            case INDEX -> indexKeys.invalidate(name);
            case REFERENCE, AUDIT -> {
                keys.drop(name);
                functions.invalidate(name);
            }
        }
    }

    /** Drops every key but the epochs', where destructions may have been missed. */
    public void forgetAll() {
        keys.dropAll();
        compartmentKeys.invalidateAll();
        mediaKeys.invalidateAll();
        functions.invalidateAll();
        indexKeys.invalidateAll();
    }

    private KeyName subjectKeyName(String subject) {
        return new KeyName(tenant, KeyKind.SUBJECT, subject);
    }

    private KeyName expiryKeyName(Optional<LocalDate> day) {
        return new KeyName(tenant, KeyKind.EXPIRY, day.map(LocalDate::toString).orElse(NO_EXPIRY));
    }

    private Optional<KeyCopy> find(KeyName name) {
        Optional<KeyCopy> cached = keys.find(name);
        return cached.isPresent() ? cached : store.find(name).map(this::unwrap);
    }

    private KeyCopy known(KeyName name) {
        return find(name).orElseThrow(() -> unknown(name));
    }

    private KeyCopy findOrMake(KeyName name) {
        return find(name).orElseGet(() -> make(name, 1));
    }

    private KeyCopy make(KeyName name, int version) {
        byte[] bytes = new byte[Cryptography.KEY_BYTES];
        random.nextBytes(bytes);
        try {
            StoredEpoch epoch = newestEpoch();
            while (true) {
                StoredKey candidate = new StoredKey(
                        name,
                        version,
                        epoch.id(),
                        wrap(epochAead(epoch), bytes, keyAad(name, version)),
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        Optional.empty());
                try {
                    return unwrap(separately.run(() -> store.addIfAbsent(candidate)));
                } catch (StoreException e) {
                    // A rotation closed the epoch meanwhile: each turn needs a newer one, so this ends.
                    StoredEpoch newer = newestEpoch();
                    if (newer.id() == epoch.id()) {
                        throw e;
                    }
                    epoch = newer;
                }
            }
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private KeyCopy unwrap(StoredKey stored) {
        KeyName name = stored.name();
        if (!stored.live()) {
            if (name.kind() == KeyKind.SUBJECT) {
                throw erased(name.name());
            }
            if (name.kind() == KeyKind.EXPIRY && !name.name().equals(NO_EXPIRY)) {
                throw new DataExpiredException(LocalDate.parse(name.name()));
            }
            throw new KeyUnavailableException("the " + name + " is destroyed");
        }
        KeyCopy live = opened(stored);
        keys.put(name, live);
        return live;
    }

    private KeyCopy opened(StoredKey stored) {
        KeyName name = stored.name();
        return new KeyCopy(
                stored.version(), unwrap(epochAead(stored), stored.wrapped(), keyAad(name, stored.version()), name));
    }

    /** The newest epoch, its key at hand; the first one begins here in a new store. */
    public StoredEpoch newestEpoch() {
        StoredEpoch epoch = store.newestEpoch().orElseGet(() -> beginEpoch(1, rootKeys.currentVersion()));
        epochAead(epoch);
        return epoch;
    }

    /** Begins an epoch under a root key version, unless another process began it. */
    public StoredEpoch beginEpoch(long id, String rootKeyVersion) {
        byte[] bytes = new byte[Cryptography.KEY_BYTES];
        random.nextBytes(bytes);
        byte[] wrapped = rootKeys.wrap(rootKeyVersion, bytes, epochAad(id));
        Arrays.fill(bytes, (byte) 0);
        StoredEpoch candidate =
                new StoredEpoch(id, rootKeyVersion, wrapped, clock.instant().truncatedTo(ChronoUnit.MICROS));
        return separately.run(() -> store.addEpoch(candidate));
    }

    /** Wraps a stored key, of any tenant, under another epoch. */
    public StoredKey rewrapped(StoredKey key, StoredEpoch to) {
        byte[] associatedData = keyAad(key.name(), key.version());
        byte[] bytes = unwrap(epochAead(key), key.wrapped(), associatedData, key.name());
        byte[] wrapped = wrap(epochAead(to), bytes, associatedData);
        Arrays.fill(bytes, (byte) 0);
        return new StoredKey(key.name(), key.version(), to.id(), wrapped, key.createdAt(), key.destroyedAt());
    }

    private static KeyUnavailableException lost(StoredKey key) {
        return new KeyUnavailableException("the " + key.name() + " is wrapped under epoch " + key.epoch()
                + ", which the key store no longer has: restore the key store");
    }

    /** Forgets the key of an epoch that is destroyed. */
    public void forgetEpoch(long id) {
        epochs.invalidate(id);
    }

    /** Makes the keys of days ahead, so that no write has to wait for them. Those that there are, destroyed or not, stay. */
    public int makeAhead(List<LocalDate> days) {
        int made = 0;
        for (LocalDate day : days) {
            if (store.find(expiryKey(day)).isEmpty()) {
                make(expiryKey(day), 1).close();
                made++;
            }
        }
        return made;
    }

    /** The name of a subject's key. */
    public KeyName subjectKey(String subject) {
        return subjectKeyName(subject);
    }

    /** The name of a day's key. */
    public KeyName expiryKey(LocalDate day) {
        return expiryKeyName(Optional.of(day));
    }

    /** One call of the root key for each epoch and process. */
    private Aead epochAead(StoredEpoch epoch) {
        return epochs.get(
                epoch.id(),
                id -> Cryptography.aead(rootKeys.unwrap(epoch.rootKeyVersion(), epoch.wrapped(), epochAad(id))));
    }

    /** The key that a stored one is wrapped under: the epoch's row is read only where its key isn't at hand. */
    private Aead epochAead(StoredKey key) {
        Aead cached = epochs.getIfPresent(key.epoch());
        return cached != null ? cached : epochAead(store.epoch(key.epoch()).orElseThrow(() -> lost(key)));
    }

    private static byte[] epochAad(long id) {
        return Canonical.of("waxseal/1/epoch-key", Long.toString(id));
    }

    private static byte[] keyAad(KeyName name, int version) {
        return Canonical.of(
                "waxseal/1/wrapped-key",
                name.tenant(),
                name.kind().name(),
                name.name(),
                Integer.toString(version).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] wrap(Aead aead, byte[] key, byte[] associatedData) {
        try {
            return aead.encrypt(key, associatedData);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to encrypt", e);
        }
    }

    private static byte[] unwrap(Aead aead, byte[] wrapped, byte[] associatedData, KeyName name) {
        try {
            return aead.decrypt(wrapped, associatedData);
        } catch (GeneralSecurityException e) {
            throw new IntegrityException(
                    "the " + name + " does not unwrap: its row was altered or moved; restore the key store", e);
        }
    }
}
