package dev.waxseal.key;

import com.google.crypto.tink.subtle.Hkdf;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a local key file is encrypted under: a passphrase, or a key that something else keeps (a secret manager, an
 * orchestrator's environment).
 *
 * <p>Holds a copy of the secret, which {@link #close} overwrites; root keys that were opened with it don't need it any
 * more. Its text form is a placeholder. Thread safe.
 */
public abstract sealed class KeyFileProtection implements AutoCloseable {
    /** How many bytes a key has, in the environment or handed in: 256 bits. */
    static final int KEY_BYTES = 32;

    /** The shortest passphrase that a new file may have, in characters. */
    static final int MIN_PASSPHRASE_CHARACTERS = 12;

    private KeyFileProtection() {}

    /**
     * A passphrase, from which the file's key is derived by PBKDF2 with HMAC-SHA256 (RFC 8018, NIST SP 800-132), 600,000
     * iterations in a new file. Choose one that can't be guessed off line, such as six random words or more.
     *
     * @param passphrase at least 12 characters for a new file; copied, so the caller may overwrite it
     * @return the protection
     */
    public static KeyFileProtection passphrase(char[] passphrase) {
        return new Passphrase(passphrase.clone());
    }

    /**
     * An environment variable that holds 32 random bytes in Base64 (RFC 4648 section 4), as written by {@code head -c 32
     * /dev/urandom | base64}. It is read when the file is opened.
     *
     * @param variableName the variable's name
     * @return the protection
     */
    public static KeyFileProtection environment(String variableName) {
        return environment(variableName, System::getenv);
    }

    static KeyFileProtection environment(String variableName, Function<String, @Nullable String> environment) {
        return new Environment(variableName, environment);
    }

    /**
     * A key.
     *
     * @param key 32 bytes from a cryptographic random number generator; copied, so the caller may overwrite it
     * @return the protection
     * @throws InvalidInputException if it hasn't 32 bytes
     */
    public static KeyFileProtection key(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new InvalidInputException("the key that protects a key file has " + key.length
                    + " bytes: it must have " + KEY_BYTES + ", all of them random");
        }
        return new Key(key.clone());
    }

    /** Overwrites the secret. The protection can't be used again; what was opened with it stays open. */
    @Override
    public void close() {}

    /** A placeholder: never the secret. */
    @Override
    public final String toString() {
        return "KeyFileProtection[" + kind() + "]";
    }

    /** What this is, for messages. */
    abstract String kind();

    /** How the file's key is derived from the secret. */
    abstract KeyDerivation derivation();

    /** Refuses a secret that a new file must not have. */
    void requireStrongEnough() {}

    /** The key of the file with this salt, 32 bytes; the caller overwrites it. Iterations are for passphrases only. */
    abstract byte[] deriveKey(byte[] salt, int iterations);

    private static byte[] expand(byte[] key, byte[] salt) {
        try {
            byte[] info = KeyFile.FORMAT.getBytes(StandardCharsets.US_ASCII);
            return Hkdf.computeHkdf("HMACSHA256", key, salt, info, KEY_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA256 is not available on this JDK", e);
        }
    }

    private static final class Passphrase extends KeyFileProtection {
        private final ReentrantLock lock = new ReentrantLock();
        private final char[] characters;
        private boolean closed;

        private Passphrase(char[] characters) {
            this.characters = characters;
        }

        @Override
        String kind() {
            return "passphrase";
        }

        @Override
        KeyDerivation derivation() {
            return KeyDerivation.PBKDF2;
        }

        @Override
        void requireStrongEnough() {
            lock.lock();
            try {
                boolean blank = true;
                for (char character : characters) {
                    blank &= Character.isWhitespace(character);
                }
                if (blank || characters.length < MIN_PASSPHRASE_CHARACTERS) {
                    throw new InvalidInputException("the passphrase for a new key file is blank or shorter than "
                            + MIN_PASSPHRASE_CHARACTERS + " characters: choose a longer one, such as six random words");
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        byte[] deriveKey(byte[] salt, int iterations) {
            lock.lock();
            try {
                if (closed) {
                    throw new IllegalStateException("this key file protection is closed");
                }
                PBEKeySpec specification = new PBEKeySpec(characters, salt, iterations, KEY_BYTES * Byte.SIZE);
                try {
                    return SecretKeyFactory.getInstance(KeyDerivation.PBKDF2.standardName())
                            .generateSecret(specification)
                            .getEncoded();
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException("PBKDF2 with HMAC-SHA256 is not available on this JDK", e);
                } finally {
                    specification.clearPassword();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                Arrays.fill(characters, '\0');
            } finally {
                lock.unlock();
            }
        }
    }

    private static final class Key extends KeyFileProtection {
        private final ReentrantLock lock = new ReentrantLock();
        private final byte[] key;
        private boolean closed;

        private Key(byte[] key) {
            this.key = key;
        }

        @Override
        String kind() {
            return "key";
        }

        @Override
        KeyDerivation derivation() {
            return KeyDerivation.HKDF;
        }

        @Override
        byte[] deriveKey(byte[] salt, int iterations) {
            lock.lock();
            try {
                if (closed) {
                    throw new IllegalStateException("this key file protection is closed");
                }
                return expand(key, salt);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                Arrays.fill(key, (byte) 0);
            } finally {
                lock.unlock();
            }
        }
    }

    private static final class Environment extends KeyFileProtection {
        private final String variableName;
        private final Function<String, @Nullable String> environment;

        private Environment(String variableName, Function<String, @Nullable String> environment) {
            this.variableName = variableName;
            this.environment = environment;
        }

        @Override
        String kind() {
            return "environment variable " + variableName;
        }

        @Override
        KeyDerivation derivation() {
            return KeyDerivation.HKDF;
        }

        @Override
        byte[] deriveKey(byte[] salt, int iterations) {
            String value = environment.apply(variableName);
            if (value == null || value.isBlank()) {
                throw unusable("is not set");
            }
            byte[] key;
            try {
                key = Base64.getDecoder().decode(value.strip());
            } catch (IllegalArgumentException e) {
                // The cause quotes a character of the secret.
                throw unusable("is not Base64");
            }
            try {
                if (key.length != KEY_BYTES) {
                    throw unusable("holds " + key.length + " bytes");
                }
                return expand(key, salt);
            } finally {
                Arrays.fill(key, (byte) 0);
            }
        }

        private KeyUnavailableException unusable(String problem) {
            return new KeyUnavailableException("environment variable " + variableName + " " + problem + ": set it to "
                    + KEY_BYTES + " random bytes in Base64, as written by: head -c 32 /dev/urandom | base64");
        }
    }
}
