package dev.waxseal.policy;

import dev.waxseal.error.InvalidInputException;

/** What the normalisers have in common: bounds, broken text, and characters that nobody sees. */
final class TypedText {
    private TypedText() {}

    /** Refuses text that is too long, or that has half a surrogate pair, which no encoding can tell from another half. */
    static void check(String value, String what, int mostCharacters) {
        if (value.length() > mostCharacters) {
            throw new InvalidInputException(what + " of " + value.length() + " characters is too long; at most "
                    + mostCharacters + " are allowed");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new InvalidInputException(
                        what + " has half a surrogate pair at index " + i + "; it isn't well-formed Unicode");
            }
        }
    }

    /**
     * Whether a code point is invisible and carries no meaning of its own: zero-width characters, direction marks, soft
     * hyphens, byte order marks, variation selectors, controls. They come along when a value is pasted from a chat.
     */
    static boolean isInvisible(int codePoint) {
        return Character.getType(codePoint) == Character.FORMAT
                || (Character.getType(codePoint) == Character.CONTROL && !Character.isWhitespace(codePoint))
                || (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
                || codePoint == 0x034F;
    }

    /** Whether a code point separates words, no-break spaces included. */
    static boolean isSpace(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) || codePoint == 0x85;
    }

    static String withoutInvisible(String value) {
        StringBuilder kept = new StringBuilder(value.length());
        value.codePoints().filter(c -> !isInvisible(c)).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    /** Strips spaces at both ends, no-break spaces included, which {@link String#strip()} leaves. */
    static String stripped(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isSpace(value.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }
}
