package dev.waxseal.key.ring;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.prf.Prf;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
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

    /**
     * The length of a segment of a sealed stream, in bytes. A JDK runs its fast GCM only after some hundreds of calls: with
     * segments of 1 MiB that is after hundreds of megabytes, and most photos would be sealed by the slow one.
     */
    public static final int SEGMENT_BYTES = 64 * 1024;

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

    /**
     * AES-256-GCM-HKDF streaming as Tink specifies it, in segments of {@link #SEGMENT_BYTES}. Overwrites the key.
     *
     * @param offset how many bytes stand before the stream; the segments are counted from their beginning
     */
    public static AesGcmHkdfStreaming streaming(byte[] key, int offset) {
        try {
            return new AesGcmHkdfStreaming(key, "HmacSha256", KEY_BYTES, SEGMENT_BYTES, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM or HKDF-SHA256 is not available on this JDK", e);
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
