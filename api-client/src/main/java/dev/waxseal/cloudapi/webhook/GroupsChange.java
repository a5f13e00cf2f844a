package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Changes of groups (Meta's fields {@code group_lifecycle_update}, {@code group_settings_update}, {@code group_participants_update} and the like).
 *
 * @param field Meta's field
 * @param metadata the business's phone number
 * @param groups what happened
 * @param unknownParts what isn't formed as it should be
 * @param raw the change as Meta sent it
 */
public record GroupsChange(
        String field,
        Optional<PhoneNumberMetadata> metadata,
        List<GroupEvent> groups,
        List<UnknownPart> unknownParts,
        JsonObject raw)
        implements Change {
    /** Copies the lists. */
    public GroupsChange {
        groups = List.copyOf(groups);
        unknownParts = List.copyOf(unknownParts);
    }

    @Override
    public List<WebhookEvent> events() {
        return Stream.of(groups, unknownParts)
                .<WebhookEvent>flatMap(List::stream)
                .toList();
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "GroupsChange[withheld]";
    }
}
