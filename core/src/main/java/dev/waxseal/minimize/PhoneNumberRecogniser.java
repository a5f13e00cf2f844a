package dev.waxseal.minimize;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.waxseal.minimize.Cues.Sign;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Phone numbers, with their extension. International ones (a plus or 00 first) are checked by libphonenumber (ITU-T E.164).
 * National ones are known by the words around them, or, without any, by a few customary looks; the region isn't known, so
 * libphonenumber can't say more of them.
 */
final class PhoneNumberRecogniser implements Recogniser {
    private static final int LEAST_DIGITS = 6;
    private static final int MOST_DIGITS = 15;
    private static final int MOST_GROUPS = 9;
    private static final int LONGEST_EXTENSION = 6;

    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i < text.length()) {
            int start = i;
            if (startsNumber(text, i) && mayStart(text, i)) {
                Dialled dialled = Dialled.read(text, i);
                int end = dialled == null ? 0 : find(text, dialled, findings);
                if (end > 0) {
                    i = end;
                    continue;
                }
            }
            // Past this group; the next one may start a number of its own.
            while (text.isDigit(i)) {
                i++;
            }
            i = Math.max(i, start + 1);
        }
    }

    private static boolean startsNumber(PreparedText text, int i) {
        return switch (text.charAt(i)) {
            case '+' -> text.isDigit(i + 1) || text.charAt(i + 1) == '(';
            case '(' -> text.isDigit(i + 1) || (text.charAt(i + 1) == '+' && text.isDigit(i + 2));
            default -> text.isDigit(i);
        };
    }

    private static boolean mayStart(PreparedText text, int i) {
        char before = text.charAt(i - 1);
        if (text.isDigit(i - 1) || before == '+' || before == '#' || before == '_' || before == '@') {
            return false;
        }
        if (text.charAt(i) == '+') {
            return true;
        }
        int glued = before == '-' || before == '.' || before == '/' || before == ',' || before == ':' ? i - 1 : i;
        if (text.isDigit(glued - 1) && (glued < i || before == '(')) {
            return false;
        }
        if (text.isAsciiLetter(glued - 1) && before != ':' && before != ',') {
            return Cues.PHONE.says(text.wordBefore(glued, 1).text()) == Sign.FOR;
        }
        int unit = before == ' ' ? i - 2 : i - 1;
        return !isCurrency(text.charAt(unit));
    }

    private static boolean isCurrency(char c) {
        return Character.getType(c) == Character.CURRENCY_SYMBOL;
    }

    private static int find(PreparedText text, Dialled dialled, Findings findings) {
        if (dialled.count() < LEAST_DIGITS) {
            return 0;
        }
        int end = extensionEnd(text, dialled.end());
        boolean extended = end > dialled.end();
        if (goesOn(text, end)) {
            return 0;
        }
        double confidence = confidence(text, dialled, end, extended);
        if (confidence == 0) {
            return 0;
        }
        findings.add(StandardType.PHONE_NUMBER.name(), dialled.start(), end, confidence);
        return end;
    }

    private static boolean goesOn(PreparedText text, int end) {
        char after = text.charAt(end);
        boolean digitNext = text.isDigit(end + 1);
        boolean unit = isCurrency(after) || after == '%' || (after == ' ' && isCurrency(text.charAt(end + 1)));
        return unit
                || text.isDigit(end)
                || text.isAsciiLetter(end)
                || after == '_'
                || after == '@'
                || (digitNext && (after == ',' || after == ':'))
                || (digitNext && (after == '.' || after == '-' || after == '/'));
    }

    private static double confidence(PreparedText text, Dialled dialled, int end, boolean extended) {
        if (dialled.isDate() || dialled.isAmount(text, end)) {
            return 0;
        }
        Sign sign = Cues.PHONE.near(text, dialled.start(), end);
        if (dialled.international()) {
            double known = internationalConfidence(dialled.digits());
            boolean plus = dialled.digits().startsWith("+");
            if (known > 0 && (plus || sign != Sign.AGAINST)) {
                return plus || sign == Sign.FOR || known > 0.9 ? known : 0;
            }
        }
        int count = dialled.count();
        int groups = dialled.groups().size();
        if (sign == Sign.FOR) {
            boolean enough = count >= 7 || (count == 6 && groups > 1 && !startsStreet(text, end));
            return enough ? 0.8 : 0;
        }
        if (sign == Sign.AGAINST) {
            return 0;
        }
        return dialled.looksNational() ? (extended ? 0.75 : 0.65) : 0;
    }

    /** Whether a word follows at once that isn't about phones: "14 3684 Court Street". */
    private static boolean startsStreet(PreparedText text, int end) {
        return text.charAt(end) == ' '
                && text.isWordPart(end + 1)
                && Cues.PHONE.says(text.wordAfter(end, 2).text()) != Sign.FOR;
    }

    private static double internationalConfidence(String digits) {
        String number = digits.startsWith("00") ? "+" + digits.substring(2) : digits;
        try {
            PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
            PhoneNumber parsed = numbers.parse(number, "ZZ");
            if (numbers.isValidNumber(parsed)) {
                return 0.95;
            }
            return numbers.isPossibleNumberWithReason(parsed) == ValidationResult.IS_POSSIBLE ? 0.85 : 0;
        } catch (NumberParseException notANumber) {
            return 0;
        }
    }

    /** Where an extension ends ("x12", " ext. 12"); the same place if there is none. */
    private static int extensionEnd(PreparedText text, int end) {
        int i = text.charAt(end) == ' ' ? end + 1 : end;
        int letters = i;
        while (text.isAsciiLetter(letters) && letters - i < 10) {
            letters++;
        }
        String word = letters == i ? "" : text.substring(i, letters).toLowerCase(Locale.ROOT);
        boolean known = word.equals("x") || word.equals("ext") || word.equals("extn") || word.equals("extension");
        if (!known) {
            return end;
        }
        i = letters;
        if (text.charAt(i) == '.' || text.charAt(i) == ':') {
            i++;
        }
        if (text.charAt(i) == ' ') {
            i++;
        }
        int digits = i;
        while (text.isDigit(i) && i - digits <= LONGEST_EXTENSION) {
            i++;
        }
        boolean whole = i > digits && i - digits <= LONGEST_EXTENSION && !text.isAsciiLetter(i);
        return whole ? i : end;
    }

    /** What could be dialled: groups of digits, and what stands between them. */
    private record Dialled(
            int start, int end, String digits, List<String> groups, List<String> separators, boolean bracket) {

        /** Reads from a plus, a bracket or a digit on; null if there are too many digits for any number. */
        static @Nullable Dialled read(PreparedText text, int from) {
            int start = from;
            int i = from;
            int open = -1;
            StringBuilder digits = new StringBuilder();
            List<String> groups = new ArrayList<>();
            List<String> separators = new ArrayList<>();
            boolean bracket = false;
            if (text.charAt(i) == '(') {
                open = i;
                i++;
            }
            if (text.charAt(i) == '+') {
                digits.append('+');
                i++;
                if (text.charAt(i) == '(') {
                    open = i;
                    i++;
                }
            }
            int end = i;
            int balancedEnd = -1;
            int balancedGroups = 0;
            int balancedDigits = 0;
            while (true) {
                int group = i;
                while (text.isDigit(i)) {
                    if (i - group > MOST_DIGITS + 2) {
                        return null;
                    }
                    i++;
                }
                groups.add(text.substring(group, i));
                digits.append(groups.get(groups.size() - 1));
                end = i;
                if (open < 0) {
                    balancedEnd = end;
                    balancedGroups = groups.size();
                    balancedDigits = digits.length();
                }
                int separator = i;
                boolean mark = false;
                while (i - separator < 3) {
                    char c = text.charAt(i);
                    if (c == ')' && open >= 0) {
                        open = -1;
                        bracket = true;
                    } else if (c == '(' && open < 0 && text.isDigit(i + 1)) {
                        open = i;
                    } else if (!mark && (c == '-' || c == '.' || c == '/')) {
                        mark = true;
                    } else if (c != ' ' || text.charAt(i - 1) == ' ') {
                        break;
                    }
                    i++;
                }
                if (i == separator || !text.isDigit(i) || groups.size() == MOST_GROUPS) {
                    break;
                }
                separators.add(text.substring(separator, i));
            }
            if (balancedEnd < 0) {
                // The bracket around all of it isn't part of it.
                start = digits.indexOf("+") == 0 ? start : from + 1;
                balancedEnd = end;
                balancedGroups = groups.size();
                balancedDigits = digits.length();
                if (text.charAt(from) == '(' && text.charAt(from + 1) == '+') {
                    start = from + 1;
                }
            }
            digits.setLength(balancedDigits);
            int most = MOST_DIGITS + (digits.indexOf("00") == 0 ? 4 : 2);
            if (digits.length() > most) {
                return null;
            }
            return new Dialled(
                    start,
                    balancedEnd,
                    digits.toString(),
                    List.copyOf(groups.subList(0, balancedGroups)),
                    List.copyOf(separators.subList(0, Math.min(separators.size(), balancedGroups - 1))),
                    bracket);
        }

        int count() {
            return digits.startsWith("+") ? digits.length() - 1 : digits.length();
        }

        boolean international() {
            return digits.startsWith("+") || digits.startsWith("00");
        }

        /** Day, month and year, or year, month and day, with nothing joined to them by the same separator. */
        boolean isDate() {
            if (groups.size() < 3 || international() || bracket) {
                return false;
            }
            String separator = separators.get(0);
            boolean joined = separators.get(1).equals(separator);
            boolean more = groups.size() > 3 && separators.get(2).equals(separator);
            if (!joined || more || !".-/".contains(separator.strip()) || separator.isBlank()) {
                return false;
            }
            int first = number(groups.get(0));
            int second = number(groups.get(1));
            int third = number(groups.get(2));
            boolean yearFirst = isYear(groups.get(0)) && second >= 1 && second <= 12 && third >= 1 && third <= 31;
            boolean dayFirst = first >= 1 && first <= 31 && second >= 1 && second <= 12;
            boolean monthFirst = first >= 1 && first <= 12 && second >= 1 && second <= 31;
            boolean yearLast = (dayFirst || monthFirst)
                    && groups.get(0).length() <= 2
                    && groups.get(1).length() <= 2
                    && (isYear(groups.get(2)) || groups.get(2).length() == 2);
            return yearFirst || yearLast;
        }

        private static boolean isYear(String group) {
            return group.length() == 4 && (group.startsWith("19") || group.startsWith("20"));
        }

        private static int number(String group) {
            return group.length() > 4 ? -1 : Integer.parseInt(group);
        }

        /** Thousands with dots ("1.234.567"), or decimals. */
        boolean isAmount(PreparedText text, int after) {
            if (international() || bracket || separators.isEmpty()) {
                return false;
            }
            if (text.charAt(after) == ',' && text.isDigit(after + 1)) {
                return true;
            }
            for (int i = 0; i < groups.size(); i++) {
                boolean dot = i == 0 || separators.get(i - 1).equals(".");
                boolean thousands = i == 0
                        ? groups.get(0).length() <= 3 && !groups.get(0).startsWith("0")
                        : groups.get(i).length() == 3;
                if (!dot || !thousands) {
                    return groups.size() == 2
                            && separators.get(0).equals(".")
                            && groups.get(1).length() <= 2;
                }
            }
            return true;
        }

        /** The looks that few other numbers have. */
        boolean looksNational() {
            if (groups.size() < 2 || !isUniform()) {
                return false;
            }
            int count = count();
            int size = groups.size();
            boolean one = size == 4 && groups.get(0).equals("1");
            int first = one ? 1 : 0;
            boolean american = size == first + 3
                    && groups.get(first).length() == 3
                    && groups.get(first + 1).length() == 3
                    && groups.get(first + 2).length() == 4
                    && !separators.get(size - 2).equals(" ");
            boolean trunk =
                    digits.startsWith("0") && !digits.startsWith("00") && count >= 9 && count <= 12 && size <= 6;
            boolean area = bracket && count >= 8 && count <= 12 && groups.get(0).length() <= 5;
            return american || trunk || area;
        }

        /** No single digits but for a country code, and one kind of separator but for the first. */
        private boolean isUniform() {
            for (int i = 1; i < groups.size(); i++) {
                if (groups.get(i).length() < 2
                        || (i > 1
                                && separators.size() > 2
                                && i < separators.size()
                                && !separators.get(i).equals(separators.get(1)))) {
                    return false;
                }
            }
            return true;
        }
    }
}
