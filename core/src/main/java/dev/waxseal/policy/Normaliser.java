package dev.waxseal.policy;

/**
 * Turns the many spellings of a value into the one canonical spelling which the blind index is computed over, so that a
 * record is found however the value was typed.
 *
 * <p>An implementation:
 *
 * <ul>
 *   <li>is deterministic: the same value gives the same spelling in every process, at every time, in every locale and time
 *       zone. A change of its rules (or of the data it relies on) needs a re-index;
 *   <li>is idempotent: a canonical spelling is its own canonical spelling;
 *   <li>is thread safe: one instance serves all threads;
 *   <li>has a public constructor without parameters, by which {@link Searchable} creates it;
 *   <li>never puts the value into an exception's message, a log or a {@code toString}.
 * </ul>
 *
 * <p>Two values with the same canonical spelling are found by each other: the coarser the normaliser, the more an index
 * finds, and the more it finds wrongly.
 */
@FunctionalInterface
public interface Normaliser {
    /**
     * Gives the canonical spelling of a value.
     *
     * @param value the value as it was typed or received
     * @return the canonical spelling, never empty
     * @throws dev.waxseal.error.InvalidInputException if the value can't be what this normaliser is for; the message says
     *     which rule it breaks, and never holds the value
     */
    String normalise(String value);
}
