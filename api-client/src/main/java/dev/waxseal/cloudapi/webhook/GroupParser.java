package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;
import java.util.List;

/** Reads group events. What doesn't fit becomes an {@link UnknownGroupEvent}. */
final class GroupParser {
    private GroupParser() {}

    static GroupEvent read(Json json) {
        try {
            return known(Fields.of(json, "group"));
        } catch (MisfitException e) {
            return new UnknownGroupEvent(e.reason(), json);
        }
    }

    private static GroupUpdate known(Fields group) {
        return new GroupUpdate(
                group.requireId("group_id"),
                group.requireText("type"),
                group.requireInstant("timestamp"),
                group.id("request_id"),
                group.text("subject"),
                group.text("description"),
                participants(group, "added_participants"),
                participants(group, "removed_participants"),
                group.object("profile_picture")
                        .map(picture ->
                                new GroupUpdate.ProfilePicture(picture.text("mime_type"), picture.text("sha256"))),
                group.objects("errors").stream().map(MessageParser::error).toList(),
                group.raw());
    }

    private static List<GroupParticipant> participants(Fields group, String name) {
        return group.objects(name).stream()
                .map(participant ->
                        new GroupParticipant(participant.id("input"), Customers.named(participant), participant.raw()))
                .toList();
    }
}
