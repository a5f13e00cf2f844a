package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.Secret;
import java.nio.charset.StandardCharsets;

/** Payloads for tests, and a front door that takes them. */
final class Samples {
    static final Secret APP_SECRET = Secret.of("0123456789abcdef0123456789abcdef");
    static final WebhookSignature SIGNATURE = WebhookSignature.under(APP_SECRET);
    static final Webhooks WEBHOOKS = Webhooks.builder()
            .appSecret(APP_SECRET)
            .verifyToken(Secret.of("verify me"))
            .build();

    /** Three messages and a status, by a customer known by both ids. */
    static final String MESSAGES = payload("messages", """
            "contacts":[{"profile":{"name":"Ada","username":"ada"},"wa_id":"15550001","user_id":"US.1"}],
            "messages":[
              {"from":"15550001","id":"wamid.1","timestamp":"1750000001","type":"text","text":{"body":"one"}},
              {"from":"15550001","id":"wamid.2","timestamp":"1750000002","type":"image",
               "image":{"id":"9","mime_type":"image/jpeg","sha256":"x","caption":"two"}},
              {"from":"15550001","id":"wamid.3","timestamp":"1750000003","type":"reaction",
               "reaction":{"message_id":"wamid.0","emoji":"\uD83D\uDC4D"}}],
            "statuses":[{"id":"wamid.0","status":"read","timestamp":"1750000004","recipient_id":"15550001"}]
            """);

    private Samples() {}

    static String payload(String field, String members) {
        return """
                {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"%s","value":{
                "messaging_product":"whatsapp",
                "metadata":{"display_phone_number":"15559999","phone_number_id":"2"},%s}}]}]}""".formatted(field, members);
    }

    static String message(String members) {
        return payload("messages", "\"messages\":[{\"id\":\"wamid.1\",\"timestamp\":\"1750000001\"," + members + "}]");
    }

    static String status(String members) {
        return payload("messages", "\"statuses\":[{\"id\":\"wamid.1\",\"timestamp\":\"1750000001\"," + members + "}]");
    }

    static WebhookPayload receive(byte[] body) {
        return WEBHOOKS.receive(body, SIGNATURE.sign(body));
    }

    static WebhookPayload receive(String body) {
        return receive(body.getBytes(StandardCharsets.UTF_8));
    }

    static WebhookPayload receive(Json body) {
        return receive(body.toJson());
    }

    static IncomingMessage receiveMessage(String members) {
        return receive(message(members)).messages().get(0);
    }
}
