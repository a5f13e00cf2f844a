package dev.waxseal.seal;

import java.time.LocalDate;
import java.util.Optional;

/**
 * The ciphertext of one compartment, as docs/FORMAT.md specifies it. Immutable: the array is copied in and out.
 *
 * @param name the compartment's name
 * @param expiryDay the day on which it must be gone; empty for no known end
 * @param sealed the version byte, expiry day, key version, nonce, ciphertext and tag
 */
public record SealedCompartment(String name, Optional<LocalDate> expiryDay, byte[] sealed) {

    /** Copies the ciphertext. */
    public SealedCompartment {
        sealed = sealed.clone();
    }

    @Override
    public byte[] sealed() {
        return sealed.clone();
    }

    @Override
    public String toString() {
        return "SealedCompartment[" + name + ", "
                + expiryDay.map(day -> "expires " + day).orElse("no expiry") + ", " + sealed.length + " bytes]";
    }
}
