package dev.waxseal.minimize;

import dev.waxseal.error.InvalidInputException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Takes out of free text what nobody needs in order to answer it, and puts a label in its place: {@code my card is [card]}.
 *
 * <p><b>What it promises.</b> Redacting a redacted text changes nothing. It takes time linear in the length of the text,
 * whatever the text. No surrogate pair is cut. With the standard recognisers and labels, the text grows at most sixfold (a
 * label may be longer than what it replaces); most texts shrink.
 *
 * <p><b>Which finding wins</b> where two overlap: the one of higher confidence, then the longer, then the one that starts
 * first, then the one whose type comes first in the alphabet. What only the loser covered stays; the text is then scanned
 * again with the winners replaced, until nothing more is found, at most {@value #MOST_ROUNDS} times.
 *
 * <p><b>What it doesn't promise.</b> Finding everything. A recogniser reads shapes, check digits and the words around them (in
 * English, Spanish, Portuguese, German, French, Italian, Hindi, Indonesian, Arabic); it can't know what a bare number means.
 *
 * <p>Immutable and thread safe. Never logs, and never puts text into an exception.
 */
public final class Redactor {
    /** How often a text is scanned, at most. */
    static final int MOST_ROUNDS = 16;

    static final int LONGEST_LABEL = 32;
    private static final String OTHER_LABEL = "redacted";
    private static final int DEFAULT_MAXIMUM_LENGTH = 1 << 20;
    private static final double DEFAULT_MINIMUM_CONFIDENCE = 0.5;

    private static final Redactor STANDARD = builder().build();
    private static final Comparator<Span> WINNERS_FIRST = Comparator.comparingDouble(Span::confidence)
            .reversed()
            .thenComparing(Comparator.comparingInt(Span::length).reversed())
            .thenComparingInt(Span::start)
            .thenComparing(Span::type);

    private final List<Recogniser> recognisers;
    private final Set<String> without;
    private final Map<String, String> labels;
    private final Set<String> labelsInUse;
    private final double minimumConfidence;
    private final int maximumLength;

    private Redactor(Builder builder) {
        List<Recogniser> all = new ArrayList<>(standardRecognisers());
        all.addAll(builder.added);
        this.recognisers = List.copyOf(all);
        this.without = Set.copyOf(builder.without);
        Map<String, String> named = new HashMap<>();
        for (StandardType type : StandardType.values()) {
            named.put(type.name(), type.label());
        }
        named.putAll(builder.labels);
        this.labels = Map.copyOf(named);
        Set<String> used = new HashSet<>(named.values());
        used.add(OTHER_LABEL);
        this.labelsInUse = Set.copyOf(used);
        this.minimumConfidence = builder.minimumConfidence;
        this.maximumLength = builder.maximumLength;
    }

    private static List<Recogniser> standardRecognisers() {
        return List.of(
                new PrivateKeyRecogniser(),
                new UrlCredentialsRecogniser(),
                new ApiKeyRecogniser(),
                new PaymentCardRecogniser(),
                new IbanRecogniser(),
                new EmailAddressRecogniser(),
                new IpAddressRecogniser(),
                new SocialSecurityRecogniser(),
                new PhoneNumberRecogniser(),
                new PasswordRecogniser(),
                new OneTimeCodeRecogniser());
    }

    /**
     * A redactor that finds every {@link StandardType}, in texts of up to 1,048,576 UTF-16 units.
     *
     * @return the redactor
     */
    public static Redactor standard() {
        return STANDARD;
    }

    /**
     * Starts from the standard redactor.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Redacts a text.
     *
     * @param text the text
     * @return the redacted text, and what was replaced
     * @throws InvalidInputException if the text is longer than this redactor takes
     */
    public Redaction redact(CharSequence text) {
        if (text.length() > maximumLength) {
            throw new InvalidInputException("A text of " + text.length() + " characters is too long to redact; at most "
                    + maximumLength + " are taken. Split it, or set maximumLength");
        }
        String original = text.toString();
        PreparedText prepared = PreparedText.of(original, labelsInUse);
        List<Span> found = new ArrayList<>();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<Span> winners = winners(prepared);
            if (winners.isEmpty()) {
                break;
            }
            for (Span span : winners) {
                found.add(new Span(
                        span.type(),
                        prepared.originalStart(span.start()),
                        prepared.originalEnd(span.end()),
                        span.confidence()));
            }
            prepared = prepared.redacted(winners);
        }
        found.sort(Comparator.comparingInt(Span::start));
        return new Redaction(replaced(original, found), found);
    }

    private List<Span> winners(PreparedText text) {
        List<Span> candidates = new ArrayList<>();
        Recogniser.Findings findings = (type, start, end, confidence) -> {
            Span span = new Span(type, start, end, confidence);
            if (end > text.length()) {
                throw new IllegalArgumentException("A span of type " + type + " ends at " + end + ", after the text");
            }
            if (confidence >= minimumConfidence && !without.contains(type)) {
                candidates.add(span);
            }
        };
        for (Recogniser recogniser : recognisers) {
            recogniser.recognise(text, findings);
        }
        if (candidates.isEmpty()) {
            return candidates;
        }
        BitSet taken = new BitSet(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == PreparedText.REDACTED) {
                taken.set(i);
            }
        }
        candidates.sort(WINNERS_FIRST);
        List<Span> winners = new ArrayList<>();
        for (Span span : candidates) {
            int next = taken.nextSetBit(span.start());
            if (next < 0 || next >= span.end()) {
                taken.set(span.start(), span.end());
                winners.add(span);
            }
        }
        winners.sort(Comparator.comparingInt(Span::start));
        return winners;
    }

    private String replaced(String original, List<Span> spans) {
        StringBuilder replaced = new StringBuilder(original.length());
        int at = 0;
        for (Span span : spans) {
            replaced.append(original, at, span.start())
                    .append('[')
                    .append(label(span.type()))
                    .append(']');
            at = span.end();
        }
        return replaced.append(original, at, original.length()).toString();
    }

    private String label(String type) {
        return labels.getOrDefault(type, OTHER_LABEL);
    }

    /** Sets up a {@link Redactor}. Not thread safe. */
    public static final class Builder {
        private final List<Recogniser> added = new ArrayList<>();
        private final Set<String> without = new HashSet<>();
        private final Map<String, String> labels = new HashMap<>();
        private double minimumConfidence = DEFAULT_MINIMUM_CONFIDENCE;
        private int maximumLength = DEFAULT_MAXIMUM_LENGTH;

        private Builder() {}

        /**
         * Adds a recogniser. Its types get the label {@code [redacted]}, unless {@link #label} names one.
         *
         * @param recogniser the recogniser
         * @return this
         */
        public Builder add(Recogniser recogniser) {
            added.add(recogniser);
            return this;
        }

        /**
         * Leaves a standard type in the text.
         *
         * @param type the type
         * @return this
         */
        public Builder without(StandardType type) {
            without.add(type.name());
            return this;
        }

        /**
         * Says what replaces the findings of one type.
         *
         * @param type the type
         * @param label what is put between brackets: 1 to 32 lower-case letters a to z, and hyphens
         * @return this
         * @throws IllegalArgumentException if the label has other characters or another length
         */
        public Builder label(String type, String label) {
            boolean allowed = label.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '-');
            if (!allowed || label.isEmpty() || label.length() > LONGEST_LABEL) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "The label \"%s\" isn't 1 to %d lower-case letters a to z and hyphens",
                        label,
                        LONGEST_LABEL));
            }
            labels.put(type, label);
            return this;
        }

        /**
         * Drops findings that are less sure.
         *
         * @param confidence the least confidence, 0 to 1; 0.5 unless set
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder minimumConfidence(double confidence) {
            if (!(confidence >= 0 && confidence <= 1)) {
                throw new IllegalArgumentException("A confidence of " + confidence + " isn't within 0 to 1");
            }
            this.minimumConfidence = confidence;
            return this;
        }

        /**
         * Sets how long a text may be. Redacting one takes about 40 bytes of memory for each unit.
         *
         * @param length the most UTF-16 units, 1 to 67,108,864; 1,048,576 unless set
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maximumLength(int length) {
            if (length < 1 || length > 1 << 26) {
                throw new IllegalArgumentException("A maximum length of " + length + " isn't within 1 to 67,108,864");
            }
            this.maximumLength = length;
            return this;
        }

        /**
         * Builds the redactor.
         *
         * @return the redactor
         */
        public Redactor build() {
            return new Redactor(this);
        }
    }
}
