package dev.waxseal.examples;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.testkit.cloudapi.WebhookPayloads;
import java.time.Clock;
import java.util.List;
import java.util.random.RandomGenerator;

/** The tour's own webhooks: a few customers, known by user id, by phone number, or by both. */
final class TourPayloads {
    private TourPayloads() {}

    static List<byte[]> own(Clock clock, RandomGenerator random) {
        WebhookPayloads payloads = WebhookPayloads.with(clock, random);
        CustomerId both = CustomerId.of("US.4711000000000001", "16505550101");
        CustomerId phoneOnly = CustomerId.ofPhoneNumber("4915123456789");
        CustomerId idOnly = CustomerId.ofUserId("DE.4711000000000003");
        WebhookPayloads first = payloads.named("Example Customer");
        WebhookPayloads second = payloads.named("Beispiel Kundin");
        return List.of(
                first.text(both, "Hello, where is my order 2026-000123?"),
                first.text(
                        both,
                        "If it helps: I paid with the card 4111 1111 1111 1111, and my IBAN is DE89 3704 0044"
                                + " 0532 0130 00"),
                first.image(both, "media-1", "This is the parcel that arrived instead"),
                second.text(phoneOnly, "Guten Tag, bitte an example.customer@example.org schreiben"),
                second.location(phoneOnly, 52.52, 13.405),
                payloads.named("Cliente Ejemplo").text(idOnly, "¿Puedo cambiar la dirección de entrega?"),
                payloads.status(both, "wamid.tour-reply-1", "delivered"),
                payloads.status(both, "wamid.tour-reply-1", "read"));
    }
}
