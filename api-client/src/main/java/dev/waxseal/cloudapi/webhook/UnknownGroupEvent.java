package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;

/**
 * A group event that isn't formed as it should be. Nothing of it is lost: it is all in {@code raw}.
 *
 * @param reason what could not be read, without any value of it
 * @param raw the event as Meta sent it
 */
public record UnknownGroupEvent(String reason, Json raw) implements GroupEvent {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "UnknownGroupEvent[withheld]";
    }
}
