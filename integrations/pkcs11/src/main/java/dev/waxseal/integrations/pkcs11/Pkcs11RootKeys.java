package dev.waxseal.integrations.pkcs11;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.RootKeysState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Root keys in a hardware security module, or another token of PKCS#11 (OASIS, from 2.40 on), through the JDK's provider
 * SunPKCS11. Each version is an AES-256 key that the token made and that never leaves it ({@code CKA_SENSITIVE}, not {@code
 * CKA_EXTRACTABLE}), used for AES-GCM ({@code CKM_AES_GCM}, NIST SP 800-38D) with 96-bit random nonces and 128-bit tags.
 *
 * <p>Versions are told by the label of the key ({@code CKA_LABEL}): {@code label:number:random}. The highest number is the
 * current one; should two processes rotate at one moment, both keys stay usable and the random part decides. There is no
 * version in an empty token: the first {@link #rotate} makes it.
 *
 * <p>The token is looked at for each call, so that versions which another process added or destroyed are known at once.
 * Calls into the maker's library can't be interrupted and have no time-out; a network HSM's client has its own settings for
 * that. A PIN that the token refused isn't tried again by this object, since tokens lock after a few tries.
 *
 * <p>PKCS#11 logs in a whole process: closing doesn't log out, as others in it may use the token.
 *
 * <p>Thread safe; one call at a time.
 */
public final class Pkcs11RootKeys implements RootKeys {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int UNIQUE_BYTES = 6;
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final String PREFIX = "pkcs11:";

    private final ReentrantLock lock = new ReentrantLock();
    private final Pkcs11Settings settings;
    private final Provider provider;
    private final Pattern labels;
    private @Nullable KeyStore keyStore;
    private boolean pinRefused;
    private boolean closed;
    private volatile RootKeysState state = new RootKeysState.Unknown();

    private Pkcs11RootKeys(Pkcs11Settings settings, Provider provider) {
        this.settings = settings;
        this.provider = provider;
        this.labels = Pattern.compile(
                Pattern.quote(settings.label()) + ":([1-9][0-9]{0,8}):[0-9a-f]{" + 2 * UNIQUE_BYTES + "}");
    }

    /**
     * Opens the root keys and logs in to the token.
     *
     * @param settings which token, and under which label
     * @return the root keys
     * @throws KeyUnavailableException if the library can't be loaded, the slot has no token, or the PIN is refused
     */
    public static Pkcs11RootKeys open(Pkcs11Settings settings) {
        Pkcs11RootKeys keys = new Pkcs11RootKeys(settings, provider(settings));
        keys.locked("logging in", store -> true);
        return keys;
    }

    private static Provider provider(Pkcs11Settings settings) {
        if (!Files.isReadable(settings.library())) {
            throw new KeyUnavailableException(
                    "there is no PKCS#11 library at " + settings.library() + ": install it, or correct its path");
        }
        Provider sun = Security.getProvider("SunPKCS11");
        if (sun == null) {
            throw new KeyUnavailableException(
                    "this JDK has no provider SunPKCS11: add the module jdk.crypto.cryptoki to the runtime image");
        }
        Provider configured;
        try {
            configured = sun.configure(settings.providerConfiguration());
        } catch (InvalidParameterException | ProviderException e) {
            throw new KeyUnavailableException(
                    settings.name() + " can't be opened: check library, slot and the maker's configuration", e);
        }
        if (configured.getService("KeyStore", "PKCS11") == null) {
            throw new KeyUnavailableException(
                    settings.name() + " can't be opened: there is no token in the slot. Insert or initialise it");
        }
        if (configured.getService("Cipher", TRANSFORMATION) == null) {
            throw new KeyUnavailableException(settings.name() + " can't be used: the token has no CKM_AES_GCM");
        }
        return configured;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String currentVersion() {
        return locked("reading the versions", store -> PREFIX + current(store));
    }

    private String current(KeyStore store) throws GeneralSecurityException {
        return newest(store)
                .orElseThrow(() -> new KeyUnavailableException(name()
                        + ": the token has no root key yet. Check the slot and the label; rotate to make the first"));
    }

    private Optional<String> newest(KeyStore store) throws GeneralSecurityException {
        SortedSet<String> present = present(store);
        return present.isEmpty() ? Optional.empty() : Optional.of(present.last());
    }

    /** The labels of our keys in the token, oldest first. */
    private SortedSet<String> present(KeyStore store) throws GeneralSecurityException {
        SortedSet<String> present =
                new TreeSet<>(Comparator.comparingInt(this::number).thenComparing(Comparator.naturalOrder()));
        for (String alias : Collections.list(store.aliases())) {
            if (labels.matcher(alias).matches() && store.isKeyEntry(alias)) {
                present.add(alias);
            }
        }
        return present;
    }

    private int number(String label) {
        Matcher matcher = labels.matcher(label);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a label of a root key");
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** {@inheritDoc} What was wrapped is opened once before it is returned. */
    @Override
    public byte[] wrap(String version, byte[] key, byte[] associatedData) {
        if (key.length != KEY_BYTES) {
            throw new InvalidInputException(
                    "a key to wrap has " + key.length + " bytes: root keys wrap keys of " + KEY_BYTES);
        }
        return locked("wrapping a key", store -> {
            SecretKey rootKey = key(store, version);
            byte[] nonce = new byte[NONCE_BYTES];
            settings.random().nextBytes(nonce);
            byte[] sealed = gcm(Cipher.ENCRYPT_MODE, rootKey, nonce, version, associatedData)
                    .doFinal(key);
            byte[] wrapped = ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            byte[] opened = unwrapped(rootKey, version, wrapped, associatedData);
            boolean same = MessageDigest.isEqual(opened, key);
            Arrays.fill(opened, (byte) 0);
            if (!same) {
                throw new KeyUnavailableException(
                        name() + " wrapped another key than it was given: nothing was wrapped. See to the token");
            }
            return wrapped;
        });
    }

    @Override
    public byte[] unwrap(String version, byte[] wrapped, byte[] associatedData) {
        return locked("unwrapping a key", store -> {
            SecretKey rootKey = key(store, version);
            if (wrapped.length != NONCE_BYTES + KEY_BYTES + TAG_BYTES) {
                throw notAuthentic(version, null);
            }
            return unwrapped(rootKey, version, wrapped, associatedData);
        });
    }

    private byte[] unwrapped(SecretKey rootKey, String version, byte[] wrapped, byte[] associatedData)
            throws GeneralSecurityException {
        try {
            byte[] key = gcm(Cipher.DECRYPT_MODE, rootKey, Arrays.copyOf(wrapped, NONCE_BYTES), version, associatedData)
                    .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
            if (key.length != KEY_BYTES) {
                throw notAuthentic(version, null);
            }
            return key;
        } catch (AEADBadTagException e) {
            throw notAuthentic(version, e);
        }
    }

    private IntegrityException notAuthentic(String version, @Nullable Throwable cause) {
        String message = "a key does not verify under root key version " + version + " of " + name()
                + ": it was altered, moved, or wrapped for something else. Restore the key store";
        return cause == null ? new IntegrityException(message) : new IntegrityException(message, cause);
    }

    private Cipher gcm(int mode, SecretKey key, byte[] nonce, String version, byte[] associatedData)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(TRANSFORMATION, provider);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(context(version, associatedData));
        return cipher;
    }

    /** Each part with its length in front, in four bytes. */
    private static byte[] context(String version, byte[] associatedData) {
        byte[] use = "waxseal/1/root-key-wrap".getBytes(StandardCharsets.US_ASCII);
        byte[] id = version.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(3 * Integer.BYTES + use.length + id.length + associatedData.length)
                .putInt(use.length)
                .put(use)
                .putInt(id.length)
                .put(id)
                .putInt(associatedData.length)
                .put(associatedData)
                .array();
    }

    private SecretKey key(KeyStore store, String version) throws GeneralSecurityException {
        String label = label(version);
        Key key = present(store).contains(label) ? store.getKey(label, null) : null;
        if (key == null) {
            throw new KeyUnavailableException("root key version " + version + " is not in " + name()
                    + ": it was destroyed, or the token is another. Nothing that is wrapped under a destroyed version can be"
                    + " opened again");
        }
        if (!(key instanceof SecretKey secret) || secret.getEncoded() != null) {
            throw new KeyUnavailableException("root key version " + version + " of " + name()
                    + " can be extracted from the token, and so can't be a root key: rotate to make one that can't");
        }
        return secret;
    }

    private String label(String version) {
        String label = version.startsWith(PREFIX) ? version.substring(PREFIX.length()) : "";
        if (!labels.matcher(label).matches()) {
            throw new KeyUnavailableException("root key version " + version + " is not one of " + name()
                    + ": open the root keys that it belongs to");
        }
        return label;
    }

    /** {@inheritDoc} In an empty token, makes the first. */
    @Override
    public String rotate() {
        return locked("rotating", store -> {
            int next = Math.addExact(newest(store).map(this::number).orElse(0), 1);
            byte[] unique = new byte[UNIQUE_BYTES];
            settings.random().nextBytes(unique);
            String label = settings.label() + ":" + next + ":" + HexFormat.of().formatHex(unique);
            KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
            generator.init(KEY_BYTES * Byte.SIZE);
            SecretKey made = generator.generateKey();
            if (made.getEncoded() != null) {
                throw new KeyUnavailableException(
                        name() + ": the token makes keys that can be extracted. See to its configuration");
            }
            // Until here the key lives as long as the session: a crash leaves nothing behind.
            store.setKeyEntry(label, made, null, null);
            return PREFIX + label;
        });
    }

    @Override
    public void destroy(String version) {
        String label = label(version);
        locked("destroying a version", store -> {
            if (!present(store).contains(label)) {
                String newest = current(store);
                if (number(label) > number(newest)) {
                    throw new KeyUnavailableException("root key version " + version + " is not in " + name()
                            + ", and newer than all in it: the token is another, or an older copy");
                }
                return true;
            }
            if (label.equals(current(store))) {
                throw new InvalidInputException("root key version " + version + " is the current one of " + name()
                        + ": rotate, and rewrap what it wraps, before destroying it");
            }
            store.deleteEntry(label);
            return true;
        });
        boolean remains =
                locked("looking after destroying", store -> present(store).contains(label));
        if (remains) {
            throw new KeyUnavailableException(
                    name() + " said that it destroyed version " + version + ", but still has it. Try again");
        }
    }

    @Override
    public Set<String> versions() {
        return locked("reading the versions", store -> {
            Set<String> versions = new LinkedHashSet<>();
            present(store).forEach(label -> versions.add(PREFIX + label));
            return versions;
        });
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(KeyStore store) throws GeneralSecurityException;
    }

    /** Does something with a fresh look at the token. */
    private <T> T locked(String operation, Work<T> work) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException(name() + " are closed");
            }
            KeyStore store = fresh();
            state = new RootKeysState.Reachable(settings.clock().instant());
            return work.on(store);
        } catch (GeneralSecurityException | ProviderException e) {
            keyStore = null;
            failed(operation + " failed");
            throw new KeyUnavailableException(
                    name() + ": " + operation + " failed. See to the token, then try again", e);
        } finally {
            lock.unlock();
        }
    }

    private void failed(String reason) {
        Instant since = state instanceof RootKeysState.Unreachable earlier
                ? earlier.since()
                : settings.clock().instant();
        state = new RootKeysState.Unreachable(since, reason);
    }

    @Override
    public RootKeysState state() {
        return state;
    }

    private KeyStore fresh() throws GeneralSecurityException {
        if (pinRefused) {
            throw new KeyUnavailableException(
                    name() + ": the token refused the PIN. It isn't tried again, since tokens lock"
                            + " after a few tries: correct it, then open the root keys anew");
        }
        try (TokenPin pin = pin()) {
            KeyStore store = keyStore == null ? KeyStore.getInstance("PKCS11", provider) : keyStore;
            store.load(null, pin.characters());
            keyStore = store;
            return store;
        } catch (IOException e) {
            keyStore = null;
            pinRefused = refusesPin(e);
            failed(pinRefused ? "the token refused the PIN" : "the token can't be read");
            throw new KeyUnavailableException(
                    name()
                            + (pinRefused
                                    ? ": the token refused the PIN. It isn't tried again: correct it, then open the root keys anew"
                                    : ": the token can't be read. See to it, then try again"),
                    e);
        }
    }

    private TokenPin pin() {
        try {
            return settings.pin().get();
        } catch (RuntimeException e) {
            // Its message is the host's, and may quote the PIN.
            failed("the supplier of the PIN failed");
            throw new KeyUnavailableException(name() + ": the supplier of its PIN failed with "
                    + e.getClass().getName() + "; see to where the PIN comes from");
        }
    }

    private static boolean refusesPin(Throwable problem) {
        for (Throwable at = problem; at != null; at = at.getCause()) {
            if (at.getMessage() != null && at.getMessage().contains("CKR_PIN_")) {
                return true;
            }
        }
        return false;
    }

    /** Ends the use of these root keys. The process stays logged in to the token. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            keyStore = null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
