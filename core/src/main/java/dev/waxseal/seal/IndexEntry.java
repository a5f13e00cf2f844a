package dev.waxseal.seal;

/**
 * One value's entry in the blind index of one component. Immutable: the array is copied in and out.
 *
 * @param field the component
 * @param keyVersion the version of the index key
 * @param value the truncated HMAC-SHA256 of the normalised value
 */
public record IndexEntry(String field, int keyVersion, byte[] value) {

    /** Copies the value. */
    public IndexEntry {
        value = value.clone();
    }

    @Override
    public byte[] value() {
        return value.clone();
    }

    @Override
    public String toString() {
        return "IndexEntry[" + field + ", key version " + keyVersion + "]";
    }
}
