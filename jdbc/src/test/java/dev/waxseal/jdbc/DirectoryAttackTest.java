package dev.waxseal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Epochs;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.vault.SettableClock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/**
 * An attacker has a copy of PostgreSQL's whole directory with its write-ahead log, the new directory, the code and every
 * root key version that still exists. One customer was erased and one day has expired meanwhile. Before the horizon the
 * copy gives both away, and the horizon says so; after it, neither, whatever is combined with whatever.
 */
class DirectoryAttackTest {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Duration WINDOW = Duration.ofDays(30);
    private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 3, 31);
    private static final String VICTIM = "what the victim wrote";
    private static final String DAYED = "what is gone by the end of March";
    private static final String OTHER = "what another wrote";

    private final SettableClock clock = new SettableClock(BEGIN);
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();

    @TempDir
    Path directory;

    @CustomerRecord("note")
    record Note(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text,

            @Personal(category = DataCategory.MESSAGE, purposes = "support") @Retain(period = "P30D", from = "at")
            String passing,

            @Operational Instant at) {}

    private EmbeddedPostgres start(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("max_connections", "30")
                .start();
    }

    /** Closing it would close the root keys too, which all of them share: only the stores are closed. */
    private Waxseal open(JdbcStores stores) {
        return Waxseal.with(stores, rootKeys).clock(clock).backupWindow(WINDOW).open();
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Path target = to.resolve(from.relativize(file).toString());
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return to;
    }

    /** The attacker's own server on another copy of the copy, at the time when the data was fresh. */
    private String attack(Path copy, String id, String component) throws IOException {
        Path own = copy(copy, directory.resolve("attack-" + System.nanoTime()));
        Instant now = clock.instant();
        clock.move(Duration.between(now, BEGIN));
        try (EmbeddedPostgres server = start(own);
                JdbcStores stores = JdbcStores.on(server.getPostgresDatabase())) {
            Waxseal waxseal = open(stores);
            return waxseal.vault(Note.class).get(id, SUPPORT).orElseThrow().text(component);
        } finally {
            clock.move(Duration.between(clock.instant(), now));
        }
    }

    /** What the attacker takes out of a directory: everything that is wrapped, from whatever table. */
    private record Loot(Map<Long, byte[]> epochs, List<WrappedKey> keys) {}

    private record WrappedKey(String tenant, String kind, String name, int version, byte[] wrapped) {}

    private static Loot loot(DataSource database) throws SQLException {
        Map<Long, byte[]> epochs = new HashMap<>();
        List<WrappedKey> keys = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("SELECT id, wrapped FROM waxseal_epoch WHERE wrapped IS NOT NULL")) {
                while (rows.next()) {
                    epochs.put(rows.getLong(1), rows.getBytes(2));
                }
            }
            try (var rows = statement.executeQuery(
                    "SELECT tenant, kind, name, version, wrapped FROM waxseal_key WHERE wrapped IS NOT NULL")) {
                while (rows.next()) {
                    keys.add(new WrappedKey(
                            rows.getString(1), rows.getString(2), rows.getString(3), rows.getInt(4), rows.getBytes(5)));
                }
            }
        }
        return new Loot(epochs, keys);
    }

    /** Tries every root key version on every epoch key, and every epoch key so won on every wrapped key. */
    private List<String> won(List<Loot> loots) {
        List<byte[]> epochKeys = new ArrayList<>();
        List<String> won = new ArrayList<>();
        for (Loot loot : loots) {
            loot.epochs().forEach((id, wrapped) -> {
                for (String version : rootKeys.versions()) {
                    try {
                        epochKeys.add(
                                rootKeys.unwrap(version, wrapped, encoded("waxseal/1/epoch-key", Long.toString(id))));
                    } catch (IntegrityException | KeyUnavailableException e) {
                        // Wrapped under another version: the next one is tried.
                        continue;
                    }
                }
            });
        }
        for (Loot loot : loots) {
            for (WrappedKey key : loot.keys()) {
                byte[] associated = encoded(
                        "waxseal/1/wrapped-key", key.tenant(), key.kind(), key.name(), Integer.toString(key.version()));
                if (epochKeys.stream()
                        .anyMatch(epoch ->
                                opened(epoch, key.wrapped(), associated).isPresent())) {
                    won.add(key.kind() + " " + key.name());
                }
            }
        }
        return won;
    }

    /** AES-256-GCM by the JDK, as docs/FORMAT.md says. */
    private static Optional<byte[]> opened(byte[] key, byte[] sealed, byte[] associatedData) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, sealed, 0, 12));
            cipher.updateAAD(associatedData);
            return Optional.of(cipher.doFinal(sealed, 12, sealed.length - 12));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static byte[] encoded(String... parts) {
        ByteBuffer out = ByteBuffer.allocate(1_000);
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            out.putInt(bytes.length).put(bytes);
        }
        byte[] encoded = new byte[out.position()];
        out.flip().get(encoded);
        return encoded;
    }

    private boolean holds(Path where, byte[] wanted) throws IOException {
        try (Stream<Path> files = Files.walk(where)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                        .contains(new String(wanted, StandardCharsets.ISO_8859_1))) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void anOldCopyOfTheDirectoryGivesErasedAndExpiredDataAwayBeforeTheHorizonAndNotAfterIt() throws Exception {
        Path data = directory.resolve("live");
        String subject;
        try (EmbeddedPostgres server = start(data);
                JdbcStores stores = JdbcStores.on(server.getPostgresDatabase())) {
            Waxseal waxseal = open(stores);
            waxseal.grants()
                    .give(Grant.to("agent-7")
                            .on("note")
                            .purpose("support")
                            .revealAll()
                            .by("admin", "desk"));
            waxseal.vault(Note.class).put(new Note("victim", VICTIM, DAYED, BEGIN));
            waxseal.vault(Note.class).put(new Note("other", OTHER, DAYED, BEGIN));
            subject = waxseal.vault(Note.class)
                    .get("victim", SUPPORT)
                    .orElseThrow()
                    .subject();
        }
        Path old = copy(data, directory.resolve("old"));
        assertThat(holds(old.resolve("pg_wal"), subject.getBytes(StandardCharsets.US_ASCII)))
                .isTrue();
        List<Loot> loots = new ArrayList<>();
        try (EmbeddedPostgres server = start(data);
                JdbcStores stores = JdbcStores.on(server.getPostgresDatabase())) {
            Waxseal waxseal = open(stores);
            loots.add(loot(server.getPostgresDatabase()));
            waxseal.erase("victim", "officer", "asked");
            clock.move(Duration.between(BEGIN, DAY.atStartOfDay().toInstant(ZoneOffset.UTC)));
            assertThat(waxseal.expiry().destroyDueKeys().expired()).containsExactly(DAY);

            // Before the horizon: the horizon says so, and so it is.
            Epochs.Horizon ofVictim =
                    waxseal.epochs().horizonOfSubject("victim").orElseThrow();
            Epochs.Horizon ofDay = waxseal.epochs().horizonOfDay(DAY).orElseThrow();
            assertThat(ofVictim.unreadableFromBackupsSince()).isEmpty();
            assertThat(ofDay.unreadableFromBackupsSince()).isEmpty();
            assertThat(attack(old, "victim", "text")).isEqualTo(VICTIM);
            assertThat(attack(old, "other", "passing")).isEqualTo(DAYED);
            assertThat(won(loots)).contains("SUBJECT " + subject, "EXPIRY " + DAY);

            waxseal.epochs().rotate();
            clock.move(WINDOW);
            assertThat(attack(old, "victim", "text")).isEqualTo(VICTIM);
            assertThat(waxseal.epochs().destroyOldRootKeys().destroyed()).hasSize(1);
            assertThat(waxseal.epochs().horizonOfSubject("victim").orElseThrow().unreadableFromBackupsSince())
                    .contains(clock.instant());
            assertThat(waxseal.epochs().horizonOfDay(DAY).orElseThrow().unreadableFromBackupsSince())
                    .contains(clock.instant());
            loots.add(loot(server.getPostgresDatabase()));
        }

        // After it: neither by the old copy itself, nor by any key of either copy under any root key that exists.
        assertThatThrownBy(() -> attack(old, "victim", "text")).isInstanceOf(KeyUnavailableException.class);
        assertThatThrownBy(() -> attack(old, "other", "passing")).isInstanceOf(KeyUnavailableException.class);
        assertThat(won(loots))
                .doesNotContain("SUBJECT " + subject, "EXPIRY " + DAY)
                .contains("EXPIRY none");
        for (Path copy : List.of(old, data)) {
            for (String text : List.of(VICTIM, DAYED, OTHER)) {
                assertThat(holds(copy, text.getBytes(StandardCharsets.UTF_8))).isFalse();
            }
        }

        // The others' data from the old copy opens with today's key store.
        try (EmbeddedPostgres oldServer = start(copy(old, directory.resolve("restored")));
                EmbeddedPostgres newServer = start(data)) {
            exchangeKeys(newServer.getPostgresDatabase(), oldServer.getPostgresDatabase());
            try (JdbcStores stores = JdbcStores.on(oldServer.getPostgresDatabase())) {
                Waxseal restored = open(stores);
                assertThat(restored.vault(Note.class)
                                .get("other", SUPPORT)
                                .orElseThrow()
                                .text("text"))
                        .isEqualTo(OTHER);
                assertThatThrownBy(() -> restored.vault(Note.class).get("victim", SUPPORT))
                        .isInstanceOf(SubjectErasedException.class);
                assertThatThrownBy(() -> restored.vault(Note.class)
                                .get("other", SUPPORT)
                                .orElseThrow()
                                .value("passing", String.class))
                        .isInstanceOf(DataExpiredException.class)
                        .hasMessageContaining(DAY.toString());
            }
        }
    }

    @Test
    void anOldKeyStoreBesideTheNewRecordsIsNamedWhenItIsOpened() throws Exception {
        try (EmbeddedPostgres server = start(directory.resolve("live"))) {
            DataSource database = server.getPostgresDatabase();
            try (JdbcStores stores = JdbcStores.on(database)) {
                Waxseal waxseal = open(stores);
                waxseal.vault(Note.class).put(new Note("victim", VICTIM, DAYED, BEGIN));
            }
            execute(
                    database,
                    "CREATE TABLE old_key AS SELECT * FROM waxseal_key",
                    "CREATE TABLE old_generation AS SELECT * FROM waxseal_key_generation");
            try (JdbcStores stores = JdbcStores.on(database)) {
                open(stores).erase("victim", "officer", "asked");
            }
            execute(
                    database,
                    "TRUNCATE waxseal_key, waxseal_key_generation",
                    "INSERT INTO waxseal_key SELECT * FROM old_key",
                    "INSERT INTO waxseal_key_generation SELECT * FROM old_generation");
            assertThatThrownBy(() -> open(JdbcStores.on(database)))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("the key store is older than the records beside it")
                    .hasMessageContaining("restored from a backup");
        }
    }

    private static void execute(DataSource database, String... sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : sql) {
                statement.execute(each);
            }
        }
    }

    /** Puts the key store of one database in the place of another's. */
    private static void exchangeKeys(DataSource from, DataSource to) throws SQLException, IOException {
        for (String table : List.of("waxseal_epoch", "waxseal_key", "waxseal_key_generation")) {
            ByteArrayOutputStream rows = new ByteArrayOutputStream();
            try (Connection connection = from.getConnection()) {
                connection.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY " + table + " TO STDOUT", rows);
            }
            execute(to, "TRUNCATE " + table);
            try (Connection connection = to.getConnection()) {
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY " + table + " FROM STDIN", new ByteArrayInputStream(rows.toByteArray()));
            }
        }
    }
}
