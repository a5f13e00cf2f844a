package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.Json;
import java.util.Optional;

/**
 * A message whose type this version doesn't know, or which isn't formed as its type should be. Nothing of it is lost: it is all in {@code raw}.
 *
 * @param type the type as Meta named it
 * @param id Meta's id of the message
 * @param sender the customer who sent it
 * @param reason what could not be read, without any value of it
 * @param raw the message as Meta sent it
 */
public record UnknownMessage(
        Optional<String> type, Optional<String> id, Optional<CustomerId> sender, String reason, Json raw)
        implements IncomingMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "UnknownMessage[withheld]";
    }
}
