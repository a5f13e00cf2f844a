package dev.waxseal.cloudapi.webhook;

/**
 * An answer to an interactive message.
 *
 * @param header what every message has
 * @param reply the answer
 */
public record InteractiveMessage(MessageHeader header, InteractiveReply reply) implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "InteractiveMessage[withheld]";
    }
}
