package dev.waxseal.key.ring;

import java.util.Arrays;

/**
 * A key's bytes in the hands of one user, who overwrites them by closing it. Not thread safe.
 *
 * @param version the key's version
 * @param bytes the very bytes, not copied
 */
record KeyCopy(int version, byte[] bytes) implements AutoCloseable {
    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "KeyCopy[version " + version + "]";
    }
}
