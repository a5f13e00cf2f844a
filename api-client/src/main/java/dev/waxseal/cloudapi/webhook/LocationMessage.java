package dev.waxseal.cloudapi.webhook;

import java.util.Optional;

/**
 * A place, or where the customer is.
 *
 * @param header what every message has
 * @param latitude degrees north
 * @param longitude degrees east
 * @param name what the place is called
 * @param address its address
 * @param url its page, usually of businesses only
 */
public record LocationMessage(
        MessageHeader header,
        double latitude,
        double longitude,
        Optional<String> name,
        Optional<String> address,
        Optional<String> url)
        implements KnownMessage {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "LocationMessage[withheld]";
    }
}
