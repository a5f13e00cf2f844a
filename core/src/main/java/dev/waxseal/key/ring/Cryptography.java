package dev.waxseal.key.ring;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.prf.Prf;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;
import com.google.crypto.tink.subtle.PrfHmacJce;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;

/** The few primitives in use, all from Tink, each with its one set of parameters. */
public final class Cryptography {
    /** The length of every key, in bytes. */
    public static final int KEY_BYTES = 32;

    private static final String HKDF_MAC = "HMACSHA256";

    private Cryptography() {}

    /** AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces, which precede the ciphertext. Overwrites the key. */
    public static Aead aead(byte[] key) {
        try {
            return new AesGcmJce(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available on this JDK", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** HMAC-SHA256 (RFC 2104) as a pseudo-random function. Overwrites the key. */
    public static Prf prf(byte[] key) {
        try {
            return new PrfHmacJce(HKDF_MAC, new SecretKeySpec(key, "HMAC"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is not available on this JDK", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The first bytes of the function's value. */
    public static byte[] compute(Prf prf, byte[] input, int bytes) {
        try {
            return prf.compute(input, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 failed", e);
        }
    }

    /** HKDF-SHA256 (RFC 5869) to one AES-256 key. */
    public static byte[] derive(byte[] inputKey, byte[] salt, byte[] info) {
        try {
            return Hkdf.computeHkdf(HKDF_MAC, inputKey, salt, info, KEY_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA256 is not available on this JDK", e);
        }
    }
}
