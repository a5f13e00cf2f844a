package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Messages from customers, and statuses of messages to customers (Meta's field {@code messages}).
 *
 * @param metadata the business's phone number
 * @param profiles whom it is about ({@code contacts})
 * @param messages messages from customers
 * @param statuses statuses of messages to customers
 * @param errors errors about the account
 * @param unknownParts what isn't formed as it should be
 * @param raw the change as Meta sent it
 */
public record MessagesChange(
        Optional<PhoneNumberMetadata> metadata,
        List<CustomerProfile> profiles,
        List<IncomingMessage> messages,
        List<StatusUpdate> statuses,
        List<WebhookError> errors,
        List<UnknownPart> unknownParts,
        JsonObject raw)
        implements Change {
    /** Copies the lists. */
    public MessagesChange {
        profiles = List.copyOf(profiles);
        messages = List.copyOf(messages);
        statuses = List.copyOf(statuses);
        errors = List.copyOf(errors);
        unknownParts = List.copyOf(unknownParts);
    }

    @Override
    public List<WebhookEvent> events() {
        return Stream.of(messages, statuses, errors, unknownParts)
                .<WebhookEvent>flatMap(List::stream)
                .toList();
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "MessagesChange[withheld]";
    }
}
