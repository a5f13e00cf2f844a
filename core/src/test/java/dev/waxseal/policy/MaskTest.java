package dev.waxseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskTest {
    @ParameterizedTest
    @CsvSource({
        "HIDDEN, anything, •••",
        "HIDDEN, '', •••",
        "LAST_FOUR, 4111 1111 1111 6789, ••• 6789",
        "LAST_FOUR, DE89-3704-12-34, ••• 1234",
        "LAST_FOUR, 1234, •••",
        "LAST_FOUR, 12-34, •••",
        "FIRST_LETTER, Ana, A•••",
        "FIRST_LETTER, A, •••",
        "FIRST_LETTER, 😀😀, 😀•••",
        "INITIALS, Ana María López, A. L.",
        "INITIALS, Ana, A.",
        "INITIALS, A López, • L.",
        "INITIALS, '  ', •••",
        "EMAIL, ana@example.org, a•••@example.org",
        "EMAIL, a@example.org, •••@example.org",
        "EMAIL, my pass @ home is x.y, •••",
        "EMAIL, ana, •••",
        "PHONE, +49 1512 3456789, +49 ••• 89",
        "PHONE, 4915123456789, +49 ••• 89",
        "PHONE, 0151 23456789, ••• 89",
        "PHONE, 2025550123, ••• 23",
        "PHONE, 123456, •••",
        "PHONE, call me on 0151, •••",
        "YEAR, 1990-05-17, 1990",
        "YEAR, 1990-05-17T10:00:00Z, 1990",
        "YEAR, 1990-05, 1990",
        "YEAR, 17.05.1990, 1990",
        "YEAR, 5/17/1990, 1990",
        "YEAR, 1990, •••",
        "YEAR, my pin is 1990, •••",
        "YEAR, 1234 5678 9012, •••"
    })
    void aMaskShowsWhatItSays(Mask mask, String shown, String masked) {
        assertThat(mask.apply(shown)).isEqualTo(masked);
    }

    @Property
    void everyMaskTakesEveryText(@ForAll Mask mask, @ForAll String shown) {
        assertThat(mask.apply(shown)).isNotEmpty();
    }

    @Property
    void noMaskButThatOfEmailsIsLongerForALongerText(@ForAll Mask mask, @ForAll @StringLength(max = 400) String shown) {
        String masked = mask.apply(shown);

        int most = mask == Mask.EMAIL ? 5 + 254 : 12;
        assertThat(masked.codePointCount(0, masked.length())).isLessThanOrEqualTo(most);
    }

    @Property
    void noMaskCutsASurrogatePair(@ForAll Mask mask, @ForAll("emoji") String shown) {
        String masked = mask.apply(shown);

        assertThat(masked.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF))
                .isTrue();
    }

    @Provide
    Arbitrary<String> emoji() {
        return Arbitraries.of("\uD83D\uDE00", "a", "1", " ", "@", ".", "-", "\u200D", "\uD835\uDFCE")
                .list()
                .ofMaxSize(12)
                .map(pieces -> String.join("", pieces));
    }

    @Property
    void theLastFourOfANumberAreAllThatIsShownOfIt(@ForAll @IntRange(min = 5, max = 60) int length, @ForAll long seed) {
        String digits = new Random(seed)
                .ints(length, 0, 10)
                .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
                .toString();

        assertThat(Mask.LAST_FOUR.apply(digits)).isEqualTo("••• " + digits.substring(length - 4));
    }

    @Property
    void ofADateOnlyTheYearIsShown(
            @ForAll @IntRange(min = 1900, max = 2099) int year, @ForAll @IntRange(min = 1, max = 365) int day) {
        assertThat(Mask.YEAR.apply(LocalDate.ofYearDay(year, day).toString())).isEqualTo(String.valueOf(year));
    }
}
