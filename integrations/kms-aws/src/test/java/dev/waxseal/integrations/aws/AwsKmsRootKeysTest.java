package dev.waxseal.integrations.aws;

import static dev.waxseal.testkit.keyservice.LoopbackService.none;
import static dev.waxseal.testkit.keyservice.LoopbackService.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.integrations.remote.GuardSettings;
import dev.waxseal.integrations.remote.ServiceHealth;
import dev.waxseal.key.RootKeys;
import dev.waxseal.testkit.keyservice.LoopbackService;
import dev.waxseal.testkit.keyservice.RemoteRootKeysContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Against a stand-in; never against AWS. */
class AwsKmsRootKeysTest extends RemoteRootKeysContract {
    private static final String NAME = "crm/waxseal-root";
    private static final String ALIAS = "alias/" + NAME;

    private AwsKmsStandIn kms;
    private AwsKmsRootKeys keys;

    @BeforeEach
    void start() throws IOException {
        kms = new AwsKmsStandIn();
        keys = AwsKmsRootKeys.open(settings().build());
        keys.rotate();
    }

    @AfterEach
    void stop() {
        keys.close();
        kms.close();
    }

    private AwsKmsSettings.Builder settings() {
        return AwsKmsSettings.builder(AwsKmsStandIn.REGION, NAME)
                .endpoint(kms.address())
                .plainHttpOnLoopback()
                .credentials(AwsKmsRootKeysTest::credentials)
                .guard(GuardSettings.builder().clock(clock).pause(clock::move).build());
    }

    private static AwsCredentials credentials() {
        return AwsCredentials.temporary(AwsKmsStandIn.ACCESS_KEY_ID, AwsKmsStandIn.SECRET, AwsKmsStandIn.TOKEN);
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
        return AwsKmsRootKeys.open(settings()
                .requestTimeout(timeout)
                .guard(GuardSettings.builder().attempts(2).pause(pause -> {}).build())
                .build());
    }

    @Override
    protected List<String> secrets() {
        return List.of(AwsKmsStandIn.SECRET, AwsKmsStandIn.TOKEN);
    }

    @Override
    protected LoopbackService.Answer denied(String text) {
        return AwsKmsStandIn.error("AccessDeniedException", text);
    }

    private AwsKmsStandIn.Key key(String version) {
        return kms.keys.get(version.substring(version.lastIndexOf('/') + 1));
    }

    @Test
    void beforeTheFirstRotationThereIsNoVersion() {
        AwsKmsRootKeys fresh = AwsKmsRootKeys.open(AwsKmsSettings.builder(AwsKmsStandIn.REGION, "another")
                .endpoint(kms.address())
                .plainHttpOnLoopback()
                .credentials(AwsKmsRootKeysTest::credentials)
                .build());
        assertThatThrownBy(fresh::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("rotate to make the first");
        assertThat(fresh.versions()).isEmpty();
        String version = fresh.rotate();
        assertThat(fresh.currentVersion()).isEqualTo(version);
        assertThatThrownBy(() -> keys.destroy(version))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("is not one of");
    }

    @Test
    void eachVersionIsAKmsKeyWithAnAliasOfItsOwn() {
        String first = keys.currentVersion();
        String second = keys.rotate();
        assertThat(first).matches("aws-kms:crm/waxseal-root@arn:aws:kms:eu-central-1:111122223333:key/[0-9a-f-]{36}");
        assertThat(kms.aliases)
                .containsEntry(ALIAS, key(second).id)
                .containsEntry(ALIAS + "/" + key(first).id, key(first).id)
                .containsEntry(ALIAS + "/" + key(second).id, key(second).id);
        assertThat(key(second).tags).contains("waxseal-root-keys", NAME);
    }

    @Test
    void destroyingSchedulesTheDeletionForTheWindowThatWasSet() {
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        keys.rotate();
        AwsKmsRootKeys.open(settings().deletionWindow(Duration.ofDays(7)).build())
                .destroy(first);
        assertThat(key(first).state).isEqualTo("PendingDeletion");
        assertThat(key(first).pendingWindow).isEqualTo(7);
        assertThatThrownBy(() -> keys.unwrap(first, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("waits to be deleted");
        kms.finishDeletions();
        keys.destroy(first);
        assertThatThrownBy(() -> keys.unwrap(first, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("destroyed for good");
    }

    @Test
    void aDeletionThatAnAdministratorCancelsBringsTheVersionBackAsTheDocsSay() {
        String first = keys.currentVersion();
        byte[] wrapped = keys.wrap(first, KEY, AAD);
        keys.rotate();
        keys.destroy(first);
        key(first).state = "Enabled";
        assertThat(keys.unwrap(first, wrapped, AAD)).isEqualTo(KEY);
        assertThat(keys.versions()).contains(first);
    }

    @Test
    void aDestructionWhoseAnswerIsLostIsFoundDone() {
        String first = keys.currentVersion();
        keys.rotate();
        kms.next(none(), none(), none(), status(503, "application/json", "{}"));
        keys.destroy(first);
        assertThat(key(first).state).isEqualTo("PendingDeletion");
    }

    @Test
    void aKeyThatIsNotAliasedAsAVersionIsNotDestroyed() {
        String version = "aws-kms:" + NAME + "@"
                + kms.keys.get(kms.aliases.get("alias/another-1")).arn();
        assertThatThrownBy(() -> keys.destroy(version))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("has no alias");
        assertThat(key(version).state).isEqualTo("Enabled");
    }

    @Test
    void aKeyThatAnOperatorMadeIsAVersionLikeTheOthers() {
        AwsKmsStandIn.Key theirs = kms.add();
        kms.aliases.put(ALIAS, theirs.id);
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        assertThat(keys.versions()).contains(version);
        keys.rotate();
        assertThat(keys.versions()).contains(version);
        assertThat(keys.unwrap(version, wrapped, AAD)).isEqualTo(KEY);
        keys.destroy(version);
        assertThat(theirs.state).isEqualTo("PendingDeletion");
    }

    @Test
    void aKeyThatCouldOutliveItsDestructionIsNoRootKey() {
        AwsKmsStandIn.Key key = key(keys.currentVersion());
        key.origin = "EXTERNAL";
        assertThatThrownBy(keys::currentVersion).hasMessageContaining("imported");
        key.origin = "AWS_KMS";
        key.multiRegion = true;
        assertThatThrownBy(keys::currentVersion).hasMessageContaining("replicas");
        key.multiRegion = false;
        key.specification = "RSA_4096";
        assertThatThrownBy(keys::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("symmetric");
    }

    @Test
    void aDisabledKeyIsReportedAsSuch() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        key(version).state = "Disabled";
        assertThatThrownBy(keys::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("Disabled");
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("is disabled");
        assertThat(keys.versions()).isEmpty();
    }

    @Test
    void aRotationCutShortAfterTheKeyWasMadeNamesItAndTheNextOneSucceeds() {
        String before = keys.currentVersion();
        // DescribeKey, CreateAlias of the current one; from the answer to CreateKey on, nothing is named any more.
        kms.next(none(), none(), (exchange, answer) -> {
            kms.denied.add("CreateAlias");
            return false;
        });
        Set<String> known = Set.copyOf(kms.keys.keySet());
        Throwable thrown = catchThrowable(keys::rotate);
        String made = kms.keys.keySet().stream()
                .filter(id -> !known.contains(id))
                .findFirst()
                .orElseThrow();
        assertThat(thrown).isInstanceOf(KeyUnavailableException.class).hasMessageContaining(made);
        assertThat(keys.versions()).containsExactly(before);
        kms.denied.clear();
        assertThat(keys.currentVersion()).isEqualTo(before);
        String next = keys.rotate();
        assertThat(keys.currentVersion()).isEqualTo(next);
    }

    @Test
    void aRotationWhoseAliasesCannotBeSetNamesTheKeyThatWasMade() {
        String before = keys.currentVersion();
        kms.denied.add("UpdateAlias");
        Set<String> known = Set.copyOf(kms.keys.keySet());
        Throwable thrown = catchThrowable(keys::rotate);
        String made = kms.keys.keySet().stream()
                .filter(id -> !known.contains(id))
                .findFirst()
                .orElseThrow();
        assertThat(thrown).isInstanceOf(KeyUnavailableException.class).hasMessageContaining(made);
        assertThat(keys.currentVersion()).isEqualTo(before);
        kms.denied.clear();
        String next = keys.rotate();
        assertThat(keys.versions()).hasSize(3).contains(before, next);
        keys.versions().stream().filter(version -> version.endsWith(made)).forEach(keys::destroy);
        assertThat(keys.versions()).containsExactlyInAnyOrder(before, next);
    }

    @Test
    void theMakingOfAKeyWhoseAnswerIsLostIsNotRepeated() {
        kms.next(none(), none(), status(502, "text/html", "<html></html>"));
        assertThatThrownBy(keys::rotate).isInstanceOf(KeyUnavailableException.class);
        assertThat(kms.requests()).filteredOn("TrentService.CreateKey"::equals).hasSize(2);
    }

    @Test
    void twoProcessesThatRotateAtOnceMakeTwoUsableVersions() throws Exception {
        AwsKmsRootKeys other = AwsKmsRootKeys.open(settings().build());
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
    void throttlingIsRepeated() {
        AwsKmsStandIn.Answer throttled = AwsKmsStandIn.error("ThrottlingException", "You have exceeded the rate");
        AwsKmsStandIn.Answer namespaced =
                AwsKmsStandIn.error("com.amazonaws.kms#ThrottlingException", "You have exceeded the rate");
        kms.next(
                status(400, "application/x-amz-json-1.1", throttled.body()),
                status(400, "application/x-amz-json-1.1", namespaced.body()));
        assertThat(keys.currentVersion()).isNotEmpty();
    }

    @Test
    void whatIsDeniedIsReportedWithTheRemedyAndNotRepeated() {
        String version = keys.currentVersion();
        byte[] wrapped = keys.wrap(version, KEY, AAD);
        kms.denied.add("Decrypt");
        int before = kms.requests().size();
        assertThatThrownBy(() -> keys.unwrap(version, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("IAM policies");
        assertThat(kms.requests()).hasSize(before + 1);
        assertThat(keys.health().circuit()).isEqualTo(ServiceHealth.Circuit.CLOSED);
    }

    @Test
    void wrongCredentialsAreReportedAsSuch() {
        AwsKmsRootKeys stranger = AwsKmsRootKeys.open(settings()
                .credentials(() -> AwsCredentials.temporary(AwsKmsStandIn.ACCESS_KEY_ID, "wrong", AwsKmsStandIn.TOKEN))
                .build());
        assertThatThrownBy(stranger::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("check the credentials");
        AwsKmsRootKeys failing = AwsKmsRootKeys.open(settings()
                .credentials(() -> {
                    throw new IllegalStateException("can't parse " + AwsKmsStandIn.SECRET);
                })
                .build());
        assertThat(catchThrowable(failing::currentVersion))
                .isInstanceOf(KeyUnavailableException.class)
                .hasNoCause()
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void anEncryptionUnderAnotherKeyThanAskedForIsRefused() {
        String version = keys.currentVersion();
        String other = kms.keys.get(kms.aliases.get("alias/another-1")).arn();
        kms.always(Optional.of((exchange, answer) -> {
            LoopbackService.send(
                    exchange,
                    200,
                    "application/json",
                    answer.body().replace(key(version).arn(), other));
            return true;
        }));
        assertThatThrownBy(() -> keys.wrap(version, KEY, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("another key");
    }

    @Test
    void aListOfAliasesThatDoesNotEndIsGivenUp() {
        kms.always(Optional.of(
                status(200, "application/json", "{\"Aliases\":[],\"Truncated\":true,\"NextMarker\":\"again\"}")));
        assertThatThrownBy(keys::versions)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("doesn't end");
    }

    @Test
    void aVersionOfAnotherRegionOrNameIsRefusedWithoutACall() {
        String version = keys.currentVersion();
        int before = kms.requests().size();
        for (String other : List.of(
                version.replace("eu-central-1", "eu-west-1"),
                version.replace("crm/", "shop/"),
                version + "0",
                version.replace("aws-kms:", "aws-kms:/"))) {
            assertThatThrownBy(() -> keys.unwrap(other, new byte[100], AAD))
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining("is not one of");
        }
        assertThat(kms.requests()).hasSize(before);
    }

    @Test
    void whatIsNoWrappedKeyIsFoundOutWithoutACall() {
        String version = keys.currentVersion();
        int before = kms.requests().size();
        assertThatThrownBy(() -> keys.unwrap(version, new byte[100], AAD)).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> keys.unwrap(version, new byte[10_000], AAD)).isInstanceOf(IntegrityException.class);
        assertThat(kms.requests()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "aws/s3", "a b", "/a", "a/", "alias:a", "a//b", "ä"})
    void aNameThatCannotBeAnAliasIsRefused(String name) {
        assertThatThrownBy(() -> AwsKmsSettings.builder("eu-central-1", name))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> AwsKmsSettings.builder("Frankfurt", NAME)).isInstanceOf(InvalidInputException.class);
        for (Duration window : List.of(Duration.ofDays(6), Duration.ofDays(31), Duration.ofHours(180), Duration.ZERO)) {
            assertThatThrownBy(() -> settings().deletionWindow(window))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("7 to 30");
        }
        assertThatThrownBy(() -> settings()
                        .endpoint(URI.create("http://kms.example.com"))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("https://");
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();
        assertThatThrownBy(() -> settings().httpClient(following)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void theEndpointIsTheRegionsOwnUnlessSet() {
        assertThat(AwsKmsSettings.builder("eu-central-1", NAME).build().endpoint())
                .isEqualTo(URI.create("https://kms.eu-central-1.amazonaws.com"));
        assertThat(AwsKmsSettings.builder("cn-north-1", NAME).build().endpoint())
                .isEqualTo(URI.create("https://kms.cn-north-1.amazonaws.com.cn"));
    }

    @Test
    void noTextFormHoldsTheCredentials() {
        assertThat(credentials() + settings().build().toString() + keys.health() + keys)
                .doesNotContain("CANARY");
        assertThat(catchThrowable(() -> AwsCredentials.of("CANARY ID", "CANARY SECRET")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageNotContaining("CANARY");
    }
}
