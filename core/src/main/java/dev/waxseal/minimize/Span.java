package dev.waxseal.minimize;

import java.util.Objects;

/**
 * Where something was found. Holds no text, so it can be logged. Immutable.
 *
 * @param type what was found: the name of a {@link StandardType}, or a type of the host's own
 * @param start the index of its first character, in UTF-16 units of the original text
 * @param end the index after its last character
 * @param confidence how sure the recogniser is, more than 0 and at most 1
 */
public record Span(String type, int start, int end, double confidence) {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the span is empty or negative, or the confidence out of range
     */
    public Span {
        Objects.requireNonNull(type, "type");
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("A span from " + start + " to " + end + " is empty or negative");
        }
        if (!(confidence > 0 && confidence <= 1)) {
            throw new IllegalArgumentException("A confidence of " + confidence + " isn't more than 0 and at most 1");
        }
    }

    /**
     * How long it is.
     *
     * @return the length, in UTF-16 units
     */
    public int length() {
        return end - start;
    }
}
