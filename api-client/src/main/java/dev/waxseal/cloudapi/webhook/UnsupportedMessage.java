package dev.waxseal.cloudapi.webhook;

/**
 * A message that Meta doesn't pass on to businesses ({@code unsupported} or {@code unknown}); the header's errors say why.
 *
 * @param header what every message has
 * @param type {@code unsupported} or {@code unknown}
 */
public record UnsupportedMessage(MessageHeader header, String type) implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "UnsupportedMessage[withheld]";
    }
}
