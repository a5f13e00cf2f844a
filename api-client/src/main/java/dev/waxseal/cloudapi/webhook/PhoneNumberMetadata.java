package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/**
 * The business's own phone number that an event belongs to (Meta's {@code metadata}).
 *
 * @param displayPhoneNumber the number as customers see it
 * @param phoneNumberId Meta's id of the number
 * @param raw the object as Meta sent it
 */
public record PhoneNumberMetadata(Optional<String> displayPhoneNumber, Optional<String> phoneNumberId, JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "PhoneNumberMetadata[withheld]";
    }
}
