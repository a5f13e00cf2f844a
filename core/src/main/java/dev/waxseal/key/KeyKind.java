package dev.waxseal.key;

/** What a stored key is for. */
public enum KeyKind {
    /** One for each data subject; destroying it erases the subject. */
    SUBJECT,
    /** One for each calendar day on which anything expires, and one for data without a known end. */
    EXPIRY,
    /** One for each searchable component; keys its blind index. */
    INDEX,
    /** One for each tenant; turns subject and record ids into the references that the stores see. */
    REFERENCE,
    /** One for each tenant; links the audit trail's events. */
    AUDIT
}
