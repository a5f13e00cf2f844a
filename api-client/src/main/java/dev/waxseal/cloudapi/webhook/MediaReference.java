package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/**
 * A media file at Meta, to be fetched by its id ({@code GET /{Media-ID}}). Meta keeps incoming media for 7 days.
 *
 * @param id Meta's id of the file
 * @param mimeType the MIME type, for instance {@code image/jpeg}
 * @param sha256 the SHA-256 hash of the file, in Base64
 * @param url where the file is, for a few minutes, if Meta sent it; to be fetched with the account's token
 * @param raw the object as Meta sent it
 */
public record MediaReference(
        String id, Optional<String> mimeType, Optional<String> sha256, Optional<String> url, JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "MediaReference[withheld]";
    }
}
