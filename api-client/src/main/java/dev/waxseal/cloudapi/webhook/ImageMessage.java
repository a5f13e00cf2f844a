package dev.waxseal.cloudapi.webhook;

import java.util.Optional;

/**
 * A photo or picture.
 *
 * @param header what every message has
 * @param image the file
 * @param caption the text under it
 */
public record ImageMessage(MessageHeader header, MediaReference image, Optional<String> caption)
        implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "ImageMessage[withheld]";
    }
}
