package dev.waxseal.integrations.vault;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.integrations.remote.KeyFrame;
import dev.waxseal.integrations.remote.ServiceGuard;
import dev.waxseal.integrations.remote.ServiceHealth;
import dev.waxseal.integrations.remote.TransientServiceException;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.RootKeysState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Root keys in the Transit secrets engine of HashiCorp Vault or OpenBao: the root key never leaves it. Each version of one
 * Transit key of type {@code aes256-gcm96} (or {@code chacha20-poly1305}) is a version of the root key. The key must exist,
 * must not be derived, exportable or allow plaintext backups; no call makes it.
 *
 * <p>Uses the HTTP API: {@code POST :mount/encrypt/:name} and {@code decrypt/:name} with {@code key_version} and {@code
 * associated_data}, {@code GET :mount/keys/:name}, {@code POST :mount/keys/:name/rotate}, {@code …/config} and {@code
 * …/trim}.
 *
 * <ul>
 *   <li><b>Destroying.</b> Transit can't delete one version, only all below a bound ({@code min_available_version}). So
 *       {@link #destroy} refuses a version while an older one exists. It first raises {@code min_decryption_version} and
 *       {@code min_encryption_version}, then trims. Vault's own storage snapshots keep what they hold: count them into the
 *       backup window.
 *   <li><b>Version ids</b> consist of namespace, mount, name, number and the second in which the version was made, so that
 *       a key which was deleted and made anew under its name isn't taken for the old one.
 *   <li><b>Wrong answers.</b> What is wrapped holds a digest of the key, its version and the associated data within the
 *       ciphertext, and each wrap is opened once before it is returned (two requests). A service or proxy that mixes up its
 *       answers is found out: no wrong key is ever returned.
 *   <li><b>Outages.</b> Requests have a time-out and are repeated, except {@link #rotate}; a circuit breaker stops calling a
 *       service that keeps failing. {@link #health} shows it. All of these end in {@link KeyUnavailableException}.
 * </ul>
 *
 * <p>Opening makes no call, so that a host can start during an outage. Thread safe.
 */
public final class VaultTransitRootKeys implements RootKeys {
    private static final int MAX_WRAPPED = 1_024;
    private static final Pattern CIPHERTEXT = Pattern.compile("vault:v([1-9][0-9]{0,8}):[A-Za-z0-9+/]{16,900}={0,2}");
    private static final Pattern NUMBER_AND_SECOND = Pattern.compile("([1-9][0-9]{0,8})@([0-9]{1,18})");

    private final VaultTransitSettings settings;
    private final TransitClient client;
    private final ServiceGuard guard;
    private final String prefix;
    private volatile boolean closed;

    private VaultTransitRootKeys(VaultTransitSettings settings) {
        this.settings = settings;
        this.client = new TransitClient(settings);
        this.guard = new ServiceGuard(settings.name(), settings.guard());
        this.prefix = "vault:" + settings.path() + "/";
    }

    /**
     * Opens the root keys. Makes no call yet.
     *
     * @param settings where the Transit key is and how it is reached
     * @return the root keys
     */
    public static VaultTransitRootKeys open(VaultTransitSettings settings) {
        return new VaultTransitRootKeys(settings);
    }

    /**
     * How the service looks from this process, for health endpoints and operators. Makes no call.
     *
     * @return its health, as of now
     */
    public ServiceHealth health() {
        return guard.health();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String currentVersion() {
        TransitKey key = key();
        return id(key, key.latest());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Two requests: the second opens what the first wrapped.
     */
    @Override
    public byte[] wrap(String version, byte[] key, byte[] associatedData) {
        if (key.length != KeyFrame.KEY_BYTES) {
            throw new InvalidInputException(
                    "a key to wrap has " + key.length + " bytes: root keys wrap keys of " + KeyFrame.KEY_BYTES);
        }
        int number = parse(version).number();
        String label = KeyFrame.label(settings.random());
        KeyFrame frame = KeyFrame.of(version, label, associatedData);
        byte[] framed = frame.enclose(key);
        try {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("plaintext", framed);
            members.put("associated_data", frame.context());
            members.put("key_version", number);
            String ciphertext = call(
                    "wrapping a key",
                    true,
                    () -> ciphertext(client.post("encrypt/" + settings.key(), members), number));
            byte[] opened;
            try {
                opened = decrypt("checking a wrapped key", version, ciphertext, frame);
            } catch (IntegrityException e) {
                throw new KeyUnavailableException(
                        name() + " can't open what it just wrapped: nothing was wrapped. See to the service", e);
            }
            boolean same = MessageDigest.isEqual(opened, key);
            Arrays.fill(opened, (byte) 0);
            if (!same) {
                throw new KeyUnavailableException(
                        name() + " wrapped another key than it was given: nothing was wrapped. See to the service");
            }
            return (label + ciphertext).getBytes(StandardCharsets.US_ASCII);
        } finally {
            Arrays.fill(framed, (byte) 0);
        }
    }

    private static String ciphertext(Map<?, ?> answer, int number) {
        if (answer.get("ciphertext") instanceof String ciphertext) {
            Matcher matcher = CIPHERTEXT.matcher(ciphertext);
            if (matcher.matches() && Integer.parseInt(matcher.group(1)) == number) {
                return ciphertext;
            }
        }
        throw TransitClient.notTransit();
    }

    @Override
    public byte[] unwrap(String version, byte[] wrapped, byte[] associatedData) {
        int number = parse(version).number();
        boolean fits = wrapped.length > KeyFrame.LABEL_CHARACTERS && wrapped.length <= MAX_WRAPPED;
        String text = fits ? new String(wrapped, StandardCharsets.ISO_8859_1) : "";
        String label = fits ? text.substring(0, KeyFrame.LABEL_CHARACTERS) : "";
        Matcher matcher = CIPHERTEXT.matcher(fits ? text.substring(KeyFrame.LABEL_CHARACTERS) : "");
        if (!KeyFrame.isLabel(label) || !matcher.matches() || Integer.parseInt(matcher.group(1)) != number) {
            requireOpen();
            throw new IntegrityException("a wrapped key isn't a ciphertext of version " + version + " of " + name()
                    + ": it was altered or moved. Restore the key store");
        }
        return decrypt("unwrapping a key", version, matcher.group(), KeyFrame.of(version, label, associatedData));
    }

    private byte[] decrypt(String operation, String version, String ciphertext, KeyFrame frame) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("ciphertext", ciphertext);
        members.put("associated_data", frame.context());
        try {
            return guarded(operation, true, () -> {
                Map<?, ?> answer = client.post("decrypt/" + settings.key(), members);
                if (!(answer.get("plaintext") instanceof byte[] framed)) {
                    throw TransitClient.notTransit();
                }
                try {
                    return frame.open(framed)
                            .orElseThrow(() -> new TransientServiceException(
                                    "it answered a key that isn't the one that was asked for"));
                } finally {
                    Arrays.fill(framed, (byte) 0);
                }
            });
        } catch (TransitClient.RefusedException e) {
            switch (e.refusal) {
                case NOT_AUTHENTIC -> {
                    requireSameKey(version);
                    throw new IntegrityException("a key does not verify under root key version " + version + " of "
                            + name() + ": it was altered, moved, or wrapped for something else. Restore the key store");
                }
                case VERSION_GONE ->
                    throw new KeyUnavailableException("root key version " + version + " of " + name()
                            + " was destroyed, or is below its min_decryption_version: what is wrapped under it can't be"
                            + " opened, unless that bound is lowered before a trim");
                case OTHER -> throw refused(operation, e);
            }
            throw refused(operation, e);
        }
    }

    /** A key that was deleted and made anew opens nothing of the old one's, but nothing was altered. */
    private void requireSameKey(String version) {
        Version parsed = parse(version);
        requireSameKey(key(), parsed, version);
    }

    private void requireSameKey(TransitKey key, Version parsed, String version) {
        Long made = key.made().get(parsed.number());
        boolean unknown = parsed.number() > key.latest();
        if (unknown || (made != null && made != parsed.second())) {
            throw new KeyUnavailableException("root key version " + version + " is not in " + name()
                    + ": the Transit key was deleted and made anew, or restored from before that version. Restore it");
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The request isn't repeated. If its answer is lost, the version may have been added all the same; that does no harm.
     */
    @Override
    public String rotate() {
        int before = key().latest();
        call("rotating", false, () -> {
            client.command("keys/" + settings.key() + "/rotate", Map.of());
            return true;
        });
        TransitKey after = key();
        if (after.latest() <= before) {
            throw new KeyUnavailableException(
                    name() + " said that it rotated, but has no new version. Try again, and see" + " to the service");
        }
        return id(after, after.latest());
    }

    /**
     * Destroys the oldest version for good. Does nothing to one already destroyed.
     *
     * @param version the version
     * @throws InvalidInputException when it is the current one, or an older one still exists: Transit only deletes all
     *     versions below a bound. Nothing is changed then; see {@link #destroyThrough}
     */
    @Override
    public void destroy(String version) {
        destroy(version, false);
    }

    /**
     * Destroys a version and all older ones for good: for operators, where a version that nothing is wrapped under (left by
     * a rotation that was cut short, or by two at once) stands before the one to be destroyed. Make sure first that no epoch
     * and no other application still needs any of them; what is wrapped under them is lost.
     *
     * @param version the newest one to destroy
     * @throws InvalidInputException when it is the current one
     * @throws KeyUnavailableException when the service is out of reach
     */
    public void destroyThrough(String version) {
        destroy(version, true);
    }

    private void destroy(String version, boolean olderToo) {
        Version parsed = parse(version);
        TransitKey key = key();
        requireSameKey(key, parsed, version);
        int number = parsed.number();
        if (number < key.oldest()) {
            return;
        }
        if (number == key.latest()) {
            throw new InvalidInputException("root key version " + version + " is the current one of " + name()
                    + ": rotate, and rewrap what it wraps, before destroying it");
        }
        if (number > key.oldest() && !olderToo) {
            throw new InvalidInputException(
                    "root key version " + version + " of " + name() + " can't be destroyed while"
                            + " older ones exist, since Transit only deletes all versions below one: destroy versions from "
                            + key.oldest()
                            + " on first, oldest first; or, if nothing is wrapped under them any more, all at once"
                            + " with destroyThrough");
        }
        int next = number + 1;
        Map<String, Integer> bounds = new LinkedHashMap<>();
        bounds.put("min_decryption_version", Math.max(key.minDecryption(), next));
        bounds.put("min_encryption_version", Math.max(key.minEncryption(), Math.max(key.minDecryption(), next)));
        call("raising the least version", true, () -> {
            client.command("keys/" + settings.key() + "/config", bounds);
            return true;
        });
        call("trimming", true, () -> {
            client.command("keys/" + settings.key() + "/trim", Map.of("min_available_version", next));
            return true;
        });
        if (key().oldest() < next) {
            throw new KeyUnavailableException(
                    name() + " said that it trimmed version " + version + ", but still has it. Try again");
        }
    }

    @Override
    public Set<String> versions() {
        TransitKey key = key();
        Set<String> ids = new LinkedHashSet<>();
        key.made().keySet().forEach(number -> ids.add(id(key, number)));
        return ids;
    }

    private TransitKey key() {
        TransitKey key = call(
                "reading the key's versions",
                true,
                () -> TransitKey.of(settings.key(), client.get("keys/" + settings.key()))
                        .orElseThrow(TransitClient::notTransit));
        key.fault().ifPresent(fault -> {
            throw new KeyUnavailableException(name() + " " + fault + ", and so can't be a root key: make one with type"
                    + " aes256-gcm96 that is neither derived nor exportable and allows no plaintext backup");
        });
        return key;
    }

    private String id(TransitKey key, int number) {
        return prefix + number + "@" + key.made().get(number);
    }

    private record Version(int number, long second) {}

    private Version parse(String version) {
        Matcher matcher =
                NUMBER_AND_SECOND.matcher(version.startsWith(prefix) ? version.substring(prefix.length()) : "");
        if (!matcher.matches()) {
            throw new KeyUnavailableException("root key version " + version + " is not one of " + name()
                    + ": open the root keys that it belongs to");
        }
        return new Version(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    private <T> T call(String operation, boolean repeatable, Supplier<T> call) {
        try {
            return guarded(operation, repeatable, call);
        } catch (TransitClient.RefusedException e) {
            throw refused(operation, e);
        }
    }

    private <T> T guarded(String operation, boolean repeatable, Supplier<T> call) {
        requireOpen();
        return repeatable ? guard.idempotent(operation, call) : guard.once(operation, call);
    }

    private KeyUnavailableException refused(String operation, TransitClient.RefusedException e) {
        String remedy = switch (e.status) {
            case 403 -> "check the token, the namespace and the policy";
            case 404 -> "check the mount and the name of the key, and make the key if there is none";
            default -> "check the key's versions and settings";
        };
        return new KeyUnavailableException(name() + " refused " + operation + " (HTTP " + e.status + "): " + remedy);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the root keys in " + name() + " are closed");
        }
    }

    @Override
    public RootKeysState state() {
        return guard.state();
    }

    /** Ends the use of these root keys. No key is held in memory between calls. */
    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return name();
    }
}
