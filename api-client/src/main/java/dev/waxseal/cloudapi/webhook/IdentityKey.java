package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * A customer's identity key (Meta's {@code identity}): its hash changes when the customer's account may have changed hands.
 *
 * @param hash the hash of the key
 * @param acknowledged whether the business has acknowledged the last change
 * @param createdAt when Meta saw the key first
 * @param raw the object as Meta sent it
 */
public record IdentityKey(
        Optional<String> hash, Optional<Boolean> acknowledged, Optional<Instant> createdAt, JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "IdentityKey[withheld]";
    }
}
