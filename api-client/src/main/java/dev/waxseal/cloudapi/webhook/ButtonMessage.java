package dev.waxseal.cloudapi.webhook;

import java.util.Optional;

/**
 * A tap on a quick-reply button of a template.
 *
 * @param header what every message has
 * @param payload what the business attached to the button
 * @param text what the button says
 */
public record ButtonMessage(MessageHeader header, Optional<String> payload, Optional<String> text)
        implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "ButtonMessage[withheld]";
    }
}
