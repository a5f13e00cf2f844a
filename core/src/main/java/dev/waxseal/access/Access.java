package dev.waxseal.access;

import dev.waxseal.error.InvalidInputException;

/**
 * Who asks, and what for. Immutable.
 *
 * <p>Begin with {@link #by}: {@code Access.by("agent-7").purpose("support")}.
 *
 * @param principal who asks: an id of an employee or a service
 * @param purpose what for: one of the purposes that the record's components declare
 */
public record Access(String principal, String purpose) {
    private static final int MAX_LENGTH = 256;

    /** Checks both names. */
    public Access {
        require(principal, "principal");
        require(purpose, "purpose");
    }

    /**
     * Names the principal.
     *
     * @param principal who asks: 1 to 256 characters
     * @return an access that lacks its purpose
     */
    public static By by(String principal) {
        return new By(principal);
    }

    /**
     * An access that lacks its purpose.
     *
     * @param principal who asks
     */
    public record By(String principal) {
        /** Checks the name. */
        public By {
            require(principal, "principal");
        }

        /**
         * Names the purpose.
         *
         * @param purpose what for: 1 to 256 characters
         * @return the access
         */
        public Access purpose(String purpose) {
            return new Access(principal, purpose);
        }
    }

    static void require(String name, String what) {
        InvalidInputException.requireText(name, what, MAX_LENGTH);
    }
}
