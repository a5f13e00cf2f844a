package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * The conversation that a message is billed under (Meta's {@code conversation}).
 *
 * @param id Meta's id of it
 * @param originType what opened it, for instance {@code service}
 * @param expiresAt when it ends
 * @param raw the object as Meta sent it
 */
public record Conversation(
        Optional<String> id, Optional<String> originType, Optional<Instant> expiresAt, JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "Conversation[withheld]";
    }
}
