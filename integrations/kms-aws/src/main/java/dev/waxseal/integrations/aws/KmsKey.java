package dev.waxseal.integrations.aws;

import java.util.Map;
import java.util.Optional;

/**
 * What {@code DescribeKey} tells of a KMS key. Immutable.
 *
 * @param arn its Amazon Resource Name, which no other key ever has
 * @param id its id within account and region
 * @param state such as {@code Enabled} or {@code PendingDeletion}
 * @param fault what makes it unfit as a root key
 */
record KmsKey(String arn, String id, String state, Optional<String> fault) {

    /** Reads the member {@code KeyMetadata}; empty if it can't be the description of a key. */
    static Optional<KmsKey> of(Object metadata) {
        if (!(metadata instanceof Map<?, ?> key)
                || !(key.get("Arn") instanceof String arn)
                || !(key.get("KeyId") instanceof String id)
                || !(key.get("KeyState") instanceof String state)
                || !arn.endsWith(":key/" + id)) {
            return Optional.empty();
        }
        return Optional.of(new KmsKey(arn, id, state, fault(key)));
    }

    private static Optional<String> fault(Map<?, ?> key) {
        Object specification = key.containsKey("KeySpec") ? key.get("KeySpec") : key.get("CustomerMasterKeySpec");
        if (!"ENCRYPT_DECRYPT".equals(key.get("KeyUsage")) || !"SYMMETRIC_DEFAULT".equals(specification)) {
            return Optional.of("isn't a symmetric key for encryption (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT)");
        }
        if (!"CUSTOMER".equals(key.get("KeyManager"))) {
            return Optional.of("is managed by AWS, and can't be destroyed");
        }
        if ("EXTERNAL".equals(key.get("Origin"))) {
            return Optional.of("has imported key material, which can be imported again after it was destroyed");
        }
        if (Boolean.TRUE.equals(key.get("MultiRegion"))) {
            return Optional.of("has replicas in other regions, which live on after it was destroyed");
        }
        return Optional.empty();
    }

    boolean usable() {
        return state.equals("Enabled");
    }

    /** Whether it can't be used any more, unless an administrator cancels its deletion. */
    boolean destroyed() {
        return state.equals("PendingDeletion") || state.equals("PendingReplicaDeletion");
    }
}
