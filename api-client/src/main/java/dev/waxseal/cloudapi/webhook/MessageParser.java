package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.webhook.InteractiveReply.ButtonReply;
import dev.waxseal.cloudapi.webhook.InteractiveReply.FlowReply;
import dev.waxseal.cloudapi.webhook.InteractiveReply.ListReply;
import dev.waxseal.cloudapi.webhook.InteractiveReply.OtherReply;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads messages from customers. What isn't known or doesn't fit becomes an {@link UnknownMessage}. */
final class MessageParser {
    private final List<CustomerProfile> profiles;

    MessageParser(List<CustomerProfile> profiles) {
        this.profiles = profiles;
    }

    IncomingMessage read(Json json) {
        try {
            return known(Fields.of(json, "message"));
        } catch (MisfitException e) {
            return unknown(json, e.reason());
        }
    }

    private UnknownMessage unknown(Json json, String reason) {
        Optional<String> type = ifItFits(() -> Fields.of(json, "message").text("type"));
        Optional<String> id = ifItFits(() -> Fields.of(json, "message").id("id"));
        Optional<CustomerId> sender =
                ifItFits(() -> Customers.completed(Customers.sender(Fields.of(json, "message")), profiles));
        return new UnknownMessage(type, id, sender, reason, json);
    }

    private static <V> Optional<V> ifItFits(Supplier<Optional<V>> field) {
        try {
            return field.get();
        } catch (MisfitException e) {
            return Optional.empty();
        }
    }

    private IncomingMessage known(Fields message) {
        String type = message.requireText("type");
        return switch (type) {
            case "text" ->
                new TextMessage(header(message), message.requireObject(type).requireText("body"));
            case "reaction" -> reaction(message, message.requireObject(type));
            case "image" -> {
                Fields image = message.requireObject(type);
                yield new ImageMessage(header(message), media(image), image.text("caption"));
            }
            case "video" -> {
                Fields video = message.requireObject(type);
                yield new VideoMessage(header(message), media(video), video.text("caption"));
            }
            case "audio" -> {
                Fields audio = message.requireObject(type);
                yield new AudioMessage(
                        header(message), media(audio), audio.flag("voice").orElse(false));
            }
            case "document" -> {
                Fields document = message.requireObject(type);
                yield new DocumentMessage(
                        header(message), media(document), document.text("filename"), document.text("caption"));
            }
            case "sticker" -> {
                Fields sticker = message.requireObject(type);
                yield new StickerMessage(
                        header(message),
                        media(sticker),
                        sticker.flag("animated").orElse(false));
            }
            case "location" -> location(message, message.requireObject(type));
            case "contacts" -> {
                message.require(type);
                yield new ContactsMessage(
                        header(message),
                        message.objects(type).stream()
                                .map(ContactCardParser::read)
                                .toList());
            }
            case "button" -> {
                Fields button = message.requireObject(type);
                yield new ButtonMessage(header(message), button.text("payload"), button.text("text"));
            }
            case "interactive" -> new InteractiveMessage(header(message), reply(message.requireObject(type)));
            case "order" -> order(message, message.requireObject(type));
            case "system" -> system(message, message.requireObject(type));
            case "unsupported", "unknown" -> new UnsupportedMessage(header(message), type);
            default -> unknown(message.raw(), "the message's type is not known to this version");
        };
    }

    private MessageHeader header(Fields message) {
        return new MessageHeader(
                message.requireId("id"),
                message.requireInstant("timestamp"),
                Customers.completed(Customers.sender(message), profiles)
                        .orElseThrow(() -> new MisfitException("the message names no customer")),
                message.object("context").map(MessageParser::context),
                message.object("referral").map(MessageParser::referral),
                message.id("group_id"),
                message.object("identity")
                        .map(identity -> new IdentityKey(
                                identity.id("hash"),
                                identity.flag("acknowledged"),
                                identity.instant("created_timestamp"),
                                identity.raw())),
                message.objects("errors").stream().map(MessageParser::error).toList(),
                message.raw());
    }

    private static MessageContext context(Fields context) {
        return new MessageContext(
                context.id("from"),
                context.id("id"),
                context.object("referred_product")
                        .map(product -> new ReferredProduct(
                                product.id("catalog_id"), product.id("product_retailer_id"), product.raw())),
                context.flag("forwarded").orElse(false),
                context.flag("frequently_forwarded").orElse(false),
                context.raw());
    }

    private static Referral referral(Fields referral) {
        return new Referral(
                referral.text("source_url"),
                referral.id("source_id"),
                referral.text("source_type"),
                referral.text("headline"),
                referral.text("body"),
                referral.text("media_type"),
                referral.text("image_url"),
                referral.text("video_url"),
                referral.text("thumbnail_url"),
                referral.id("ctwa_clid"),
                referral.object("welcome_message").flatMap(welcome -> welcome.text("text")),
                referral.raw());
    }

    static WebhookError error(Fields error) {
        return new WebhookError(
                error.requireWhole("code"),
                error.text("title"),
                error.text("message"),
                error.object("error_data").flatMap(data -> data.text("details")),
                error.text("href"),
                error.raw());
    }

    private static MediaReference media(Fields media) {
        return new MediaReference(
                media.requireId("id"), media.text("mime_type"), media.text("sha256"), media.text("url"), media.raw());
    }

    private ReactionMessage reaction(Fields message, Fields reaction) {
        return new ReactionMessage(
                header(message),
                reaction.requireId("message_id"),
                reaction.text("emoji").filter(emoji -> !emoji.isEmpty()));
    }

    private LocationMessage location(Fields message, Fields location) {
        return new LocationMessage(
                header(message),
                location.requireReal("latitude"),
                location.requireReal("longitude"),
                location.text("name"),
                location.text("address"),
                location.text("url"));
    }

    private static InteractiveReply reply(Fields interactive) {
        Optional<String> type = interactive.text("type");
        return switch (type.orElse("")) {
            case "button_reply" -> {
                Fields button = interactive.requireObject("button_reply");
                yield new ButtonReply(button.requireId("id"), button.text("title"), interactive.raw());
            }
            case "list_reply" -> {
                Fields row = interactive.requireObject("list_reply");
                yield new ListReply(row.requireId("id"), row.text("title"), row.text("description"), interactive.raw());
            }
            case "nfm_reply" -> {
                Fields flow = interactive.requireObject("nfm_reply");
                yield new FlowReply(
                        flow.requireText("response_json"), flow.text("name"), flow.text("body"), interactive.raw());
            }
            default -> new OtherReply(type, interactive.raw());
        };
    }

    private OrderMessage order(Fields message, Fields order) {
        return new OrderMessage(
                header(message),
                order.requireId("catalog_id"),
                order.text("text").filter(text -> !text.isEmpty()),
                order.objects("product_items").stream()
                        .map(item -> new OrderItem(
                                item.requireId("product_retailer_id"),
                                item.requireWhole("quantity"),
                                item.requireDecimal("item_price"),
                                item.text("currency"),
                                item.raw()))
                        .toList());
    }

    private SystemMessage system(Fields message, Fields system) {
        return new SystemMessage(
                header(message),
                system.text("type"),
                system.text("body"),
                Customers.named(system),
                system.id("identity"));
    }
}
