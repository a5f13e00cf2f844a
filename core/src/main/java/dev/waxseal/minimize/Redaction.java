package dev.waxseal.minimize;

import java.util.List;

/**
 * A text after redaction. Immutable.
 *
 * @param text the text, each finding replaced by its label in brackets
 * @param spans what was replaced, in the order of the original text; they don't overlap
 */
public record Redaction(String text, List<Span> spans) {
    /** Takes defensive copies. */
    public Redaction {
        spans = List.copyOf(spans);
    }

    /**
     * Whether anything was replaced.
     *
     * @return true if there is a span
     */
    public boolean changed() {
        return !spans.isEmpty();
    }

    /** Without the text: what a customer wrote is personal also when redacted. */
    @Override
    public String toString() {
        return "Redaction[spans=" + spans + "]";
    }
}
