package dev.waxseal.minimize;

import dev.waxseal.minimize.Cues.Sign;

/**
 * Payment cards: 12 to 19 digits, in one run or in groups with one space or dash between, that start like an issuer's (ISO/IEC
 * 7812) and end in the right check digit (Luhn, ISO/IEC 7812-1 annex B). A wrong check digit is a typing error if the words
 * around speak of a card, and another kind of number if not.
 */
final class PaymentCardRecogniser implements Recogniser {
    private static final int LEAST = 12;
    private static final int MOST = 19;

    /** How usual a number of this length is in its issuer's range. */
    private enum Range {
        NONE,
        /** Rare, or shared with much else: barcodes, parcels. Needs words that speak of a card. */
        MINOR,
        MAJOR
    }

    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i < text.length()) {
            if (!text.isDigit(i)) {
                i++;
            } else if (mayStart(text, i)) {
                int end = find(text, i, findings);
                i = end > 0 ? end : afterDigits(text, i);
            } else {
                i = afterDigits(text, i);
            }
        }
    }

    private static boolean mayStart(PreparedText text, int start) {
        char before = text.charAt(start - 1);
        int glued = before == '-' || before == '.' || before == '_' ? start - 1 : start;
        if (text.isAsciiLetter(glued - 1)) {
            return Cues.CARD.says(text.wordBefore(glued, 1).text()) == Sign.FOR;
        }
        return before != '_' && !(before == '.' && text.isDigit(start - 2)) && before != '+';
    }

    private static int afterDigits(PreparedText text, int from) {
        int i = from;
        while (text.isDigit(i)) {
            i++;
        }
        return i;
    }

    /** Reports the best number that starts here, and gives its end; 0 if there is none. */
    private static int find(PreparedText text, int start, Findings findings) {
        int[] digits = new int[MOST];
        int count = 0;
        int groups = 0;
        char separator = 0;
        int bestEnd = 0;
        double best = 0;
        int i = start;
        while (true) {
            while (text.isDigit(i)) {
                if (count == MOST) {
                    count = MOST + 1;
                    break;
                }
                digits[count++] = text.charAt(i) - '0';
                i++;
            }
            if (count > MOST) {
                break;
            }
            groups++;
            if (count >= LEAST && !text.isAsciiLetter(i) && text.charAt(i) != '_') {
                double confidence = confidence(text, start, i, digits, count, groups, separator);
                if (confidence > 0 && confidence >= best) {
                    best = confidence;
                    bestEnd = i;
                }
            }
            char next = text.charAt(i);
            boolean goesOn =
                    (next == ' ' || next == '-') && (separator == 0 || next == separator) && text.isDigit(i + 1);
            if (!goesOn) {
                break;
            }
            separator = next;
            i++;
        }
        if (bestEnd > 0) {
            findings.add(StandardType.PAYMENT_CARD.name(), start, bestEnd, best);
        }
        return bestEnd;
    }

    private static double confidence(
            PreparedText text, int start, int end, int[] digits, int count, int groups, char separator) {
        Range range = range(digits, count);
        if (range == Range.NONE) {
            return 0;
        }
        boolean checks = luhn(digits, count);
        Sign sign = Cues.CARD.near(text, start, end);
        if (sign == Sign.FOR) {
            return checks ? (range == Range.MAJOR ? 0.97 : 0.85) : range == Range.MAJOR ? 0.75 : 0;
        }
        if (!checks || range == Range.MINOR) {
            return 0;
        }
        if (groups == 1) {
            return sign == Sign.AGAINST || isFraction(text, start, end) ? 0 : 0.9;
        }
        return isCustomary(text, start, end, groups) && !isWithinMore(text, start, end, separator) ? 0.9 : 0;
    }

    private static boolean isFraction(PreparedText text, int start, int end) {
        char after = text.charAt(end);
        char before = text.charAt(start - 1);
        return ((after == '.' || after == ',') && text.isDigit(end + 1))
                || ((before == '.' || before == ',' || before == '-') && text.isDigit(start - 2))
                || (after == '-' && text.isDigit(end + 1));
    }

    /** Groups of four, the last maybe shorter, or four-six-five (American Express) or four-six-four (Diners). */
    private static boolean isCustomary(PreparedText text, int start, int end, int groups) {
        int group = 0;
        int length = 0;
        boolean fours = true;
        boolean fourSix = groups == 3;
        for (int i = start; i <= end; i++) {
            if (i < end && text.isDigit(i)) {
                length++;
                continue;
            }
            group++;
            fours &= group < groups ? length == 4 : length <= 4;
            fourSix &= group == 1 ? length == 4 : group == 2 ? length == 6 : length == 4 || length == 5;
            length = 0;
        }
        return fours || fourSix;
    }

    private static boolean isWithinMore(PreparedText text, int start, int end, char separator) {
        if (text.charAt(start - 1) == separator && text.isDigit(start - 2)) {
            return true;
        }
        return text.charAt(end) == separator && afterDigits(text, end + 1) - (end + 1) >= 4;
    }

    private static boolean luhn(int[] digits, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            int digit = digits[count - 1 - i];
            sum += (i & 1) == 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
        }
        return sum % 10 == 0;
    }

    private static Range range(int[] digits, int count) {
        int four = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
        int two = four / 100;
        int three = four / 10;
        boolean sixteen = count == 16;
        if (digits[0] == 4) {
            return sixteen ? Range.MAJOR : count == 13 || count == 19 ? Range.MINOR : Range.NONE;
        }
        if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
            return sixteen ? Range.MAJOR : Range.NONE;
        }
        if (two == 34 || two == 37) {
            return count == 15 ? Range.MAJOR : Range.NONE;
        }
        if (two == 36 || two == 38 || two == 39 || (three >= 300 && three <= 305) || four == 3095) {
            return count == 14 ? Range.MAJOR : count > 14 ? Range.MINOR : Range.NONE;
        }
        boolean sixteenMajor = four == 6011 // Discover
                || (three >= 644 && three <= 659)
                || (four >= 3528 && four <= 3589) // JCB
                || (four >= 2200 && four <= 2204) // Mir
                || four == 9792 // Troy
                || two == 60 // RuPay, Hipercard
                || two == 62; // UnionPay
        if (sixteenMajor && sixteen) {
            return Range.MAJOR;
        }
        if (two == 62 && count == 19) {
            return Range.MAJOR;
        }
        boolean minor = two == 50
                || (two >= 56 && two <= 58)
                || digits[0] == 6 // Maestro, Elo, Verve
                || two == 81
                || two == 82
                || four == 8600
                || four == 9860; // RuPay, Uzcard, Humo
        return minor || (sixteenMajor && count > 16) ? Range.MINOR : Range.NONE;
    }
}
