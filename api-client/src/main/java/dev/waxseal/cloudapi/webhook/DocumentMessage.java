package dev.waxseal.cloudapi.webhook;

import java.util.Optional;

/**
 * A document.
 *
 * @param header what every message has
 * @param document the file
 * @param filename its name at the customer
 * @param caption the text under it
 */
public record DocumentMessage(
        MessageHeader header, MediaReference document, Optional<String> filename, Optional<String> caption)
        implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "DocumentMessage[withheld]";
    }
}
