package dev.waxseal.key.ring;

import com.google.crypto.tink.subtle.Random;
import dev.waxseal.error.KeyUnavailableException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The start-up health tests of NIST SP 800-90B §4.3 and §4.4 on the sources of keys and nonces: they find a source that is
 * stuck or grossly biased, not one that somebody can predict. A sound source fails them once in 2³⁶ starts.
 */
final class RandomSourceCheck {
    /** At least the 1,024 samples of §4.3, in whole windows. */
    private static final int SAMPLES = 4096;

    /** §4.4.1 for 8 bits of entropy a byte and a false alarm once in 2⁴⁰: 1 + ⌈40 / 8⌉. */
    private static final int REPETITIONS = 6;

    /** §4.4.2 for samples that aren't binary. */
    private static final int WINDOW = 512;

    /** The least count of one byte in a window that a sound source reaches less than once in 2⁴⁰. */
    private static final int OCCURRENCES = 20;

    private RandomSourceCheck() {}

    static void check(SecureRandom keys) {
        byte[] samples = new byte[SAMPLES];
        keys.nextBytes(samples);
        byte[] again = new byte[SAMPLES];
        keys.nextBytes(again);
        refuse("keys", Arrays.equals(samples, again) ? Optional.of("it repeats itself") : fault(samples));
        refuse("nonces", fault(Random.randBytes(SAMPLES)));
    }

    private static void refuse(String of, Optional<String> fault) {
        if (fault.isPresent()) {
            throw new KeyUnavailableException(
                    "the random source of " + of + " fails the start-up tests of NIST SP 800-90B: "
                            + fault.get()
                            + ". Nothing was opened, since whatever it makes could be guessed: repair the source of"
                            + " this machine, or give another SecureRandom");
        }
    }

    static Optional<String> fault(byte[] samples) {
        int run = 1;
        for (int i = 1; i < samples.length; i++) {
            run = samples[i] == samples[i - 1] ? run + 1 : 1;
            if (run >= REPETITIONS) {
                return Optional.of("the same byte came " + run + " times in a row");
            }
        }
        for (int begin = 0; begin + WINDOW <= samples.length; begin += WINDOW) {
            int count = 0;
            for (int i = begin; i < begin + WINDOW; i++) {
                count += samples[i] == samples[begin] ? 1 : 0;
            }
            if (count >= OCCURRENCES) {
                return Optional.of("one byte came " + count + " times among " + WINDOW);
            }
        }
        return Optional.empty();
    }
}
