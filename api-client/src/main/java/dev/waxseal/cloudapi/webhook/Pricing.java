package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/**
 * How a message is billed (Meta's {@code pricing}).
 *
 * @param billable whether it is billed
 * @param model {@code CBP} (by conversation) or {@code PMP} (by message)
 * @param category the category of the rate
 * @param type the type of the rate, for instance {@code regular}
 * @param raw the object as Meta sent it
 */
public record Pricing(
        Optional<Boolean> billable,
        Optional<String> model,
        Optional<String> category,
        Optional<String> type,
        JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "Pricing[withheld]";
    }
}
