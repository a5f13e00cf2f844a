package dev.waxseal.cloudapi.webhook;

import java.util.Optional;

/**
 * An emoji set on a message, or taken off it.
 *
 * @param header what every message has
 * @param messageId the message reacted to
 * @param emoji the emoji; nothing if the reaction was taken off
 */
public record ReactionMessage(MessageHeader header, String messageId, Optional<String> emoji) implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "ReactionMessage[withheld]";
    }
}
