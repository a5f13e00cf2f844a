package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CustomerId;
import java.util.Optional;

/**
 * A notice by WhatsApp about the customer, for instance that the phone number changed (Meta's {@code system}).
 *
 * @param header what every message has
 * @param systemType what happened, for instance {@code user_changed_number}
 * @param body it in words, with the customer's name and numbers
 * @param newCustomerId how the customer is known from now on
 * @param identityHash the hash of the new identity key ({@code customer_identity_changed})
 */
public record SystemMessage(
        MessageHeader header,
        Optional<String> systemType,
        Optional<String> body,
        Optional<CustomerId> newCustomerId,
        Optional<String> identityHash)
        implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "SystemMessage[withheld]";
    }
}
