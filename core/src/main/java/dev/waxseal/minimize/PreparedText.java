package dev.waxseal.minimize;

import java.lang.Character.UnicodeScript;
import java.nio.CharBuffer;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A text made easy to scan: digits of every script are ASCII, full-width and mathematical letters and signs are plain, spaces
 * of all widths are one space character, dashes are {@code -}, line ends are {@code \n}, and invisible characters (zero width,
 * direction marks, variation selectors) are gone. Letters keep their case and accents. What is redacted already is one {@link
 * #REDACTED} character.
 *
 * <p>Its indices differ from those of the original text; {@link Redactor} maps findings back. Immutable and thread safe. Holds
 * personal data, so it has no telling {@code toString}.
 */
public final class PreparedText {
    /** Stands for something that was redacted: no letter, no digit, and context doesn't reach across it. */
    public static final char REDACTED = '\uFFFC';

    private static final int LONGEST_WORD = 40;
    private static final char[] WITHOUT_ACCENT = withoutAccent();

    /** What the Devanagari letters from U+0958 on are without their dot, which people leave out. */
    private static final String WITHOUT_NUKTA = "\u0915\u0916\u0917\u091C\u0921\u0922\u092B\u092F";

    private final char[] folded;
    private final int[] starts;
    private final int[] ends;

    private PreparedText(char[] folded, int[] starts, int[] ends) {
        this.folded = folded;
        this.starts = starts;
        this.ends = ends;
    }

    /** Prepares a text; each of the labels, in its brackets, counts as redacted. */
    static PreparedText of(String original, Set<String> labels) {
        Building building = new Building(original.length());
        int i = 0;
        while (i < original.length()) {
            int labelEnd = original.charAt(i) == '[' ? labelEnd(original, i, labels) : -1;
            if (labelEnd > 0) {
                building.add(REDACTED, i, labelEnd);
                i = labelEnd;
                continue;
            }
            int codePoint = original.codePointAt(i);
            int next = i + Character.charCount(codePoint);
            int plain = codePoint < 0x80 ? plainAscii(codePoint) : plain(codePoint);
            if (plain >= 0 && plain <= 0xFFFF) {
                building.add((char) plain, i, next);
            } else if (plain >= 0) {
                building.add(Character.highSurrogate(plain), i, next);
                building.add(Character.lowSurrogate(plain), i, next);
            }
            i = next;
        }
        return building.done();
    }

    private static int labelEnd(String text, int start, Set<String> labels) {
        int limit = Math.min(text.length(), start + Redactor.LONGEST_LABEL + 2);
        for (int i = start + 1; i < limit; i++) {
            char c = text.charAt(i);
            if (c == ']') {
                return labels.contains(text.substring(start + 1, i)) ? i + 1 : -1;
            }
            if (c == '[') {
                return -1;
            }
        }
        return -1;
    }

    /** The same text with each of the spans, which are ordered and in its own indices, replaced by {@link #REDACTED}. */
    PreparedText redacted(List<Span> spans) {
        Building building = new Building(folded.length);
        int i = 0;
        for (Span span : spans) {
            for (; i < span.start(); i++) {
                building.add(folded[i], starts[i], ends[i]);
            }
            building.add(REDACTED, starts[span.start()], ends[span.end() - 1]);
            i = span.end();
        }
        for (; i < folded.length; i++) {
            building.add(folded[i], starts[i], ends[i]);
        }
        return building.done();
    }

    /**
     * How long it is.
     *
     * @return the number of characters
     */
    public int length() {
        return folded.length;
    }

    /**
     * One character.
     *
     * @param index its index
     * @return the character; {@code '\0'} where the index is out of bounds, so that neighbours can be asked for freely
     */
    public char charAt(int index) {
        return index < 0 || index >= folded.length ? '\0' : folded[index];
    }

    /**
     * A part of it.
     *
     * @param start the index of the first character
     * @param end the index after the last character
     * @return the characters between
     * @throws IndexOutOfBoundsException if it isn't within the text
     */
    public String substring(int start, int end) {
        return new String(folded, start, end - start);
    }

    /**
     * Whether a character is a decimal digit (they are all ASCII here).
     *
     * @param index its index, which may be out of bounds
     * @return true for a digit
     */
    public boolean isDigit(int index) {
        char c = charAt(index);
        return c >= '0' && c <= '9';
    }

    /**
     * Whether a character is a Latin letter without accent.
     *
     * @param index its index, which may be out of bounds
     * @return true for {@code a} to {@code z} and {@code A} to {@code Z}
     */
    public boolean isAsciiLetter(int index) {
        int c = charAt(index) | 0x20;
        return c >= 'a' && c <= 'z';
    }

    /**
     * Whether a character is part of a word: a letter or a mark, of any script.
     *
     * @param index its index, which may be out of bounds
     * @return true for letters and marks
     */
    public boolean isWordPart(int index) {
        char c = charAt(index);
        if (c < 0x80) {
            return isAsciiLetter(index);
        }
        int type = Character.getType(c);
        return Character.isLetter(c)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.SURROGATE;
    }

    /**
     * Whether one of some words stands near a place, on either side of it. Doesn't look across what is redacted.
     *
     * @param start where the place starts
     * @param end where it ends
     * @param reach how many characters to look at before it, and after it; at most 1,000
     * @param words the words, in lower case and without accents
     * @return true if there is one
     * @throws IllegalArgumentException if the reach is negative or more than 1,000
     */
    public boolean hasWordNear(int start, int end, int reach, Set<String> words) {
        if (reach < 0 || reach > 1_000) {
            throw new IllegalArgumentException("A reach of " + reach + " isn't within 0 to 1,000");
        }
        for (Word word = wordBefore(start, reach);
                word.exists();
                word = wordBefore(word.start(), reach - (start - word.start()))) {
            if (words.contains(word.text())) {
                return true;
            }
        }
        for (Word word = wordAfter(end, reach);
                word.exists();
                word = wordAfter(word.end(), reach - (word.end() - end))) {
            if (words.contains(word.text())) {
                return true;
            }
        }
        return false;
    }

    /** A word and its place; without text where there is none. */
    record Word(String text, int start, int end) {
        static final Word NONE = new Word("", 0, 0);

        boolean exists() {
            return end > start;
        }
    }

    /** The last word that ends at or before an index and no more than reach characters from it. */
    Word wordBefore(int index, int reach) {
        int limit = Math.max(0, index - reach);
        int end = index;
        while (end > limit && !isWordPart(end - 1)) {
            if (folded[end - 1] == REDACTED) {
                return Word.NONE;
            }
            end--;
        }
        if (end <= limit) {
            return Word.NONE;
        }
        int start = end;
        while (start > 0 && isWordPart(start - 1) && end - start < LONGEST_WORD) {
            start--;
        }
        return new Word(spelt(start, end), start, end);
    }

    /** The first word that starts at or after an index and no more than reach characters from it. */
    Word wordAfter(int index, int reach) {
        int limit = Math.min(folded.length, Math.max(index, 0) + Math.max(reach, 0));
        int start = index;
        while (start < limit && !isWordPart(start)) {
            if (folded[start] == REDACTED) {
                return Word.NONE;
            }
            start++;
        }
        if (start >= limit) {
            return Word.NONE;
        }
        int end = start;
        while (end < folded.length && isWordPart(end) && end - start < LONGEST_WORD) {
            end++;
        }
        return new Word(spelt(start, end), start, end);
    }

    private String spelt(int start, int end) {
        return spelt(CharBuffer.wrap(folded, start, end - start));
    }

    /** A word in lower case, without the accents of Latin letters, as the lists of context words have it. */
    static String spelt(CharSequence word) {
        StringBuilder spelt = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean mark = (c >= 0x300 && c <= 0x36F) || c == 0x93C || (c >= 0x64B && c <= 0x652) || c == 0x640;
            if (mark) {
                continue;
            }
            char lower = Character.toLowerCase(c);
            if (lower < WITHOUT_ACCENT.length) {
                spelt.append(WITHOUT_ACCENT[lower]);
            } else if (lower >= 0x958 && lower <= 0x95F) {
                spelt.append(WITHOUT_NUKTA.charAt(lower - 0x958));
            } else {
                spelt.append(lower);
            }
        }
        return spelt.toString();
    }

    boolean isLatinLetter(int index) {
        char c = charAt(index);
        return c < 0x80 ? isAsciiLetter(index) : Character.isLetter(c) && UnicodeScript.of(c) == UnicodeScript.LATIN;
    }

    int originalStart(int index) {
        return starts[index];
    }

    int originalEnd(int end) {
        return ends[end - 1];
    }

    /** Without the text. */
    @Override
    public String toString() {
        return "PreparedText[length=" + folded.length + "]";
    }

    private static int plainAscii(int c) {
        if (c == '\r' || c == '\n') {
            return '\n';
        }
        if (c == '\t') {
            return ' ';
        }
        return c < 0x20 || c == 0x7F ? -1 : c;
    }

    private static int plain(int codePoint) {
        if (codePoint >= 0xFF01 && codePoint <= 0xFF5E) {
            return plainAscii(codePoint - 0xFEE0);
        }
        return switch (Character.getType(codePoint)) {
            case Character.DECIMAL_DIGIT_NUMBER -> '0' + Character.digit(codePoint, 10);
            case Character.SPACE_SEPARATOR -> ' ';
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> '\n';
            case Character.DASH_PUNCTUATION -> '-';
            case Character.FORMAT -> -1;
            case Character.CONTROL -> codePoint == 0x85 ? '\n' : -1;
            default -> {
                if ((codePoint >= 0xFE00 && codePoint <= 0xFE0F) || codePoint == 0x34F || codePoint == 0x20E3) {
                    yield -1;
                }
                if (codePoint == 0x2212) {
                    yield '-';
                }
                if (codePoint >= 0x1D400 && codePoint <= 0x1D7FF) {
                    String normal = Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKC);
                    yield normal.length() == 1 ? normal.charAt(0) : codePoint;
                }
                yield codePoint;
            }
        };
    }

    private static char[] withoutAccent() {
        char[] table = new char[0x250];
        for (char c = 0; c < table.length; c++) {
            String decomposed = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFD);
            table[c] = Character.isLetter(decomposed.charAt(0)) ? decomposed.charAt(0) : c;
        }
        return table;
    }

    private static final class Building {
        private final char[] folded;
        private final int[] starts;
        private final int[] ends;
        private int length;

        Building(int most) {
            this.folded = new char[most];
            this.starts = new int[most];
            this.ends = new int[most];
        }

        void add(char c, int start, int end) {
            folded[length] = c;
            starts[length] = start;
            ends[length] = end;
            length++;
        }

        PreparedText done() {
            return new PreparedText(
                    Arrays.copyOf(folded, length), Arrays.copyOf(starts, length), Arrays.copyOf(ends, length));
        }
    }
}
