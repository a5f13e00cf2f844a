package dev.waxseal.integrations.pkcs11;

import dev.waxseal.error.InvalidInputException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Which token holds the root keys, and under which label. Immutable and thread safe, as far as the supplier of the PIN is.
 * Its text form holds no secret.
 */
public final class Pkcs11Settings {
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final Pattern UNQUOTABLE = Pattern.compile("[\"\\\\\\p{Cntrl}]|\\$\\{");

    private final Path library;
    private final String slot;
    private final String label;
    private final Supplier<TokenPin> pin;
    private final SecureRandom random;
    private final Clock clock;

    private Pkcs11Settings(Builder builder) {
        this.library = builder.library;
        this.slot = builder.slot;
        this.label = builder.label;
        this.pin = builder.pin;
        this.random = builder.random;
        this.clock = builder.clock;
    }

    /**
     * Begins with what has no usual value.
     *
     * @param library the PKCS#11 library of the token's maker, such as {@code /usr/lib/softhsm/libsofthsm2.so}
     * @param label what the labels ({@code CKA_LABEL}) of the keys begin with: up to 40 letters, digits, {@code .}, {@code _}
     *     and {@code -}
     * @param pin gives the user PIN at each log-in; it is overwritten afterwards
     * @return a builder
     * @throws InvalidInputException if the path or the label can't be one
     */
    public static Builder builder(Path library, String label, Supplier<TokenPin> pin) {
        return new Builder(library, label, pin);
    }

    Path library() {
        return library;
    }

    String label() {
        return label;
    }

    Supplier<TokenPin> pin() {
        return pin;
    }

    SecureRandom random() {
        return random;
    }

    Clock clock() {
        return clock;
    }

    String name() {
        return "PKCS#11 keys '" + label + "' (" + library + ", " + slot + ")";
    }

    /**
     * The configuration of the JDK's provider: AES keys made through it can't leave the token, and encrypt and decrypt only.
     */
    String providerConfiguration() {
        return String.join(
                "\n",
                "--name = waxseal",
                "library = \"" + library + "\"",
                slot,
                "attributes(generate, CKO_SECRET_KEY, CKK_AES) = {",
                "  CKA_PRIVATE = true",
                "  CKA_SENSITIVE = true",
                "  CKA_EXTRACTABLE = false",
                "  CKA_ENCRYPT = true",
                "  CKA_DECRYPT = true",
                "  CKA_WRAP = false",
                "  CKA_UNWRAP = false",
                "  CKA_SIGN = false",
                "  CKA_VERIFY = false",
                "}",
                "");
    }

    /** Which token and label; no secret. */
    @Override
    public String toString() {
        return "Pkcs11Settings[" + name() + "]";
    }

    /** Collects the settings. Not thread safe. */
    public static final class Builder {
        private final Path library;
        private final String label;
        private final Supplier<TokenPin> pin;
        private String slot = "slotListIndex = 0";
        private SecureRandom random = new SecureRandom();
        private Clock clock = Clock.systemUTC();

        private Builder(Path library, String label, Supplier<TokenPin> pin) {
            if (!library.isAbsolute() || UNQUOTABLE.matcher(library.toString()).find()) {
                throw new InvalidInputException("the PKCS#11 library is given as '" + library
                        + "': it must be an absolute path without quotes, backslashes, control characters and ${");
            }
            if (!LABEL.matcher(label).matches()) {
                throw new InvalidInputException(
                        "the label of PKCS#11 keys must be 1 to 40 letters, digits, '.', '_' and"
                                + " '-', and begin with a letter or digit");
            }
            this.library = library;
            this.label = label;
            this.pin = pin;
        }

        /**
         * The slot by its id. Some modules give other ids after each restart; then use {@link #slotListIndex}.
         *
         * @param id not negative
         * @return this builder
         */
        public Builder slot(long id) {
            this.slot = "slot = " + notNegative("slot", id);
            return this;
        }

        /**
         * The slot by its place in the library's list.
         *
         * @param index from 0 on; 0 if neither is set
         * @return this builder
         */
        public Builder slotListIndex(int index) {
            this.slot = "slotListIndex = " + notNegative("slotListIndex", index);
            return this;
        }

        /**
         * Where nonces and the unique part of labels come from.
         *
         * @param random the JDK's default if not set
         * @return this builder
         */
        public Builder random(SecureRandom random) {
            this.random = random;
            return this;
        }

        /**
         * Where the times of {@link Pkcs11RootKeys#state} come from.
         *
         * @param clock the system's clock if not set
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * The settings collected.
         *
         * @return the settings
         */
        public Pkcs11Settings build() {
            return new Pkcs11Settings(this);
        }

        private static long notNegative(String name, long value) {
            if (value < 0) {
                throw new InvalidInputException(name + " is " + value + ": it must not be negative");
            }
            return value;
        }
    }
}
