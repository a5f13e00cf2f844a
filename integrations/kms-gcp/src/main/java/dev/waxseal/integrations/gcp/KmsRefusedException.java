package dev.waxseal.integrations.gcp;

import dev.waxseal.error.WaxsealException;

/** KMS understood a request and refused it. */
final class KmsRefusedException extends WaxsealException {
    private static final long serialVersionUID = 1L;

    final Refusal refusal;
    final int status;

    KmsRefusedException(Refusal refusal, int status) {
        super("KMS refused with HTTP " + status + ", " + refusal);
        this.refusal = refusal;
        this.status = status;
    }

    /** Why, as far as callers need to tell; after the canonical codes of Google's APIs. */
    enum Refusal {
        /** The ciphertext, or what it is bound to, isn't what KMS encrypted; or it was under another key. */
        NOT_AUTHENTIC("the ciphertext doesn't verify"),
        /** {@code NOT_FOUND}. */
        NOT_FOUND("check project, location, key ring and key, and make the key if there is none"),
        /** {@code FAILED_PRECONDITION}: the version isn't enabled. */
        UNUSABLE("the version is disabled or destroyed"),
        /** {@code PERMISSION_DENIED} or {@code UNAUTHENTICATED}. */
        DENIED("check the credentials, the roles on the key, and that the API is enabled"),
        /** Anything else. */
        OTHER("check the key and the settings");

        final String remedy;

        Refusal(String remedy) {
            this.remedy = remedy;
        }
    }
}
