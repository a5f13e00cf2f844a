package dev.waxseal.integrations.aws;

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

    /** Why, as far as callers need to tell; each is an error of the KMS API or one common to all of AWS. */
    enum Refusal {
        /** The ciphertext, or what it is bound to, isn't what KMS encrypted; or it was under another key. */
        NOT_AUTHENTIC("the ciphertext doesn't verify"),
        /** No such key or alias. */
        NOT_FOUND(
                "check the name, the region and the account, and make the first version with rotate() if there is none"),
        /** The key is disabled, or waits to be deleted. */
        UNUSABLE("the key is disabled or waits to be deleted"),
        /** The alias is there already. */
        EXISTS("the alias exists already"),
        /** The credentials aren't good, or not good for this. */
        DENIED("check the credentials, the IAM policies and the key's policy"),
        /** A quota of the account. */
        LIMIT("a quota of the account is used up: ask AWS to raise it, or delete keys that nothing needs"),
        /** Anything else. */
        OTHER("check the key and the settings");

        final String remedy;

        Refusal(String remedy) {
            this.remedy = remedy;
        }
    }
}
