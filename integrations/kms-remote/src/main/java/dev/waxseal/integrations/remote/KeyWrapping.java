package dev.waxseal.integrations.remote;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Wraps and unwraps keys with the encryption of a remote service, through a {@link ServiceGuard}. A wrapped key is the label
 * of its {@link KeyFrame} in ASCII, then the service's ciphertext. Each wrap is opened once before it is relied on, so no
 * wrong key is ever returned or kept. Thread safe.
 */
public final class KeyWrapping {
    private static final int MAX_CIPHERTEXT = 4_096;

    private final String name;
    private final ServiceGuard guard;
    private final SecureRandom random;

    /**
     * Wraps with a service.
     *
     * @param name of the root keys, for messages; never a secret
     * @param guard what calls go through
     * @param random where labels come from
     */
    public KeyWrapping(String name, ServiceGuard guard, SecureRandom random) {
        this.name = name;
        this.guard = guard;
        this.random = random;
    }

    /** One version of the root key, as its service encrypts and decrypts with it. Each call is one attempt. */
    public interface VersionCipher {
        /**
         * Encrypts.
         *
         * @param plaintext what to encrypt
         * @param context what the ciphertext is bound to
         * @return the ciphertext, under this version
         * @throws TransientServiceException if it may succeed when made again
         */
        byte[] encrypt(byte[] plaintext, byte[] context);

        /**
         * Decrypts.
         *
         * @param ciphertext what to decrypt
         * @param context what it was bound to
         * @return the plaintext; it is overwritten after use
         * @throws TransientServiceException if it may succeed when made again
         * @throws IntegrityException if the ciphertext doesn't verify
         */
        byte[] decrypt(byte[] ciphertext, byte[] context);
    }

    /**
     * Wraps a key: two requests, as the second opens what the first wrapped.
     *
     * @param version the id of the version
     * @param key the key, 32 bytes
     * @param associatedData what it is bound to
     * @param cipher the version
     * @return the wrapped key
     * @throws KeyUnavailableException if the service is out of reach, or can't open what it wrapped
     */
    public byte[] wrap(String version, byte[] key, byte[] associatedData, VersionCipher cipher) {
        if (key.length != KeyFrame.KEY_BYTES) {
            throw new InvalidInputException(
                    "a key to wrap has " + key.length + " bytes: root keys wrap keys of " + KeyFrame.KEY_BYTES);
        }
        String label = KeyFrame.label(random);
        KeyFrame frame = KeyFrame.of(version, label, associatedData);
        byte[] framed = frame.enclose(key);
        try {
            byte[] ciphertext = guard.idempotent("wrapping a key", () -> {
                byte[] answer = cipher.encrypt(framed, frame.context());
                if (answer.length == 0 || answer.length > MAX_CIPHERTEXT) {
                    throw new TransientServiceException(
                            "it answered a ciphertext of " + answer.length + " bytes, which can't be one");
                }
                return answer;
            });
            byte[] opened;
            try {
                opened = decrypt("checking a wrapped key", ciphertext, frame, cipher);
            } catch (IntegrityException e) {
                throw new KeyUnavailableException(
                        name + " can't open what it just wrapped: nothing was wrapped. See to the service", e);
            }
            boolean same = MessageDigest.isEqual(opened, key);
            Arrays.fill(opened, (byte) 0);
            if (!same) {
                throw new KeyUnavailableException(
                        name + " wrapped another key than it was given: nothing was wrapped. See to the service");
            }
            return ByteBuffer.allocate(label.length() + ciphertext.length)
                    .put(label.getBytes(StandardCharsets.US_ASCII))
                    .put(ciphertext)
                    .array();
        } finally {
            Arrays.fill(framed, (byte) 0);
        }
    }

    /**
     * Unwraps a key.
     *
     * @param version the id of the version
     * @param wrapped the wrapped key
     * @param associatedData what it was bound to
     * @param cipher the version
     * @return the key; the caller may overwrite it
     * @throws IntegrityException if it doesn't verify
     * @throws KeyUnavailableException if the service is out of reach
     */
    public byte[] unwrap(String version, byte[] wrapped, byte[] associatedData, VersionCipher cipher) {
        boolean fits = wrapped.length > KeyFrame.LABEL_CHARACTERS
                && wrapped.length <= KeyFrame.LABEL_CHARACTERS + MAX_CIPHERTEXT;
        String label = fits ? new String(wrapped, 0, KeyFrame.LABEL_CHARACTERS, StandardCharsets.ISO_8859_1) : "";
        if (!KeyFrame.isLabel(label)) {
            throw new IntegrityException("a wrapped key isn't one of " + name
                    + ": it was altered, or wrapped by something else. Restore the key store");
        }
        byte[] ciphertext = Arrays.copyOfRange(wrapped, KeyFrame.LABEL_CHARACTERS, wrapped.length);
        return decrypt("unwrapping a key", ciphertext, KeyFrame.of(version, label, associatedData), cipher);
    }

    private byte[] decrypt(String operation, byte[] ciphertext, KeyFrame frame, VersionCipher cipher) {
        return guard.idempotent(operation, () -> {
            byte[] framed = cipher.decrypt(ciphertext, frame.context());
            try {
                return frame.open(framed)
                        .orElseThrow(() -> new TransientServiceException(
                                "it answered a key that isn't the one that was asked for"));
            } finally {
                Arrays.fill(framed, (byte) 0);
            }
        });
    }
}
