package dev.waxseal.audit;

/** What was done. */
public enum AuditAction {
    /** A record was added or replaced. */
    PUT,
    /** A record was changed on the basis of what it held. */
    UPDATE,
    /** A record was deleted. */
    DELETE,
    /** A subject's key was destroyed. */
    ERASE_KEY,
    /** A subject's records were deleted after their key was destroyed. */
    ERASE_RECORDS,
    /** Components of a record were shown. */
    REVEAL,
    /** Records were searched for by a blind index. */
    SEARCH,
    /** Somebody looked for a record by its ids, and there was none. */
    MISS,
    /** A record did not verify: it was altered, or moved from another place. */
    TAMPERED,
    /** An access was refused. */
    DENY,
    /** Entries of blind indexes were written anew under a new version of their key. */
    REINDEX,
    /** An epoch began, so that keys are rewrapped under a new root key version; or a key of a blind index got a version. */
    ROTATE,
    /** A root key version was destroyed, and with it what old copies of the key store hold under it. */
    DESTROY_ROOT_KEY,
    /** The key of an expiry day was destroyed. */
    EXPIRE,
    /** What a legal hold keeps was sealed anew, without an expiry day. */
    HOLD,
    /** An access right was granted. */
    GRANT,
    /** An access right was revoked. */
    REVOKE,
    /** Records of an older policy were sealed anew under the current one. */
    RESEAL,
    /** An export of every record of a type in clear began, ended, or is to begin anew. */
    EXPORT
}
