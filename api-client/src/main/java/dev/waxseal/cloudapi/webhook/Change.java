package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;
import java.util.List;

/** One change of an account (Meta's {@code changes}), with the events in it. */
public sealed interface Change permits MessagesChange, GroupsChange, UnknownChange {
    /**
     * Returns the change as Meta sent it.
     *
     * @return the JSON, which holds personal data
     */
    Json raw();

    /**
     * Returns what happened, in the order of the payload. Nothing that Meta sent is left out: what isn't known comes as
     * an unknown event.
     *
     * @return the events
     */
    List<WebhookEvent> events();
}
