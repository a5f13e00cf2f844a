package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;

/**
 * A status that isn't formed as it should be. Nothing of it is lost: it is all in {@code raw}.
 *
 * @param reason what could not be read, without any value of it
 * @param raw the status as Meta sent it
 */
public record UnknownStatus(String reason, Json raw) implements StatusUpdate {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "UnknownStatus[withheld]";
    }
}
