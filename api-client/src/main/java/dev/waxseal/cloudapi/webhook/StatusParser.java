package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.webhook.MessageStatus.State;
import java.util.List;

/** Reads statuses of messages to customers. What doesn't fit becomes an {@link UnknownStatus}. */
final class StatusParser {
    private final List<CustomerProfile> profiles;

    StatusParser(List<CustomerProfile> profiles) {
        this.profiles = profiles;
    }

    StatusUpdate read(Json json) {
        try {
            return known(Fields.of(json, "status"));
        } catch (MisfitException e) {
            return new UnknownStatus(e.reason(), json);
        }
    }

    private MessageStatus known(Fields status) {
        String word = status.requireText("status");
        boolean ofGroup = status.id("group_id").isPresent();
        return new MessageStatus(
                status.requireId("id"),
                state(word),
                word,
                status.requireInstant("timestamp"),
                // A profile next to a group's status can be any member's.
                ofGroup && Customers.recipient(status).isEmpty()
                        ? Customers.recipient(status)
                        : Customers.completed(Customers.recipient(status), profiles),
                status.id("group_id"),
                status.object("conversation")
                        .map(conversation -> new Conversation(
                                conversation.id("id"),
                                conversation.object("origin").flatMap(origin -> origin.text("type")),
                                conversation.instant("expiration_timestamp"),
                                conversation.raw())),
                status.object("pricing")
                        .map(pricing -> new Pricing(
                                pricing.flag("billable"),
                                pricing.text("pricing_model"),
                                pricing.text("category"),
                                pricing.text("type"),
                                pricing.raw())),
                status.objects("errors").stream().map(MessageParser::error).toList(),
                status.text("biz_opaque_callback_data"),
                status.raw());
    }

    private static State state(String word) {
        return switch (word) {
            case "sent" -> State.SENT;
            case "delivered" -> State.DELIVERED;
            case "read" -> State.READ;
            case "played" -> State.PLAYED;
            case "failed" -> State.FAILED;
            default -> State.OTHER;
        };
    }
}
