package dev.waxseal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.PolicyException;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormaliserTest {
    private static final Normaliser PHONES = new PhoneNumbers();
    private static final Normaliser GERMAN = new GermanPhones();
    private static final Normaliser AMERICAN = new AmericanPhones();
    private static final Normaliser EMAILS = new EmailAddresses();
    private static final Normaliser NAMES = new PersonNames();
    private static final Normaliser EXACT = new ExactText();

    static final class GermanPhones extends PhoneNumbers {
        GermanPhones() {
            super("DE");
        }
    }

    static final class AmericanPhones extends PhoneNumbers {
        AmericanPhones() {
            super("US");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+49 1512 3456789",
                "+49 (0)1512 3456789",
                "004915123456789",
                "4915123456789",
                "+49-1512-345.67.89",
                "\u202A+49\u00A01512\u200B3456789\u202C",
                "＋４９１５１２３４５６７８９",
                "٠٠٤٩١٥١٢٣٤٥٦٧٨٩",
                "+0049 1512 3456789"
            })
    void everySpellingOfAPhoneNumberIsOne(String typed) {
        assertThat(PHONES.normalise(typed)).isEqualTo("+4915123456789");
    }

    @ParameterizedTest
    @CsvSource({
        "5215512345678, +525512345678",
        "+52 55 1234 5678, +525512345678",
        "553181234567, +5531981234567",
        "+55 31 98123-4567, +5531981234567",
        "+55 31 3123-4567, +553131234567"
    })
    void theSpellingsOfWhatsAppsIdsAreThoseThatPeopleWrite(String typed, String canonical) {
        assertThat(PHONES.normalise(typed)).isEqualTo(canonical);
    }

    @Test
    void aNationalNumberNeedsARegion() {
        assertThat(GERMAN.normalise("01512 3456789")).isEqualTo("+4915123456789");
        assertThat(AMERICAN.normalise("(415) 555-2671")).isEqualTo("+14155552671");
        assertThatThrownBy(() -> PHONES.normalise("01512 3456789"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("country code");
    }

    @Test
    void aNormaliserWithARegionReadsWhatsAppsIdsOfAllCountries() {
        assertThat(GERMAN.normalise("4915123456789")).isEqualTo("+4915123456789");
        assertThat(GERMAN.normalise("14155552671")).isEqualTo("+14155552671");
        assertThat(AMERICAN.normalise("4915123456789")).isEqualTo("+4915123456789");
    }

    @Test
    void anUnknownRegionIsRefused() {
        assertThatThrownBy(() -> new PhoneNumbers("Germany") {})
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("Germany")
                .hasMessageContaining("ISO 3166");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "+",
                "12",
                "+999123456",
                "+1 555 0123",
                "+1 202 555 0123 x4",
                "call me",
                "+49+1512",
                "1512345678901234567890"
            })
    void whatCantBeAPhoneNumberIsRefusedWithoutBeingTold(String typed) {
        assertThatThrownBy(() -> PHONES.normalise(typed))
                .isInstanceOf(InvalidInputException.class)
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain("555")
                .doesNotContain("1512")
                .doesNotContain("call me");
    }

    @ParameterizedTest
    @CsvSource({
        "' Ana.Perez@EXAMPLE.org ', ana.perez@example.org",
        "ana@MÜNCHEN.example., ana@xn--mnchen-3ya.example",
        "ana@xn--mnchen-3ya.example, ana@xn--mnchen-3ya.example",
        "JOSE\u0301@example.org, josé@example.org",
        "ana＠example.org, ana@example.org",
        "a..b@example.org, a..b@example.org"
    })
    void everySpellingOfAnEmailAddressIsOne(String typed, String canonical) {
        assertThat(EMAILS.normalise(typed)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ana",
                "@x.org",
                "ana@",
                "ana@x",
                "ana@.org",
                "ana@x..org",
                "ana@x.org.1",
                "a b@x.org",
                "ana@x_y.org",
                "<ana@x.org>",
                "ana@-x.org"
            })
    void whatCantBeAnEmailAddressIsRefusedWithoutBeingTold(String typed) {
        assertThatThrownBy(() -> EMAILS.normalise(typed))
                .isInstanceOf(InvalidInputException.class)
                .hasNoCause()
                .hasMessageNotContaining("ana");
    }

    @Test
    void anEmailAddressIsBounded() {
        String longest = "a".repeat(64) + "@" + ("b".repeat(61) + ".").repeat(3) + "org";

        assertThat(longest).hasSize(254);
        assertThat(EMAILS.normalise(longest)).isEqualTo(longest);
        assertThatThrownBy(() -> EMAILS.normalise(longest + "g")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> EMAILS.normalise("a" + longest)).isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "'Núñez-O’Hara, José', nunez ohara jose",
        "NUNEZ OHARA  JOSE, nunez ohara jose",
        "Weiß, weiss",
        "WEISS, weiss",
        "Łukasz Ærø, lukasz aero",
        "İpek Işık, ipek isik",
        "ΣΊΣΥΦΟΣ, σισυφοσ",
        "Сергей Ёлкин, сергеи елкин",
        "محمّد أحمد, محمد احمد",
        "अनिल कुमार, अनिल कुमार",
        "金正雄, 金正雄",
        "🌸 Ana 🌸, ana",
        "🌸, 🌸"
    })
    void namesAreFoldedInEveryScript(String typed, String canonical) {
        assertThat(NAMES.normalise(typed)).isEqualTo(canonical);
    }

    @Test
    void marksThatMakeAnotherLetterStay() {
        assertThat(NAMES.normalise("がく")).isNotEqualTo(NAMES.normalise("かく"));
        assertThat(NAMES.normalise("किरण")).isNotEqualTo(NAMES.normalise("करण"));
    }

    @Test
    void exactTextKeepsCaseAndInnerSpaces() {
        assertThat(EXACT.normalise("\u00A0 Ab  1e\u0301 ")).isEqualTo("Ab  1\u00E9");
    }

    @Test
    void blankAndBrokenTextIsRefused() {
        for (Normaliser normaliser : List.of(PHONES, EMAILS, NAMES, EXACT)) {
            for (String refused : List.of("", " \u00A0\n", "a\uD83D", "\uDE00a", "a".repeat(5_000))) {
                assertThatThrownBy(() -> normaliser.normalise(refused)).isInstanceOf(InvalidInputException.class);
            }
        }
    }

    @Test
    void aNumberOfTrunkZerosHasOneSpellingOrIsRefused() {
        for (String typed : List.of("+49000000", "+490000000", "0000000", "+4900000", "+3900000", "+5500000000")) {
            for (Normaliser normaliser : List.of(PHONES, GERMAN, AMERICAN)) {
                String canonical;
                try {
                    canonical = normaliser.normalise(typed);
                } catch (InvalidInputException refused) {
                    continue;
                }
                assertThat(normaliser.normalise(canonical)).isEqualTo(canonical);
            }
        }
    }

    @Property(tries = 2_000)
    void aCanonicalSpellingIsItsOwn(@ForAll("typed") String typed) {
        for (Normaliser normaliser : List.of(PHONES, GERMAN, AMERICAN, EMAILS, NAMES, EXACT)) {
            String canonical;
            try {
                canonical = normaliser.normalise(typed);
            } catch (InvalidInputException refused) {
                continue;
            }
            assertThat(canonical).isNotEmpty();
            assertThat(normaliser.normalise(canonical)).isEqualTo(canonical);
        }
    }

    @Property(tries = 500)
    void theLocaleOfTheMachineMakesNoDifference(@ForAll("typed") String typed) {
        Locale before = Locale.getDefault();
        for (Normaliser normaliser : List.of(EMAILS, NAMES, EXACT)) {
            try {
                String here = outcome(normaliser, typed);
                Locale.setDefault(Locale.forLanguageTag("tr-TR"));
                assertThat(outcome(normaliser, typed)).isEqualTo(here);
            } finally {
                Locale.setDefault(before);
            }
        }
    }

    private static String outcome(Normaliser normaliser, String typed) {
        try {
            return normaliser.normalise(typed);
        } catch (InvalidInputException refused) {
            return "refused";
        }
    }

    @Provide
    Arbitrary<String> typed() {
        Arbitrary<String> piece = Arbitraries.of(
                "+",
                "00",
                "49",
                "1512",
                "3456789",
                "52",
                "1",
                "55",
                "(0)",
                "-",
                " ",
                "ana",
                "ANA",
                "@",
                "example",
                ".",
                "org",
                "İ",
                "ß",
                "ﬁ",
                "é",
                "e\u0301",
                "\u0345",
                "ς",
                "Σ",
                "'",
                "\u00B4",
                "ŉ",
                "ǅ",
                "か\u3099",
                "अ",
                "\u200B",
                "\uD83C\uDF38",
                "٤",
                "\u0640",
                "½",
                "㎒",
                "ʼ",
                "\uFDFA",
                "K",
                "Å");
        Arbitrary<String> any = Arbitraries.strings().ofMaxLength(6);
        return Arbitraries.frequencyOf(Tuple.of(6, piece), Tuple.of(1, any))
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(pieces -> String.join("", pieces));
    }
}
