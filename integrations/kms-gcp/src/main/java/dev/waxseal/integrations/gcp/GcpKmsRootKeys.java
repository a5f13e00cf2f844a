package dev.waxseal.integrations.gcp;

import com.google.api.services.cloudkms.v1.CloudKMS.Projects.Locations.KeyRings.CryptoKeys;
import com.google.api.services.cloudkms.v1.model.CryptoKey;
import com.google.api.services.cloudkms.v1.model.CryptoKeyVersion;
import com.google.api.services.cloudkms.v1.model.DestroyCryptoKeyVersionRequest;
import com.google.api.services.cloudkms.v1.model.ListCryptoKeyVersionsResponse;
import com.google.api.services.cloudkms.v1.model.UpdateCryptoKeyPrimaryVersionRequest;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.integration.gcpkms.GcpKmsAead;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.integrations.gcp.KmsRefusedException.Refusal;
import dev.waxseal.integrations.remote.KeyWrapping;
import dev.waxseal.integrations.remote.ServiceGuard;
import dev.waxseal.integrations.remote.ServiceHealth;
import dev.waxseal.integrations.remote.TransientServiceException;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.RootKeysState;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Root keys in Google Cloud Key Management Service, through Tink's AEAD for it: the root key never leaves it. Each version is
 * a version of one crypto key of purpose {@code ENCRYPT_DECRYPT} and algorithm {@code GOOGLE_SYMMETRIC_ENCRYPTION}; its
 * primary version is the current one. The key must exist; no call makes it.
 *
 * <ul>
 *   <li><b>Rotating</b> makes a crypto key version, then makes it the primary one. Cut short in between, or run by two
 *       processes at once, it leaves an unused version, which {@link #versions} lists and {@link #destroy} takes.
 *   <li><b>Destroying</b> schedules the version for destruction. From then on it can't be used and isn't listed; until the
 *       key's {@code destroyScheduledDuration} is over (30 days unless the key was made with another), an administrator could
 *       still restore it. After that it is gone for good.
 *   <li><b>Version ids</b> hold the resource name of the version; KMS never uses a number again.
 *   <li><b>Wrong answers.</b> Each wrap names its version and checks that it was used; CRC32C guards both ways. What is wrapped
 *       holds a digest of the key, its version and the associated data within the ciphertext, and each wrap is opened once
 *       before it is returned (two requests).
 *   <li><b>Outages.</b> Requests have a time-out and are repeated, except the making of a version; a circuit breaker stops
 *       calling a service that keeps failing. {@link #state} and {@link #health} show it.
 * </ul>
 *
 * <p>Opening makes no call, so that a host can start during an outage. Thread safe.
 */
public final class GcpKmsRootKeys implements RootKeys {
    private static final String PREFIX = "gcp-kms:";
    private static final String VERSIONS = "/cryptoKeyVersions/";
    private static final int PAGE = 50;
    private static final int MAX_PAGES = 200;
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private final GcpKmsSettings settings;
    private final KmsTransport transport;
    private final ServiceGuard guard;
    private final KeyWrapping wrapping;
    private volatile boolean closed;

    private GcpKmsRootKeys(GcpKmsSettings settings) {
        this.settings = settings;
        this.transport = new KmsTransport(settings);
        this.guard = new ServiceGuard(settings.name(), settings.guard());
        this.wrapping = new KeyWrapping(settings.name(), guard, settings.random());
    }

    /**
     * Opens the root keys. Makes no call yet.
     *
     * @param settings which crypto key, and how it is reached
     * @return the root keys
     */
    public static GcpKmsRootKeys open(GcpKmsSettings settings) {
        return new GcpKmsRootKeys(settings);
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
    public RootKeysState state() {
        return guard.state();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String currentVersion() {
        CryptoKey key = key();
        CryptoKeyVersion primary = key.getPrimary();
        if (primary == null) {
            throw new KeyUnavailableException(name() + " has no primary version: rotate to make one");
        }
        if (!"ENABLED".equals(primary.getState())) {
            throw new KeyUnavailableException(
                    name() + " has a primary version that is not enabled: enable it, or rotate to make another");
        }
        return PREFIX + primary.getName();
    }

    private CryptoKey key() {
        CryptoKey key = call("reading the key", true, () -> {
            CryptoKey found = keys("").get(settings.cryptoKey()).execute();
            CryptoKeyVersion primary = found.getPrimary();
            if (!settings.cryptoKey().equals(found.getName()) || (primary != null && !isOurs(primary.getName()))) {
                throw notKms();
            }
            return found;
        });
        if (!"ENCRYPT_DECRYPT".equals(key.getPurpose())) {
            throw new KeyUnavailableException(
                    name() + " is for another purpose than ENCRYPT_DECRYPT, and so can't be a root"
                            + " key: make one with that purpose");
        }
        if (Boolean.TRUE.equals(key.getImportOnly())
                || (key.getPrimary() != null && key.getPrimary().getImportJob() != null)) {
            throw new KeyUnavailableException(
                    name() + " has imported key material, which can be imported again after it was"
                            + " destroyed, and so can't be a root key: make one whose material KMS makes");
        }
        return key;
    }

    /** {@inheritDoc} Two requests: the second opens what the first wrapped. */
    @Override
    public byte[] wrap(String version, byte[] key, byte[] associatedData) {
        return wrapping.wrap(version, key, associatedData, cipher(version));
    }

    @Override
    public byte[] unwrap(String version, byte[] wrapped, byte[] associatedData) {
        return wrapping.unwrap(version, wrapped, associatedData, cipher(version));
    }

    private KeyWrapping.VersionCipher cipher(String version) {
        String resource = resource(version);
        requireOpen();
        CheckedCloudKms kms = new CheckedCloudKms(transport, resource);
        // KMS encrypts under a version that is named, but decrypts by the key alone: the ciphertext tells the version.
        return new TinkCipher(version, new GcpKmsAead(kms, resource), new GcpKmsAead(kms, settings.cryptoKey()));
    }

    /** Tink's AEADs for one version. */
    private final class TinkCipher implements KeyWrapping.VersionCipher {
        private final String version;
        private final Aead encryption;
        private final Aead decryption;

        private TinkCipher(String version, Aead encryption, Aead decryption) {
            this.version = version;
            this.encryption = encryption;
            this.decryption = decryption;
        }

        @Override
        public byte[] encrypt(byte[] plaintext, byte[] context) {
            try {
                return encryption.encrypt(plaintext, context);
            } catch (KmsRefusedException e) {
                throw refused("wrapping a key", e);
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // What can't be read may hold a key.
                throw notKms();
            }
        }

        @Override
        public byte[] decrypt(byte[] ciphertext, byte[] context) {
            try {
                return decryption.decrypt(ciphertext, context);
            } catch (KmsRefusedException e) {
                if (e.refusal == Refusal.NOT_AUTHENTIC) {
                    throw new IntegrityException("a key does not verify under root key version " + version + " of "
                            + name() + ": it was altered, moved, or wrapped for something else. Restore the key store");
                }
                throw refused("unwrapping a key", e);
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // What can't be read may hold a key.
                throw notKms();
            }
        }

        private KeyUnavailableException refused(String operation, KmsRefusedException e) {
            return e.refusal == Refusal.UNUSABLE
                    ? new KeyUnavailableException("root key version " + version + " of " + name()
                            + " can't be used: it is disabled, or was destroyed")
                    : GcpKmsRootKeys.this.refused(operation, e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The request that makes the version isn't repeated: if its answer is lost, an unused version may be left.
     */
    @Override
    public String rotate() {
        key();
        CryptoKeyVersion made = call("making a version", false, () -> {
            CryptoKeyVersion version = keys("").cryptoKeyVersions()
                    .create(settings.cryptoKey(), new CryptoKeyVersion())
                    .execute();
            if (!isOurs(version.getName())) {
                throw notKms();
            }
            return version;
        });
        String resource = made.getName();
        if (!"ENABLED".equals(made.getState())) {
            // A hardware module may take a moment.
            call("waiting for the new version", true, () -> {
                if (!"ENABLED".equals(version(resource).getState())) {
                    throw new TransientServiceException("the new version is not enabled yet");
                }
                return true;
            });
        }
        String number = resource.substring(resource.lastIndexOf('/') + 1);
        call(
                "making the new version the primary one",
                true,
                () -> keys("").updatePrimaryVersion(
                                settings.cryptoKey(),
                                new UpdateCryptoKeyPrimaryVersionRequest().setCryptoKeyVersionId(number))
                        .execute());
        return PREFIX + resource;
    }

    private CryptoKeyVersion version(String resource) throws IOException {
        CryptoKeyVersion version = keys("").cryptoKeyVersions().get(resource).execute();
        if (!resource.equals(version.getName()) || version.getState() == null) {
            throw notKms();
        }
        return version;
    }

    /**
     * Schedules a version for destruction. It can't be used from then on, and isn't listed any more; KMS destroys it for good
     * once the key's {@code destroyScheduledDuration} is over, and until then an administrator could restore it. Does nothing
     * to one already scheduled or destroyed.
     *
     * @param version the version
     * @throws InvalidInputException when it is the current one
     */
    @Override
    public void destroy(String version) {
        String resource = resource(version);
        CryptoKeyVersion primary = key().getPrimary();
        if (primary != null && resource.equals(primary.getName())) {
            throw new InvalidInputException("root key version " + version + " is the current one of " + name()
                    + ": rotate, and rewrap what it wraps, before destroying it");
        }
        if (destroyed(resource)) {
            return;
        }
        try {
            guarded(
                    "destroying a version",
                    true,
                    () -> keys("").cryptoKeyVersions()
                            .destroy(resource, new DestroyCryptoKeyVersionRequest())
                            .execute());
        } catch (KmsRefusedException e) {
            // A repeated request finds it scheduled; what it is now decides.
            if (e.refusal != Refusal.UNUSABLE) {
                throw refused("destroying a version", e);
            }
        }
        if (!destroyed(resource)) {
            throw new KeyUnavailableException(
                    name() + " said that it destroyed version " + version + ", but still has it. Try again");
        }
    }

    /** A version that isn't listed any more was destroyed before: KMS deletes no others. */
    private boolean destroyed(String resource) {
        try {
            String state = guarded(
                    "looking at a version", true, () -> version(resource).getState());
            return state.equals("DESTROYED") || state.equals("DESTROY_SCHEDULED");
        } catch (KmsRefusedException e) {
            if (e.refusal == Refusal.NOT_FOUND) {
                return true;
            }
            throw refused("looking at a version", e);
        }
    }

    @Override
    public Set<String> versions() {
        Set<String> versions = new LinkedHashSet<>();
        @Nullable String token = null;
        for (int page = 0; page < MAX_PAGES; page++) {
            String next = token;
            ListCryptoKeyVersionsResponse answer = call("listing the versions", true, () -> {
                CryptoKeys.CryptoKeyVersions.List request =
                        keys("").cryptoKeyVersions().list(settings.cryptoKey()).setPageSize(PAGE);
                return (next == null ? request : request.setPageToken(next)).execute();
            });
            List<CryptoKeyVersion> listed = answer.getCryptoKeyVersions();
            for (CryptoKeyVersion version : listed == null ? List.<CryptoKeyVersion>of() : listed) {
                if ("ENABLED".equals(version.getState()) && isOurs(version.getName())) {
                    versions.add(PREFIX + version.getName());
                }
            }
            token = answer.getNextPageToken();
            if (token == null || token.isEmpty()) {
                return versions;
            }
        }
        throw new KeyUnavailableException(name() + ": the list of versions doesn't end, or is longer than "
                + MAX_PAGES * PAGE + ". See to the service, or use another key");
    }

    private CryptoKeys keys(String version) {
        return new CheckedCloudKms(transport, version)
                .projects()
                .locations()
                .keyRings()
                .cryptoKeys();
    }

    private boolean isOurs(@Nullable String resource) {
        String prefix = settings.cryptoKey() + VERSIONS;
        return resource != null
                && resource.startsWith(prefix)
                && NUMBER.matcher(resource.substring(prefix.length())).matches();
    }

    private String resource(String version) {
        String resource = version.startsWith(PREFIX) ? version.substring(PREFIX.length()) : "";
        if (!isOurs(resource)) {
            throw new KeyUnavailableException("root key version " + version + " is not one of " + name()
                    + ": open the root keys that it belongs to");
        }
        return resource;
    }

    @FunctionalInterface
    private interface Call<T> {
        T make() throws IOException;
    }

    private <T> T call(String operation, boolean repeatable, Call<T> call) {
        try {
            return guarded(operation, repeatable, call);
        } catch (KmsRefusedException e) {
            throw refused(operation, e);
        }
    }

    private <T> T guarded(String operation, boolean repeatable, Call<T> call) {
        requireOpen();
        Supplier<T> attempt = () -> {
            try {
                return call.make();
            } catch (IOException | IllegalArgumentException e) {
                // What can't be read goes into no message.
                throw notKms();
            }
        };
        return repeatable ? guard.idempotent(operation, attempt) : guard.once(operation, attempt);
    }

    /** For an answer that can't be KMS's. */
    static TransientServiceException notKms() {
        return new TransientServiceException("it answered something that isn't an answer of KMS");
    }

    private KeyUnavailableException refused(String operation, KmsRefusedException e) {
        return new KeyUnavailableException(
                name() + " refused " + operation + " (HTTP " + e.status + "): " + e.refusal.remedy);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the root keys in " + name() + " are closed");
        }
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
