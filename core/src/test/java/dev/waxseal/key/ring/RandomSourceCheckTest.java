package dev.waxseal.key.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.KeyUnavailableException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RandomSourceCheckTest {
    /** A source whose bytes a test decides. */
    private abstract static class Faulty extends SecureRandom {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aSoundSourcePasses() {
        for (int i = 0; i < 200; i++) {
            RandomSourceCheck.check(new SecureRandom());
        }
    }

    @Test
    void aSourceThatIsStuckIsRefused() {
        SecureRandom stuck = new Faulty() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, (byte) 0x5a);
            }
        };
        assertThatThrownBy(() -> RandomSourceCheck.check(stuck))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("keys")
                .hasMessageContaining("Nothing was opened");
    }

    @Test
    void aSourceThatRepeatsItselfIsRefused() {
        SecureRandom repeating = new Faulty() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                new Random(1).nextBytes(bytes);
            }
        };
        assertThatThrownBy(() -> RandomSourceCheck.check(repeating)).hasMessageContaining("repeats itself");
    }

    @Test
    void aSourceThatFavoursAByteIsRefused() {
        SecureRandom biased = new Faulty() {
            private static final long serialVersionUID = 1L;
            private final Random random = new Random(2);

            @Override
            public void nextBytes(byte[] bytes) {
                random.nextBytes(bytes);
                for (int i = 0; i < bytes.length; i += 8) {
                    bytes[i] = 17;
                }
            }
        };
        assertThatThrownBy(() -> RandomSourceCheck.check(biased)).hasMessageContaining("times among 512");
    }

    @Test
    void theRepetitionTestCountsToItsCutoff() {
        byte[] samples = new byte[64];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) i;
        }
        Arrays.fill(samples, 10, 15, (byte) 99);
        assertThat(RandomSourceCheck.fault(samples)).isEmpty();
        samples[15] = 99;
        assertThat(RandomSourceCheck.fault(samples)).isPresent();
    }
}
