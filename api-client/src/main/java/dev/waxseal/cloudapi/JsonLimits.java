package dev.waxseal.cloudapi;

import dev.waxseal.error.InvalidInputException;

/**
 * What is read at most of a JSON text, so that a hostile one costs little. Immutable and safe for use by several threads.
 */
public final class JsonLimits {
    private static final JsonLimits DEFAULTS = new Builder().build();

    private final int maximumDepth;
    private final int maximumStringLength;
    private final int maximumNameLength;
    private final int maximumNumberLength;
    private final int maximumTokens;

    private JsonLimits(Builder builder) {
        this.maximumDepth = builder.maximumDepth;
        this.maximumStringLength = builder.maximumStringLength;
        this.maximumNameLength = builder.maximumNameLength;
        this.maximumNumberLength = builder.maximumNumberLength;
        this.maximumTokens = builder.maximumTokens;
    }

    /**
     * Returns the limits that apply where none are set; each builder method names its own.
     *
     * @return the default limits
     */
    public static JsonLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Starts limits from the default ones.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns how deep objects and arrays may be nested.
     *
     * @return the depth, at least 1
     */
    public int maximumDepth() {
        return maximumDepth;
    }

    /**
     * Returns how long a string may be.
     *
     * @return the length in characters (UTF-16 units)
     */
    public int maximumStringLength() {
        return maximumStringLength;
    }

    /**
     * Returns how long a member's name may be.
     *
     * @return the length in characters (UTF-16 units)
     */
    public int maximumNameLength() {
        return maximumNameLength;
    }

    /**
     * Returns how long a number's text may be.
     *
     * @return the length in characters
     */
    public int maximumNumberLength() {
        return maximumNumberLength;
    }

    /**
     * Returns how many tokens (names, values, beginnings and ends) a text may have.
     *
     * @return the number of tokens
     */
    public int maximumTokens() {
        return maximumTokens;
    }

    /** Collects limits. Not safe for use by several threads. */
    public static final class Builder {
        private int maximumDepth = 32;
        private int maximumStringLength = 1_048_576;
        private int maximumNameLength = 256;
        private int maximumNumberLength = 100;
        private int maximumTokens = 250_000;

        private Builder() {}

        private static int bounded(String limit, int value, int maximum) {
            if (value < 1 || value > maximum) {
                throw new InvalidInputException("the " + limit + " must be from 1 to " + maximum + ", not " + value);
            }
            return value;
        }

        /**
         * Sets how deep objects and arrays may be nested. Meta's payloads need 12.
         *
         * @param levels 1 to {@link Json#MAXIMUM_DEPTH}; 32 if not set
         * @return this builder
         * @throws InvalidInputException if it is out of range
         */
        public Builder maximumDepth(int levels) {
            maximumDepth = bounded("maximum depth", levels, Json.MAXIMUM_DEPTH);
            return this;
        }

        /**
         * Sets how long a string may be.
         *
         * @param characters 1 to 100 000 000 UTF-16 units; 1 048 576 if not set
         * @return this builder
         * @throws InvalidInputException if it is out of range
         */
        public Builder maximumStringLength(int characters) {
            maximumStringLength = bounded("maximum string length", characters, 100_000_000);
            return this;
        }

        /**
         * Sets how long a member's name may be.
         *
         * @param characters 1 to 50 000 UTF-16 units; 256 if not set
         * @return this builder
         * @throws InvalidInputException if it is out of range
         */
        public Builder maximumNameLength(int characters) {
            maximumNameLength = bounded("maximum name length", characters, 50_000);
            return this;
        }

        /**
         * Sets how long a number's text may be.
         *
         * @param characters 1 to 1 000; 100 if not set
         * @return this builder
         * @throws InvalidInputException if it is out of range
         */
        public Builder maximumNumberLength(int characters) {
            maximumNumberLength = bounded("maximum number length", characters, 1_000);
            return this;
        }

        /**
         * Sets how many tokens (names, values, beginnings and ends) a text may have, which bounds the memory its values
         * take.
         *
         * @param tokens 1 to 100 000 000; 250 000 if not set
         * @return this builder
         * @throws InvalidInputException if it is out of range
         */
        public Builder maximumTokens(int tokens) {
            maximumTokens = bounded("maximum number of tokens", tokens, 100_000_000);
            return this;
        }

        /**
         * Makes the limits.
         *
         * @return the limits set so far
         */
        public JsonLimits build() {
            return new JsonLimits(this);
        }
    }
}
