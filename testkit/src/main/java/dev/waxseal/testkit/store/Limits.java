package dev.waxseal.testkit.store;

import dev.waxseal.error.InvalidInputException;

/** Bounds of pages. */
final class Limits {
    private Limits() {}

    static void check(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw new InvalidInputException("a limit of " + limit + " is out of bounds: give 1 to " + most);
        }
    }
}
