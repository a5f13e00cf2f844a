package dev.waxseal.cloudapi.webhook;

import java.util.List;
import java.util.Optional;

/**
 * An order from the catalogue.
 *
 * @param header what every message has
 * @param catalogId the catalogue
 * @param text what the customer wrote with it
 * @param items what was ordered
 */
public record OrderMessage(MessageHeader header, String catalogId, Optional<String> text, List<OrderItem> items)
        implements KnownMessage {
    /** Copies the list. */
    public OrderMessage {
        items = List.copyOf(items);
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "OrderMessage[withheld]";
    }
}
