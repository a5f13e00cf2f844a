package dev.waxseal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Epochs;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.vault.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An attacker has an old dump of the whole database, the new database, the code and every root key version that still
 * exists. Before the horizon that is enough, and the horizon says so; after it, it isn't, while everybody else's data from
 * the old dump opens with today's key store.
 */
class BackupAttackTest {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Duration WINDOW = Duration.ofDays(30);
    private static final List<String> KEY_TABLES = List.of("waxseal_epoch", "waxseal_key");
    private static final List<String> TABLES = List.of(
            "waxseal_epoch",
            "waxseal_key",
            "waxseal_record",
            "waxseal_compartment",
            "waxseal_index",
            "waxseal_audit",
            "waxseal_audit_head",
            "waxseal_grant");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();

    @CustomerRecord("note")
    record Note(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text) {}

    private Waxseal open(PGSimpleDataSource database) {
        return Waxseal.with(JdbcStores.on(database), rootKeys)
                .clock(clock)
                .backupWindow(WINDOW)
                .open();
    }

    private static String read(Waxseal waxseal, String id) {
        return waxseal.vault(Note.class)
                .get(id, SUPPORT)
                .map(view -> view.text("text"))
                .orElse("nothing");
    }

    private static Map<String, byte[]> dump(PGSimpleDataSource database) throws SQLException, IOException {
        Map<String, byte[]> dump = new LinkedHashMap<>();
        try (Connection connection = database.getConnection()) {
            for (String table : TABLES) {
                ByteArrayOutputStream rows = new ByteArrayOutputStream();
                connection.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY " + table + " TO STDOUT", rows);
                dump.put(table, rows.toByteArray());
            }
        }
        return dump;
    }

    /** A new database with the rows of a dump. */
    private static PGSimpleDataSource restored(Map<String, byte[]> dump) throws SQLException, IOException {
        PGSimpleDataSource database = PostgresqlServer.newDatabase();
        JdbcStores.on(database).close();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE " + String.join(", ", TABLES));
            for (String table : TABLES) {
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY " + table + " FROM STDIN", new ByteArrayInputStream(dump.get(table)));
            }
        }
        return database;
    }

    private static Map<String, byte[]> mixed(
            Map<String, byte[]> data, Map<String, byte[]> keys, List<String> fromKeys) {
        Map<String, byte[]> mixed = new LinkedHashMap<>(data);
        fromKeys.forEach(table -> mixed.put(table, keys.get(table)));
        return mixed;
    }

    @Test
    void anOldDumpGivesTheErasedCustomerAwayBeforeTheHorizonAndNotAfterIt() throws Exception {
        PGSimpleDataSource live = PostgresqlServer.newDatabase();
        Waxseal waxseal = open(live);
        waxseal.grants()
                .give(Grant.to("agent-7")
                        .on("note")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "desk"));
        waxseal.vault(Note.class).put(new Note("victim", "what the victim wrote"));
        waxseal.vault(Note.class).put(new Note("other", "what another wrote"));
        Map<String, byte[]> old = dump(live);

        waxseal.erase("victim", "officer", "asked");
        assertThat(read(waxseal, "victim")).isEqualTo("nothing");
        Epochs.Horizon before = waxseal.epochs().horizonOfSubject("victim").orElseThrow();
        assertThat(before.unreadableFromBackupsSince()).isEmpty();
        assertThat(read(open(restored(old)), "victim")).isEqualTo("what the victim wrote");

        waxseal.epochs().rotate();
        clock.move(WINDOW);
        assertThat(read(open(restored(old)), "victim")).isEqualTo("what the victim wrote");
        waxseal.epochs().destroyOldRootKeys();
        assertThat(waxseal.epochs().horizonOfSubject("victim").orElseThrow().unreadableFromBackupsSince())
                .contains(clock.instant());

        Map<String, byte[]> now = dump(live);
        PGSimpleDataSource oldCopy = restored(old);
        assertThatThrownBy(() -> open(oldCopy)).isInstanceOf(KeyUnavailableException.class);
        PGSimpleDataSource oldKeysNewEpochs = restored(mixed(old, now, List.of("waxseal_epoch")));
        assertThatThrownBy(() -> read(open(oldKeysNewEpochs), "victim")).isInstanceOf(KeyUnavailableException.class);

        Waxseal oldDataNewKeys = open(restored(mixed(old, now, KEY_TABLES)));
        assertThat(read(oldDataNewKeys, "other")).isEqualTo("what another wrote");
        assertThatThrownBy(() -> read(oldDataNewKeys, "victim")).isInstanceOf(SubjectErasedException.class);
        assertThat(read(waxseal, "other")).isEqualTo("what another wrote");
    }
}
