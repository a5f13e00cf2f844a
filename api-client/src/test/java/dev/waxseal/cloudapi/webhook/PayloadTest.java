package dev.waxseal.cloudapi.webhook;

import static dev.waxseal.cloudapi.webhook.Samples.receive;
import static dev.waxseal.cloudapi.webhook.Samples.receiveMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.JsonString;
import dev.waxseal.cloudapi.webhook.InteractiveReply.FlowReply;
import dev.waxseal.cloudapi.webhook.InteractiveReply.OtherReply;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
    private static final String TEXT = "\"type\":\"text\",\"text\":{\"body\":\"hello\"}";

    private static MessagesChange change(String body) {
        return (MessagesChange) receive(body).entries().get(0).changes().get(0);
    }

    private static MessageStatus status(String members) {
        return (MessageStatus) receive(Samples.status(members)).statuses().get(0);
    }

    @Test
    void messagesStatusesAndProfilesComeOutTyped() {
        MessagesChange change = change(Samples.MESSAGES);
        assertThat(change.messages())
                .hasExactlyElementsOfTypes(TextMessage.class, ImageMessage.class, ReactionMessage.class);
        assertThat(change.metadata().orElseThrow().phoneNumberId()).contains("2");
        assertThat(change.profiles()).singleElement().satisfies(profile -> {
            assertThat(profile.name()).contains("Ada");
            assertThat(profile.username()).contains("ada");
            assertThat(profile.customer()).isEqualTo(CustomerId.of("US.1", "15550001"));
        });
        assertThat(change.statuses())
                .singleElement()
                .asInstanceOf(type(MessageStatus.class))
                .returns(MessageStatus.State.READ, MessageStatus::state)
                .returns(Optional.of(CustomerId.of("US.1", "15550001")), MessageStatus::recipient)
                .returns(Instant.ofEpochSecond(1_750_000_004), MessageStatus::timestamp);
        assertThat(change.events()).hasSize(4);
        assertThat(change.unknownParts()).isEmpty();
    }

    @Test
    void aSenderIsKnownByWhateverMetaSends() {
        assertThat(sender("\"from\":\"15550001\",")).isEqualTo(CustomerId.ofPhoneNumber("15550001"));
        assertThat(sender("\"from\":15550001,")).isEqualTo(CustomerId.ofPhoneNumber("15550001"));
        assertThat(sender("\"from_user_id\":\"US.1\",")).isEqualTo(CustomerId.ofUserId("US.1"));
        assertThat(sender("\"from\":\"\",\"from_user_id\":\"US.1\",")).isEqualTo(CustomerId.ofUserId("US.1"));
        assertThat(sender("\"from\":null,\"user_id\":\"US.1\",")).isEqualTo(CustomerId.ofUserId("US.1"));
        assertThat(sender("\"from\":\"US.13491208655302741918\","))
                .isEqualTo(CustomerId.ofUserId("US.13491208655302741918"));
        assertThat(sender("\"from\":\"US.ENT.11815799212886844830\","))
                .isEqualTo(CustomerId.ofUserId("US.ENT.11815799212886844830"));
        assertThat(sender("\"from\":\"15550001\",\"from_user_id\":\"US.1\","))
                .isEqualTo(CustomerId.of("US.1", "15550001"));
    }

    private static CustomerId sender(String members) {
        return ((KnownMessage) receiveMessage(members + TEXT)).header().sender();
    }

    @Test
    void theProfilesCompleteASender() {
        String contacts = "\"contacts\":[{\"user_id\":\"US.1\"},{\"user_id\":\"US.2\",\"wa_id\":\"15550002\"}],";
        String messages = "\"messages\":[{\"id\":\"1\",\"timestamp\":\"1\",\"from_user_id\":\"US.2\"," + TEXT + "}]";
        assertThat(receive(Samples.payload("messages", contacts + messages)).messages())
                .singleElement()
                .asInstanceOf(type(TextMessage.class))
                .extracting(message -> message.header().sender())
                .isEqualTo(CustomerId.of("US.2", "15550002"));
    }

    @Test
    void aMessageThatNamesNobodyIsTheOnlyProfilesOne() {
        String messages = "\"messages\":[{\"id\":\"1\",\"timestamp\":\"1\"," + TEXT + "}]";
        assertThat(receive(Samples.payload("messages", "\"contacts\":[{\"wa_id\":\"15550001\"}]," + messages))
                        .messages())
                .singleElement()
                .isInstanceOf(TextMessage.class);
        assertThat(receive(Samples.payload("messages", messages)).messages())
                .singleElement()
                .asInstanceOf(type(UnknownMessage.class))
                .returns("the message names no customer", UnknownMessage::reason);
    }

    @Test
    void aStatusHasItsRecipientConversationPricingErrorsAndCallbackData() {
        MessageStatus status = status("\"status\":\"failed\",\"recipient_id\":\"15550001\","
                + "\"recipient_user_id\":\"US.1\",\"biz_opaque_callback_data\":\"mine\","
                + "\"conversation\":{\"id\":\"c\",\"expiration_timestamp\":\"1750000009\",\"origin\":{\"type\":\"service\"}},"
                + "\"pricing\":{\"billable\":true,\"pricing_model\":\"PMP\",\"category\":\"service\",\"type\":\"regular\"},"
                + "\"errors\":[{\"code\":131026,\"title\":\"t\",\"error_data\":{\"details\":\"d\"}}]");
        assertThat(status.state()).isEqualTo(MessageStatus.State.FAILED);
        assertThat(status.recipient()).contains(CustomerId.of("US.1", "15550001"));
        assertThat(status.callbackData()).contains("mine");
        assertThat(status.conversation().orElseThrow().originType()).contains("service");
        assertThat(status.conversation().orElseThrow().expiresAt()).contains(Instant.ofEpochSecond(1_750_000_009));
        assertThat(status.pricing().orElseThrow().model()).contains("PMP");
        assertThat(status.errors())
                .singleElement()
                .returns(131_026L, WebhookError::code)
                .returns(Optional.of("d"), WebhookError::details);
    }

    @ParameterizedTest
    @CsvSource({"sent,SENT", "delivered,DELIVERED", "read,READ", "played,PLAYED", "failed,FAILED", "new,OTHER"})
    void aStatusOfAnyWordIsKept(String word, MessageStatus.State state) {
        MessageStatus status = status("\"status\":\"" + word + "\",\"recipient_id\":\"1\"");
        assertThat(status.state()).isEqualTo(state);
        assertThat(status.status()).isEqualTo(word);
    }

    @Test
    void aGroupIsNotTakenForACustomer() {
        assertThat(status("\"status\":\"sent\",\"recipient_type\":\"group\",\"recipient_id\":\"g1\"")
                        .recipient())
                .isEmpty();
        assertThat(status("\"status\":\"sent\",\"group_id\":\"g1\",\"recipient_id\":\"g1\"")
                        .recipient())
                .isEmpty();
        assertThat(status("\"status\":\"sent\",\"group_id\":\"g1\",\"recipient_id\":\"15550001\"")
                        .recipient())
                .contains(CustomerId.ofPhoneNumber("15550001"));
    }

    @Test
    void headersHaveContextIdentityAndGroup() {
        MessageHeader header = ((KnownMessage) receiveMessage("\"from\":\"1\",\"group_id\":\"g\","
                        + "\"context\":{\"forwarded\":true,\"from\":\"2\",\"id\":\"wamid.0\"},"
                        + "\"identity\":{\"acknowledged\":\"true\",\"created_timestamp\":1750000000,\"hash\":\"h\"},"
                        + TEXT))
                .header();
        assertThat(header.groupId()).contains("g");
        assertThat(header.context().orElseThrow().forwarded()).isTrue();
        assertThat(header.context().orElseThrow().messageId()).contains("wamid.0");
        assertThat(header.identity().orElseThrow().acknowledged()).contains(true);
        assertThat(header.identity().orElseThrow().hash()).contains("h");
    }

    @Test
    void aCompletedFlowHasItsAnswers() {
        assertThat(receiveMessage("\"from\":\"1\",\"type\":\"interactive\",\"interactive\":{\"type\":\"nfm_reply\","
                        + "\"nfm_reply\":{\"response_json\":\"{\\\"a\\\":1}\",\"body\":\"Sent\",\"name\":\"flow\"}}"))
                .asInstanceOf(type(InteractiveMessage.class))
                .extracting(InteractiveMessage::reply)
                .asInstanceOf(type(FlowReply.class))
                .extracting(reply -> Json.parse(reply.responseJson()).get("a").isPresent())
                .isEqualTo(true);
    }

    @Test
    void anInteractiveAnswerOfANewTypeIsKept() {
        assertThat(receiveMessage(
                        "\"from\":\"1\",\"type\":\"interactive\",\"interactive\":{\"type\":\"call_permission\"}"))
                .asInstanceOf(type(InteractiveMessage.class))
                .extracting(InteractiveMessage::reply)
                .isInstanceOf(OtherReply.class);
    }

    @Test
    void aReactionTakenOffHasNoEmoji() {
        assertThat(receiveMessage("\"from\":\"1\",\"type\":\"reaction\",\"reaction\":{\"message_id\":\"w\"}"))
                .asInstanceOf(type(ReactionMessage.class))
                .returns(Optional.empty(), ReactionMessage::emoji);
    }

    @Test
    void aSystemMessageHasTheNewId() {
        assertThat(receiveMessage("\"from\":\"1\",\"type\":\"system\",\"system\":{\"type\":\"user_changed_user_id\","
                        + "\"user_id\":\"US.2\",\"body\":\"b\"}"))
                .asInstanceOf(type(SystemMessage.class))
                .returns(Optional.of(CustomerId.ofUserId("US.2")), SystemMessage::newCustomerId);
    }

    @Test
    void aMessageOfANewTypeIsKeptWhole() {
        assertThat(receiveMessage("\"from\":\"1\",\"type\":\"hologram\",\"hologram\":{\"x\":1.50}"))
                .asInstanceOf(type(UnknownMessage.class))
                .returns(Optional.of("hologram"), UnknownMessage::type)
                .returns(Optional.of("wamid.1"), UnknownMessage::id)
                .returns(Optional.of(CustomerId.ofPhoneNumber("1")), UnknownMessage::sender)
                .extracting(message -> message.raw().toJson())
                .asString()
                .contains("\"hologram\":{\"x\":1.50}");
    }

    @Test
    void fieldsThatAreNotKnownStayReadable() {
        TextMessage message = (TextMessage) receiveMessage("\"from\":\"1\",\"colour\":\"red\"," + TEXT);
        assertThat(message.raw().get("colour")).contains(new JsonString("red"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"from\":\"1\",\"type\":\"text\",\"text\":{\"body\":7}",
                "\"from\":\"1\",\"type\":\"text\",\"text\":\"hello\"",
                "\"from\":\"1\",\"type\":\"text\"",
                "\"from\":\"1\",\"type\":7",
                "\"from\":\"1\"",
                "\"from\":{},\"type\":\"text\",\"text\":{\"body\":\"canary\"}",
                "\"from\":\"1\",\"type\":\"location\",\"location\":{\"latitude\":\"canary\",\"longitude\":1}",
                "\"from\":\"1\",\"type\":\"location\",\"location\":{\"latitude\":1e999999999,\"longitude\":1}",
                "\"from\":\"1\",\"type\":\"location\",\"location\":{\"latitude\":1e99999999999,\"longitude\":1}",
                "\"from\":\"1\",\"type\":\"image\",\"image\":{\"mime_type\":\"x\"}",
                "\"from\":\"1\",\"type\":\"contacts\",\"contacts\":[7]",
                "\"from\":\"1\",\"type\":\"contacts\"",
                "\"from\":\"1\",\"context\":[],\"type\":\"text\",\"text\":{\"body\":\"canary\"}"
            })
    void aMessageThatIsNotAsItsTypeShouldBeIsKeptRawWithAReason(String members) {
        assertThat(receiveMessage(members))
                .asInstanceOf(type(UnknownMessage.class))
                .satisfies(message -> assertThat(message.reason()).isNotEmpty().doesNotContain("canary"))
                .extracting(UnknownMessage::raw)
                .isEqualTo(Json.parse("{\"id\":\"wamid.1\",\"timestamp\":\"1750000001\"," + members + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"soon\"", "{}", "-1", "1e30", "1.5", "\"99999999999999999999\"", "true", "\" 1\""})
    void aTimeThatIsNoneMakesOnlyThatMessageUnknown(String timestamp) {
        WebhookPayload payload = receive(Samples.MESSAGES.replace("\"1750000001\"", timestamp));
        assertThat(payload.messages())
                .hasExactlyElementsOfTypes(UnknownMessage.class, ImageMessage.class, ReactionMessage.class);
    }

    @Test
    void profilesThatDoNotFitAreReportedAndLeaveTheMessages() {
        MessagesChange change =
                change(Samples.MESSAGES.replace("\"contacts\":[", "\"contacts\":[7,{\"profile\":{\"name\":\"x\"}},"));
        assertThat(change.profiles()).hasSize(1);
        assertThat(change.unknownParts()).hasSize(2);
        assertThat(change.messages()).hasSize(3).noneMatch(UnknownMessage.class::isInstance);
        assertThat(change.events()).hasSize(6);
    }

    @Test
    void aChangeOfAnotherFieldIsKeptRaw() {
        WebhookPayload payload = receive(Samples.payload("account_update", "\"event\":\"VERIFIED_ACCOUNT\""));
        assertThat(payload.events())
                .singleElement()
                .asInstanceOf(type(UnknownChange.class))
                .returns(Optional.of("account_update"), UnknownChange::field);
    }

    @Test
    void errorsOfTheAccountComeOut() {
        assertThat(receive(Samples.payload("messages", "\"errors\":[{\"code\":\"130429\",\"title\":\"x\"}]"))
                        .events())
                .singleElement()
                .asInstanceOf(type(WebhookError.class))
                .returns(130_429L, WebhookError::code);
    }

    @Test
    void groupEventsComeOutAndBadOnesAreKeptRaw() {
        WebhookPayload payload = receive(Samples.payload(
                "group_participants_update",
                "\"groups\":[{\"timestamp\":1750000000,\"group_id\":\"g\",\"type\":\"group_add_participants\","
                        + "\"added_participants\":[{\"input\":15550001,\"wa_id\":15550001}]},7]"));
        assertThat(payload.events()).hasExactlyElementsOfTypes(GroupUpdate.class, UnknownGroupEvent.class);
        assertThat(((GroupUpdate) payload.events().get(0)).addedParticipants())
                .singleElement()
                .returns(Optional.of(CustomerId.ofPhoneNumber("15550001")), GroupParticipant::customer);
    }

    @Test
    void aPayloadWithoutTheUsualParentsIsStillKept() {
        for (String body : List.of(
                "{\"object\":\"page\",\"entry\":[{\"messaging\":[1]}]}",
                "{\"entry\":7}",
                "{\"entry\":[7]}",
                "{\"entry\":[{\"changes\":7}]}",
                "{\"entry\":[{\"changes\":[7]}]}",
                "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{}}]}]}")) {
            assertThat(receive(body).events()).singleElement().isInstanceOf(UnknownChange.class);
        }
        assertThat(receive("{}").events()).isEmpty();
    }
}
