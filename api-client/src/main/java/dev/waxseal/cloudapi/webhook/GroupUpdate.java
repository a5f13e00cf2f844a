package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A group made, changed, deleted, joined or left (Meta's {@code groups}).
 *
 * @param groupId Meta's id of the group
 * @param type what happened, for instance {@code group_create}
 * @param timestamp when, to the second
 * @param requestId the request of the business that led to it
 * @param subject the group's name
 * @param description the group's description
 * @param addedParticipants who joined
 * @param removedParticipants who left
 * @param profilePicture the new picture
 * @param errors why it failed, if it did
 * @param raw the object as Meta sent it
 */
public record GroupUpdate(
        String groupId,
        String type,
        Instant timestamp,
        Optional<String> requestId,
        Optional<String> subject,
        Optional<String> description,
        List<GroupParticipant> addedParticipants,
        List<GroupParticipant> removedParticipants,
        Optional<ProfilePicture> profilePicture,
        List<WebhookError> errors,
        JsonObject raw)
        implements GroupEvent {
    /** Copies the lists. */
    public GroupUpdate {
        addedParticipants = List.copyOf(addedParticipants);
        removedParticipants = List.copyOf(removedParticipants);
        errors = List.copyOf(errors);
    }

    /**
     * A group's picture.
     *
     * @param mimeType the MIME type
     * @param sha256 the SHA-256 hash, as Meta writes it
     */
    public record ProfilePicture(Optional<String> mimeType, Optional<String> sha256) {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "ProfilePicture[withheld]";
        }
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "GroupUpdate[withheld]";
    }
}
