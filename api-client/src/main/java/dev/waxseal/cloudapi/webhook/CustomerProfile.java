package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/**
 * Whom a change is about (Meta's {@code contacts} next to messages and statuses).
 *
 * @param customer the customer
 * @param name the name the customer shows in WhatsApp
 * @param username the username, if the customer has one
 * @param parentUserId the user id across linked business portfolios ({@code parent_user_id})
 * @param identityKeyHash the hash of the identity key, if identity checks are on
 * @param raw the object as Meta sent it
 */
public record CustomerProfile(
        CustomerId customer,
        Optional<String> name,
        Optional<String> username,
        Optional<String> parentUserId,
        Optional<String> identityKeyHash,
        JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "CustomerProfile[withheld]";
    }
}
