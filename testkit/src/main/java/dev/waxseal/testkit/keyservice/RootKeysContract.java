package dev.waxseal.testkit.keyservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.key.RootKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * What root keys must do wherever they live. Extend it with the root keys to test, which must have a current version; each
 * test gets its own.
 */
public abstract class RootKeysContract {
    /** A key that is easily found where it shouldn't be. */
    protected static final byte[] KEY = "CANARY-KEY-0123456789abcdefghijk".getBytes(StandardCharsets.US_ASCII);

    /** Some associated data. */
    protected static final byte[] AAD = {1, 2, 3};

    /** For subclasses. */
    protected RootKeysContract() {}

    /**
     * The root keys of this test, the same at each call.
     *
     * @return the root keys
     */
    protected abstract RootKeys keys();

    @Test
    void aKeyComesBackAsItWasWrapped() {
        String version = keys().currentVersion();
        byte[] wrapped = keys().wrap(version, KEY, AAD);
        assertThat(keys().unwrap(version, wrapped, AAD)).isEqualTo(KEY);
    }

    @Test
    void theSameKeyIsNeverWrappedToTheSameBytes() {
        String version = keys().currentVersion();
        assertThat(keys().wrap(version, KEY, AAD)).isNotEqualTo(keys().wrap(version, KEY, AAD));
    }

    @Test
    void aChangedByteDoesNotVerify() {
        String version = keys().currentVersion();
        byte[] wrapped = keys().wrap(version, KEY, AAD);
        for (int at = 0; at < wrapped.length; at += 3) {
            byte[] changed = wrapped.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> keys().unwrap(version, changed, AAD))
                    .as("byte %s", at)
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void whatIsCutShortOrEmptyDoesNotVerify() {
        String version = keys().currentVersion();
        byte[] wrapped = keys().wrap(version, KEY, AAD);
        for (int length : new int[] {0, 1, wrapped.length / 2, wrapped.length - 1}) {
            assertThatThrownBy(() -> keys().unwrap(version, Arrays.copyOf(wrapped, length), AAD))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void otherAssociatedDataDoesNotVerify() {
        String version = keys().currentVersion();
        byte[] wrapped = keys().wrap(version, KEY, AAD);
        assertThatThrownBy(() -> keys().unwrap(version, wrapped, new byte[] {1, 2, 4}))
                .isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> keys().unwrap(version, wrapped, new byte[0])).isInstanceOf(IntegrityException.class);
    }

    @Test
    void whatIsWrappedUnderOneVersionDoesNotVerifyUnderAnother() {
        String first = keys().currentVersion();
        byte[] wrapped = keys().wrap(first, KEY, AAD);
        String second = keys().rotate();
        assertThatThrownBy(() -> keys().unwrap(second, wrapped, AAD)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void aRotationMakesANewCurrentVersionAndKeepsTheOld() {
        String first = keys().currentVersion();
        byte[] wrapped = keys().wrap(first, KEY, AAD);
        String second = keys().rotate();
        assertThat(second).isNotEqualTo(first);
        assertThat(keys().currentVersion()).isEqualTo(second);
        assertThat(keys().versions()).containsExactlyInAnyOrder(first, second);
        assertThat(keys().unwrap(first, wrapped, AAD)).isEqualTo(KEY);
        byte[] underOld = keys().wrap(first, KEY, AAD);
        assertThat(keys().unwrap(first, underOld, AAD)).isEqualTo(KEY);
    }

    @Test
    void aDestroyedVersionUnwrapsAndWrapsNothingAndIsNotListed() {
        String first = keys().currentVersion();
        byte[] wrapped = keys().wrap(first, KEY, AAD);
        String second = keys().rotate();
        keys().destroy(first);
        assertThat(keys().versions()).containsExactly(second);
        assertThatThrownBy(() -> keys().unwrap(first, wrapped, AAD)).isInstanceOf(KeyUnavailableException.class);
        assertThatThrownBy(() -> keys().wrap(first, KEY, AAD)).isInstanceOf(KeyUnavailableException.class);
        keys().destroy(first);
        assertThat(keys().currentVersion()).isEqualTo(second);
    }

    @Test
    void theCurrentVersionIsNotDestroyed() {
        String version = keys().currentVersion();
        assertThatThrownBy(() -> keys().destroy(version)).isInstanceOf(InvalidInputException.class);
        assertThat(keys().versions()).contains(version);
    }

    @Test
    void aVersionOfOtherRootKeysIsRefused() {
        for (String version : new String[] {"", "1", "vault:transit/other/1@1", "local/3"}) {
            assertThatThrownBy(() -> keys().wrap(version, KEY, AAD)).isInstanceOf(KeyUnavailableException.class);
            assertThatThrownBy(() -> keys().destroy(version)).isInstanceOf(KeyUnavailableException.class);
        }
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        String version = keys().currentVersion();
        assertThatThrownBy(() -> keys().wrap(version, new byte[16], AAD)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> keys().wrap(version, new byte[33], AAD)).isInstanceOf(InvalidInputException.class);
    }
}
