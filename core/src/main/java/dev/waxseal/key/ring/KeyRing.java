package dev.waxseal.key.ring;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.prf.Prf;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.IntegrityException;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Cache<KeyName, LiveKey> keys;
    private final Cache<CompartmentKeyName, CompartmentKey> compartmentKeys;
    private final Cache<CompartmentKeyName, MediaKey> mediaKeys;
    private final Cache<String, Prf> functions;
    /** Subjects erased in this process: what a concurrent call has read before must not come back into the caches. */
    private final Cache<String, Boolean> erasedHere;

    /** Runs work in a transaction of its own. */
    @FunctionalInterface
    public interface Separately {
        <R> R run(Supplier<R> work);
    }

    /** A key's bytes and version; the bytes never leave this class but to be derived from. */
    private record LiveKey(int version, byte[] bytes) {}

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
        this.keys = bounded(cachedKeys, half);
        this.compartmentKeys = bounded(cachedKeys, half);
        this.mediaKeys = bounded(cachedKeys, half);
        this.functions = bounded(cachedKeys, half);
        this.erasedHere = bounded(cachedKeys, cacheLifetime);
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

    /** The keyed function of a blind index, and the version of its key. */
    public Prf indexFunction(String recordType, String field) {
        return function(new KeyName(tenant, KeyKind.INDEX, recordType + "/" + field));
    }

    /** The keyed function that links the audit trail. */
    public Prf auditFunction() {
        return function(new KeyName(tenant, KeyKind.AUDIT, "trail"));
    }

    private Prf function(KeyName name) {
        Prf cached = functions.getIfPresent(name.kind() + "/" + name.name());
        if (cached != null) {
            return cached;
        }
        Prf made = Cryptography.prf(findOrMake(name).bytes().clone());
        functions.put(name.kind() + "/" + name.name(), made);
        return made;
    }

    /** The key to seal under: the subject's key and the day's are made where there is none yet. */
    public CompartmentKey toSeal(String subject, Optional<LocalDate> expiryDay, String recordType) {
        CompartmentKeyName name = new CompartmentKeyName(subject, expiryDay, recordType);
        CompartmentKey cached = compartmentKeys.getIfPresent(name);
        if (cached != null) {
            return cached;
        }
        LiveKey subjectKey = findOrMake(subjectKeyName(subject));
        LiveKey expiryKey = findOrMake(expiryKeyName(expiryDay));
        return derive(name, subjectKey, expiryKey);
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
        LiveKey subjectKey = find(subjectKeyName(subject)).orElseThrow(() -> unknown(subjectKeyName(subject)));
        LiveKey expiryKey = find(expiryKeyName(expiryDay)).orElseThrow(() -> unknown(expiryKeyName(expiryDay)));
        return derive(name, subjectKey, expiryKey);
    }

    /** The keys to seal media under, made where there are none yet, as in {@link #toSeal}. */
    public MediaKey mediaToSeal(String subject, Optional<LocalDate> expiryDay, String mediaType) {
        CompartmentKeyName name = new CompartmentKeyName(subject, expiryDay, mediaType);
        MediaKey cached = mediaKeys.getIfPresent(name);
        return cached != null
                ? cached
                : deriveMedia(name, findOrMake(subjectKeyName(subject)), findOrMake(expiryKeyName(expiryDay)));
    }

    /** The keys to open media with; throws what {@link #toOpen} throws. */
    public MediaKey mediaToOpen(String subject, Optional<LocalDate> expiryDay, String mediaType) {
        CompartmentKeyName name = new CompartmentKeyName(subject, expiryDay, mediaType);
        MediaKey cached = mediaKeys.getIfPresent(name);
        if (cached != null) {
            return cached;
        }
        LiveKey subjectKey = find(subjectKeyName(subject)).orElseThrow(() -> unknown(subjectKeyName(subject)));
        LiveKey expiryKey = find(expiryKeyName(expiryDay)).orElseThrow(() -> unknown(expiryKeyName(expiryDay)));
        return deriveMedia(name, subjectKey, expiryKey);
    }

    private MediaKey deriveMedia(CompartmentKeyName name, LiveKey subjectKey, LiveKey expiryKey) {
        byte[] stream = Cryptography.derive(
                subjectKey.bytes(), expiryKey.bytes(), Canonical.of(MEDIA_INFO, tenant, name.recordType()));
        byte[] description = Cryptography.derive(
                subjectKey.bytes(), expiryKey.bytes(), Canonical.of(MEDIA_DESCRIPTION_INFO, tenant, name.recordType()));
        MediaKey key = new MediaKey(
                subjectKey.version(),
                Cryptography.streaming(stream, MEDIA_HEADER_BYTES),
                Cryptography.aead(description));
        mediaKeys.put(name, key);
        if (erasedHere.getIfPresent(name.subject()) != null) {
            drop(name.subject());
            throw erased(name.subject());
        }
        return key;
    }

    private static IntegrityException unknown(KeyName name) {
        return new IntegrityException("the key store has no " + name
                + ": the record belongs to another database, or the key store was restored from a time before it");
    }

    private CompartmentKey derive(CompartmentKeyName name, LiveKey subjectKey, LiveKey expiryKey) {
        byte[] info = Canonical.of(COMPARTMENT_INFO, tenant, name.recordType());
        byte[] derived = Cryptography.derive(subjectKey.bytes(), expiryKey.bytes(), info);
        CompartmentKey key = new CompartmentKey(subjectKey.version(), Cryptography.aead(derived));
        compartmentKeys.put(name, key);
        if (erasedHere.getIfPresent(name.subject()) != null) {
            drop(name.subject());
            throw erased(name.subject());
        }
        return key;
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

    /** Drops the subject's keys from this process's caches. */
    public void forget(String subject) {
        erasedHere.put(subject, true);
        drop(subject);
    }

    private void drop(String subject) {
        keys.invalidate(subjectKeyName(subject));
        compartmentKeys.asMap().keySet().removeIf(name -> name.subject().equals(subject));
        mediaKeys.asMap().keySet().removeIf(name -> name.subject().equals(subject));
    }

    private KeyName subjectKeyName(String subject) {
        return new KeyName(tenant, KeyKind.SUBJECT, subject);
    }

    private KeyName expiryKeyName(Optional<LocalDate> day) {
        return new KeyName(tenant, KeyKind.EXPIRY, day.map(LocalDate::toString).orElse(NO_EXPIRY));
    }

    private Optional<LiveKey> find(KeyName name) {
        LiveKey cached = keys.getIfPresent(name);
        if (cached != null) {
            return Optional.of(cached);
        }
        return store.find(name).map(this::unwrap);
    }

    private LiveKey findOrMake(KeyName name) {
        return find(name).orElseGet(() -> make(name));
    }

    private LiveKey make(KeyName name) {
        byte[] bytes = new byte[Cryptography.KEY_BYTES];
        random.nextBytes(bytes);
        try {
            StoredEpoch epoch = newestEpoch();
            while (true) {
                StoredKey candidate = new StoredKey(
                        name,
                        1,
                        epoch.id(),
                        wrap(epochAead(epoch), bytes, keyAad(name, 1)),
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

    private LiveKey unwrap(StoredKey stored) {
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
        StoredEpoch epoch = store.epoch(stored.epoch()).orElseThrow(() -> lost(stored));
        LiveKey live = new LiveKey(
                stored.version(), unwrap(epochAead(epoch), stored.wrapped(), keyAad(name, stored.version()), name));
        keys.put(name, live);
        return live;
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
        StoredEpoch from = store.epoch(key.epoch()).orElseThrow(() -> lost(key));
        byte[] associatedData = keyAad(key.name(), key.version());
        byte[] bytes = unwrap(epochAead(from), key.wrapped(), associatedData, key.name());
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

    /**
     * Finds the keys of several records or makes them, with a bounded number of statements, new ones in one transaction of
     * their own. They stay out of the caches, so that a bulk job doesn't drive out what the application uses.
     *
     * @param subjects the subjects' references
     * @param days the expiry days
     * @param asked whether to ask the key store itself for every subject, as {@link #requireLive} does
     */
    public Prepared prepare(Collection<String> subjects, Collection<Optional<LocalDate>> days, boolean asked) {
        Set<KeyName> names = new LinkedHashSet<>();
        // In one order for all, so that no two processes that add the same keys wait for each other.
        subjects.stream().sorted().map(this::subjectKeyName).forEach(names::add);
        days.stream()
                .map(this::expiryKeyName)
                .sorted(Comparator.comparing(KeyName::name))
                .forEach(names::add);
        Map<KeyName, LiveKey> live = new HashMap<>();
        List<KeyName> unknown = new ArrayList<>();
        for (KeyName name : names) {
            LiveKey cached = asked && name.kind() == KeyKind.SUBJECT ? null : keys.getIfPresent(name);
            if (cached == null) {
                unknown.add(name);
            } else {
                live.put(name, cached);
            }
        }
        Prepared prepared = new Prepared(live);
        prepared.find(unknown);
        return prepared;
    }

    /** The keys of several records. Not thread safe. */
    public final class Prepared {
        private final Map<KeyName, LiveKey> live;
        private final Map<KeyName, StoredKey> destroyed = new HashMap<>();
        private final Map<Long, Aead> epochKeys = new HashMap<>();

        private Prepared(Map<KeyName, LiveKey> live) {
            this.live = live;
        }

        private void find(List<KeyName> names) {
            for (int from = 0; from < names.size(); from += KeyStore.MOST_KEYS) {
                List<KeyName> some = names.subList(from, Math.min(from + KeyStore.MOST_KEYS, names.size()));
                Set<KeyName> missing = new LinkedHashSet<>(some);
                for (StoredKey stored : store.findAll(some)) {
                    missing.remove(stored.name());
                    take(stored, new byte[0]);
                }
                if (!missing.isEmpty()) {
                    make(missing);
                }
            }
        }

        private void make(Set<KeyName> names) {
            Map<KeyName, byte[]> made = new LinkedHashMap<>();
            try {
                for (KeyName name : names) {
                    byte[] bytes = new byte[Cryptography.KEY_BYTES];
                    random.nextBytes(bytes);
                    made.put(name, bytes);
                }
                StoredEpoch epoch = newestEpoch();
                while (true) {
                    Map<KeyName, StoredKey> candidates = wrapped(made, epoch);
                    try {
                        for (StoredKey stored :
                                separately.run(() -> store.addAllIfAbsent(List.copyOf(candidates.values())))) {
                            StoredKey candidate = candidates.get(stored.name());
                            boolean ours = candidate != null
                                    && stored.live()
                                    && Arrays.equals(candidate.wrapped(), stored.wrapped());
                            take(stored, ours ? made.getOrDefault(stored.name(), new byte[0]) : new byte[0]);
                        }
                        return;
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
                made.values().forEach(bytes -> Arrays.fill(bytes, (byte) 0));
            }
        }

        private Map<KeyName, StoredKey> wrapped(Map<KeyName, byte[]> made, StoredEpoch epoch) {
            Aead aead = epochAead(epoch);
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            Map<KeyName, StoredKey> candidates = new LinkedHashMap<>();
            made.forEach((name, bytes) -> candidates.put(
                    name,
                    new StoredKey(name, 1, epoch.id(), wrap(aead, bytes, keyAad(name, 1)), now, Optional.empty())));
            return candidates;
        }

        /** Notes a key; its bytes where they are known, empty where they have to be unwrapped. */
        private void take(StoredKey stored, byte[] known) {
            if (!stored.live()) {
                destroyed.put(stored.name(), stored);
                return;
            }
            byte[] bytes = known.length > 0
                    ? known.clone()
                    : KeyRing.unwrap(
                            epochKeys.computeIfAbsent(
                                    stored.epoch(),
                                    id -> epochAead(store.epoch(id).orElseThrow(() -> lost(stored)))),
                            stored.wrapped(),
                            keyAad(stored.name(), stored.version()),
                            stored.name());
            live.put(stored.name(), new LiveKey(stored.version(), bytes));
        }

        /**
         * The key to seal under.
         *
         * @throws SubjectErasedException when the subject's key is destroyed
         * @throws DataExpiredException when the day's key is destroyed
         */
        public CompartmentKey toSeal(String subject, Optional<LocalDate> expiryDay, String recordType) {
            LiveKey subjectKey = key(subjectKeyName(subject));
            LiveKey expiryKey = key(expiryKeyName(expiryDay));
            if (erasedHere.getIfPresent(subject) != null) {
                throw erased(subject);
            }
            byte[] info = Canonical.of(COMPARTMENT_INFO, tenant, recordType);
            return new CompartmentKey(
                    subjectKey.version(),
                    Cryptography.aead(Cryptography.derive(subjectKey.bytes(), expiryKey.bytes(), info)));
        }

        private LiveKey key(KeyName name) {
            LiveKey key = live.get(name);
            if (key != null) {
                return key;
            }
            StoredKey gone = destroyed.get(name);
            // What was not prepared is found or made alone; what is destroyed says so.
            return gone == null ? findOrMake(name) : unwrap(gone);
        }
    }
}
