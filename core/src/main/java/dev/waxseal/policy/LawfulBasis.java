package dev.waxseal.policy;

/** The lawful bases of GDPR Art. 6(1). */
public enum LawfulBasis {
    /** The customer has consented (Art. 6(1)(a)). */
    CONSENT,
    /** Needed for a contract with the customer, or to prepare one (Art. 6(1)(b)). */
    CONTRACT,
    /** A law demands it (Art. 6(1)(c)). */
    LEGAL_OBLIGATION,
    /** Somebody's life depends on it (Art. 6(1)(d)). */
    VITAL_INTERESTS,
    /** A task in the public interest (Art. 6(1)(e)). */
    PUBLIC_TASK,
    /** Legitimate interests that the customer's own don't outweigh (Art. 6(1)(f)). */
    LEGITIMATE_INTERESTS
}
