package dev.waxseal.policy;

/** What happens to data whose period is over. */
public enum AfterRetention {
    /** It is erased. */
    ERASE,
    /** What identifies is erased; declared operational components stay. */
    ANONYMISE,
    /** A person decides; until then it counts as due. */
    REVIEW
}
