package dev.waxseal.minimize;

/**
 * Finds one kind of thing in a text. Hosts add their own to a {@link Redactor.Builder}.
 *
 * <p>An implementation is thread safe, keeps nothing between two calls, and takes time linear in the length of the text
 * whatever the text: customers decide what it is. Scan it by hand; {@code java.util.regex} backtracks.
 */
@FunctionalInterface
public interface Recogniser {
    /**
     * Reports what it finds. Findings may overlap one another and those of other recognisers; {@link Redactor} states which
     * one wins.
     *
     * @param text the text, prepared
     * @param findings takes the findings
     */
    void recognise(PreparedText text, Findings findings);

    /** Takes what a {@link Recogniser} finds. Used by one thread, during one call. */
    @FunctionalInterface
    interface Findings {
        /**
         * Takes one finding.
         *
         * @param type what it is: upper-case ASCII letters, digits and underscores, by convention
         * @param start the index of its first character in the prepared text
         * @param end the index after its last character in the prepared text
         * @param confidence how sure the recogniser is, more than 0 and at most 1
         * @throws IllegalArgumentException if the bounds or the confidence are out of range
         */
        void add(String type, int start, int end, double confidence);
    }
}
