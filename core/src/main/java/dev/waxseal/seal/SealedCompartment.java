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

    private static final String HELD = "#held:";

    /** Copies the ciphertext. */
    public SealedCompartment {
        sealed = sealed.clone();
    }

    @Override
    public byte[] sealed() {
        return sealed.clone();
    }

    /**
     * The name of a compartment that a legal hold keeps past its day. No policy gives such a name.
     *
     * @param name its name before
     * @param day the day on which it had to be gone
     * @return "name#held:day"
     */
    public static String heldName(String name, LocalDate day) {
        return name + HELD + day;
    }

    /**
     * The day on which it had to be gone, where a legal hold keeps it since. Such a compartment is sealed without an
     * expiry day, is shown to nobody, and isn't replaced when the record is written anew.
     *
     * @return the day from its name; empty where nothing holds it
     */
    public Optional<LocalDate> heldDay() {
        int at = name.lastIndexOf(HELD);
        return at < 0 ? Optional.empty() : Optional.of(LocalDate.parse(name.substring(at + HELD.length())));
    }

    /**
     * Its name without the day of a hold.
     *
     * @return the name as the policy gives it
     */
    public String policyName() {
        int at = name.lastIndexOf(HELD);
        return at < 0 ? name : name.substring(0, at);
    }

    @Override
    public String toString() {
        return "SealedCompartment[" + name + ", "
                + expiryDay.map(day -> "expires " + day).orElse("no expiry") + ", " + sealed.length + " bytes]";
    }
}
