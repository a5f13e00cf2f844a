package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.JsonArray;
import dev.waxseal.cloudapi.JsonObject;
import dev.waxseal.cloudapi.JsonString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads payloads from JSON. Never fails on an object, whatever is in it: each part that doesn't fit becomes unknown. */
final class PayloadParser {
    private PayloadParser() {}

    static WebhookPayload read(JsonObject payload) {
        Json entries = payload.get("entry").orElse(JsonArray.of());
        return new WebhookPayload(
                word(payload, "object"),
                entries instanceof JsonArray array
                        ? array.elements().stream().map(PayloadParser::entry).toList()
                        : List.of(unknown(entries, "the payload's entry is not an array")),
                payload);
    }

    private static Optional<String> word(Json json, String name) {
        return json.get(name)
                .filter(JsonString.class::isInstance)
                .map(JsonString.class::cast)
                .map(JsonString::value);
    }

    private static WebhookEntry unknown(Json json, String reason) {
        return new WebhookEntry(
                Optional.empty(), Optional.empty(), List.of(new UnknownChange(Optional.empty(), reason, json)), json);
    }

    private static WebhookEntry entry(Json json) {
        try {
            Fields entry = Fields.of(json, "entry");
            entry.require("changes");
            Optional<String> id = entry.id("id");
            Optional<Instant> time = entry.instant("time");
            return new WebhookEntry(
                    id,
                    time,
                    entry.elements("changes").stream()
                            .map(PayloadParser::change)
                            .toList(),
                    json);
        } catch (MisfitException e) {
            return unknown(json, e.reason());
        }
    }

    private static Change change(Json json) {
        try {
            Fields change = Fields.of(json, "change");
            String field = change.requireText("field");
            Fields value = change.requireObject("value");
            if (field.equals("messages")) {
                return messages(change.raw(), value);
            }
            if (field.startsWith("group_") && value.get("groups").isPresent()) {
                return groups(field, change.raw(), value);
            }
            throw new MisfitException("the change's field is not known to this version");
        } catch (MisfitException e) {
            return new UnknownChange(word(json, "field"), e.reason(), json);
        }
    }

    private static MessagesChange messages(JsonObject change, Fields value) {
        List<Json> messages = value.elements("messages");
        List<Json> statuses = value.elements("statuses");
        List<Json> errors = value.elements("errors");
        if (messages.isEmpty() && statuses.isEmpty() && errors.isEmpty()) {
            throw new MisfitException("the change has neither messages nor statuses nor errors");
        }
        List<UnknownPart> unknown = new ArrayList<>();
        List<CustomerProfile> profiles = new ArrayList<>();
        // Profiles only add to what messages and statuses say themselves, so neither falls with them.
        if (value.get("contacts").orElse(JsonArray.of()) instanceof JsonArray contacts) {
            profiles.addAll(fitting(contacts.elements(), "contact", PayloadParser::profile, unknown));
        } else {
            unknown.add(new UnknownPart("value.contacts is not an array", value.require("contacts")));
        }
        List<WebhookError> readErrors = fitting(errors, "error", MessageParser::error, unknown);
        Optional<PhoneNumberMetadata> metadata = metadata(value, unknown);
        return new MessagesChange(
                metadata,
                profiles,
                messages.stream().map(new MessageParser(profiles)::read).toList(),
                statuses.stream().map(new StatusParser(profiles)::read).toList(),
                readErrors,
                unknown,
                change);
    }

    private static GroupsChange groups(String field, JsonObject change, Fields value) {
        List<UnknownPart> unknown = new ArrayList<>();
        List<GroupEvent> groups =
                value.elements("groups").stream().map(GroupParser::read).toList();
        return new GroupsChange(field, metadata(value, unknown), groups, unknown, change);
    }

    private static Optional<PhoneNumberMetadata> metadata(Fields value, List<UnknownPart> unknown) {
        List<Json> metadata = value.get("metadata").map(List::of).orElse(List.of());
        return fitting(metadata, "metadata", PayloadParser::metadata, unknown).stream()
                .findFirst();
    }

    private static PhoneNumberMetadata metadata(Fields metadata) {
        return new PhoneNumberMetadata(
                metadata.id("display_phone_number"), metadata.id("phone_number_id"), metadata.raw());
    }

    /** Reads the parts that fit, and notes the others as unknown. */
    private static <V> List<V> fitting(
            List<Json> parts, String name, Function<Fields, V> read, List<UnknownPart> unknown) {
        List<V> values = new ArrayList<>();
        for (Json part : parts) {
            try {
                values.add(read.apply(Fields.of(part, name)));
            } catch (MisfitException e) {
                unknown.add(new UnknownPart(e.reason(), part));
            }
        }
        return values;
    }

    private static CustomerProfile profile(Fields contact) {
        Optional<Fields> profile = contact.object("profile");
        return new CustomerProfile(
                Customers.named(contact).orElseThrow(() -> new MisfitException("the contact names no customer")),
                profile.flatMap(fields -> fields.text("name")),
                profile.flatMap(fields -> fields.text("username")),
                contact.id("parent_user_id"),
                contact.id("identity_key_hash"),
                contact.raw());
    }
}
