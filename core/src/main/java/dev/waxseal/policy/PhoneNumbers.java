package dev.waxseal.policy;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.PolicyException;
import java.util.Optional;

/**
 * Phone numbers, in ITU-T E.164: a plus, the country code, the national number; {@code +4915123456789}.
 *
 * <p><b>What is read.</b> Spaces, dashes, dots, slashes and brackets are passed over, and so are zero-width characters and
 * direction marks; digits of every script count (Arabic-Indic, Devanagari, full-width, ...). Anything else (letters, an
 * extension, a second number) is refused, since guessing would index somebody else's number. Then:
 *
 * <ol>
 *   <li>{@code +} or {@code 00} first: international.
 *   <li>Digits only, no region: international without its plus, the way WhatsApp writes a {@code wa_id}.
 *   <li>Digits only, with a region (see {@link #PhoneNumbers(String)}): the first of these readings that is a number in use:
 *       international with the region's own country code, national, international; if none is, the first that is possible.
 *       Put a plus before a {@code wa_id} to leave no doubt: bare, it may also be a national number of the region.
 * </ol>
 *
 * <p><b>Two spellings of WhatsApp's own.</b> Its ids keep the {@code 1} that Mexico dropped after 52 in 2019, and for many
 * Brazilian mobiles lack the ninth digit that Brazil added in 2012 to 2016. Both are brought to the number that people
 * write today, so that {@code 5215512345678} and {@code +52 55 1234 5678} are found by each other.
 *
 * <p><b>What is refused.</b> Numbers that can't be one: an unknown country code, or a length that the country doesn't have
 * (libphonenumber's {@code isPossibleNumber}, without numbers that can only be dialled locally). Not refused are numbers in
 * ranges that libphonenumber doesn't know ({@code isValidNumber}): numbering plans grow between two releases, and a customer
 * who got a number from a new range yesterday must still be able to write to the business.
 *
 * <p>Numbering plans change: after an upgrade of libphonenumber, a national number may get another canonical spelling.
 * International spellings are stable but for that. Thread safe; subclasses hold no state of their own.
 *
 * @see <a href="https://www.itu.int/rec/T-REC-E.164">ITU-T E.164</a>
 */
public class PhoneNumbers implements Normaliser {
    private static final int MOST_CHARACTERS = 128;
    /** What no region is called in libphonenumber. */
    private static final String NO_REGION = "ZZ";

    private static final int MEXICO = 52;
    private static final int BRAZIL = 55;

    private final String region;

    /** Reads international numbers only, with or without their plus. */
    public PhoneNumbers() {
        this.region = NO_REGION;
    }

    /**
     * Also reads the national numbers of one region. For a host's own subclass with a public constructor:
     *
     * <pre>{@code
     * public final class GermanPhones extends PhoneNumbers {
     *     public GermanPhones() {
     *         super("DE");
     *     }
     * }
     * }</pre>
     *
     * @param region the region, two upper-case letters of ISO 3166-1
     * @throws PolicyException if libphonenumber doesn't know the region
     */
    protected PhoneNumbers(String region) {
        if (!PhoneNumberUtil.getInstance().getSupportedRegions().contains(region)) {
            throw new PolicyException(
                    "Region \"" + region
                            + "\" of a phone number normaliser is unknown; use two upper-case letters of ISO 3166-1, such as \"DE\"");
        }
        this.region = region;
    }

    /**
     * Gives the number in E.164.
     *
     * @param value the number as it was typed or received, at most 128 characters
     * @return a plus and 7 to 17 digits
     * @throws InvalidInputException if it can't be a phone number, or is a national one and the region is unknown
     */
    @Override
    public final String normalise(String value) {
        TypedText.check(value, "A phone number", MOST_CHARACTERS);
        String dialled = dialled(value);
        Optional<PhoneNumber> number;
        if (dialled.startsWith("+")) {
            number = international(dialled.substring(1)).filter(PhoneNumbers::possible);
        } else if (region.equals(NO_REGION)) {
            number = international(dialled).filter(PhoneNumbers::possible);
        } else {
            PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
            Optional<PhoneNumber> national = parse(dialled, region).filter(PhoneNumbers::possible);
            Optional<PhoneNumber> foreign = international(dialled).filter(PhoneNumbers::possible);
            int own = numbers.getCountryCodeForRegion(region);
            number = foreign.filter(known -> known.getCountryCode() == own)
                    .filter(numbers::isValidNumber)
                    .or(() -> national.filter(numbers::isValidNumber))
                    .or(() -> foreign.filter(numbers::isValidNumber))
                    .or(() -> national)
                    .or(() -> foreign);
        }
        return canonical(number.orElseThrow(this::cannotBe));
    }

    /**
     * In E.164. What begins with several trunk zeros loses one of them each time it is read, so it is read until nothing
     * more is lost; every turn is shorter, so this ends.
     */
    private String canonical(PhoneNumber number) {
        String written = PhoneNumberUtil.getInstance().format(number, PhoneNumberFormat.E164);
        PhoneNumber read = international(written.substring(1))
                .filter(PhoneNumbers::possible)
                .orElseThrow(this::cannotBe);
        String again = PhoneNumberUtil.getInstance().format(read, PhoneNumberFormat.E164);
        if (again.length() > written.length()) {
            throw cannotBe();
        }
        return again.equals(written) ? written : canonical(read);
    }

    private InvalidInputException cannotBe() {
        return new InvalidInputException(
                region.equals(NO_REGION)
                        ? "It can't be an international phone number: no country has one with these first digits and this"
                                + " length; write it with country code, or use a normaliser with a region"
                        : "It can't be a phone number of region " + region
                                + ", nor an international one: no such number has"
                                + " these first digits and this length");
    }

    /**
     * Reads a number that holds its country code, as {@link Mask#PHONE} must: with a plus or 00 if possible, without only if
     * it is a number in use. Empty if there is none.
     */
    static Optional<PhoneNumber> withCountryCode(String value) {
        if (value.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        try {
            String dialled = dialled(value);
            return dialled.startsWith("+")
                    ? international(dialled.substring(1)).filter(PhoneNumbers::possible)
                    : international(dialled).filter(PhoneNumberUtil.getInstance()::isValidNumber);
        } catch (InvalidInputException notANumber) {
            return Optional.empty();
        }
    }

    /** The ASCII digits of a typed number, after a plus if it is written internationally. */
    private static String dialled(String value) {
        StringBuilder dialled = new StringBuilder(value.length());
        boolean plus = false;
        for (int i = 0, c; i < value.length(); i += Character.charCount(c)) {
            c = value.codePointAt(i);
            int digit = Character.digit(c, 10);
            if (digit >= 0 && Character.isDigit(c)) {
                dialled.append((char) ('0' + digit));
            } else if (c == '+' || c == 0xFF0B || c == 0xFE62) {
                if (plus || dialled.length() > 0) {
                    throw new InvalidInputException(
                            "It can't be a phone number: a plus stands after the first digit or twice");
                }
                plus = true;
            } else if (!isSeparator(c)) {
                throw new InvalidInputException("It can't be a phone number: the character at index " + i
                        + " is neither a digit, a plus, a space, a dash, a dot, a slash nor a bracket;"
                        + " leave out letters and extensions");
            }
        }
        String digits = dialled.toString();
        if (digits.startsWith("00")) {
            plus = true;
            digits = digits.substring(2);
        }
        if (digits.isEmpty()) {
            throw new InvalidInputException("It can't be a phone number: it has no digits");
        }
        return plus ? "+" + digits : digits;
    }

    private static boolean isSeparator(int codePoint) {
        return switch (codePoint) {
            case '(', ')', '[', ']', '.', '/', 0x2212, 0x00B7, 0x2022, 0x30FC, 0xFF08, 0xFF09, 0xFF0E, 0xFF0F -> true;
            default ->
                TypedText.isSpace(codePoint)
                        || TypedText.isInvisible(codePoint)
                        || Character.getType(codePoint) == Character.DASH_PUNCTUATION;
        };
    }

    private static Optional<PhoneNumber> international(String digits) {
        // No country code starts with a zero, and libphonenumber would read one as a prefix of some country.
        return digits.startsWith("0") ? Optional.empty() : parse("+" + digits, NO_REGION);
    }

    private static Optional<PhoneNumber> parse(String digits, String region) {
        try {
            return Optional.of(asWrittenToday(PhoneNumberUtil.getInstance().parse(digits, region)));
        } catch (NumberParseException notANumber) {
            return Optional.empty();
        }
    }

    private static PhoneNumber asWrittenToday(PhoneNumber number) {
        String national = PhoneNumberUtil.getInstance().getNationalSignificantNumber(number);
        if (number.getCountryCode() == MEXICO && national.length() == 11 && national.charAt(0) == '1') {
            number.setNationalNumber(Long.parseLong(national.substring(1)));
        } else if (number.getCountryCode() == BRAZIL && national.length() == 10 && national.charAt(2) >= '6') {
            number.setNationalNumber(Long.parseLong(national.substring(0, 2) + "9" + national.substring(2)));
        }
        return number;
    }

    private static boolean possible(PhoneNumber number) {
        return PhoneNumberUtil.getInstance().isPossibleNumberWithReason(number) == ValidationResult.IS_POSSIBLE;
    }
}
