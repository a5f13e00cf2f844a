package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;

/** One thing that Meta tells by a webhook. */
public sealed interface WebhookEvent
        permits IncomingMessage, StatusUpdate, GroupEvent, WebhookError, UnknownChange, UnknownPart {
    /**
     * Returns the event as Meta sent it, with everything that this version doesn't know of.
     *
     * @return the JSON, which holds personal data
     */
    Json raw();
}
