package dev.waxseal.cloudapi.webhook;

/**
 * A text typed by a customer.
 *
 * @param header what every message has
 * @param body the text, which can be empty
 */
public record TextMessage(MessageHeader header, String body) implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "TextMessage[withheld]";
    }
}
