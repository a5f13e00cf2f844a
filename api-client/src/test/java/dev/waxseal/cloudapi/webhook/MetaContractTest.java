package dev.waxseal.cloudapi.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.JsonNumber;
import dev.waxseal.cloudapi.JsonObject;
import dev.waxseal.cloudapi.JsonString;
import dev.waxseal.cloudapi.webhook.InteractiveReply.ButtonReply;
import dev.waxseal.cloudapi.webhook.InteractiveReply.ListReply;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the webhook types against Meta's own description of the API. */
class MetaContractTest {
    private static MetaSpecification specification;

    @BeforeAll
    static void load() throws IOException {
        specification = MetaSpecification.load();
    }

    /** The examples, with what each must be read as. */
    private static final Map<String, Class<? extends WebhookEvent>> EXAMPLES = new LinkedHashMap<>();

    static {
        EXAMPLES.put("Text Message", TextMessage.class);
        EXAMPLES.put("Text Message with Context (Product Inquiry)", TextMessage.class);
        EXAMPLES.put("Text Message from Click to WhatsApp Ad", TextMessage.class);
        EXAMPLES.put("Reaction Message", ReactionMessage.class);
        EXAMPLES.put("Image Message", ImageMessage.class);
        EXAMPLES.put("Location Message", LocationMessage.class);
        EXAMPLES.put("Contact Sharing Message", ContactsMessage.class);
        EXAMPLES.put("Unsupported Message", UnsupportedMessage.class);
        EXAMPLES.put("Button Message", ButtonMessage.class);
        EXAMPLES.put("Interactive List Reply Message", InteractiveMessage.class);
        EXAMPLES.put("Interactive Button Reply Message", InteractiveMessage.class);
        EXAMPLES.put("Order Message", OrderMessage.class);
        EXAMPLES.put("System Message", SystemMessage.class);
        EXAMPLES.put("Group Create Message", GroupUpdate.class);
        EXAMPLES.put("Group Settings Update", GroupUpdate.class);
        EXAMPLES.put("Group Remove Participants", GroupUpdate.class);
    }

    private static WebhookEvent example(String name) {
        return Samples.receive(specification.payloads().get(name)).events().get(0);
    }

    @Test
    void everyExampleIsReadAsWhatItIs() {
        Map<String, JsonObject> payloads = specification.payloads();
        assertThat(payloads.keySet()).containsExactlyElementsOf(EXAMPLES.keySet());
        payloads.forEach((name, body) -> assertThat(Samples.receive(body).events())
                .as(name)
                .singleElement()
                .isInstanceOf(EXAMPLES.get(name)));
    }

    @Test
    void everyExampleIsWrittenBackWithoutLoss() {
        specification.payloads().forEach((name, body) -> {
            assertThat(Samples.receive(body).raw().toJson()).as(name).isEqualTo(body.toJson());
            assertThat(Json.parse(Samples.receive(body).raw().toJson()))
                    .as(name)
                    .isEqualTo(body);
        });
    }

    @Test
    void examplesGiveTheirValues() {
        TextMessage advertised = (TextMessage) example("Text Message from Click to WhatsApp Ad");
        assertThat(advertised.header().sender()).isEqualTo(CustomerId.ofPhoneNumber("16505551234"));
        assertThat(advertised.header().referral().orElseThrow().welcomeMessage())
                .contains("Hi there! Let us know how we can help!");
        TextMessage inquiry = (TextMessage) example("Text Message with Context (Product Inquiry)");
        assertThat(inquiry.header()
                        .context()
                        .orElseThrow()
                        .referredProduct()
                        .orElseThrow()
                        .productRetailerId())
                .contains("di9ozbzfi4");
        assertThat(((UnsupportedMessage) example("Unsupported Message"))
                        .header()
                        .errors())
                .singleElement()
                .returns(131_051L, WebhookError::code);
        assertThat(((InteractiveMessage) example("Interactive List Reply Message")).reply())
                .isInstanceOf(ListReply.class);
        assertThat(((InteractiveMessage) example("Interactive Button Reply Message")).reply())
                .isInstanceOf(ButtonReply.class);
        assertThat(((OrderMessage) example("Order Message")).items()).hasSize(2);
        assertThat(((SystemMessage) example("System Message")).newCustomerId())
                .contains(CustomerId.ofPhoneNumber("12195555358"));
        // The participants' numbers are unquoted there, so they arrive as numbers.
        assertThat(((GroupUpdate) example("Group Remove Participants")).removedParticipants())
                .hasSize(2)
                .allSatisfy(participant -> assertThat(participant.customer()).isPresent());
        ContactsMessage cards = (ContactsMessage) example("Contact Sharing Message");
        assertThat(cards.contacts().get(0).phones().get(0).customerId())
                .contains(CustomerId.ofPhoneNumber("19835552319"));
        assertThat(((LocationMessage) example("Location Message")).latitude()).isEqualTo(37.44221496582);
    }

    @ParameterizedTest
    @CsvSource({
        "text,TextMessage_2,TextMessage",
        "reaction,ReactionMessage_1,ReactionMessage",
        "audio,AudioMessage_1,AudioMessage",
        "document,DocumentMessage_1,DocumentMessage",
        "image,ImageMessage_1,ImageMessage",
        "sticker,StickerMessage_1,StickerMessage",
        "video,VideoMessage_1,VideoMessage",
        "location,LocationMessage_1,LocationMessage",
        "contacts,ContactSharingMessage,ContactsMessage",
        "unsupported,UnsupportedMessage,UnsupportedMessage",
        "button,ButtonMessage,ButtonMessage",
        "order,OrderMessage,OrderMessage",
        "system,SystemMessage,SystemMessage"
    })
    void aMessageWithAllThatItsSchemaDescribesIsReadAsItsType(String type, String schema, String expected) {
        Json message = specification.sample(specification.schema(schema));
        assertThat(MetaSpecification.get(message, "type")).isEqualTo(new JsonString(type));
        IncomingMessage read = Samples.receive(Samples.payload("messages", "\"messages\":[" + message.toJson() + "]"))
                .messages()
                .get(0);
        assertThat(read.getClass().getSimpleName()).isEqualTo(expected);
        assertThat(read.raw()).isEqualTo(message);
    }

    @Test
    void everyTypeThatTheDescriptionNamesIsKnown() {
        JsonObject mapping =
                (JsonObject) MetaSpecification.get(specification.schema("IncomingMessage"), "discriminator", "mapping");
        assertThat(mapping.members()).hasSizeGreaterThan(10);
        mapping.members().keySet().forEach(type -> {
            assertThat(((UnknownMessage) Samples.receiveMessage("\"type\":\"" + type + "\"")).reason())
                    .as(type)
                    .doesNotContain("not known");
        });
    }

    @Test
    void aStatusWithAllThatItsSchemaDescribesIsReadAsOne() {
        Json status = specification.sample(specification.schema("Statuses"));
        StatusUpdate read = Samples.receive(Samples.payload("messages", "\"statuses\":[" + status.toJson() + "]"))
                .statuses()
                .get(0);
        assertThat(read).isInstanceOf(MessageStatus.class);
        assertThat(((MessageStatus) read).conversation()).isPresent();
        assertThat(((MessageStatus) read).pricing()).isPresent();
        assertThat(((MessageStatus) read).errors()).hasSize(1);
    }

    @Test
    void everyStatusThatTheDescriptionNamesIsKnown() {
        MetaSpecification.get(specification.schema("Statuses"), "properties", "status", "enum")
                .elements()
                .forEach(word -> assertThat(
                                ((MessageStatus) Samples.receive(Samples.status("\"status\":" + word.toJson()))
                                                .statuses()
                                                .get(0))
                                        .state())
                        .isNotEqualTo(MessageStatus.State.OTHER));
    }

    @Test
    void aGroupEventWithAllThatItsSchemaDescribesIsReadAsOne() {
        Json group = specification.sample(specification.schema("Groups"));
        MetaSpecification.get(specification.schema("Change"), "properties", "field", "enum").elements().stream()
                .map(field -> ((JsonString) field).value())
                .filter(field -> !field.equals("messages"))
                .forEach(field -> assertThat(
                                Samples.receive(Samples.payload(field, "\"groups\":[" + group.toJson() + "]"))
                                        .events())
                        .as(field)
                        .singleElement()
                        .isInstanceOf(GroupUpdate.class));
        assertThat(MetaSpecification.get(group, "timestamp")).isInstanceOf(JsonNumber.class);
    }
}
