package dev.waxseal.integrations.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.key.RootKeysState;
import dev.waxseal.testkit.vault.SettableClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Pkcs11RootKeysTest {
    private static final byte[] KEY = "CANARY-KEY-0123456789abcdefghijk".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AAD = {1, 2, 3};
    private static final AtomicInteger LABELS = new AtomicInteger();

    private static Path library = Path.of("/");

    /** Each test has a label of its own. */
    private String label = "";

    @BeforeAll
    static void makeTokens() {
        assumeTrue(
                SoftToken.library().isPresent(),
                "SoftHSM2 isn't installed: apt-get install softhsm2 (Debian), then run these tests again");
        library = SoftToken.library().orElseThrow();
        SoftToken.initialise();
    }

    @BeforeEach
    void label(TestInfo test) {
        label = "root-" + LABELS.incrementAndGet();
    }

    private Pkcs11Settings.Builder settings(String pin) {
        return Pkcs11Settings.builder(library, label, () -> TokenPin.of(pin.toCharArray()));
    }

    private Pkcs11RootKeys open() {
        return Pkcs11RootKeys.open(settings(SoftToken.PIN).build());
    }

    private Pkcs11RootKeys openWithAVersion() {
        Pkcs11RootKeys keys = open();
        keys.rotate();
        return keys;
    }

    @Test
    void aKeyComesBackAsItWasWrapped() {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        assertThat(wrapped).hasSize(12 + 32 + 16);
        assertThat(keys.unwrap(version, wrapped, AAD)).isEqualTo(KEY);
    }

    @Test
    void aKeyWithEmptyAssociatedDataComesBack() {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        assertThat(keys.unwrap(version, keys.wrap(version, KEY, new byte[0]), new byte[0]))
                .isEqualTo(KEY);
    }

    @Test
    void anEmptyTokenSaysHowToMakeTheFirstVersion() {
        Pkcs11RootKeys keys = open();
        assertThat(keys.versions()).isEmpty();
        assertThatThrownBy(keys::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("rotate to make the first");
    }

    @Test
    void theRootKeyStaysInTheToken() throws Exception {
        Pkcs11RootKeys keys = openWithAVersion();
        Provider provider = Security.getProvider("SunPKCS11")
                .configure(settings(SoftToken.PIN).build().providerConfiguration());
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, SoftToken.PIN.toCharArray());
        SecretKey key = (SecretKey) store.getKey(keys.currentVersion().substring("pkcs11:".length()), null);
        assertThat(key.getAlgorithm()).isEqualTo("AES");
        assertThat(key.getEncoded()).isNull();
        assertThat(key.toString())
                .contains("token object", "sensitive", "unextractable")
                // The JDK gives the length of a key that it finds in a token in bytes.
                .containsPattern(", (32|256) bits");
    }

    @Test
    void noTwoWrappedFormsOfOneKeyAreEqual() {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        assertThat(keys.wrap(version, KEY, AAD)).isNotEqualTo(keys.wrap(version, KEY, AAD));
    }

    @Test
    void noBitOfAWrappedKeyCanBeChanged() {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            int bit = random.nextInt(wrapped.length * 8);
            byte[] altered = wrapped.clone();
            altered[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> keys.unwrap(version, altered, AAD))
                    .as("bit %d", bit)
                    .isInstanceOf(IntegrityException.class);
        }
        assertThat(keys.unwrap(version, wrapped, AAD)).isEqualTo(KEY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 12, 28, 59, 61, 100_000})
    void aWrappedKeyOfAnotherLengthIsRefused(int length) {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        byte[] altered = Arrays.copyOf(keys.wrap(version, KEY, AAD), length);
        assertThatThrownBy(() -> keys.unwrap(version, altered, AAD)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void otherAssociatedDataAndAnotherVersionAreRefused() {
        Pkcs11RootKeys keys = openWithAVersion();
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        String second = keys.rotate();
        assertThatThrownBy(() -> keys.unwrap(first, wrapped, new byte[] {1, 2}))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("does not verify");
        assertThatThrownBy(() -> keys.unwrap(second, wrapped, AAD)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void aVersionThatWasRotatedAwayStillUnwraps() {
        Pkcs11RootKeys keys = openWithAVersion();
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        String second = keys.rotate();
        assertThat(keys.currentVersion()).isEqualTo(second).isNotEqualTo(first);
        assertThat(keys.versions()).containsExactly(first, second);
        assertThat(keys.unwrap(first, wrapped, AAD)).isEqualTo(KEY);
    }

    @Test
    void theTenthVersionIsNewerThanTheNinth() {
        Pkcs11RootKeys keys = open();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            made.add(keys.rotate());
        }
        assertThat(keys.currentVersion()).isEqualTo(made.get(10));
        assertThat(keys.versions()).containsExactlyElementsOf(made);
    }

    @Test
    void aDestroyedVersionIsGoneFromTheTokenForEverybody() {
        Pkcs11RootKeys keys = openWithAVersion();
        Pkcs11RootKeys other = open();
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        String second = keys.rotate();
        byte[] newer = keys.wrap(second, KEY, AAD);
        keys.destroy(first);
        keys.destroy(first);
        assertThat(other.versions()).containsExactly(second);
        assertThatThrownBy(() -> other.unwrap(first, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("destroyed");
        assertThat(other.unwrap(second, newer, AAD)).isEqualTo(KEY);
    }

    @Test
    void aVersionInTheMiddleCanBeDestroyed() {
        Pkcs11RootKeys keys = openWithAVersion();
        String first = keys.currentVersion();
        String second = keys.rotate();
        String third = keys.rotate();
        keys.destroy(second);
        assertThat(keys.versions()).containsExactly(first, third);
    }

    @Test
    void theCurrentVersionIsNotDestroyed() {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        assertThatThrownBy(() -> keys.destroy(version))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("rotate");
        assertThat(keys.versions()).containsExactly(version);
    }

    @Test
    void aVersionNewerThanAllIsNotTakenForADestroyedOne() {
        Pkcs11RootKeys keys = openWithAVersion();
        assertThatThrownBy(() -> keys.destroy("pkcs11:" + label + ":9:000000000000"))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("the token is another");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "pkcs11:other:1:000000000000", "vault:transit/k/1@1", "pkcs11:root-1:0:000000000000"})
    void aVersionOfOtherRootKeysIsRefused(String version) {
        Pkcs11RootKeys keys = openWithAVersion();
        assertThatThrownBy(() -> keys.wrap(version, KEY, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("is not one of");
        assertThatThrownBy(() -> keys.destroy(version)).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void aVersionThatAnotherProcessMadeIsSeenAtOnce() {
        Pkcs11RootKeys keys = openWithAVersion();
        Pkcs11RootKeys other = open();
        String made = other.rotate();
        assertThat(keys.currentVersion()).isEqualTo(made);
        assertThat(other.unwrap(made, keys.wrap(made, KEY, AAD), AAD)).isEqualTo(KEY);
    }

    @Test
    void keysWithAnotherLabelInTheTokenAreLeftAlone() {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        label = label + "0";
        Pkcs11RootKeys longer = openWithAVersion();
        assertThat(keys.versions()).containsExactly(version);
        assertThat(longer.versions()).doesNotContain(version);
    }

    @Test
    void aKeyThatCanBeExtractedIsNoRootKey() throws Exception {
        String configuration = settings(SoftToken.PIN)
                .build()
                .providerConfiguration()
                .replace("CKA_SENSITIVE = true", "CKA_SENSITIVE = false")
                .replace("CKA_EXTRACTABLE = false", "CKA_EXTRACTABLE = true");
        Provider provider = Security.getProvider("SunPKCS11").configure(configuration);
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, SoftToken.PIN.toCharArray());
        KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
        generator.init(256);
        store.setKeyEntry(label + ":1:00000000abcd", generator.generateKey(), null, null);
        Pkcs11RootKeys keys = open();
        String version = keys.currentVersion();
        assertThatThrownBy(() -> keys.wrap(version, KEY, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("can be extracted");
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        assertThatThrownBy(() -> keys.wrap(version, new byte[31], AAD)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void severalThreadsShareOneToken() throws Exception {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                byte[] key = KEY.clone();
                key[0] = (byte) i;
                done.add(threads.submit(
                        () -> Arrays.equals(key, keys.unwrap(version, keys.wrap(version, key, AAD), AAD))));
            }
            for (Future<Boolean> each : done) {
                assertThat(each.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theStateTellsSinceWhenAndWhyTheTokenIsOutOfReach() {
        openWithAVersion();
        SettableClock clock = new SettableClock(Instant.parse("2026-11-25T00:00:00Z"));
        AtomicBoolean away = new AtomicBoolean();
        Pkcs11RootKeys keys = Pkcs11RootKeys.open(Pkcs11Settings.builder(library, label, () -> {
                    if (away.get()) {
                        throw new IllegalStateException("away");
                    }
                    return TokenPin.of(SoftToken.PIN.toCharArray());
                })
                .slotListIndex(0)
                .clock(clock)
                .build());
        assertThat(keys.state()).isEqualTo(new RootKeysState.Reachable(clock.instant()));
        away.set(true);
        Instant since = clock.instant();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(keys::currentVersion).isInstanceOf(KeyUnavailableException.class);
            clock.move(Duration.ofMinutes(1));
        }
        assertThat(keys.state()).isEqualTo(new RootKeysState.Unreachable(since, "the supplier of the PIN failed"));
        away.set(false);
        keys.currentVersion();
        assertThat(keys.state()).isEqualTo(new RootKeysState.Reachable(clock.instant()));
    }

    @Test
    void aRefusedPinIsNotTriedAgainAndNotTold() {
        AtomicInteger asked = new AtomicInteger();
        Pkcs11Settings wrong = Pkcs11Settings.builder(library, label, () -> {
                    asked.incrementAndGet();
                    return TokenPin.of("canary-wrong-pin".toCharArray());
                })
                .slotListIndex(1)
                .build();
        Throwable thrown = catchThrowable(() -> Pkcs11RootKeys.open(wrong));
        assertThat(thrown).isInstanceOf(KeyUnavailableException.class).hasMessageContaining("refused the PIN");
        assertThat(asked).hasValue(1);
        StringWriter seen = new StringWriter();
        thrown.printStackTrace(new PrintWriter(seen));
        assertThat(seen.toString()).doesNotContain("canary");
    }

    @Test
    void aSupplierOfThePinThatFailsIsReportedWithoutItsMessage() {
        Pkcs11Settings failing = Pkcs11Settings.builder(library, label, () -> {
                    throw new IllegalStateException("can't parse " + SoftToken.PIN);
                })
                .build();
        Throwable thrown = catchThrowable(() -> Pkcs11RootKeys.open(failing));
        StringWriter seen = new StringWriter();
        thrown.printStackTrace(new PrintWriter(seen));
        assertThat(seen.toString()).contains("KeyUnavailableException").doesNotContain("canary");
    }

    @Test
    void aLibraryThatIsNotThereIsReported() {
        Pkcs11Settings nowhere = Pkcs11Settings.builder(
                        Path.of("/nowhere/lib.so"), label, () -> TokenPin.of(SoftToken.PIN.toCharArray()))
                .build();
        assertThatThrownBy(() -> Pkcs11RootKeys.open(nowhere))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("install it");
    }

    @Test
    void aSlotThatIsNotThereIsReported() {
        assertThatThrownBy(() -> Pkcs11RootKeys.open(
                        settings(SoftToken.PIN).slotListIndex(77).build()))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("can't be opened");
    }

    @Test
    void aPathOrLabelThatWouldChangeTheConfigurationIsRefused() {
        for (String path : List.of("/lib\".so", "/a\nslot = 3", "relative.so", "/${user.home}/x.so", "/a\\b")) {
            assertThatThrownBy(() -> Pkcs11Settings.builder(Path.of(path), "k", () -> TokenPin.of(new char[] {'1'})))
                    .isInstanceOf(InvalidInputException.class);
        }
        for (String bad : List.of("", "a:b", "-a", "a b", "x".repeat(41))) {
            assertThatThrownBy(() -> Pkcs11Settings.builder(library, bad, () -> TokenPin.of(new char[] {'1'})))
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void closedRootKeysDoNothing() {
        Pkcs11RootKeys keys = openWithAVersion();
        keys.close();
        assertThatThrownBy(keys::currentVersion).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void noErrorAndNoTextFormHoldsThePinOrAKey() {
        Pkcs11RootKeys keys = openWithAVersion();
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        StringWriter seen = new StringWriter();
        PrintWriter out = new PrintWriter(seen);
        catchThrowable(() -> keys.unwrap(version, wrapped, new byte[0])).printStackTrace(out);
        catchThrowable(() -> keys.destroy(version)).printStackTrace(out);
        catchThrowable(() -> keys.unwrap("pkcs11:" + label + ":1:000000000000", wrapped, AAD))
                .printStackTrace(out);
        out.print(keys + keys.name() + settings(SoftToken.PIN).build() + TokenPin.of(SoftToken.PIN.toCharArray()));
        assertThat(seen.toString())
                .contains("IntegrityException", "TokenPin[withheld]")
                .doesNotContainIgnoringCase("canary")
                .doesNotContain(HexFormat.of().formatHex(KEY));
    }
}
