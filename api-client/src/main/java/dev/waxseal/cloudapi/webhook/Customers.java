package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CustomerId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds out whom a part of a payload is about. Meta names user id and phone number differently in each place, and puts a
 * user id where a phone number was if the customer shows none.
 */
final class Customers {
    /** For instance US.13491208655302741918 or US.ENT.11815799212886844830. */
    private static final Pattern USER_ID = Pattern.compile("[A-Z]{2}\\.(?:[A-Z]+\\.)?[0-9A-Za-z]{1,128}");

    private static final int MAXIMUM_LENGTH = 256;

    private Customers() {}

    static Optional<CustomerId> sender(Fields message) {
        return in(message, List.of("from_user_id", "user_id"), List.of("from", "wa_id"));
    }

    static Optional<CustomerId> recipient(Fields status) {
        if (isForGroup(status)) {
            return in(status, List.of("recipient_participant_user_id"), List.of("recipient_participant_id"));
        }
        return in(status, List.of("recipient_user_id", "user_id"), List.of("recipient_id", "wa_id"));
    }

    /** Then the recipient's id is the group's. */
    private static boolean isForGroup(Fields status) {
        Optional<String> group = status.id("group_id");
        return status.text("recipient_type").filter("group"::equals).isPresent()
                || (group.isPresent() && group.equals(status.id("recipient_id")));
    }

    static Optional<CustomerId> named(Fields fields) {
        return in(fields, List.of("user_id"), List.of("wa_id"));
    }

    private static Optional<CustomerId> in(Fields fields, List<String> userIds, List<String> phoneNumbers) {
        Optional<String> userId = first(fields, userIds);
        Optional<String> phoneNumber = first(fields, phoneNumbers);
        if (phoneNumber.filter(number -> USER_ID.matcher(number).matches()).isPresent()) {
            return Optional.of(CustomerId.ofUserId(userId.orElse(phoneNumber.get())));
        }
        return userId.isEmpty() && phoneNumber.isEmpty()
                ? Optional.empty()
                : Optional.of(new CustomerId(userId, phoneNumber));
    }

    private static Optional<String> first(Fields fields, List<String> names) {
        return names.stream()
                .map(fields::id)
                .flatMap(Optional::stream)
                .findFirst()
                .map(id -> {
                    if (id.length() > MAXIMUM_LENGTH) {
                        throw new MisfitException("a customer's id is longer than " + MAXIMUM_LENGTH + " characters");
                    }
                    return id;
                });
    }

    /**
     * Adds what the profiles next to a message or status tell of its customer. Where it names none, a single profile is
     * the customer's.
     */
    static Optional<CustomerId> completed(Optional<CustomerId> customer, List<CustomerProfile> profiles) {
        if (customer.isEmpty()) {
            return profiles.size() == 1 ? Optional.of(profiles.get(0).customer()) : Optional.empty();
        }
        CustomerId known = customer.get();
        return profiles.stream()
                .map(CustomerProfile::customer)
                .filter(known::isSameCustomerAs)
                .findFirst()
                .map(profile -> new CustomerId(
                        known.userId().or(profile::userId), known.phoneNumber().or(profile::phoneNumber)))
                .or(() -> customer);
    }
}
