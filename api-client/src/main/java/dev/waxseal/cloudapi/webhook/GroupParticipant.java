package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/**
 * A member of a group.
 *
 * @param input the number or id that the business named
 * @param customer the customer
 * @param raw the object as Meta sent it
 */
public record GroupParticipant(Optional<String> input, Optional<CustomerId> customer, JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "GroupParticipant[withheld]";
    }
}
