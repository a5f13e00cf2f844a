package dev.waxseal.cloudapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SecretTest {
    @Test
    void aSecretIsNotPrinted() {
        assertThat(Secret.of("canary")).hasToString("Secret[withheld]");
    }

    @Test
    void theBytesLentAreWipedAfterwards() {
        Secret secret = Secret.of("canary");
        byte[] kept = secret.use(bytes -> {
            assertThat(bytes).isEqualTo("canary".getBytes(StandardCharsets.UTF_8));
            return bytes;
        });
        assertThat(kept).containsOnly(0);
        assertThat(secret.<String>use(String::new)).isEqualTo("canary");
    }

    @Test
    void anEmptySecretIsRefused() {
        assertThatThrownBy(() -> Secret.of("")).isInstanceOf(InvalidInputException.class);
    }
}
