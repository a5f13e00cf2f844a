package dev.waxseal.seal;

import dev.waxseal.error.InvalidInputException;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * Which blob, as a {@link BlobStore} sees it: by keyed references, so that no id of a person stands in the store.
 * Immutable; in the order of tenant, subject and blob.
 *
 * @param tenant the tenant, 1 to 64 characters
 * @param subject the data subject's reference: 32 hexadecimal digits in lower case
 * @param blob the blob's reference: 32 hexadecimal digits in lower case
 */
public record BlobKey(String tenant, String subject, String blob) implements Comparable<BlobKey> {
    private static final int MAX_TENANT_LENGTH = 64;
    private static final Pattern REFERENCE = Pattern.compile("[0-9a-f]{32}");
    private static final Comparator<BlobKey> ORDER = Comparator.comparing(BlobKey::tenant)
            .thenComparing(BlobKey::subject)
            .thenComparing(BlobKey::blob);

    /** Checks that each part is what it must be, so that a store may build a name of it. */
    public BlobKey {
        requireTenant(tenant);
        requireReference(subject, "subject");
        requireReference(blob, "blob");
    }

    static void requireTenant(String tenant) {
        if (tenant.isBlank() || tenant.length() > MAX_TENANT_LENGTH) {
            throw new InvalidInputException(
                    "the tenant is blank or over " + MAX_TENANT_LENGTH + " characters: give its name");
        }
    }

    static void requireReference(String reference, String what) {
        if (!REFERENCE.matcher(reference).matches()) {
            throw new InvalidInputException("the " + what + "'s reference is not 32 hexadecimal digits in lower case:"
                    + " take it from Waxseal, and never an id of the host");
        }
    }

    @Override
    public int compareTo(BlobKey other) {
        return ORDER.compare(this, other);
    }
}
