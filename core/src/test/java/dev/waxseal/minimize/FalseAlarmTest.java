package dev.waxseal.minimize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What customers of a shop write all day, with the numbers that they mention. */
class FalseAlarmTest {
    private static final int SENTENCES = 10_000;

    private static final List<String> PATTERNS = List.of(
            "Where is my order #%o?",
            "My order number is %o, I paid %p on %d.",
            "Hi, order %o was due on %d at %t and still isn't here",
            "Tracking ID %k shows no movement since %d",
            "the parcel %k left %c at %t",
            "I was charged %p instead of %p for invoice %i",
            "Invoice %i says %p, %n%% off was promised",
            "Can you send %n pieces of item %a to %c by %d?",
            "Do you have article %a in size %s?",
            "Ticket %o is open since %d, please answer",
            "Our address is %h Main Street, %c %z",
            "zip code %z, flat %h, %s floor",
            "app version %v crashes since %d",
            "Error code %z when I open %u",
            "use coupon %w for %p off until %d",
            "I waited %n minutes and called %s times",
            "open %t to %t from %d",
            "¿Dónde está mi pedido %o? Lo pagué el %d, %p",
            "El número de seguimiento es %k y el código postal %z",
            "Meu pedido %o não chegou, o rastreio é %k",
            "O CEP é %z, o boleto de %p vence em %d",
            "Meine Bestellung %o vom %d über %p ist nicht da",
            "Die Sendungsnummer lautet %k, Rechnung %i",
            "Ma commande %o du %d, montant %p, colis %k",
            "Il mio ordine %o del %d, spedizione %k",
            "Pesanan saya %o belum sampai, resi %k",
            "मेरा ऑर्डर %o कहाँ है? %d को %p दिए",
            "أين طلبي %o؟ رقم الشحنة %k بتاريخ %d",
            "Model %w%z weighs %n.%n kg and is %n x %n x %n cm",
            "Booking %w, seat %s, gate %n, boarding at %t on %d",
            "I forgot my password and the reset link from %d expired",
            "my password is wrong since %d, ticket %o",
            "The code for the discount, %w, doesn't work at %u");

    @Test
    void ordinaryChatsRaiseNoAlarm() {
        Random random = new Random(20_260_314);
        List<String> alarms = new ArrayList<>();
        for (int i = 0; i < SENTENCES; i++) {
            String sentence = sentence(random);
            Redaction redaction = Redactor.standard().redact(sentence);
            if (redaction.changed()) {
                alarms.add(redaction.spans() + " in " + sentence);
            }
        }

        assertThat(alarms).isEmpty();
    }

    private static String sentence(Random random) {
        String pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
        StringBuilder sentence = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '%') {
                i++;
                sentence.append(filled(pattern.charAt(i), random));
            } else {
                sentence.append(c);
            }
        }
        return sentence.toString();
    }

    private static String filled(char what, Random random) {
        int day = 1 + random.nextInt(28);
        int month = 1 + random.nextInt(12);
        return switch (what) {
            case 'o' ->
                switch (random.nextInt(4)) {
                    case 0 -> digits(random, 8);
                    case 1 -> digits(random, 10);
                    case 2 -> "SO-2026-" + digits(random, 6);
                    default -> digits(random, 3) + "-" + digits(random, 7) + "-" + digits(random, 7);
                };
            case 'k' ->
                switch (random.nextInt(5)) {
                    case 0 -> "1Z" + letters(random, 3) + digits(random, 13);
                    case 1 -> "JD" + digits(random, 18);
                    case 2 -> letters(random, 2) + digits(random, 9) + "DE";
                    case 3 -> digits(random, 12);
                    default -> "0034" + digits(random, 16);
                };
            case 'p' ->
                switch (random.nextInt(6)) {
                    case 0 -> "$" + random.nextInt(2_000) + ".99";
                    case 1 -> random.nextInt(900) + ",50 €";
                    case 2 -> "₹" + (1 + random.nextInt(99)) + ",499";
                    case 3 -> "R$ 1." + digits(random, 3) + ",00";
                    case 4 -> "Rp 1." + digits(random, 3) + ".000";
                    default -> random.nextInt(5_000) + " USD";
                };
            case 'd' ->
                switch (random.nextInt(5)) {
                    case 0 -> String.format(Locale.ROOT, "2026-%02d-%02d", month, day);
                    case 1 -> String.format(Locale.ROOT, "%02d.%02d.2026", day, month);
                    case 2 -> String.format(Locale.ROOT, "%d/%d/26", month, day);
                    case 3 -> day + " March";
                    default -> String.format(Locale.ROOT, "2026-%02d-%02dT10:%02d:00Z", month, day, day);
                };
            case 't' -> String.format(Locale.ROOT, "%02d:%02d", random.nextInt(24), random.nextInt(60));
            case 'i' -> "INV-" + digits(random, 4) + "/" + digits(random, 5);
            case 'a' -> digits(random, 6);
            case 'z' -> digits(random, 5);
            case 'w' -> letters(random, 6);
            case 'h' -> String.valueOf(1 + random.nextInt(2_000));
            case 's' -> String.valueOf(1 + random.nextInt(60));
            case 'n' -> String.valueOf(1 + random.nextInt(99));
            case 'v' ->
                random.nextInt(9) + "." + random.nextInt(20) + "." + random.nextInt(20) + "." + random.nextInt(200);
            case 'u' -> "https://shop.example/p/" + digits(random, 7) + "?page=" + random.nextInt(9);
            case 'c' -> List.of("Lima", "Pune", "Bonn", "Lyon", "Jakarta").get(random.nextInt(5));
            default -> "%";
        };
    }

    private static String digits(Random random, int count) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < count; i++) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }

    private static String letters(Random random, int count) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            letters.append((char) ('A' + random.nextInt(26)));
        }
        return letters.toString();
    }
}
