package dev.waxseal.minimize;

/** What {@link Redactor#standard()} finds. The name is the {@link Span#type() type} of a span. */
public enum StandardType {
    /** The number of a payment card (ISO/IEC 7812), 12 to 19 digits. */
    PAYMENT_CARD("card"),
    /** An international bank account number (ISO 13616). */
    IBAN("iban"),
    /** An e-mail address (RFC 5321, RFC 6531). */
    EMAIL_ADDRESS("email"),
    /** A phone number, international or national, with its extension. */
    PHONE_NUMBER("phone"),
    /** An address of the internet protocol, version 4 or 6 (RFC 791, RFC 4291). */
    IP_ADDRESS("ip"),
    /** A social security number of the United States. */
    US_SSN("ssn"),
    /** A password that the text calls one. */
    PASSWORD("password"),
    /** A one-time code, PIN or card verification value that the text calls one. */
    ONE_TIME_CODE("code"),
    /** An API key or access token, JSON Web Tokens (RFC 7519) included. */
    API_KEY("api-key"),
    /** A private key in PEM (RFC 7468). */
    PRIVATE_KEY("private-key"),
    /** User and password in a URL (RFC 3986 section 3.2.1), or a secret among its parameters. */
    URL_CREDENTIALS("url-credentials");

    private final String label;

    StandardType(String label) {
        this.label = label;
    }

    /**
     * What replaces a finding, without its brackets.
     *
     * @return lower-case letters and hyphens
     */
    public String label() {
        return label;
    }
}
