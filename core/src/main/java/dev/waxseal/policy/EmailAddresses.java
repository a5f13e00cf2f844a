package dev.waxseal.policy;

import dev.waxseal.error.InvalidInputException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/**
 * E-mail addresses (RFC 5321, with the international addresses of RFC 6531): stripped, in NFC, in lower case, the domain in
 * ASCII.
 *
 * <p><b>The local part too is put in lower case.</b> RFC 5321 section 2.4 lets a server tell {@code Ana@} from {@code ana@};
 * no provider of note does, and people type either. An index that kept the case would miss its own customers, one that drops
 * it could at worst show two customers of such a server for one search. Dots and {@code +tags} are kept: what they mean
 * differs from provider to provider.
 *
 * <p>The domain goes through IDNA 2003 ({@link IDN#toASCII(String, int)} with {@link IDN#USE_STD3_ASCII_RULES}): {@code
 * münchen.example} and {@code xn--mnchen-3ya.example} are one, a final dot is dropped. Refused are addresses without a local
 * part or without a domain of two labels, with characters that stand in no address, and beyond the bounds of RFC 5321
 * section 4.5.3.1 and erratum 1690 to RFC 3696: 64 octets of local part, 254 in all. Consecutive dots in the local part are
 * accepted, against the letter of the RFC: some Japanese carriers issued such addresses.
 *
 * <p>Thread safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5321">RFC 5321</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6531">RFC 6531</a>
 */
public final class EmailAddresses implements Normaliser {
    private static final int MOST_CHARACTERS = 1_000;
    private static final int MOST_OCTETS = 254;
    private static final int MOST_LOCAL_OCTETS = 64;

    /** Creates the normaliser. */
    public EmailAddresses() {}

    /**
     * Gives the canonical address.
     *
     * @param value the address as it was typed or received, without a display name or {@code mailto:}
     * @return the address, at most 254 octets
     * @throws InvalidInputException if it can't be an e-mail address
     */
    @Override
    public String normalise(String value) {
        TypedText.check(value, "An e-mail address", MOST_CHARACTERS);
        String address = TypedText.stripped(TypedText.withoutInvisible(value)).replace('\uFF20', '@');
        int at = address.lastIndexOf('@');
        if (at < 0) {
            throw new InvalidInputException("It can't be an e-mail address: it has no @");
        }
        String local = lowerCase(address.substring(0, at));
        checkLocalPart(local);
        String canonical = local + "@" + domain(address.substring(at + 1));
        if (octets(canonical) > MOST_OCTETS) {
            throw new InvalidInputException(
                    "It can't be an e-mail address: it has more than " + MOST_OCTETS + " octets (RFC 5321)");
        }
        return canonical;
    }

    private static String lowerCase(String text) {
        String lower = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(lower, Normalizer.Form.NFC);
    }

    private static void checkLocalPart(String local) {
        if (local.isEmpty()) {
            throw new InvalidInputException("It can't be an e-mail address: nothing stands before the @");
        }
        if (octets(local) > MOST_LOCAL_OCTETS) {
            throw new InvalidInputException("It can't be an e-mail address: more than " + MOST_LOCAL_OCTETS
                    + " octets stand before the @ (RFC 5321)");
        }
        boolean quoted = local.length() > 2 && local.startsWith("\"") && local.endsWith("\"");
        String refused = quoted ? "\"" : " \"(),:;<>@[\\]";
        String checked = quoted ? local.substring(1, local.length() - 1) : local;
        for (int i = 0; i < checked.length(); i++) {
            char c = checked.charAt(i);
            if (refused.indexOf(c) >= 0 || (TypedText.isSpace(c) && c != ' ')) {
                throw new InvalidInputException(
                        "It can't be an e-mail address: a space, quote, bracket, comma, colon or second @ stands before the @");
            }
        }
    }

    private static String domain(String typed) {
        String ascii;
        try {
            ascii = IDN.toASCII(typed, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException | IndexOutOfBoundsException notADomain) {
            // The message of the cause holds the domain, so it must not come along.
            throw new InvalidInputException("It can't be an e-mail address: what stands after the @ can't be a domain");
        }
        String domain = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        int dot = domain.lastIndexOf('.');
        if (dot <= 0 || domain.startsWith(".") || domain.contains("..") || dot == domain.length() - 1) {
            throw new InvalidInputException(
                    "It can't be an e-mail address: what stands after the @ must have two labels, such as example.org");
        }
        if (domain.charAt(dot + 1) >= '0' && domain.charAt(dot + 1) <= '9') {
            throw new InvalidInputException("It can't be an e-mail address: what stands after the @ ends in a number");
        }
        return domain;
    }

    private static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
