package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * One delivery by Meta's webhooks, its signature checked.
 *
 * <p>Whatever Meta sends comes out: what this version doesn't know, or what isn't formed as Meta's API describes it, is
 * an {@link UnknownMessage}, {@link UnknownStatus}, {@link UnknownGroupEvent}, {@link UnknownChange} or
 * {@link UnknownPart} and holds its JSON; the rest of the payload is not touched by it. Immutable and safe for use by
 * several threads.
 *
 * @param object what the payload is about; {@code whatsapp_business_account} for WhatsApp
 * @param entries what happened, by account
 * @param raw the payload as Meta sent it
 */
public record WebhookPayload(Optional<String> object, List<WebhookEntry> entries, JsonObject raw) {
    /** Copies the list. */
    public WebhookPayload {
        entries = List.copyOf(entries);
    }

    /**
     * Returns what happened in all accounts, in the order of the payload. A durable inbox stores these one by one.
     *
     * @return every event
     */
    public List<WebhookEvent> events() {
        return entries.stream()
                .flatMap(entry -> entry.changes().stream())
                .flatMap(change -> change.events().stream())
                .toList();
    }

    /**
     * Returns the messages in all accounts.
     *
     * @return the messages from customers, in the order of the payload
     */
    public List<IncomingMessage> messages() {
        return of(IncomingMessage.class);
    }

    /**
     * Returns the statuses in all accounts.
     *
     * @return the statuses of messages to customers, in the order of the payload
     */
    public List<StatusUpdate> statuses() {
        return of(StatusUpdate.class);
    }

    private <E extends WebhookEvent> List<E> of(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "WebhookPayload[withheld]";
    }
}
