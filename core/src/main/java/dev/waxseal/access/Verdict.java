package dev.waxseal.access;

/** What is decided for one component. The order is from least to most. */
public enum Verdict {
    /** It is withheld. */
    WITHHELD,
    /** It is shown under its mask. */
    MASKED,
    /** It is shown. */
    REVEALED
}
