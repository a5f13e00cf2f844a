package dev.waxseal.policy;

/** What kind of personal data a component holds. */
public enum DataCategory {
    /** A person's name. */
    NAME(Sensitivity.ORDINARY),
    /** A phone number. */
    PHONE_NUMBER(Sensitivity.ORDINARY),
    /** An e-mail address. */
    EMAIL_ADDRESS(Sensitivity.ORDINARY),
    /** A postal address. */
    ADDRESS(Sensitivity.ORDINARY),
    /** What a person wrote or said. */
    MESSAGE(Sensitivity.ORDINARY),
    /** A photo, voice note, video or document. */
    MEDIA(Sensitivity.ORDINARY),
    /** An id that singles a person out: an account name, a user id, a device id. */
    IDENTIFIER(Sensitivity.ORDINARY),
    /** A date of birth or an age. */
    DATE_OF_BIRTH(Sensitivity.ORDINARY),
    /** What a person likes or chose: language, tags, preferences. */
    PREFERENCE(Sensitivity.ORDINARY),
    /** What a person bought, paid or is owed. */
    TRANSACTION(Sensitivity.ORDINARY),
    /** Anything personal that no other category names. */
    OTHER(Sensitivity.ORDINARY),
    /** Where a person is or was. */
    LOCATION(Sensitivity.HIGH),
    /** Bank accounts, payment cards. */
    FINANCIAL(Sensitivity.HIGH),
    /** A number or document that a state gave. */
    GOVERNMENT_ID(Sensitivity.HIGH),
    /** Health (GDPR Art. 9). */
    HEALTH(Sensitivity.SPECIAL),
    /** Biometric or genetic data (GDPR Art. 9). */
    BIOMETRIC(Sensitivity.SPECIAL),
    /** Religion, politics, philosophy, union membership, origin (GDPR Art. 9). */
    BELIEF_OR_ORIGIN(Sensitivity.SPECIAL),
    /** Sex life or orientation (GDPR Art. 9). */
    SEXUALITY(Sensitivity.SPECIAL),
    /** Convictions and offences (GDPR Art. 10). */
    CRIMINAL(Sensitivity.SPECIAL);

    private final Sensitivity sensitivity;

    DataCategory(Sensitivity sensitivity) {
        this.sensitivity = sensitivity;
    }

    /**
     * How sensitive data of this category is.
     *
     * @return the sensitivity
     */
    public Sensitivity sensitivity() {
        return sensitivity;
    }
}
