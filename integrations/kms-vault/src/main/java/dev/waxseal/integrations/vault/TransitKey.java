package dev.waxseal.integrations.vault;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code GET transit/keys/:name} tells of a key. Immutable.
 *
 * @param latest the version that is wrapped under by default
 * @param minDecryption the oldest version that still unwraps
 * @param minEncryption the oldest version that still wraps; 0 where it was never set
 * @param minAvailable the oldest version that still exists; 0 where none was trimmed
 * @param made when each version that unwraps was made, in seconds since 1970
 * @param fault what makes it unfit as a root key
 */
record TransitKey(
        int latest,
        int minDecryption,
        int minEncryption,
        int minAvailable,
        Map<Integer, Long> made,
        Optional<String> fault) {

    /** Reads the member {@code data}; empty if it can't be the description of the key. */
    static Optional<TransitKey> of(String name, Map<?, ?> data) {
        if (!name.equals(data.get("name"))
                || !(data.get("type") instanceof String type)
                || !(data.get("keys") instanceof Map<?, ?> keys)) {
            return Optional.empty();
        }
        int latest = number(data, "latest_version");
        int minDecryption = number(data, "min_decryption_version");
        int minEncryption = number(data, "min_encryption_version");
        int minAvailable = number(data, "min_available_version");
        if (latest < 1 || minDecryption < 1 || minDecryption > latest || minEncryption < 0 || minAvailable < 0) {
            return Optional.empty();
        }
        Optional<String> fault = fault(type, data);
        Map<Integer, Long> made = new TreeMap<>();
        if (fault.isEmpty()) {
            for (int version = minDecryption; version <= latest; version++) {
                if (!(keys.get(Integer.toString(version)) instanceof Long seconds)) {
                    return Optional.empty();
                }
                made.put(version, seconds);
            }
        }
        return Optional.of(new TransitKey(latest, minDecryption, minEncryption, minAvailable, made, fault));
    }

    /** The oldest version that still exists, whether it unwraps or not. */
    int oldest() {
        return Math.max(1, minAvailable);
    }

    private static Optional<String> fault(String type, Map<?, ?> data) {
        if (!type.equals("aes256-gcm96") && !type.equals("chacha20-poly1305")) {
            return Optional.of("is of another type than aes256-gcm96");
        }
        if (Boolean.TRUE.equals(data.get("derived"))) {
            return Optional.of("is derived");
        }
        if (Boolean.TRUE.equals(data.get("exportable")) || Boolean.TRUE.equals(data.get("allow_plaintext_backup"))) {
            return Optional.of("can be exported, or backed up in clear");
        }
        return Optional.empty();
    }

    private static int number(Map<?, ?> data, String name) {
        return data.get(name) instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE
                ? number.intValue()
                : -1;
    }
}
