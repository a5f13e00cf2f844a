package dev.waxseal.minimize;

import dev.waxseal.minimize.Cues.Sign;

/**
 * Social security numbers of the United States: three, two and four digits, with an area, group and serial that can have been
 * given out (20 CFR 422.103; not 000, 666 or 900 to 999, not 00, not 0000). With dashes they are known by their look; with
 * spaces or in one run, only where the words around say so.
 */
final class SocialSecurityRecogniser implements Recogniser {
    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i < text.length()) {
            if (!text.isDigit(i)) {
                i++;
                continue;
            }
            int end = mayStart(text, i) ? find(text, i, findings) : 0;
            if (end > 0) {
                i = end;
            } else {
                while (text.isDigit(i)) {
                    i++;
                }
            }
        }
    }

    private static boolean mayStart(PreparedText text, int start) {
        char before = text.charAt(start - 1);
        boolean joined = (before == '-' || before == '.' || before == '/' || before == '_')
                && (text.isDigit(start - 2) || text.isAsciiLetter(start - 2));
        return !joined && !text.isAsciiLetter(start - 1) && before != '+';
    }

    private static int find(PreparedText text, int start, Findings findings) {
        char separator = text.charAt(start + 3);
        if (separator != '-' && separator != ' ') {
            separator = 0;
        }
        int[] lengths = {3, 2, 4};
        int[] values = new int[3];
        int i = start;
        for (int group = 0; group < 3; group++) {
            for (int digit = 0; digit < lengths[group]; digit++, i++) {
                if (!text.isDigit(i)) {
                    return 0;
                }
                values[group] = values[group] * 10 + text.charAt(i) - '0';
            }
            if (group < 2 && separator != 0) {
                if (text.charAt(i) != separator) {
                    return 0;
                }
                i++;
            }
        }
        boolean goesOn = text.isDigit(i)
                || text.isAsciiLetter(i)
                || ("-./,".indexOf(text.charAt(i)) >= 0
                        && (text.isDigit(i + 1) || (text.charAt(i) == '-' && text.isAsciiLetter(i + 1))));
        boolean given = values[0] != 0 && values[0] != 666 && values[0] < 900 && values[1] != 0 && values[2] != 0;
        if (goesOn || !given) {
            return 0;
        }
        Sign sign = Cues.SOCIAL_SECURITY.near(text, start, i);
        double confidence =
                sign == Sign.FOR ? (separator == 0 ? 0.85 : 0.97) : sign == Sign.NONE && separator == '-' ? 0.6 : 0;
        if (confidence == 0) {
            return 0;
        }
        findings.add(StandardType.US_SSN.name(), start, i, confidence);
        return i;
    }
}
