package dev.waxseal.policy;

import dev.waxseal.error.InvalidInputException;
import java.text.Normalizer;

/**
 * Text that is found only as it was written: ids, account names, order numbers. NFC (so that one text typed on two devices
 * is one), stripped of white space at both ends; case, inner spaces and punctuation count. Thread safe.
 *
 * @see <a href="https://www.unicode.org/reports/tr15/">Unicode Standard Annex 15, Normalization Forms</a>
 */
public final class ExactText implements Normaliser {
    private static final int MOST_CHARACTERS = 4_096;

    /** Creates the normaliser. */
    public ExactText() {}

    /**
     * Gives the canonical text.
     *
     * @param value the text as it was typed or received, at most 4,096 characters
     * @return the text in NFC, without white space at its ends
     * @throws InvalidInputException if it is blank, or too long
     */
    @Override
    public String normalise(String value) {
        TypedText.check(value, "A text", MOST_CHARACTERS);
        String text = TypedText.stripped(Normalizer.normalize(value, Normalizer.Form.NFC));
        if (text.isEmpty()) {
            throw new InvalidInputException("A text that is to be found later can't be blank; leave it out instead");
        }
        return text;
    }
}
