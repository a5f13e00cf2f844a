package dev.waxseal.examples;

import dev.waxseal.Vault;
import dev.waxseal.Waxseal;
import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.webhook.CustomerProfile;
import dev.waxseal.cloudapi.webhook.DocumentMessage;
import dev.waxseal.cloudapi.webhook.ImageMessage;
import dev.waxseal.cloudapi.webhook.IncomingMessage;
import dev.waxseal.cloudapi.webhook.KnownMessage;
import dev.waxseal.cloudapi.webhook.MessagesChange;
import dev.waxseal.cloudapi.webhook.TextMessage;
import dev.waxseal.cloudapi.webhook.UnknownMessage;
import dev.waxseal.cloudapi.webhook.VideoMessage;
import dev.waxseal.cloudapi.webhook.WebhookEvent;
import dev.waxseal.cloudapi.webhook.WebhookPayload;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.SubjectErasedException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a host does with verified webhooks: it puts who wrote, and what, into its vaults. Meta delivers at least once and in
 * any order, so the newest contact wins and a message that comes twice is stored once. Not thread safe.
 */
final class Desk {
    private final Clock clock;
    private final Vault<ChatCustomer> customers;
    private final Vault<ChatMessage> messages;
    private final Map<String, Integer> arrived = new TreeMap<>();
    private final Map<String, ChatCustomer> known = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private int stored;

    Desk(Waxseal waxseal, Clock clock) {
        this.clock = clock;
        this.customers = waxseal.vault(ChatCustomer.class);
        this.messages = waxseal.vault(ChatMessage.class);
    }

    synchronized void accept(WebhookPayload payload) {
        for (WebhookEvent event : payload.events()) {
            arrived.merge(event.getClass().getSimpleName(), 1, Integer::sum);
        }
        payload.entries().stream()
                .flatMap(entry -> entry.changes().stream())
                .filter(MessagesChange.class::isInstance)
                .map(MessagesChange.class::cast)
                .forEach(change -> change.messages().forEach(message -> store(message, change.profiles())));
    }

    private void store(IncomingMessage message, List<CustomerProfile> profiles) {
        if (message instanceof KnownMessage known) {
            store(known.header().sender(), known.header().id(), known.header().timestamp(), message, profiles);
        } else if (message instanceof UnknownMessage unknown
                && unknown.sender().isPresent()
                && unknown.id().isPresent()) {
            store(unknown.sender().get(), unknown.id().get(), clock.instant(), message, profiles);
        } else {
            remarks.add("a message without sender or id was left out: there is nobody to keep it for");
        }
    }

    private void store(
            CustomerId sender,
            String messageId,
            Instant sentAt,
            IncomingMessage message,
            List<CustomerProfile> profiles) {
        Optional<String> name = profiles.stream()
                .filter(profile -> profile.customer().isSameCustomerAs(sender))
                .findFirst()
                .flatMap(CustomerProfile::name);
        ChatCustomer before = known.get(sender.value());
        Instant lastContact = before == null || before.lastContact().isBefore(sentAt) ? sentAt : before.lastContact();
        ChatCustomer customer = new ChatCustomer(
                sender.value(),
                sender.phoneNumber().orElse(before == null ? null : before.phone()),
                name.or(() -> before == null ? Optional.empty() : before.name()),
                lastContact);
        ChatMessage chat = new ChatMessage(
                sender.value(), messageId, content(message), message.getClass().getSimpleName(), sentAt);
        try {
            customers.put(customer);
            if (messages.put(chat).droppedAsExpired().contains("content")) {
                remarks.add("a message of " + sentAt + " is past its ninety days: its content was not stored");
            }
            known.put(sender.value(), customer);
            stored++;
        } catch (SubjectErasedException | InvalidInputException e) {
            remarks.add("refused: " + e.getMessage());
        }
    }

    private static String content(IncomingMessage message) {
        if (message instanceof TextMessage text) {
            return text.body();
        }
        if (message instanceof ImageMessage image && image.caption().isPresent()) {
            return image.caption().get();
        }
        if (message instanceof VideoMessage video && video.caption().isPresent()) {
            return video.caption().get();
        }
        if (message instanceof DocumentMessage document && document.caption().isPresent()) {
            return document.caption().get();
        }
        return message.raw().toJson();
    }

    synchronized Map<String, Integer> arrived() {
        return new TreeMap<>(arrived);
    }

    /** The customers seen so far, the one who can be found by phone number first. */
    synchronized Optional<ChatCustomer> somebody() {
        return known.values().stream()
                .filter(customer -> customer.phone() != null)
                .findFirst()
                .or(() -> known.values().stream().findFirst());
    }

    synchronized int customers() {
        return known.size();
    }

    synchronized int stored() {
        return stored;
    }

    /** What was remarked since the last call. */
    synchronized List<String> remarks() {
        List<String> since = List.copyOf(remarks);
        remarks.clear();
        return since;
    }
}
