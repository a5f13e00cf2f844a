package dev.waxseal.key;

import java.nio.file.Path;
import java.util.Set;

/**
 * Where the root key lives, outside the database: an SPI for key services. It only ever wraps epoch keys: one call for
 * each epoch and process. Implementations are thread safe.
 *
 * <p>Every method throws {@link dev.waxseal.error.KeyUnavailableException} when the key can't be reached or isn't there,
 * and changes nothing then.
 */
public interface RootKeys extends AutoCloseable {

    /**
     * What this is, for messages.
     *
     * @return kind and place, never a secret
     */
    String name();

    /**
     * The version that new epoch keys are wrapped under.
     *
     * @return an opaque id, unique among all root keys
     */
    String currentVersion();

    /**
     * Wraps a key.
     *
     * @param version the version to wrap under
     * @param key the key, 32 bytes
     * @param associatedData what the wrapped key is bound to
     * @return the wrapped key
     */
    byte[] wrap(String version, byte[] key, byte[] associatedData);

    /**
     * Unwraps a key.
     *
     * @param version the version that it was wrapped under
     * @param wrapped the wrapped key
     * @param associatedData what it was bound to
     * @return the key; the caller may overwrite it
     * @throws dev.waxseal.error.IntegrityException when it doesn't verify
     */
    byte[] unwrap(String version, byte[] wrapped, byte[] associatedData);

    /**
     * Adds a version and makes it the current one. What was wrapped before can still be unwrapped.
     *
     * @return the new version
     */
    String rotate();

    /**
     * Destroys a version for good: nothing that is wrapped under it can be unwrapped again. Does nothing to one already
     * destroyed.
     *
     * @param version the version
     * @throws dev.waxseal.error.InvalidInputException when it is the current one
     */
    void destroy(String version);

    /**
     * The versions that can still unwrap.
     *
     * @return their ids
     */
    Set<String> versions();

    /**
     * A local key file, protected by a passphrase. Made where there is none.
     *
     * @param file the file; its directory must exist
     * @param passphrase at least 12 characters; copied, so the caller may overwrite it
     * @return the root keys in the file
     * @throws dev.waxseal.error.KeyUnavailableException when the passphrase is wrong or others may read the file
     * @throws dev.waxseal.error.IntegrityException when the file is cut short, altered or not a key file
     */
    static RootKeys local(Path file, char[] passphrase) {
        try (KeyFileProtection protection = KeyFileProtection.passphrase(passphrase)) {
            return local(file, protection);
        }
    }

    /**
     * A local key file. Made where there is none.
     *
     * @param file the file; its directory must exist
     * @param protection what the file is encrypted under
     * @return the root keys in the file
     * @throws dev.waxseal.error.KeyUnavailableException when the protection is wrong or others may read the file
     * @throws dev.waxseal.error.IntegrityException when the file is cut short, altered or not a key file
     */
    static RootKeys local(Path file, KeyFileProtection protection) {
        return LocalRootKeys.open(file, protection);
    }

    /** Overwrites key material in memory. */
    @Override
    void close();

    /**
     * How the place of the root keys looks from this process. Makes no call, takes no lock for long and throws nothing.
     *
     * @return its state, as of now; unknown where an implementation doesn't watch it
     */
    default RootKeysState state() {
        return new RootKeysState.Unknown();
    }
}
