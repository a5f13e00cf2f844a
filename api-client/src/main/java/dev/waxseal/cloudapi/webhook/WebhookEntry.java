package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What happened to one WhatsApp Business account (Meta's {@code entry}).
 *
 * @param accountId Meta's id of the account
 * @param time when Meta made the entry, if it says so
 * @param changes what happened
 * @param raw the entry as Meta sent it
 */
public record WebhookEntry(Optional<String> accountId, Optional<Instant> time, List<Change> changes, Json raw) {
    /** Copies the list. */
    public WebhookEntry {
        changes = List.copyOf(changes);
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "WebhookEntry[withheld]";
    }
}
