package dev.waxseal.cloudapi.webhook;

import java.util.List;

/**
 * Contact cards that a customer shared: personal data of other people.
 *
 * @param header what every message has
 * @param contacts the cards
 */
public record ContactsMessage(MessageHeader header, List<SharedContact> contacts) implements KnownMessage {
    /** Copies the list. */
    public ContactsMessage {
        contacts = List.copyOf(contacts);
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "ContactsMessage[withheld]";
    }
}
