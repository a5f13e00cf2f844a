package dev.waxseal.key;

/** How a key file's key comes from the secret that protects it. */
enum KeyDerivation {
    /** From a passphrase: PBKDF2 (RFC 8018) with HMAC-SHA256. */
    PBKDF2("PBKDF2WithHmacSHA256", "a passphrase"),
    /** From a random key of 32 bytes: HKDF (RFC 5869) with HMAC-SHA256. */
    HKDF("HKDF-HMAC-SHA256", "a key of 32 bytes, as from an environment variable");

    private final String standardName;
    private final String secret;

    KeyDerivation(String standardName, String secret) {
        this.standardName = standardName;
        this.secret = secret;
    }

    /** The name in the file; of PBKDF2 also the JDK's. */
    String standardName() {
        return standardName;
    }

    /** What it starts from, for messages. */
    String secret() {
        return secret;
    }
}
