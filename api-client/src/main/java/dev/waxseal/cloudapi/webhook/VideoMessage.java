package dev.waxseal.cloudapi.webhook;

import java.util.Optional;

/**
 * A video.
 *
 * @param header what every message has
 * @param video the file
 * @param caption the text under it
 */
public record VideoMessage(MessageHeader header, MediaReference video, Optional<String> caption)
        implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "VideoMessage[withheld]";
    }
}
