package dev.waxseal.testkit.cloudapi;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.JsonArray;
import dev.waxseal.cloudapi.JsonBoolean;
import dev.waxseal.cloudapi.JsonNumber;
import dev.waxseal.cloudapi.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * Makes webhook payloads as Meta sends them, each about one customer who is known by user id, phone number or both. Ids
 * come from the given source of randomness and times from the given clock, so that a test can repeat them. As safe for use
 * by several threads as that source is.
 */
public final class WebhookPayloads {
    private static final String ACCOUNT_ID = "102290129340398";
    private static final String PHONE_NUMBER_ID = "106540352242922";
    private static final String BUSINESS_NUMBER = "15550783881";
    private static final String CUSTOMER_NAME = "Example Customer";
    private static final Duration CONVERSATION = Duration.ofDays(1);

    private final Clock clock;
    private final RandomGenerator random;
    private final String customerName;

    private WebhookPayloads(Clock clock, RandomGenerator random, String customerName) {
        this.clock = clock;
        this.random = random;
        this.customerName = customerName;
    }

    /**
     * Makes payloads.
     *
     * @param clock what tells when messages are sent
     * @param random where ids come from
     * @return a maker of payloads, whose customers are called Example Customer
     */
    public static WebhookPayloads with(Clock clock, RandomGenerator random) {
        return new WebhookPayloads(clock, random, CUSTOMER_NAME);
    }

    /**
     * Names the customers otherwise.
     *
     * @param name the name that customers show in WhatsApp
     * @return a maker of payloads with that name, and clock and randomness of this one
     */
    public WebhookPayloads named(String name) {
        return new WebhookPayloads(clock, random, name);
    }

    /**
     * Makes a message id as Meta's look.
     *
     * @return an id that starts with {@code wamid.}
     */
    public String messageId() {
        byte[] bytes = new byte[30];
        random.nextBytes(bytes);
        return "wamid." + Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * Makes a text message.
     *
     * @param sender who sends it
     * @param text what it says
     * @return the payload in UTF-8
     */
    public byte[] text(CustomerId sender, String text) {
        return message(sender, "text", JsonObject.builder().put("body", text).build());
    }

    /**
     * Makes a photo.
     *
     * @param sender who sends it
     * @param mediaId Meta's id of the file
     * @param caption the text under it
     * @return the payload in UTF-8
     */
    public byte[] image(CustomerId sender, String mediaId, String caption) {
        return message(
                sender,
                "image",
                JsonObject.builder()
                        .put("caption", caption)
                        .put("mime_type", "image/jpeg")
                        .put("sha256", "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=")
                        .put("id", mediaId)
                        .build());
    }

    /**
     * Makes a place.
     *
     * @param sender who sends it
     * @param latitude degrees north, -90 to 90
     * @param longitude degrees east, -180 to 180
     * @return the payload in UTF-8
     */
    public byte[] location(CustomerId sender, double latitude, double longitude) {
        return message(
                sender,
                "location",
                JsonObject.builder()
                        .put("latitude", new JsonNumber(Double.toString(latitude)))
                        .put("longitude", new JsonNumber(Double.toString(longitude)))
                        .build());
    }

    /**
     * Makes a shared contact card.
     *
     * @param sender who sends it
     * @param name the name on the card
     * @param phone the number on the card
     * @return the payload in UTF-8
     */
    public byte[] contacts(CustomerId sender, String name, String phone) {
        Json card = JsonObject.builder()
                .put("name", JsonObject.builder().put("formatted_name", name).build())
                .put(
                        "phones",
                        JsonArray.of(JsonObject.builder()
                                .put("phone", phone)
                                .put("wa_id", phone.replaceAll("[^0-9]", ""))
                                .put("type", "MOBILE")
                                .build()))
                .build();
        return message(sender, "contacts", JsonArray.of(card));
    }

    /**
     * Makes an emoji on a message.
     *
     * @param sender who sets it
     * @param messageId the message it is set on
     * @param emoji the emoji
     * @return the payload in UTF-8
     */
    public byte[] reaction(CustomerId sender, String messageId, String emoji) {
        return message(
                sender,
                "reaction",
                JsonObject.builder()
                        .put("message_id", messageId)
                        .put("emoji", emoji)
                        .build());
    }

    /**
     * Makes a notice that a customer changed the phone number.
     *
     * @param customer the customer as known so far
     * @param newId the customer as known from now on
     * @return the payload in UTF-8
     */
    public byte[] changedNumber(CustomerId customer, CustomerId newId) {
        JsonObject system = JsonObject.builder()
                .put("body", "User " + customerName + " changed from " + customer.value() + " to " + newId.value())
                .putIfPresent("wa_id", newId.phoneNumber())
                .putIfPresent("user_id", newId.userId())
                .put("type", "user_changed_number")
                .build();
        JsonObject message =
                header(customer).put("system", system).put("type", "system").build();
        return payload(value().put("messages", JsonArray.of(message)).build());
    }

    /**
     * Makes a message of any type, for instance of one that Meta has yet to add.
     *
     * @param sender who sends it
     * @param type the type
     * @param content what stands under the type's name
     * @return the payload in UTF-8
     */
    public byte[] message(CustomerId sender, String type, Json content) {
        JsonObject message = header(sender).put("type", type).put(type, content).build();
        return payload(value().put("contacts", JsonArray.of(contact(sender)))
                .put("messages", JsonArray.of(message))
                .build());
    }

    /**
     * Makes a status of a message that the business sent, as {@code sent}, {@code delivered} and {@code read} are.
     *
     * @param recipient to whom it was sent
     * @param messageId the message
     * @param status the status in Meta's word
     * @return the payload in UTF-8
     */
    public byte[] status(CustomerId recipient, String messageId, String status) {
        JsonObject conversation = JsonObject.builder()
                .put("id", Long.toHexString(random.nextLong()))
                .put("expiration_timestamp", seconds(CONVERSATION))
                .put("origin", JsonObject.builder().put("type", "service").build())
                .build();
        JsonObject pricing = JsonObject.builder()
                .put("billable", new JsonBoolean(true))
                .put("pricing_model", "PMP")
                .put("category", "service")
                .build();
        JsonObject object = statusOf(recipient, messageId, status)
                .put("conversation", conversation)
                .put("pricing", pricing)
                .build();
        return payload(value().put("contacts", JsonArray.of(contact(recipient)))
                .put("statuses", JsonArray.of(object))
                .build());
    }

    /**
     * Makes the status of a message that could not be delivered.
     *
     * @param recipient to whom it was sent
     * @param messageId the message
     * @param code Meta's error code, for instance 131026
     * @param title what Meta calls the error
     * @return the payload in UTF-8
     */
    public byte[] failed(CustomerId recipient, String messageId, long code, String title) {
        JsonObject error = JsonObject.builder()
                .put("code", JsonNumber.of(code))
                .put("title", title)
                .put("message", title)
                .build();
        JsonObject object = statusOf(recipient, messageId, "failed")
                .put("errors", JsonArray.of(error))
                .build();
        return payload(value().put("statuses", JsonArray.of(object)).build());
    }

    private JsonObject.Builder statusOf(CustomerId recipient, String messageId, String status) {
        return JsonObject.builder()
                .put("id", messageId)
                .put("status", status)
                .put("timestamp", seconds(Duration.ZERO))
                .putIfPresent("recipient_id", recipient.phoneNumber())
                .putIfPresent("recipient_user_id", recipient.userId());
    }

    private JsonObject.Builder header(CustomerId sender) {
        return JsonObject.builder()
                .putIfPresent("from", sender.phoneNumber())
                .putIfPresent("from_user_id", sender.userId())
                .put("id", messageId())
                .put("timestamp", seconds(Duration.ZERO));
    }

    private JsonObject contact(CustomerId customer) {
        return JsonObject.builder()
                .put("profile", JsonObject.builder().put("name", customerName).build())
                .putIfPresent("wa_id", customer.phoneNumber())
                .putIfPresent("user_id", customer.userId())
                .build();
    }

    private String seconds(Duration later) {
        return Long.toString(clock.instant().plus(later).getEpochSecond());
    }

    private static JsonObject.Builder value() {
        return JsonObject.builder()
                .put("messaging_product", "whatsapp")
                .put(
                        "metadata",
                        JsonObject.builder()
                                .put("display_phone_number", BUSINESS_NUMBER)
                                .put("phone_number_id", PHONE_NUMBER_ID)
                                .build());
    }

    private static byte[] payload(JsonObject value) {
        JsonObject change = JsonObject.builder()
                .put("value", value)
                .put("field", "messages")
                .build();
        JsonObject entry = JsonObject.builder()
                .put("id", ACCOUNT_ID)
                .put("changes", JsonArray.of(change))
                .build();
        return JsonObject.builder()
                .put("object", "whatsapp_business_account")
                .put("entry", JsonArray.of(entry))
                .build()
                .toJson()
                .getBytes(StandardCharsets.UTF_8);
    }
}
