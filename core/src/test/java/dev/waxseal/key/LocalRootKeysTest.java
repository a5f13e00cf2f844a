package dev.waxseal.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalRootKeysTest {
    static final int FEW_ITERATIONS = 1000;
    private static final String PASSPHRASE = "six random words make a passphrase";
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final byte[] KEY = new byte[32];
    private static final byte[] BOUND = "epoch 1".getBytes(StandardCharsets.UTF_8);

    static {
        Arrays.fill(KEY, (byte) 7);
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("root.keys");
    }

    private LocalRootKeys open() {
        return open(KeyFileProtection.passphrase(PASSPHRASE.toCharArray()));
    }

    private LocalRootKeys open(KeyFileProtection protection) {
        return LocalRootKeys.open(
                file, protection, new SecureRandom(), Clock.fixed(NOW, ZoneOffset.UTC), FEW_ITERATIONS);
    }

    @Test
    void aKeyWrappedBeforeARestartIsUnwrappedAfterIt() {
        byte[] wrapped;
        String version;
        try (RootKeys keys = open()) {
            version = keys.currentVersion();
            wrapped = keys.wrap(version, KEY, BOUND);
        }
        try (RootKeys keys = open()) {
            assertThat(keys.currentVersion()).isEqualTo(version);
            assertThat(keys.versions()).containsExactly(version);
            assertThat(keys.unwrap(version, wrapped, BOUND)).isEqualTo(KEY);
        }
    }

    @Test
    void theDefaultsOpenWithAPassphraseAndNameTheFileOnly() throws IOException {
        try (RootKeys keys = RootKeys.local(file, PASSPHRASE.toCharArray())) {
            assertThat(keys.name()).contains(file.toString()).doesNotContain(PASSPHRASE);
            assertThat(keys.toString()).isEqualTo(keys.name());
            assertThat(Files.readString(file)).contains("\"iterations\":600000").doesNotContain(PASSPHRASE);
        }
    }

    @Test
    void noWrappedKeyEqualsAnother() {
        try (RootKeys keys = open()) {
            String version = keys.currentVersion();
            assertThat(keys.wrap(version, KEY, BOUND)).isNotEqualTo(keys.wrap(version, KEY, BOUND));
        }
    }

    @Test
    void aWrappedKeyOpensOnlyForWhatItIsBoundToAndUnderItsVersion() {
        try (RootKeys keys = open()) {
            String first = keys.currentVersion();
            byte[] wrapped = keys.wrap(first, KEY, BOUND);
            String second = keys.rotate();
            byte[] altered = wrapped.clone();
            altered[altered.length - 1] ^= 1;
            assertThatThrownBy(() -> keys.unwrap(first, wrapped, new byte[0])).isInstanceOf(IntegrityException.class);
            assertThatThrownBy(() -> keys.unwrap(second, wrapped, BOUND)).isInstanceOf(IntegrityException.class);
            assertThatThrownBy(() -> keys.unwrap(first, altered, BOUND)).isInstanceOf(IntegrityException.class);
            assertThatThrownBy(() -> keys.unwrap(first, new byte[3], BOUND)).isInstanceOf(IntegrityException.class);
            assertThat(keys.unwrap(first, wrapped, BOUND)).isEqualTo(KEY);
        }
    }

    @Test
    void onlyKeysOfTheRightLengthAreWrapped() {
        try (RootKeys keys = open()) {
            assertThatThrownBy(() -> keys.wrap(keys.currentVersion(), new byte[16], BOUND))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("32");
        }
    }

    @Test
    void rotationMakesANewCurrentVersionAndKeepsTheOld() {
        try (RootKeys keys = open()) {
            String first = keys.currentVersion();
            byte[] wrapped = keys.wrap(first, KEY, BOUND);
            String second = keys.rotate();
            assertThat(second).isNotEqualTo(first);
            assertThat(keys.currentVersion()).isEqualTo(second);
            assertThat(keys.versions()).containsExactly(first, second);
            assertThat(keys.unwrap(first, wrapped, BOUND)).isEqualTo(KEY);
        }
    }

    @Test
    void versionsOfDifferentFilesNeverShareAnId() {
        try (RootKeys one = open();
                RootKeys other = LocalRootKeys.open(
                        directory.resolve("other.keys"),
                        KeyFileProtection.key(KEY),
                        new SecureRandom(),
                        Clock.systemUTC(),
                        1)) {
            assertThat(one.currentVersion()).isNotEqualTo(other.currentVersion());
        }
    }

    @Test
    void aDestroyedVersionOpensNothingAnyMoreAlsoAfterARestart() {
        byte[] wrapped;
        String first;
        try (RootKeys keys = open()) {
            first = keys.currentVersion();
            wrapped = keys.wrap(first, KEY, BOUND);
            String second = keys.rotate();
            keys.destroy(first);
            keys.destroy(first);
            assertThat(keys.versions()).containsExactly(second);
            assertThatThrownBy(() -> keys.wrap(first, KEY, BOUND)).isInstanceOf(KeyUnavailableException.class);
        }
        try (RootKeys keys = open()) {
            assertThat(keys.versions()).hasSize(1);
            assertThatThrownBy(() -> keys.unwrap(first, wrapped, BOUND))
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining(first)
                    .hasMessageContaining("was destroyed at " + NOW);
            assertThat(keys.rotate()).isNotEqualTo(first);
        }
    }

    @Test
    void theCurrentVersionCanNotBeDestroyed() throws IOException {
        try (RootKeys keys = open()) {
            byte[] before = Files.readAllBytes(file);
            assertThatThrownBy(() -> keys.destroy(keys.currentVersion()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("rotate");
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
        }
    }

    @Test
    void aVersionOfAnotherFileIsUnknown() {
        try (RootKeys keys = open()) {
            for (String unknown : List.of("0123456789abcdef0123.1", "")) {
                assertThatThrownBy(() -> keys.unwrap(unknown, new byte[60], BOUND))
                        .isInstanceOf(KeyUnavailableException.class)
                        .hasMessageContaining("root key version " + unknown + " is not in key file " + file)
                        .hasMessageContaining("restore the file");
                assertThatThrownBy(() -> keys.destroy(unknown)).isInstanceOf(KeyUnavailableException.class);
            }
        }
    }

    @Test
    void theOldFileIsOverwrittenBeforeItGoes() throws IOException {
        assumeTrue(posix(), "hard links are needed to look at the old file");
        try (RootKeys keys = open()) {
            String first = keys.currentVersion();
            keys.rotate();
            byte[] before = Files.readAllBytes(file);
            Path witness = directory.resolve("witness");
            Files.createLink(witness, file);
            keys.destroy(first);
            byte[] left = Files.readAllBytes(witness);
            assertThat(left).hasSameSizeAs(before).isNotEqualTo(before);
            assertThat(new String(left, StandardCharsets.ISO_8859_1)).doesNotContain("waxseal", "sealed");
            assertThat(beside()).containsExactlyInAnyOrder("root.keys", "root.keys.lock", "witness");
        }
    }

    private List<String> beside() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }

    @Test
    void whatADeadProcessLeftBesideTheFileIsOverwrittenAndRemoved() throws IOException {
        assumeTrue(posix(), "hard links are needed to look at the files");
        String first;
        try (RootKeys keys = open()) {
            first = keys.currentVersion();
            keys.rotate();
        }
        for (String suffix : List.of("new", "old")) {
            Files.copy(file, directory.resolve("root.keys." + suffix));
            Files.createLink(directory.resolve(suffix), directory.resolve("root.keys." + suffix));
        }
        byte[] before = Files.readAllBytes(file);
        try (RootKeys keys = open()) {
            keys.destroy(first);
        }
        assertThat(beside()).containsExactlyInAnyOrder("root.keys", "root.keys.lock", "new", "old");
        assertThat(Files.readAllBytes(directory.resolve("new"))).isNotEqualTo(before);
        assertThat(Files.readAllBytes(directory.resolve("old"))).isNotEqualTo(before);
    }

    @Test
    void aProcessThatDiedBeforeTheNewFileTookItsPlaceLosesNothing() throws IOException {
        assumeTrue(posix(), "hard links are needed");
        String first;
        byte[] wrapped;
        try (RootKeys keys = open()) {
            first = keys.currentVersion();
            wrapped = keys.wrap(first, KEY, BOUND);
        }
        Files.createLink(directory.resolve("root.keys.old"), file);
        Files.writeString(directory.resolve("root.keys.new"), "{\"format\":\"waxse");
        try (RootKeys keys = open()) {
            keys.rotate();
            assertThat(keys.unwrap(first, wrapped, BOUND)).isEqualTo(KEY);
        }
        assertThat(beside()).containsExactlyInAnyOrder("root.keys", "root.keys.lock");
    }

    @Test
    void theFileIsMadeForItsOwnerOnly() throws IOException {
        assumeTrue(posix(), "permissions are POSIX ones");
        try (RootKeys keys = open()) {
            keys.rotate();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory.resolve("root.keys.lock"))))
                    .isEqualTo("rw-------");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----"})
    void aFileThatOthersMayReadOrWriteIsRefused(String permissions) throws IOException {
        assumeTrue(posix(), "permissions are POSIX ones");
        open().close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertThatThrownBy(this::open)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("chmod 600 " + file);
    }

    private boolean posix() {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    @Test
    void aWrongPassphraseIsRefusedWithoutShowingIt() {
        open().close();
        assertThatThrownBy(() -> open(KeyFileProtection.passphrase("another passphrase".toCharArray())))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("wrong passphrase")
                .hasMessageContaining("altered")
                .hasMessageNotContaining("another");
        assertThatThrownBy(() -> open(KeyFileProtection.passphrase(new char[0])))
                .isInstanceOf(KeyUnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "elevenchars", "                    "})
    void aWeakPassphraseIsRefusedForANewFileAndMakesNone(String passphrase) throws IOException {
        assertThatThrownBy(() -> open(KeyFileProtection.passphrase(passphrase.toCharArray())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("12 characters");
        assertThat(beside()).isEmpty();
    }

    @Test
    void everyHeaderFieldIsBoundToTheKeys() throws IOException {
        try (RootKeys keys = open()) {
            String first = keys.currentVersion();
            keys.rotate();
            keys.destroy(first);
        }
        String json = Files.readString(file);
        String ring = json.replaceAll(".*\"ring\":\"([0-9a-f]+)\".*", "$1");
        for (String altered : List.of(
                json.replace(ring, "00000000000000000000"),
                json.replace("\"iterations\":1000", "\"iterations\":1001"),
                json.replaceFirst("\"created\":\"2026", "\"created\":\"2025"),
                json.replace("\"destroyed\":\"2026", "\"destroyed\":\"2025"),
                json.replaceFirst("\"salt\":\".", "\"salt\":\"" + (json.contains("\"salt\":\"A") ? "B" : "A")))) {
            assertThat(altered).isNotEqualTo(json);
            Files.writeString(file, altered);
            assertThatThrownBy(this::open)
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining("altered");
        }
        Files.writeString(file, json);
        assertThatCode(() -> open().close()).doesNotThrowAnyException();
    }

    @Test
    void aTruncatedFileIsRefusedWhereverItIsCut() throws IOException {
        open().close();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(this::open)
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("Restore it from its backup");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "-----BEGIN PRIVATE KEY-----",
                "{}",
                "{\"primaryKeyId\":1}",
                "{\"format\":1}",
                "{\"format\":\"other/1\"}",
                "{\"format\":\"waxseal-root-keys/1\"}",
                "{\"format\":\"waxseal-root-keys/1\",\"unknown\":1}",
                "{\"format\":\"waxseal-root-keys/1\",\"format\":\"waxseal-root-keys/1\"}",
                "{\"format\":\"waxseal-root-keys/1\",\"kdf\":{\"name\":\"MD5\"}}",
                "{\"format\":\"waxseal-root-keys/1\",\"kdf\":{\"name\":\"PBKDF2WithHmacSHA256\",\"iterations\":999}}",
                "{\"format\":\"waxseal-root-keys/1\",\"kdf\":{\"iterations\":10000001}}",
                "{\"format\":\"waxseal-root-keys/1\",\"kdf\":{\"iterations\":99999999999999999999}}",
                "{\"format\":\"waxseal-root-keys/1\",\"kdf\":[]}",
                "{\"format\":\"waxseal-root-keys/1\",\"versions\":[1]}",
                "{\"format\":\"waxseal-root-keys/1\",\"versions\":[{\"id\":\"x\"}]}",
                "{\"format\":\"waxseal-root-keys/1\",\"versions\":[{\"created\":\"yesterday\"}]}",
                "{\"format\":\"waxseal-root-keys/1\",\"sealed\":\"%\"}"
            })
    void aFileThatIsNoKeyFileIsRefusedAndLeftAlone(String content) throws IOException {
        open().close();
        Files.writeString(file, content);
        assertThatThrownBy(this::open)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("not a key file of Waxseal");
        assertThat(file).hasContent(content);
    }

    @Test
    void aFileOfImpossibleLengthIsRefused() throws IOException {
        open().close();
        Files.write(file, new byte[KeyFile.MAX_BYTES + 1]);
        assertThatThrownBy(this::open).isInstanceOf(IntegrityException.class).hasMessageContaining("longer");
    }

    @Test
    void versionsThatWereRemovedOrReorderedAreRefused() throws IOException {
        try (RootKeys keys = open()) {
            keys.rotate();
        }
        String json = Files.readString(file);
        Files.writeString(file, json.replaceFirst("\\{\"id\":[^}]*},", ""));
        assertThatThrownBy(this::open).isInstanceOf(IntegrityException.class).hasMessageContaining("order");
    }

    @Test
    void aNewerFormatAsksForANewerWaxseal() throws IOException {
        open().close();
        Files.writeString(file, "{\"format\":\"waxseal-root-keys/2\",\"anything\":[]}");
        assertThatThrownBy(this::open)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("newer format");
    }

    @Test
    void aMissingDirectoryIsNamed() {
        file = directory.resolve("absent").resolve("root.keys");
        assertThatThrownBy(this::open)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("create it");
        file = directory;
        assertThatThrownBy(this::open)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void aSymbolicLinkIsFollowedAndStays() throws IOException {
        assumeTrue(posix(), "symbolic links are needed");
        Path real = directory.resolve("real.keys");
        Path link = directory.resolve("link.keys");
        file = real;
        open().close();
        Files.createSymbolicLink(link, real);
        file = link;
        String second;
        try (RootKeys keys = open()) {
            second = keys.rotate();
        }
        assertThat(link).isSymbolicLink();
        file = real;
        try (RootKeys keys = open()) {
            assertThat(keys.currentVersion()).isEqualTo(second);
        }
    }

    @Test
    void aFileThatGoesWhileOpenIsMissedAtTheNextCall() throws IOException {
        try (RootKeys keys = open()) {
            Path elsewhere = Files.move(file, directory.resolve("elsewhere"));
            assertThatThrownBy(keys::currentVersion)
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining("restore it");
            assertThatThrownBy(keys::rotate).isInstanceOf(KeyUnavailableException.class);
            Files.move(elsewhere, file);
            assertThat(keys.currentVersion()).endsWith(".1");
        }
    }

    @Test
    void aFileReplacedByAnotherRingIsRefusedAtTheNextCall() throws IOException {
        try (RootKeys keys = open()) {
            Files.delete(file);
            try (RootKeys other = open()) {
                assertThat(other.currentVersion()).isNotNull();
            }
            assertThatThrownBy(keys::currentVersion)
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining("another key ring");
        }
    }

    @Test
    void whatAnotherProcessDidIsSeenAtTheNextCall() {
        try (RootKeys one = open();
                RootKeys other = open()) {
            String first = one.currentVersion();
            byte[] underFirst = one.wrap(first, KEY, BOUND);
            String second = other.rotate();
            assertThat(one.currentVersion()).isEqualTo(second);
            byte[] underSecond = other.wrap(second, KEY, BOUND);
            assertThat(one.unwrap(second, underSecond, BOUND)).isEqualTo(KEY);
            other.destroy(first);
            assertThat(one.versions()).containsExactly(second);
            assertThatThrownBy(() -> one.unwrap(first, underFirst, BOUND)).isInstanceOf(KeyUnavailableException.class);
        }
    }

    @Test
    void threadsThatOpenAndRotateAtOnceLoseNoVersion() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Callable<List<String>>> tasks = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                tasks.add(() -> {
                    try (RootKeys keys = open()) {
                        return List.of(keys.rotate(), keys.rotate(), keys.rotate());
                    }
                });
            }
            List<String> rotated = new ArrayList<>();
            for (Future<List<String>> done : threads.invokeAll(tasks)) {
                rotated.addAll(done.get());
            }
            try (RootKeys keys = open()) {
                assertThat(keys.versions()).hasSize(19).containsAll(rotated);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void afterCloseNothingWorksAndClosingAgainIsHarmless() {
        RootKeys keys = open();
        keys.close();
        keys.close();
        assertThatThrownBy(keys::currentVersion).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(keys::rotate).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(keys::versions).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keyMaterialIsNowhereInTheFileInClear() throws IOException {
        byte[] marked = new byte[32];
        Arrays.fill(marked, (byte) 0x5a);
        SecureRandom telling = new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, (byte) 0x5a);
            }
        };
        LocalRootKeys.open(file, KeyFileProtection.key(KEY), telling, Clock.fixed(NOW, ZoneOffset.UTC), FEW_ITERATIONS)
                .close();
        String json = Files.readString(file);
        assertThat(json)
                .doesNotContain(Base64.getEncoder().encodeToString(marked).substring(0, 40))
                .doesNotContain("5a".repeat(32));
    }

    @Test
    void aKeyFromTheEnvironmentOpensTheFile() {
        String value = Base64.getEncoder().encodeToString(KEY);
        KeyFileProtection protection =
                KeyFileProtection.environment("WAXSEAL_KEY", Map.of("WAXSEAL_KEY", value + "\n")::get);
        String version;
        try (RootKeys keys = open(protection)) {
            version = keys.currentVersion();
        }
        try (RootKeys keys = open(KeyFileProtection.key(KEY))) {
            assertThat(keys.currentVersion()).isEqualTo(version);
        }
    }

    @Test
    void anUnusableEnvironmentVariableIsNamedAndNotShown() throws IOException {
        for (String value : new String[] {null, "", "no base64! canary", "Y2FuYXJ5", "A".repeat(64)}) {
            KeyFileProtection protection = KeyFileProtection.environment("WAXSEAL_KEY", name -> value);
            assertThatThrownBy(() -> open(protection))
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining("WAXSEAL_KEY")
                    .hasMessageContaining("head -c 32 /dev/urandom | base64")
                    .hasMessageNotContaining("canary")
                    .hasMessageNotContaining("Y2FuYXJ5")
                    .hasNoCause();
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void theRealEnvironmentIsAskedByDefault() {
        assertThatThrownBy(() -> open(KeyFileProtection.environment("WAXSEAL_TEST_VARIABLE_THAT_NOBODY_SETS")))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("is not set");
    }

    @Test
    void theProtectionMustBeOfTheKindThatTheFileWasMadeWith() {
        open().close();
        assertThatThrownBy(() -> open(KeyFileProtection.key(KEY)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("is protected by a passphrase");
    }

    @Test
    void aProtectionKeyMustHaveThirtyTwoBytes() {
        assertThatThrownBy(() -> KeyFileProtection.key(new byte[31]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("31");
    }

    @Test
    void aProtectionShowsNoSecretAndForgetsItOnClose() {
        char[] characters = PASSPHRASE.toCharArray();
        KeyFileProtection passphrase = KeyFileProtection.passphrase(characters);
        Arrays.fill(characters, 'x');
        open(passphrase).close();
        open().close();
        assertThat(passphrase).hasToString("KeyFileProtection[passphrase]");
        assertThat(KeyFileProtection.key(KEY)).hasToString("KeyFileProtection[key]");
        assertThat(KeyFileProtection.environment("V")).hasToString("KeyFileProtection[environment variable V]");
        passphrase.close();
        assertThatThrownBy(() -> open(passphrase)).isInstanceOf(IllegalStateException.class);
        KeyFileProtection key = KeyFileProtection.key(KEY);
        key.close();
        assertThatThrownBy(() -> key.deriveKey(new byte[16], 0)).isInstanceOf(IllegalStateException.class);
    }
}
