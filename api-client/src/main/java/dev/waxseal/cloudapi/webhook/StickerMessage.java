package dev.waxseal.cloudapi.webhook;

/**
 * A sticker.
 *
 * @param header what every message has
 * @param sticker the file
 * @param animated whether it moves
 */
public record StickerMessage(MessageHeader header, MediaReference sticker, boolean animated) implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "StickerMessage[withheld]";
    }
}
