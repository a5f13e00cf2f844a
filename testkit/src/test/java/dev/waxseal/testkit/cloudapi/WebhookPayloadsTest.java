package dev.waxseal.testkit.cloudapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.JsonObject;
import dev.waxseal.cloudapi.Secret;
import dev.waxseal.cloudapi.webhook.ContactsMessage;
import dev.waxseal.cloudapi.webhook.ImageMessage;
import dev.waxseal.cloudapi.webhook.IncomingMessage;
import dev.waxseal.cloudapi.webhook.KnownMessage;
import dev.waxseal.cloudapi.webhook.LocationMessage;
import dev.waxseal.cloudapi.webhook.MessageStatus;
import dev.waxseal.cloudapi.webhook.MessagesChange;
import dev.waxseal.cloudapi.webhook.ReactionMessage;
import dev.waxseal.cloudapi.webhook.SystemMessage;
import dev.waxseal.cloudapi.webhook.TextMessage;
import dev.waxseal.cloudapi.webhook.UnknownMessage;
import dev.waxseal.cloudapi.webhook.WebhookPayload;
import dev.waxseal.cloudapi.webhook.WebhookSignature;
import dev.waxseal.cloudapi.webhook.Webhooks;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WebhookPayloadsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Secret APP_SECRET = Secret.of("0123456789abcdef0123456789abcdef");
    private static final Webhooks WEBHOOKS =
            Webhooks.builder().appSecret(APP_SECRET).build();
    private static final CustomerId BOTH = CustomerId.of("US.13491208655302741918", "16505551234");

    private final WebhookPayloads payloads = WebhookPayloads.with(Clock.fixed(NOW, ZoneOffset.UTC), new Random(7))
            .named("Ada");

    static List<CustomerId> customers() {
        return List.of(BOTH, CustomerId.ofUserId("US.13491208655302741918"), CustomerId.ofPhoneNumber("16505551234"));
    }

    private static WebhookPayload receive(byte[] body) {
        return WEBHOOKS.receive(body, WebhookSignature.under(APP_SECRET).sign(body));
    }

    private static IncomingMessage message(byte[] body) {
        return receive(body).messages().get(0);
    }

    @ParameterizedTest
    @MethodSource("customers")
    void everyKindIsReadAsWhatItIsHoweverTheCustomerIsKnown(CustomerId customer) {
        List<IncomingMessage> messages = List.of(
                message(payloads.text(customer, "hello")),
                message(payloads.image(customer, "1003383421387256", "Taj Mahal")),
                message(payloads.location(customer, 37.5, -122.25)),
                message(payloads.contacts(customer, "Lucía Gómez", "+1 (983) 555-2319")),
                message(payloads.reaction(customer, "wamid.x", "\uD83D\uDC4D")),
                message(payloads.changedNumber(customer, CustomerId.ofPhoneNumber("12195555358"))));
        assertThat(messages)
                .hasExactlyElementsOfTypes(
                        TextMessage.class,
                        ImageMessage.class,
                        LocationMessage.class,
                        ContactsMessage.class,
                        ReactionMessage.class,
                        SystemMessage.class);
        assertThat(messages).allSatisfy(message -> {
            assertThat(((KnownMessage) message).header().sender()).isEqualTo(customer);
            assertThat(((KnownMessage) message).header().timestamp()).isEqualTo(NOW);
        });
    }

    @ParameterizedTest
    @MethodSource("customers")
    void statusesNameTheirRecipientHoweverKnown(CustomerId customer) {
        assertThat(receive(payloads.status(customer, "wamid.x", "delivered")).statuses())
                .singleElement()
                .asInstanceOf(type(MessageStatus.class))
                .returns(MessageStatus.State.DELIVERED, MessageStatus::state)
                .returns("wamid.x", MessageStatus::messageId)
                .returns(Optional.of(customer), MessageStatus::recipient);
        assertThat(receive(payloads.failed(customer, "wamid.x", 131_026, "Message undeliverable"))
                        .statuses())
                .singleElement()
                .asInstanceOf(type(MessageStatus.class))
                .returns(MessageStatus.State.FAILED, MessageStatus::state)
                .extracting(status -> status.errors().get(0).code())
                .isEqualTo(131_026L);
    }

    @Test
    void aTypeThatMetaHasYetToAddCanBeMade() {
        assertThat(message(payloads.message(
                        BOTH, "hologram", JsonObject.builder().put("x", "y").build())))
                .isInstanceOf(UnknownMessage.class);
    }

    @Test
    void customersCanBeNamed() {
        WebhookPayload payload = receive(payloads.text(BOTH, "hello"));
        assertThat(((MessagesChange) payload.entries().get(0).changes().get(0)).profiles())
                .singleElement()
                .satisfies(profile -> assertThat(profile.name()).contains("Ada"));
    }

    @Test
    void theSameClockAndRandomnessGiveTheSamePayload() {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        assertThat(WebhookPayloads.with(clock, new Random(1)).text(BOTH, "a"))
                .isEqualTo(WebhookPayloads.with(clock, new Random(1)).text(BOTH, "a"))
                .isNotEqualTo(WebhookPayloads.with(clock, new Random(2)).text(BOTH, "a"));
    }
}
