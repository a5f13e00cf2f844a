package dev.waxseal.integrations.vault;

import static dev.waxseal.integrations.vault.TransitStandIn.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.integrations.remote.GuardSettings;
import dev.waxseal.integrations.remote.ServiceHealth;
import dev.waxseal.key.RootKeysState;
import dev.waxseal.testkit.cloudapi.LoopbackTls;
import dev.waxseal.testkit.vault.SettableClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultTransitRootKeysTest {
    private static final byte[] KEY = "CANARY-KEY-0123456789abcdefghijk".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AAD = {1, 2, 3};

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-25T00:00:00Z"));
    private TransitStandIn transit;
    private VaultTransitRootKeys keys;

    @BeforeEach
    void start() throws IOException {
        transit = new TransitStandIn();
        keys = VaultTransitRootKeys.open(settings().build());
    }

    @AfterEach
    void stop() {
        keys.close();
        transit.close();
    }

    private VaultTransitSettings.Builder settings() {
        return VaultTransitSettings.builder(
                        transit.address(), TransitStandIn.KEY, () -> VaultToken.of(TransitStandIn.TOKEN))
                .mount(TransitStandIn.MOUNT)
                .namespace(TransitStandIn.NAMESPACE)
                .plainHttpOnLoopback()
                .guard(GuardSettings.builder().clock(clock).pause(clock::move).build());
    }

    @Test
    void aKeyComesBackAsItWasWrapped() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        assertThat(new String(wrapped, StandardCharsets.US_ASCII)).matches("[0-9a-f]{32}vault:v1:[A-Za-z0-9+/=]+");
        assertThat(keys.unwrap(version, wrapped, AAD)).isEqualTo(KEY);
    }

    @Test
    void aKeyComesBackOverTls() throws IOException {
        LoopbackTls tls = LoopbackTls.create();
        try (TransitStandIn secure = new TransitStandIn(Optional.of(tls.serverContext()))) {
            VaultTransitRootKeys overTls = VaultTransitRootKeys.open(VaultTransitSettings.builder(
                            secure.address(), TransitStandIn.KEY, () -> VaultToken.of(TransitStandIn.TOKEN))
                    .mount(TransitStandIn.MOUNT)
                    .namespace(TransitStandIn.NAMESPACE)
                    .httpClient(HttpClient.newBuilder()
                            .sslContext(tls.clientContext())
                            .build())
                    .build());
            String version = overTls.currentVersion();
            assertThat(overTls.unwrap(version, overTls.wrap(version, KEY, AAD), AAD))
                    .isEqualTo(KEY);
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws IOException {
        try (TransitStandIn secure =
                new TransitStandIn(Optional.of(LoopbackTls.create().serverContext()))) {
            VaultTransitRootKeys overTls = VaultTransitRootKeys.open(VaultTransitSettings.builder(
                            secure.address(), TransitStandIn.KEY, () -> VaultToken.of(TransitStandIn.TOKEN))
                    .guard(GuardSettings.builder().attempts(1).build())
                    .build());
            assertThatThrownBy(overTls::currentVersion)
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining("certificate");
            assertThat(secure.requests).isEmpty();
        }
    }

    @Test
    void wrappingTakesTwoRequestsAndUnwrappingOne() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        assertThat(transit.requests).hasSize(3);
        keys.unwrap(version, wrapped, AAD);
        assertThat(transit.requests).hasSize(4);
    }

    @Test
    void noTwoWrappedFormsOfOneKeyAreEqual() {
        String version = keys.currentVersion();
        assertThat(keys.wrap(version, KEY, AAD)).isNotEqualTo(keys.wrap(version, KEY, AAD));
    }

    @Test
    void otherAssociatedDataIsRefused() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, new byte[] {1, 2, 4}))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("does not verify");
    }

    @Test
    void anOlderServiceThatAnswers500ToAForgeryIsUnderstood() {
        transit.authenticationFailsWith500 = true;
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, new byte[0])).isInstanceOf(IntegrityException.class);
    }

    @Test
    void noBitOfAWrappedKeyCanBeChanged() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        int text = 32 + "vault:v1:".length();
        byte[] raw =
                Base64.getDecoder().decode(new String(wrapped, text, wrapped.length - text, StandardCharsets.US_ASCII));
        Arbitrary<Integer> bits = Arbitraries.integers().between(0, raw.length * 8 - 1);
        for (int i = 0; i < 40; i++) {
            int bit = bits.sample();
            byte[] changed = raw.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            byte[] altered =
                    ("vault:v1:" + Base64.getEncoder().encodeToString(changed)).getBytes(StandardCharsets.US_ASCII);
            assertThatThrownBy(() -> keys.unwrap(version, altered, AAD)).isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void theLabelOfAWrappedKeyCantBeChanged() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        wrapped[0] = (byte) (wrapped[0] == '0' ? '1' : '0');
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, AAD)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void whatIsNotACiphertextOfItsVersionIsRefusedWithoutACall() {
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        String second = keys.rotate();
        int before = transit.requests.size();
        for (byte[] bad : new byte[][] {
            new byte[0],
            Arrays.copyOf(wrapped, 12),
            new byte[100_000],
            ("0".repeat(32) + "vault:v1:<html>").getBytes(StandardCharsets.US_ASCII)
        }) {
            assertThatThrownBy(() -> keys.unwrap(first, bad, AAD)).isInstanceOf(IntegrityException.class);
        }
        assertThatThrownBy(() -> keys.unwrap(second, wrapped, AAD)).isInstanceOf(IntegrityException.class);
        assertThat(transit.requests).hasSize(before);
    }

    @Test
    void aVersionThatWasRotatedAwayStillUnwraps() {
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        String second = keys.rotate();
        assertThat(second).isNotEqualTo(first).isEqualTo(keys.currentVersion());
        assertThat(keys.unwrap(first, wrapped, AAD)).isEqualTo(KEY);
        assertThat(keys.versions()).containsExactly(first, second);
        assertThat(keys.unwrap(first, keys.wrap(first, KEY, AAD), AAD)).isEqualTo(KEY);
    }

    @Test
    void aDestroyedVersionIsGoneFromTheService() {
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        String second = keys.rotate();
        byte[] other = keys.wrap(second, KEY, AAD);
        keys.destroy(first);
        assertThat(transit.existing()).containsExactly(2);
        assertThat(keys.versions()).containsExactly(second);
        assertThatThrownBy(() -> keys.unwrap(first, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("was destroyed");
        assertThat(keys.unwrap(second, other, AAD)).isEqualTo(KEY);
    }

    @Test
    void destroyingTwiceDoesNothingMore() {
        String first = keys.currentVersion();
        keys.rotate();
        keys.destroy(first);
        long trims = transit.count("/trim");
        keys.destroy(first);
        assertThat(transit.count("/trim")).isEqualTo(trims);
    }

    @Test
    void theCurrentVersionIsNotDestroyed() {
        String first = keys.currentVersion();
        assertThatThrownBy(() -> keys.destroy(first))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("rotate");
        assertThat(transit.existing()).containsExactly(1);
    }

    @Test
    void aVersionWithOlderOnesIsNotDestroyedAndTheMessageSaysWhichToBeginWith() {
        keys.rotate();
        String second = keys.currentVersion();
        keys.rotate();
        assertThatThrownBy(() -> keys.destroy(second))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("from 1 on first");
        assertThat(transit.existing()).containsExactly(1, 2, 3);
    }

    @Test
    void versionsAreDestroyedOldestFirst() {
        String first = keys.currentVersion();
        String second = keys.rotate();
        String third = keys.rotate();
        keys.destroy(first);
        keys.destroy(second);
        assertThat(keys.versions()).containsExactly(third);
    }

    @Test
    void anOperatorCanDestroyAVersionWithAllOlderOnesButNotTheCurrentOne() {
        keys.rotate();
        String second = keys.currentVersion();
        String third = keys.rotate();
        assertThatThrownBy(() -> keys.destroyThrough(third)).isInstanceOf(InvalidInputException.class);
        assertThat(transit.existing()).containsExactly(1, 2, 3);
        keys.destroyThrough(second);
        assertThat(transit.existing()).containsExactly(3);
        assertThat(keys.versions()).containsExactly(third);
    }

    @Test
    void aDestructionThatWasCutShortIsFinishedByTheNextTry() {
        String first = keys.currentVersion();
        keys.rotate();
        transit.faults.add((exchange, answer) -> false);
        transit.faults.add((exchange, answer) -> false);
        for (int i = 0; i < 4; i++) {
            transit.faults.add(status(502, "text/html", "<html>bad gateway</html>"));
        }
        assertThatThrownBy(() -> keys.destroy(first)).isInstanceOf(KeyUnavailableException.class);
        keys.destroy(first);
        assertThat(transit.existing()).containsExactly(2);
    }

    @Test
    void aTrimThatDidNotHappenIsReported() {
        String first = keys.currentVersion();
        keys.rotate();
        transit.always = Optional.of((exchange, answer) -> {
            if (exchange.getRequestMethod().equals("GET")) {
                TransitStandIn.send(
                        exchange,
                        200,
                        "application/json",
                        answer.body().replaceAll("min_available_version\":\\d+", "min_available_version\":0"));
                return true;
            }
            return false;
        });
        assertThatThrownBy(() -> keys.destroy(first))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("still has it");
    }

    @Test
    void aVersionBelowTheLeastThatDecryptsIsNotAmongThoseThatUnwrap() {
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        String second = keys.rotate();
        transit.raiseMinDecryption(2);
        assertThat(keys.versions()).containsExactly(second);
        assertThatThrownBy(() -> keys.unwrap(first, wrapped, AAD)).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void aKeyMadeAnewUnderItsNameIsToldFromTampering() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        transit.makeAnew();
        assertThat(keys.currentVersion()).isNotEqualTo(version);
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("made anew");
        assertThatThrownBy(() -> keys.destroy(version)).isInstanceOf(KeyUnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "vault:other/1@1", "vault:team/crm/kms/transit/waxseal-root/0@1", "local/3"})
    void aVersionOfOtherRootKeysIsRefused(String version) {
        assertThatThrownBy(() -> keys.wrap(version, KEY, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("is not one of");
        assertThat(transit.requests).isEmpty();
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        String version = keys.currentVersion();
        assertThatThrownBy(() -> keys.wrap(version, new byte[16], AAD)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aTransitKeyThatCanBeExportedOrDerivedOrIsOfAnotherTypeIsNoRootKey() {
        transit.exportable = true;
        assertThatThrownBy(keys::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("exported");
        transit.exportable = false;
        transit.derived = true;
        assertThatThrownBy(keys::currentVersion).hasMessageContaining("is derived");
        transit.derived = false;
        transit.type = "rsa-4096";
        assertThatThrownBy(keys::currentVersion).hasMessageContaining("another type");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 412, 429, 472, 473, 500, 502, 503, 504})
    void aPassingFailureIsRepeated(int status) {
        transit.faults.add(status(status, "application/json", "{\"errors\":[\"Vault is sealed\"]}"));
        transit.faults.add(status(status, "application/json", "{\"errors\":[\"Vault is sealed\"]}"));
        assertThat(keys.currentVersion()).contains("/1@");
        assertThat(transit.requests).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><body>Please log in</body></html>",
                "{\"data\":{\"plaintext\":\"Q0FOQVJZ",
                "{\"data\":{\"plaintext\":\"Q0FOQVJZ\"}} trailing",
                "{\"data\":{\"plaintext\":\"not base64!\"}}",
                "{\"data\":{\"plaintext\":\"Q0FOQVJZLUtFWS0wMTIzNDU2Nzg5YWJjZGVmZ2hpams=\"}}",
                "{\"data\":{\"plaintext\":42}}",
                "{\"data\":[]}",
                "{\"data\":null}",
                "[1,2,3]",
                "null",
                "{}",
                "{\"data\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}}",
                "\u0000\u0001"
            })
    void anAnswerThatIsNotOneIsAFailureThatMayPass(String body) {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        for (int i = 0; i < 4; i++) {
            transit.faults.add(status(200, "application/json", body));
        }
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, AAD)).isInstanceOf(KeyUnavailableException.class);
        assertThat(keys.unwrap(version, wrapped, AAD)).isEqualTo(KEY);
    }

    @Test
    void anErrorPageOfAProxyIsNotTakenForARefusal() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        transit.faults.add(status(400, "text/html", "<html>cipher: message authentication failed</html>"));
        assertThat(keys.unwrap(version, wrapped, AAD)).isEqualTo(KEY);
    }

    @Test
    void anAnswerThatIsTooLongIsGivenUp() {
        transit.faults.add(status(200, "application/json", "{\"data\":\"" + "x".repeat(70_000) + "\"}"));
        assertThat(keys.currentVersion()).isNotEmpty();
        assertThat(transit.requests).hasSize(2);
    }

    @Test
    void aBodyThatBreaksOffIsRepeated() {
        transit.faults.add((exchange, answer) -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            throw new IOException("cut");
        });
        assertThat(keys.currentVersion()).isNotEmpty();
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        try (TransitStandIn elsewhere = new TransitStandIn()) {
            transit.always = Optional.of((exchange, answer) -> {
                exchange.getResponseHeaders()
                        .set(
                                "Location",
                                elsewhere.address() + exchange.getRequestURI().toString());
                exchange.sendResponseHeaders(307, -1);
                return true;
            });
            assertThatThrownBy(keys::currentVersion)
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining("redirect");
            assertThat(elsewhere.requests).isEmpty();
        }
    }

    @Test
    void aMixedUpAnswerIsNeverTakenForTheKey() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        byte[] otherKey = new byte[32];
        AtomicReference<String> other = new AtomicReference<>();
        transit.faults.add((exchange, answer) -> false);
        transit.faults.add((exchange, answer) -> {
            other.set(answer.body());
            return false;
        });
        keys.wrap(version, otherKey, AAD);
        for (int i = 0; i < 4; i++) {
            transit.faults.add(status(200, "application/json", other.get()));
        }
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("isn't the one that was asked for");
    }

    @Test
    void anEncryptionUnderAnotherVersionThanAskedForIsRefused() {
        String version = keys.currentVersion();
        for (int i = 0; i < 4; i++) {
            transit.faults.add((exchange, answer) -> {
                TransitStandIn.send(
                        exchange, 200, "application/json", answer.body().replace("vault:v1:", "vault:v2:"));
                return true;
            });
        }
        assertThatThrownBy(() -> keys.wrap(version, KEY, AAD)).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void aCiphertextDamagedOnTheWayIsFoundOutBeforeItIsReliedOn() {
        String version = keys.currentVersion();
        transit.faults.add((exchange, answer) -> {
            int at = answer.body().indexOf("vault:v1:") + 40;
            char replaced = answer.body().charAt(at) == 'A' ? 'B' : 'A';
            String damaged =
                    answer.body().substring(0, at) + replaced + answer.body().substring(at + 1);
            TransitStandIn.send(exchange, 200, "application/json", damaged);
            return true;
        });
        assertThatThrownBy(() -> keys.wrap(version, KEY, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("nothing was wrapped");
    }

    @Test
    void aServiceThatHangsIsGivenUpAfterTheTimeOut() {
        VaultTransitRootKeys impatient = VaultTransitRootKeys.open(settings()
                .requestTimeout(Duration.ofMillis(150))
                .guard(GuardSettings.builder().attempts(2).pause(pause -> {}).build())
                .build());
        TransitStandIn.Fault hang = (exchange, answer) -> {
            await();
            return true;
        };
        transit.faults.add(hang);
        transit.faults.add((exchange, answer) -> {
            // The head in time, the body never.
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await();
            return true;
        });
        assertThatThrownBy(impatient::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("didn't answer within PT0.15S");
    }

    private void await() {
        try {
            transit.released.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aServiceThatIsNotThereIsReportedAsSuch() {
        transit.close();
        assertThatThrownBy(keys::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("it can't be reached");
    }

    @Test
    void anOutageOpensTheCircuitAndItsEndClosesIt() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        transit.always = Optional.of(status(503, "application/json", "{\"errors\":[\"Vault is sealed\"]}"));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> keys.unwrap(version, wrapped, AAD)).isInstanceOf(KeyUnavailableException.class);
        }
        assertThat(keys.health().circuit()).isEqualTo(ServiceHealth.Circuit.OPEN);
        assertThat(keys.state())
                .isInstanceOfSatisfying(
                        RootKeysState.Unreachable.class,
                        state -> assertThat(state.reason()).contains("sealed"));
        int before = transit.requests.size();
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, AAD)).isInstanceOf(KeyUnavailableException.class);
        assertThat(transit.requests).hasSize(before);
        transit.always = Optional.empty();
        clock.move(Duration.ofSeconds(31));
        assertThat(keys.unwrap(version, wrapped, AAD)).isEqualTo(KEY);
        assertThat(keys.unwrap(version, wrapped, AAD)).isEqualTo(KEY);
        assertThat(keys.health().circuit()).isEqualTo(ServiceHealth.Circuit.CLOSED);
        assertThat(keys.state()).isEqualTo(new RootKeysState.Reachable(clock.instant()));
    }

    @Test
    void aRotationWhoseAnswerIsLostIsNotRepeated() {
        transit.faults.add((exchange, answer) -> false);
        transit.faults.add(status(502, "text/html", "<html></html>"));
        assertThatThrownBy(keys::rotate).isInstanceOf(KeyUnavailableException.class);
        assertThat(transit.count("/rotate")).isEqualTo(1);
    }

    @Test
    void aTokenThatIsNotAllowedIsReportedWithTheRemedy() {
        VaultTransitRootKeys stranger = VaultTransitRootKeys.open(
                VaultTransitSettings.builder(transit.address(), TransitStandIn.KEY, () -> VaultToken.of("other"))
                        .plainHttpOnLoopback()
                        .build());
        assertThatThrownBy(stranger::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("HTTP 403")
                .hasMessageContaining("policy");
        assertThat(transit.requests).hasSize(1);
    }

    @Test
    void plainHttpIsForLoopbackOnlyAndOnlyWhenAllowed() {
        for (VaultTransitSettings.Builder refused : new VaultTransitSettings.Builder[] {
            VaultTransitSettings.builder(URI.create("http://vault.example.com"), "k", () -> VaultToken.of("t"))
                    .plainHttpOnLoopback(),
            VaultTransitSettings.builder(URI.create("http://localhost:1"), "k", () -> VaultToken.of("t")),
            VaultTransitSettings.builder(URI.create("http://127.0.0.1.example.com"), "k", () -> VaultToken.of("t"))
                    .plainHttpOnLoopback(),
            VaultTransitSettings.builder(URI.create("ftp://localhost"), "k", () -> VaultToken.of("t"))
                    .plainHttpOnLoopback()
        }) {
            assertThatThrownBy(refused::build)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("https://");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../sys", "a/../b", "/transit", "transit/", "a b", "", "a?b", "a%2fb"})
    void aMountThatIsNoPathIsRefused(String mount) {
        assertThatThrownBy(() -> settings().mount(mount)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aClientThatFollowsRedirectsIsRefused() {
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatThrownBy(() -> settings().httpClient(following)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void closedRootKeysMakeNoCall() {
        String version = keys.currentVersion();
        keys.close();
        assertThatThrownBy(() -> keys.wrap(version, KEY, AAD)).isInstanceOf(IllegalStateException.class);
        assertThat(transit.requests).hasSize(1);
    }

    @Test
    void noErrorAndNoTextFormHoldsTheTokenOrAKey() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        String encoded = Base64.getEncoder().encodeToString(KEY);
        String echo = TransitStandIn.TOKEN + " " + encoded;
        TransitStandIn.Fault[] hostile = {
            status(200, "text/html", echo),
            status(200, "application/json", "{\"data\":{\"plaintext\":\"" + encoded + "!!\"}}"),
            status(200, "application/json", "{\"data\":{\"plaintext\":\"" + encoded + "\"}}"),
            status(400, "application/json", "{\"errors\":[\"" + echo + "\"]}"),
            status(403, "application/json", "{\"errors\":[\"" + echo + "\"]}"),
            status(500, "application/json", "{\"errors\":[\"" + echo + "\"]}"),
            status(400, "application/json", "{\"errors\":[\"invalid ciphertext " + echo + "\"]}"),
            status(302, "text/html", echo)
        };
        StringWriter seen = new StringWriter();
        PrintWriter out = new PrintWriter(seen);
        for (TransitStandIn.Fault fault : hostile) {
            transit.always = Optional.of(fault);
            clock.move(Duration.ofMinutes(1));
            for (Throwable thrown : new Throwable[] {
                catchThrowable(() -> keys.unwrap(version, wrapped, AAD)),
                catchThrowable(() -> keys.wrap(version, KEY, AAD)),
                catchThrowable(keys::rotate)
            }) {
                assertThat(thrown).isNotNull();
                thrown.printStackTrace(out);
            }
        }
        catchThrowable(() -> VaultToken.of("CANARY TOKEN")).printStackTrace(out);
        VaultTransitSettings leaky = settings().build();
        out.print(keys + keys.name() + keys.health() + leaky + VaultToken.of(TransitStandIn.TOKEN));
        VaultTransitRootKeys failing =
                VaultTransitRootKeys.open(VaultTransitSettings.builder(transit.address(), TransitStandIn.KEY, () -> {
                            throw new IllegalStateException("can't parse " + TransitStandIn.TOKEN);
                        })
                        .plainHttpOnLoopback()
                        .build());
        catchThrowable(failing::currentVersion).printStackTrace(out);
        assertThat(seen.toString())
                .contains("KeyUnavailableException")
                .doesNotContain("CANARY", encoded, encoded.substring(0, 16));
    }
}
