package dev.waxseal.policy;

/** How much harm disclosure does. Data of different sensitivity never shares a compartment. */
public enum Sensitivity {
    /** Ordinary personal data. */
    ORDINARY,
    /** Data that opens other doors or follows a person: account numbers, official ids, positions. */
    HIGH,
    /** The special categories of GDPR Art. 9 and the criminal data of Art. 10. */
    SPECIAL
}
