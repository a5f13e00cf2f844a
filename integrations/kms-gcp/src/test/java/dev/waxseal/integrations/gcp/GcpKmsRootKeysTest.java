package dev.waxseal.integrations.gcp;

import static dev.waxseal.testkit.keyservice.LoopbackService.none;
import static dev.waxseal.testkit.keyservice.LoopbackService.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.integrations.remote.GuardSettings;
import dev.waxseal.integrations.remote.ServiceHealth;
import dev.waxseal.key.RootKeys;
import dev.waxseal.testkit.keyservice.LoopbackService;
import dev.waxseal.testkit.keyservice.RemoteRootKeysContract;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a stand-in; never against Google Cloud. */
class GcpKmsRootKeysTest extends RemoteRootKeysContract {
    private GcpKmsStandIn kms;
    private GcpKmsRootKeys keys;

    @BeforeEach
    void start() throws IOException {
        kms = new GcpKmsStandIn();
        keys = GcpKmsRootKeys.open(settings().build());
    }

    @AfterEach
    void stop() {
        keys.close();
        kms.close();
    }

    private GcpKmsSettings.Builder settings() {
        return GcpKmsSettings.builder("crm-prod", "europe-west3", "waxseal", "root")
                .endpoint(kms.address())
                .plainHttpOnLoopback()
                .accessToken(() -> GcpAccessToken.of(GcpKmsStandIn.TOKEN))
                .guard(GuardSettings.builder().clock(clock).pause(clock::move).build());
    }

    @Override
    protected RootKeys keys() {
        return keys;
    }

    @Override
    protected LoopbackService service() {
        return kms;
    }

    @Override
    protected RootKeys impatient(Duration timeout) {
        return GcpKmsRootKeys.open(settings()
                .requestTimeout(timeout)
                .guard(GuardSettings.builder().attempts(2).pause(pause -> {}).build())
                .build());
    }

    @Override
    protected List<String> secrets() {
        return List.of(GcpKmsStandIn.TOKEN);
    }

    @Override
    protected LoopbackService.Answer denied(String text) {
        return GcpKmsStandIn.error(403, "PERMISSION_DENIED", text);
    }

    private GcpKmsStandIn.Version version(String version) {
        return kms.versions.get(Integer.valueOf(version.substring(version.lastIndexOf('/') + 1)));
    }

    @Test
    void aVersionIsNamedByItsResourceName() {
        assertThat(keys.currentVersion()).isEqualTo("gcp-kms:" + GcpKmsStandIn.KEY + "/cryptoKeyVersions/1");
        assertThat(keys.rotate()).isEqualTo("gcp-kms:" + GcpKmsStandIn.KEY + "/cryptoKeyVersions/2");
        assertThat(kms.primary).isEqualTo(2);
    }

    @Test
    void aWrapNamesItsVersionEvenIfAnotherIsThePrimaryOne() {
        String first = keys.currentVersion();
        keys.rotate();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        assertThat(kms.requests()).contains("POST 1:encrypt");
        assertThat(keys.unwrap(first, wrapped, AAD)).isEqualTo(KEY);
    }

    @Test
    void anEncryptionUnderAnotherVersionThanAskedForIsRefused() {
        String version = keys.currentVersion();
        kms.always(Optional.of((exchange, answer) -> {
            LoopbackService.send(
                    exchange,
                    200,
                    "application/json",
                    answer.body().replace("cryptoKeyVersions/1", "cryptoKeyVersions/2"));
            return true;
        }));
        assertThatThrownBy(() -> keys.wrap(version, KEY, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("another version");
    }

    @Test
    void aDamagedAnswerIsFoundOutByItsChecksum() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        for (String damage : List.of("\"plaintextCrc32c\":\"1", "\"ignored\":\"1")) {
            kms.always(Optional.of((exchange, answer) -> {
                LoopbackService.send(
                        exchange, 200, "application/json", answer.body().replace("\"plaintextCrc32c\":\"", damage));
                return true;
            }));
            GcpKmsRootKeys fresh = GcpKmsRootKeys.open(settings().build());
            assertThatThrownBy(() -> fresh.unwrap(version, wrapped, AAD))
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining("CRC32C");
        }
    }

    @Test
    void aServiceThatDidNotCheckWhatItWasGivenIsNotReliedOn() {
        String version = keys.currentVersion();
        kms.always(Optional.of((exchange, answer) -> {
            LoopbackService.send(
                    exchange,
                    200,
                    "application/json",
                    answer.body().replace("\"verifiedPlaintextCrc32c\":true", "\"verifiedPlaintextCrc32c\":false"));
            return true;
        }));
        assertThatThrownBy(() -> keys.wrap(version, KEY, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("didn't check the CRC32C");
    }

    @Test
    void destroyingSchedulesTheVersionForDestruction() {
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        keys.rotate();
        keys.destroy(first);
        assertThat(version(first).state).isEqualTo("DESTROY_SCHEDULED");
        assertThatThrownBy(() -> keys.unwrap(first, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("was destroyed");
        version(first).state = "DESTROYED";
        keys.destroy(first);
        assertThat(keys.versions()).hasSize(1);
        kms.versions.remove(1);
        keys.destroy(first);
    }

    @Test
    void aVersionThatAnAdministratorRestoresIsBackAsTheDocsSay() {
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        keys.rotate();
        keys.destroy(first);
        version(first).state = "ENABLED";
        assertThat(keys.unwrap(first, wrapped, AAD)).isEqualTo(KEY);
        assertThat(keys.versions()).contains(first);
    }

    @Test
    void aDestructionWhoseAnswerIsLostIsFoundDone() {
        String first = keys.currentVersion();
        keys.rotate();
        kms.next(none(), none(), status(503, "application/json", "{}"));
        keys.destroy(first);
        assertThat(version(first).state).isEqualTo("DESTROY_SCHEDULED");
    }

    @Test
    void aRotationCutShortLeavesTheCurrentVersionAndAnUnusedOneThatCanBeDestroyed() {
        String first = keys.currentVersion();
        kms.denied.add(":updatePrimaryVersion");
        assertThatThrownBy(keys::rotate)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("the primary one");
        assertThat(keys.currentVersion()).isEqualTo(first);
        kms.denied.clear();
        String third = keys.rotate();
        assertThat(keys.versions()).hasSize(3).contains(first, third);
        keys.versions().stream()
                .filter(version -> !version.equals(first) && !version.equals(third))
                .forEach(keys::destroy);
        assertThat(keys.versions()).containsExactlyInAnyOrder(first, third);
    }

    @Test
    void theMakingOfAVersionWhoseAnswerIsLostIsNotRepeated() {
        kms.next(none(), status(502, "text/html", "<html></html>"));
        assertThatThrownBy(keys::rotate).isInstanceOf(KeyUnavailableException.class);
        assertThat(kms.versions).hasSize(2);
    }

    @Test
    void aVersionThatTakesAMomentToMakeIsWaitedFor() {
        kms.slow = true;
        String version = keys.rotate();
        assertThat(keys.currentVersion()).isEqualTo(version);
    }

    @Test
    void twoProcessesThatRotateAtOnceMakeTwoUsableVersions() throws Exception {
        GcpKmsRootKeys other = GcpKmsRootKeys.open(settings().build());
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<String> one = threads.submit(keys::rotate);
            Future<String> two = threads.submit(other::rotate);
            assertThat(Set.of(one.get(), two.get())).contains(keys.currentVersion());
            for (String version : List.of(one.get(), two.get())) {
                assertThat(keys.unwrap(version, other.wrap(version, KEY, AAD), AAD))
                        .isEqualTo(KEY);
            }
            assertThat(keys.versions()).contains(one.get(), two.get());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aKeyForAnotherPurposeOrWithoutPrimaryVersionIsNoRootKey() {
        kms.purpose = "MAC";
        assertThatThrownBy(keys::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("another purpose");
        kms.purpose = "ENCRYPT_DECRYPT";
        kms.importOnly = true;
        assertThatThrownBy(keys::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("imported");
        kms.importOnly = false;
        kms.primary = 0;
        assertThatThrownBy(keys::currentVersion).hasMessageContaining("no primary version");
        kms.primary = 1;
        kms.versions.get(1).state = "DISABLED";
        assertThatThrownBy(keys::currentVersion).hasMessageContaining("not enabled");
    }

    @Test
    void aKeyThatIsNotThereIsReportedWithTheRemedy() {
        GcpKmsRootKeys elsewhere =
                GcpKmsRootKeys.open(GcpKmsSettings.builder("crm-prod", "europe-west1", "waxseal", "root")
                        .endpoint(kms.address())
                        .plainHttpOnLoopback()
                        .accessToken(() -> GcpAccessToken.of(GcpKmsStandIn.TOKEN))
                        .build());
        assertThatThrownBy(elsewhere::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("check project, location");
        assertThatThrownBy(() -> elsewhere.unwrap(keys.currentVersion(), new byte[99], AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("is not one of");
    }

    @Test
    void whatIsDeniedIsReportedWithTheRemedyAndNotRepeated() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        kms.denied.add(":decrypt");
        int before = kms.requests().size();
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("roles on the key");
        assertThat(kms.requests()).hasSize(before + 1);
        assertThat(keys.health().circuit()).isEqualTo(ServiceHealth.Circuit.CLOSED);
    }

    @Test
    void wrongTokensAreReportedAsSuch() {
        GcpKmsRootKeys stranger = GcpKmsRootKeys.open(
                settings().accessToken(() -> GcpAccessToken.of("other")).build());
        assertThatThrownBy(stranger::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("check the credentials");
        GcpKmsRootKeys failing = GcpKmsRootKeys.open(settings()
                .accessToken(() -> {
                    throw new IllegalStateException("can't parse " + GcpKmsStandIn.TOKEN);
                })
                .build());
        assertThat(catchThrowable(failing::currentVersion))
                .isInstanceOf(KeyUnavailableException.class)
                .hasNoCause()
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void aListOfVersionsThatDoesNotEndIsGivenUp() {
        kms.always(Optional.of(status(200, "application/json", "{\"nextPageToken\":\"again\"}")));
        assertThatThrownBy(keys::versions)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("doesn't end");
    }

    @ParameterizedTest
    @CsvSource({
        "p/../q, europe-west3, ring, key",
        "crm-prod, '', ring, key",
        "crm-prod, europe-west3, a/b, key",
        "crm-prod, europe-west3, ring, key?x",
        "crm-prod, europe-west3, ring, 'a b'"
    })
    void aNameThatCannotBeAPartOfAResourceNameIsRefused(String project, String location, String ring, String key) {
        assertThatThrownBy(() -> GcpKmsSettings.builder(project, location, ring, key))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void plainHttpIsForLoopbackOnly() {
        assertThatThrownBy(() -> settings()
                        .endpoint(URI.create("http://kms.example.com"))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("https://");
    }

    @Test
    void noTextFormHoldsTheToken() {
        assertThat(GcpAccessToken.of(GcpKmsStandIn.TOKEN) + settings().build().toString() + keys.health() + keys)
                .doesNotContain("CANARY");
        assertThat(catchThrowable(() -> GcpAccessToken.of("CANARY TOKEN")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageNotContaining("CANARY");
    }
}
