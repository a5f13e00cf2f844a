package dev.waxseal.policy;

import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a personal value looks to those who may only see it masked.
 *
 * <p>A mask shows what its constant says and nothing else: what it hides is three bullets whatever its length, and a value
 * that isn't of the expected form, or is so short that the mask would show all of it, is hidden whole. Masks count code
 * points, so no character outside the basic plane is cut in two. Thread safe.
 *
 * <p>Masking is for eyes, not for publication: the last digits of a phone number still single out a person among a hundred.
 */
public enum Mask {
    /** Nothing: {@code •••}. */
    HIDDEN {
        @Override
        public String apply(String shown) {
            return BULLETS;
        }
    },

    /**
     * The last four characters, not counting white space and punctuation: {@code ••• 6789}. A value of four or fewer is
     * hidden whole.
     */
    LAST_FOUR {
        @Override
        public String apply(String shown) {
            int[] counted =
                    shown.codePoints().filter(c -> !isPunctuationOrInvisible(c)).toArray();
            return counted.length <= 4 ? BULLETS : BULLETS + " " + new String(counted, counted.length - 4, 4);
        }
    },

    /** The first character: {@code A•••}. A value of one is hidden whole. */
    FIRST_LETTER {
        @Override
        public String apply(String shown) {
            return first(shown) + BULLETS;
        }
    },

    /**
     * The first characters of the first and the last word: {@code A. L.} for Ana María López. Of a word of one character,
     * nothing: {@code •}.
     */
    INITIALS {
        @Override
        public String apply(String shown) {
            List<String> words = words(shown);
            if (words.isEmpty()) {
                return BULLETS;
            }
            String first = initial(words.get(0));
            return words.size() == 1 ? first : first + " " + initial(words.get(words.size() - 1));
        }
    },

    /**
     * The first character before the {@code @}, and the domain: {@code a•••@example.org}. Of a local part of one character,
     * nothing. What has no {@code @} followed by a domain is hidden whole.
     */
    EMAIL {
        @Override
        public String apply(String shown) {
            String address = TypedText.stripped(shown);
            int at = address.lastIndexOf('@');
            if (at < 1 || !isDomain(address.substring(at + 1))) {
                return BULLETS;
            }
            return first(address.substring(0, at)) + BULLETS + address.substring(at);
        }
    },

    /**
     * The country code and the last two digits: {@code +49 ••• 89}. A number without country code shows the last two digits
     * only, if it has more than six. What is no phone number is hidden whole.
     */
    PHONE {
        @Override
        public String apply(String shown) {
            String digits = digits(shown);
            if (digits.length() <= 6 || !isDialled(shown)) {
                return BULLETS;
            }
            Optional<PhoneNumber> number = PhoneNumbers.withCountryCode(shown);
            String country =
                    number.map(known -> "+" + known.getCountryCode() + " ").orElse("");
            return country + BULLETS + " " + digits.substring(digits.length() - 2);
        }
    },

    /**
     * The year of a date: {@code 1990}. Dates are read from {@code 1990-05-17} or {@code 1990-05} (ISO 8601, also with a
     * time after it) and from day, month and year in digits, in any order with the year first or last, with dots, slashes or
     * dashes between. Anything else is hidden whole.
     */
    YEAR {
        @Override
        public String apply(String shown) {
            return year(shown).orElse(BULLETS);
        }
    };

    private static final String BULLETS = "\u2022\u2022\u2022";
    private static final int LONGEST_DATE = 64;

    /**
     * How many characters at a value's end it shows: a search by no more of them tells nothing that the mask hides.
     *
     * @return 4, 2 or 0
     */
    public int shownAtEnd() {
        return switch (this) {
            case LAST_FOUR -> 4;
            case PHONE -> 2;
            case HIDDEN, FIRST_LETTER, INITIALS, EMAIL, YEAR -> 0;
        };
    }

    /**
     * Masks a value.
     *
     * @param shown the value as it would be shown in clear
     * @return the masked value; its length doesn't depend on that of the hidden part
     */
    public abstract String apply(String shown);

    private static boolean isPunctuationOrInvisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> TypedText.isSpace(codePoint) || TypedText.isInvisible(codePoint);
        };
    }

    private static String first(String text) {
        int[] visible = TypedText.stripped(text)
                .codePoints()
                .filter(c -> !TypedText.isInvisible(c))
                .limit(2)
                .toArray();
        return visible.length < 2 ? "" : new String(visible, 0, 1);
    }

    private static String initial(String word) {
        String first = first(word);
        return first.isEmpty() ? "\u2022" : first + ".";
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (!TypedText.isSpace(c)) {
                word.appendCodePoint(c);
            } else if (word.length() > 0) {
                words.add(word.toString());
                word.setLength(0);
            }
        });
        if (word.length() > 0) {
            words.add(word.toString());
        }
        return words;
    }

    private static boolean isDomain(String text) {
        boolean labels = text.codePoints()
                .allMatch(c -> c == '.'
                        || c == '-'
                        || Character.isLetterOrDigit(c)
                        || Character.getType(c) == Character.NON_SPACING_MARK);
        int dot = text.lastIndexOf('.');
        return labels && text.length() <= 253 && dot > 0 && dot < text.length() - 1 && !text.startsWith(".");
    }

    private static String digits(String text) {
        StringBuilder digits = new StringBuilder();
        text.codePoints().filter(Character::isDigit).forEach(c -> digits.append(Character.digit(c, 10)));
        return digits.toString();
    }

    private static boolean isDialled(String text) {
        return text.codePoints()
                .allMatch(c -> Character.isDigit(c) || c == '+' || c == 0xFF0B || isPunctuationOrInvisible(c));
    }

    private static Optional<String> year(String text) {
        if (text.length() > LONGEST_DATE) {
            return Optional.empty();
        }
        StringBuilder ascii = new StringBuilder(text.length());
        TypedText.stripped(TypedText.withoutInvisible(text)).codePoints().forEach(c -> {
            if (Character.isDigit(c)) {
                ascii.append(Character.digit(c, 10));
            } else {
                ascii.appendCodePoint(c);
            }
        });
        List<String> numbers = new ArrayList<>();
        int at = 0;
        while (at < ascii.length() && numbers.size() < 3) {
            int start = at;
            while (at < ascii.length() && ascii.charAt(at) >= '0' && ascii.charAt(at) <= '9') {
                at++;
            }
            if (at == start) {
                return Optional.empty();
            }
            numbers.add(ascii.substring(start, at));
            if (at == ascii.length() || numbers.size() == 3) {
                break;
            }
            if (".-/".indexOf(ascii.charAt(at)) < 0) {
                return Optional.empty();
            }
            at++;
            while (at < ascii.length() && ascii.charAt(at) == ' ') {
                at++;
            }
        }
        boolean more = at < ascii.length();
        return switch (numbers.size()) {
            case 2 ->
                isYear(numbers.get(0)) && isShort(numbers.get(1)) ? Optional.of(numbers.get(0)) : Optional.empty();
            case 3 -> {
                if (isYear(numbers.get(0)) && isShort(numbers.get(1)) && isShort(numbers.get(2))) {
                    yield !more || "T ".indexOf(ascii.charAt(at)) >= 0 ? Optional.of(numbers.get(0)) : Optional.empty();
                }
                boolean yearLast =
                        !more && isShort(numbers.get(0)) && isShort(numbers.get(1)) && isYear(numbers.get(2));
                yield yearLast ? Optional.of(numbers.get(2)) : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static boolean isYear(String number) {
        return number.length() == 4;
    }

    private static boolean isShort(String number) {
        return number.length() <= 2;
    }
}
