package dev.waxseal.integrations.remote;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a key service encrypts when it wraps a key, and what it binds the ciphertext to. The service authenticates what it
 * stored, but nothing tells its client which request an answer belongs to. So the key travels with a digest over itself and
 * its context, and each wrap has a random label: an answer that belongs to another request is found out.
 *
 * <p>The context is four parts, each with its length in front in four bytes: {@code waxseal/1/root-key-wrap}, the id of the
 * root key version, the label, the caller's associated data. The frame is the byte 1, the 32 bytes of the key, SHA-256 over
 * key and context.
 *
 * <p>Immutable and thread safe. Holds no key.
 */
public final class KeyFrame {
    /** How many bytes a key has. */
    public static final int KEY_BYTES = 32;

    /** How many characters a label has. */
    public static final int LABEL_CHARACTERS = 32;

    private static final int DIGEST_BYTES = 32;
    private static final byte FORMAT = 1;
    private static final Pattern LABEL = Pattern.compile("[0-9a-f]{" + LABEL_CHARACTERS + "}");

    private final byte[] context;

    private KeyFrame(byte[] context) {
        this.context = context;
    }

    /**
     * The frame of one wrap.
     *
     * @param version the id of the root key version
     * @param label the label of the wrap
     * @param associatedData what the caller binds the key to
     * @return the frame
     */
    public static KeyFrame of(String version, String label, byte[] associatedData) {
        byte[][] parts = {bytes("waxseal/1/root-key-wrap"), bytes(version), bytes(label), associatedData};
        ByteBuffer context = ByteBuffer.allocate(Arrays.stream(parts)
                .mapToInt(part -> Integer.BYTES + part.length)
                .sum());
        for (byte[] part : parts) {
            context.putInt(part.length).put(part);
        }
        return new KeyFrame(context.array());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A label for a new wrap.
     *
     * @param random where it comes from
     * @return 128 random bits as 32 lower-case hexadecimal digits
     */
    public static String label(SecureRandom random) {
        byte[] bytes = new byte[LABEL_CHARACTERS / 2];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Whether a text can be a label.
     *
     * @param text the text
     * @return whether it is 32 lower-case hexadecimal digits
     */
    public static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /**
     * What the service is to bind the ciphertext to.
     *
     * @return the context; a copy
     */
    public byte[] context() {
        return context.clone();
    }

    /**
     * What the service is to encrypt.
     *
     * @param key 32 bytes
     * @return the framed key; to be overwritten after use
     */
    public byte[] enclose(byte[] key) {
        return ByteBuffer.allocate(1 + KEY_BYTES + DIGEST_BYTES)
                .put(FORMAT)
                .put(key)
                .put(digest(key))
                .array();
    }

    /**
     * The key in what the service decrypted.
     *
     * @param framed what it answered
     * @return the key; empty if this isn't the frame of this wrap
     */
    public Optional<byte[]> open(byte[] framed) {
        if (framed.length != 1 + KEY_BYTES + DIGEST_BYTES || framed[0] != FORMAT) {
            return Optional.empty();
        }
        byte[] key = Arrays.copyOfRange(framed, 1, 1 + KEY_BYTES);
        byte[] digest = Arrays.copyOfRange(framed, 1 + KEY_BYTES, framed.length);
        if (MessageDigest.isEqual(digest, digest(key))) {
            return Optional.of(key);
        }
        Arrays.fill(key, (byte) 0);
        return Optional.empty();
    }

    /** The key has a fixed length, so key and context can't run into one another. */
    private byte[] digest(byte[] key) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(key);
            return sha256.digest(context);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available on this JDK", e);
        }
    }
}
