package dev.waxseal.policy;

import dev.waxseal.error.InvalidInputException;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Locale;

/**
 * Names of people: case, accents and punctuation make no difference. {@code "Núñez-O’Hara, José"} and {@code "NUNEZ OHARA
 * JOSE"} are one.
 *
 * <p>The rules, in their order: apostrophes and invisible characters are dropped; NFKD; accents of Latin, Greek, Cyrillic,
 * Arabic, Hebrew and Syriac letters are dropped (also short vowels and the Arabic tatweel), while the marks of other scripts
 * stay, since in Devanagari, Thai or kana they make another letter; case is folded, with ß to ss, æ to ae, œ to oe, ø to o, ł
 * to l, đ and ð to d, þ to th, ı to i; digits of every script become ASCII; all that is neither letter, digit nor mark
 * becomes one space between words; NFC.
 *
 * <p>Not done, for what it would find wrongly: the order of the words is kept; {@code ü} is {@code u}, not {@code ue}; there
 * is no transliteration between scripts. A name of emoji alone, which WhatsApp allows, is kept as it is.
 *
 * <p>Thread safe.
 *
 * @see <a href="https://www.unicode.org/reports/tr15/">Unicode Standard Annex 15, Normalization Forms</a>
 */
public final class PersonNames implements Normaliser {
    private static final int MOST_CHARACTERS = 1_000;
    private static final String APOSTROPHES =
            "'\u2018\u2019\u201B\u02BC\u02BB\u02B9\u02BD\u02BE\u02BF\u2032`\u00B4\uFF07\u05F3\u055A";

    /** Creates the normaliser. */
    public PersonNames() {}

    /**
     * Gives the canonical name.
     *
     * @param value the name as it was typed or received, at most 1,000 characters
     * @return lower-case words with one space between two
     * @throws InvalidInputException if it is blank, or too long
     */
    @Override
    public String normalise(String value) {
        TypedText.check(value, "A name", MOST_CHARACTERS);
        String visible = TypedText.stripped(TypedText.withoutInvisible(value));
        if (visible.isEmpty()) {
            throw new InvalidInputException("A name that is to be found later can't be blank; leave it out instead");
        }
        String words = words(visible);
        return words.isEmpty() ? Normalizer.normalize(visible, Normalizer.Form.NFC) : words;
    }

    private static String words(String visible) {
        StringBuilder spelt = new StringBuilder(visible.length());
        visible.codePoints().filter(c -> APOSTROPHES.indexOf(c) < 0).forEach(spelt::appendCodePoint);
        String decomposed = Normalizer.normalize(foldCase(spelt.toString()), Normalizer.Form.NFKD);
        // Compatibility forms (a squared "MHz", say) decompose to capitals.
        decomposed = Normalizer.normalize(foldCase(decomposed), Normalizer.Form.NFKD);
        StringBuilder folded = new StringBuilder(decomposed.length());
        boolean accentsDrop = true;
        boolean space = false;
        for (int i = 0, c; i < decomposed.length(); i += Character.charCount(c)) {
            c = decomposed.codePointAt(i);
            if (isMark(c)) {
                if (!accentsDrop && !space) {
                    folded.appendCodePoint(c);
                }
            } else if (Character.isLetterOrDigit(c)) {
                if (c == 0x0640 || APOSTROPHES.indexOf(c) >= 0) {
                    continue;
                }
                if (space && folded.length() > 0) {
                    folded.append(' ');
                }
                space = false;
                accentsDrop = accentsDrop(c);
                append(folded, c);
            } else if (!TypedText.isInvisible(c) && APOSTROPHES.indexOf(c) < 0) {
                space = true;
            }
        }
        return Normalizer.normalize(folded, Normalizer.Form.NFC);
    }

    /** Java has no case folding; upper case first brings together what lower case alone keeps apart (ß, ı, ſ). */
    private static String foldCase(String text) {
        return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace('\u03C2', '\u03C3');
    }

    private static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    private static boolean accentsDrop(int base) {
        return switch (UnicodeScript.of(base)) {
            case LATIN, GREEK, CYRILLIC, ARABIC, HEBREW, SYRIAC -> true;
            default -> false;
        };
    }

    private static void append(StringBuilder folded, int codePoint) {
        switch (codePoint) {
            case 0x00E6 -> folded.append("ae");
            case 0x0153 -> folded.append("oe");
            case 0x00F8 -> folded.append('o');
            case 0x0142 -> folded.append('l');
            case 0x0111, 0x00F0, 0x0256 -> folded.append('d');
            case 0x00FE -> folded.append("th");
            case 0x0127 -> folded.append('h');
            case 0x0131 -> folded.append('i');
            case 0x0167 -> folded.append('t');
            default -> {
                int digit = Character.isDigit(codePoint) ? Character.digit(codePoint, 10) : -1;
                if (digit >= 0) {
                    folded.append((char) ('0' + digit));
                } else {
                    folded.appendCodePoint(codePoint);
                }
            }
        }
    }
}
