package dev.waxseal.policy;

import java.util.List;

/**
 * How records are found by one component. Immutable.
 *
 * @param normaliser turns the many spellings of a value into one
 * @param exact whether by the whole value
 * @param prefixes by beginnings of which lengths, in code points, ascending
 * @param suffixes by endings of which lengths, in code points, ascending
 * @param words whether by each word
 * @param bits how long an entry is: a multiple of 8 from 16 to 128
 */
public record SearchPolicy(
        Normaliser normaliser, boolean exact, List<Integer> prefixes, List<Integer> suffixes, boolean words, int bits) {
    /** The most different words of a value that are indexed. */
    public static final int MAX_WORDS = 16;

    static final int MAX_LENGTHS = 4;
    static final int MAX_LENGTH = 32;
    static final int LEAST_BITS = 16;
    static final int MOST_BITS = 128;

    /** Takes defensive copies. */
    public SearchPolicy {
        prefixes = List.copyOf(prefixes);
        suffixes = List.copyOf(suffixes);
    }

    static boolean canBeBits(int bits) {
        return bits >= LEAST_BITS && bits <= MOST_BITS && bits % 8 == 0;
    }

    /**
     * How records are found by several components together. Immutable.
     *
     * @param name the name to search by
     * @param components the components' names, in their order
     * @param bits how long an entry is: a multiple of 8 from 16 to 128
     */
    public record Together(String name, List<String> components, int bits) {
        /** Takes a defensive copy. */
        public Together {
            components = List.copyOf(components);
        }
    }
}
