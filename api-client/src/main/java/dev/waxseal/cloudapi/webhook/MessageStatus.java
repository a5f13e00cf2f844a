package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What became of a message that the business sent, as Meta's webhooks report it.
 *
 * @param messageId Meta's id of the message, as its sending returned it
 * @param state what became of it
 * @param status the same in Meta's word
 * @param timestamp when that happened, to the second
 * @param recipient the customer it was sent to, with what the payload's {@code contacts} add; nothing where Meta doesn't say, for instance for a group as a whole
 * @param groupId the group it was sent to
 * @param conversation the conversation it is billed under
 * @param pricing how it is billed
 * @param errors why it failed
 * @param callbackData what the business attached when it sent the message ({@code biz_opaque_callback_data})
 * @param raw the object as Meta sent it
 */
public record MessageStatus(
        String messageId,
        State state,
        String status,
        Instant timestamp,
        Optional<CustomerId> recipient,
        Optional<String> groupId,
        Optional<Conversation> conversation,
        Optional<Pricing> pricing,
        List<WebhookError> errors,
        Optional<String> callbackData,
        JsonObject raw)
        implements StatusUpdate {
    /** Copies the list. */
    public MessageStatus {
        errors = List.copyOf(errors);
    }

    /** What became of a message. */
    public enum State {
        /** Meta has it ({@code sent}). */
        SENT,
        /** The customer's device has it ({@code delivered}). */
        DELIVERED,
        /** The customer has seen it ({@code read}). */
        READ,
        /** The customer has played it, for voice messages ({@code played}). */
        PLAYED,
        /** It could not be delivered ({@code failed}); the errors say why. */
        FAILED,
        /** Something that this version doesn't know; {@link MessageStatus#status} has Meta's word. */
        OTHER
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "MessageStatus[" + state + "]";
    }
}
