package dev.waxseal.cloudapi.webhook;

/**
 * A part of a payload isn't formed as it should be. Never leaves the package: the part becomes an unknown one, with this
 * message as its reason. Has no stack trace, since a hostile payload could ask for very many.
 */
final class MisfitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    MisfitException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
