package dev.waxseal.cloudapi.webhook;

/**
 * A sound file or a voice message.
 *
 * @param header what every message has
 * @param audio the file
 * @param voice whether it was recorded in WhatsApp as a voice message
 */
public record AudioMessage(MessageHeader header, MediaReference audio, boolean voice) implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "AudioMessage[withheld]";
    }
}
