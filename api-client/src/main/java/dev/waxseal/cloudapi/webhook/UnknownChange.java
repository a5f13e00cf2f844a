package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;
import java.util.List;
import java.util.Optional;

/**
 * A change of a field that this version doesn't know, or that isn't formed as it should be. Nothing of it is lost: it is all in {@code raw}.
 *
 * @param field Meta's field, for instance {@code account_update}
 * @param reason what could not be read, without any value of it
 * @param raw the change as Meta sent it
 */
public record UnknownChange(Optional<String> field, String reason, Json raw) implements Change, WebhookEvent {
    @Override
    public List<WebhookEvent> events() {
        return List.of(this);
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "UnknownChange[withheld]";
    }
}
