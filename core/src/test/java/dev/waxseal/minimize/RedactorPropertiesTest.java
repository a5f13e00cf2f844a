package dev.waxseal.minimize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class RedactorPropertiesTest {
    private static final Redactor REDACTOR = Redactor.standard();
    private static final int MOST_GROWTH = 6;

    @Property(tries = 3_000)
    void redactingAgainChangesNothing(@ForAll("chats") String text) {
        String once = REDACTOR.redact(text).text();

        assertThat(REDACTOR.redact(once).text()).isEqualTo(once);
    }

    @Property
    void redactingAnyTextAgainChangesNothing(@ForAll String text) {
        String once = REDACTOR.redact(text).text();

        assertThat(REDACTOR.redact(once).text()).isEqualTo(once);
    }

    @Property(tries = 2_000)
    void theTextGrowsAtMostSixfold(@ForAll("chats") String text) {
        assertThat(REDACTOR.redact(text).text().length()).isLessThanOrEqualTo(MOST_GROWTH * text.length());
    }

    @Property(tries = 2_000)
    void whatIsNotInASpanStaysAsItWas(@ForAll("chats") String text) {
        Redaction redaction = REDACTOR.redact(text);

        StringBuilder rebuilt = new StringBuilder();
        int at = 0;
        for (Span span : redaction.spans()) {
            assertThat(span.start()).isGreaterThanOrEqualTo(at);
            assertThat(span.end()).isLessThanOrEqualTo(text.length());
            String label = StandardType.valueOf(span.type()).label();
            rebuilt.append(text, at, span.start()).append('[').append(label).append(']');
            at = span.end();
        }
        rebuilt.append(text.substring(at));
        assertThat(redaction.text()).isEqualTo(rebuilt.toString());
    }

    @Property(tries = 2_000)
    void noSurrogatePairIsCut(@ForAll("chats") String text) {
        for (Span span : REDACTOR.redact(text).spans()) {
            for (int border : List.of(span.start(), span.end())) {
                boolean cut = border > 0
                        && border < text.length()
                        && Character.isSurrogatePair(text.charAt(border - 1), text.charAt(border));
                assertThat(cut).isFalse();
            }
        }
    }

    @Property
    void aCardIsFoundInTheDigitsOfEveryScript(
            @ForAll("scripts") int zero,
            @ForAll("separators") String separator,
            @ForAll("surroundings") String around) {
        StringBuilder card = new StringBuilder();
        String digits = "4539578763621486";
        for (int i = 0; i < digits.length(); i++) {
            card.append(i > 0 && i % 4 == 0 ? separator : "").appendCodePoint(zero + digits.charAt(i) - '0');
        }
        String text = around + " " + card + " " + around;

        List<Span> spans = REDACTOR.redact(text).spans();

        assertThat(spans).extracting(Span::type).containsExactly("PAYMENT_CARD");
        assertThat(text.substring(spans.get(0).start(), spans.get(0).end())).isEqualTo(card.toString());
    }

    @Provide
    Arbitrary<Integer> scripts() {
        return Arbitraries.of(0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1D7CE, 0x1E950);
    }

    @Provide
    Arbitrary<String> separators() {
        return Arbitraries.of("", " ", "-", "\u00A0", "\u2013", "\u200B", "\u2011");
    }

    @Provide
    Arbitrary<String> surroundings() {
        return Arbitraries.of("", "hola", "привет", "नमस्ते", "مرحبا", "你好", "\uD83D\uDE00", "a\u0301", "\u200F");
    }

    /** Pieces that recognisers look for, joined in every order, with what could mislead them between. */
    @Provide
    Arbitrary<String> chats() {
        Arbitrary<String> piece = Arbitraries.of(
                "4111111111111111",
                "4111 1111 1111 1112",
                "card",
                "order",
                "DE89 3704 0044 0532 0130 00",
                "iban",
                "ana@example.org",
                "@",
                ".",
                ":",
                "=",
                "-",
                "+",
                "(",
                ")",
                "[",
                "]",
                "[card]",
                "[password]",
                "[",
                "password",
                "is",
                "hunter2",
                "code",
                "verification",
                "482913",
                "123-456",
                "call",
                "+49 1512 3456789",
                "(415) 555-0132",
                "x12",
                "phone",
                "192.168.1.1",
                "fe80::1",
                "::",
                "219-09-9999",
                "ssn",
                "https://",
                "u:p",
                "?token=abcdef1",
                "AKIAIOSFODNN7EXAMPLE",
                "sk_live_",
                "eyJhbGciOi.eyJzdWIi.c2ln",
                "-----BEGIN PRIVATE KEY-----",
                "-----END PRIVATE KEY-----",
                "\n",
                "\u200B",
                "\uD83D\uDE00",
                "\uD83D",
                "\uDE00",
                "\uD835\uDFCE",
                "٤١١١",
                "पासवर्ड",
                "رمز",
                "é",
                "e\u0301",
                "12.05.2026",
                "$",
                "5",
                "2026",
                "tracking",
                "your",
                "a",
                "Z9");
        Arbitrary<String> joint = Arbitraries.of("", " ", " ", " ", "-", "\n");
        Arbitrary<String> any = Arbitraries.strings().ofMaxLength(4);
        return Arbitraries.frequencyOf(Tuple.of(8, piece), Tuple.of(1, any), Tuple.of(8, joint))
                .list()
                .ofMaxSize(24)
                .map(pieces -> pieces.stream().collect(Collectors.joining()));
    }
}
