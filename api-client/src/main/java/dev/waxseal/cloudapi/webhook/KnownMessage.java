package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;

/** A message of a kind that this version knows, and formed as that kind should be. */
public sealed interface KnownMessage extends IncomingMessage
        permits TextMessage,
                ReactionMessage,
                ImageMessage,
                VideoMessage,
                AudioMessage,
                DocumentMessage,
                StickerMessage,
                LocationMessage,
                ContactsMessage,
                ButtonMessage,
                InteractiveMessage,
                OrderMessage,
                SystemMessage,
                UnsupportedMessage {
    /**
     * Returns what every message has: id, time, sender, context.
     *
     * @return the header
     */
    MessageHeader header();

    @Override
    default JsonObject raw() {
        return header().raw();
    }
}
