package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/**
 * The advertisement or post through which a customer came (Meta's {@code referral}).
 *
 * @param sourceUrl where it is
 * @param sourceId Meta's id of it
 * @param sourceType {@code ad} or {@code post}
 * @param headline its headline
 * @param body its text
 * @param mediaType {@code image} or {@code video}
 * @param imageUrl its image
 * @param videoUrl its video
 * @param thumbnailUrl the thumbnail of its video
 * @param clickId the id of the click ({@code ctwa_clid})
 * @param welcomeMessage the greeting shown to the customer
 * @param raw the object as Meta sent it
 */
public record Referral(
        Optional<String> sourceUrl,
        Optional<String> sourceId,
        Optional<String> sourceType,
        Optional<String> headline,
        Optional<String> body,
        Optional<String> mediaType,
        Optional<String> imageUrl,
        Optional<String> videoUrl,
        Optional<String> thumbnailUrl,
        Optional<String> clickId,
        Optional<String> welcomeMessage,
        JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "Referral[withheld]";
    }
}
