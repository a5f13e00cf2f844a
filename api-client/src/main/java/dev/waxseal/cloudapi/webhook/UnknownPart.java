package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;

/**
 * A part of an otherwise known change that isn't formed as it should be. Nothing of it is lost: it is all in {@code raw}.
 *
 * @param reason what could not be read, without any value of it
 * @param raw the part as Meta sent it
 */
public record UnknownPart(String reason, Json raw) implements WebhookEvent {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "UnknownPart[withheld]";
    }
}
