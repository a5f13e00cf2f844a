package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/**
 * An error as Meta reports it in webhooks, about a message, a status or the account. Its texts can name customers.
 *
 * @param code Meta's error code, for instance 131051
 * @param title what it is called
 * @param message what it says
 * @param details more of it ({@code error_data.details})
 * @param href where it is documented
 * @param raw the object as Meta sent it
 */
public record WebhookError(
        long code,
        Optional<String> title,
        Optional<String> message,
        Optional<String> details,
        Optional<String> href,
        JsonObject raw)
        implements WebhookEvent {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "WebhookError[code=" + code + "]";
    }
}
