package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What every message has, whatever its kind (Meta's {@code BaseMessageProperties}).
 *
 * @param id Meta's id of the message ({@code wamid.…}). It is the key to recognise a repeated delivery by, and it holds the customer's phone number in Base64: treat it as personal data
 * @param timestamp when the customer sent it, to the second
 * @param sender the customer who sent it, with what the payload's {@code contacts} add
 * @param context the message it answers or the product it asks about ({@code context})
 * @param referral the advertisement that led here ({@code referral})
 * @param groupId the group it was sent to ({@code group_id})
 * @param identity the state of the customer's identity key ({@code identity}), if identity checks are on
 * @param errors Meta's errors about this message ({@code errors})
 * @param raw the object as Meta sent it
 */
public record MessageHeader(
        String id,
        Instant timestamp,
        CustomerId sender,
        Optional<MessageContext> context,
        Optional<Referral> referral,
        Optional<String> groupId,
        Optional<IdentityKey> identity,
        List<WebhookError> errors,
        JsonObject raw) {
    /** Copies the list. */
    public MessageHeader {
        errors = List.copyOf(errors);
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "MessageHeader[withheld]";
    }
}
