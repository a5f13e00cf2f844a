package dev.waxseal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Two processes on one PostgreSQL: what one destroys leaves the other's cache within a second. */
class KeyAnnouncementsTest {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final String MISSED = "maybe missed";

    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private PGSimpleDataSource database;
    private JdbcStores hereStores;
    private JdbcStores thereStores;
    private Waxseal here;
    private Waxseal there;

    @CustomerRecord("note")
    record Note(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text) {}

    @BeforeEach
    void open() throws Exception {
        database = PostgresqlServer.newDatabase();
        hereStores = JdbcStores.on(database);
        thereStores = JdbcStores.on(database);
        here = Waxseal.open(hereStores, rootKeys);
        there = Waxseal.with(thereStores, rootKeys)
                .keyCache(1_000, Duration.ofHours(1))
                .open();
        here.grants()
                .give(Grant.to("agent-7")
                        .on("note")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "desk"));
        here.vault(Note.class).put(new Note("c-1", "hello"));
        // Registered after the one of the front door, so told after it.
        thereStores.keys().subscribe(new KeyStore.Listener() {
            @Override
            public void destroyed(KeyName name) {
                heard.add(name.kind() + " " + name.name());
            }

            @Override
            public void maybeMissed() {
                heard.add(MISSED);
            }
        });
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private String nextHeard() throws InterruptedException {
        return heard.poll(20, TimeUnit.SECONDS);
    }

    /** The listening has begun, or begun anew, when it says that something may have been missed. */
    private void untilListening() throws InterruptedException {
        // The call for the subscription may come before ours: then a notification of our own ends the wait.
        while (true) {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_notify('waxseal_key', E'\\ndefault\\nSUBJECT\\nprobe')");
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
            String first = heard.poll(200, TimeUnit.MILLISECONDS);
            if ("SUBJECT probe".equals(first)) {
                heard.clear();
                return;
            }
        }
    }

    private void execute(String... sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : sql) {
                statement.execute(each);
            }
        }
    }

    /** Erases the customer here, and puts the rows back as who can write the database could. */
    private void eraseAndPutTheRowsBack() throws SQLException {
        execute(
                "CREATE TABLE kept_record AS SELECT * FROM waxseal_record",
                "CREATE TABLE kept_compartment AS SELECT * FROM waxseal_compartment");
        here.erase("c-1", "officer", "asked");
        execute(
                "INSERT INTO waxseal_record SELECT * FROM kept_record",
                "INSERT INTO waxseal_compartment SELECT * FROM kept_compartment");
    }

    @Test
    void anErasureElsewhereEndsReadingFromTheCacheWithinASecond() throws Exception {
        untilListening();
        assertThat(there.vault(Note.class).get("c-1", SUPPORT).orElseThrow().text("text"))
                .isEqualTo("hello");
        heard.clear();
        eraseAndPutTheRowsBack();
        assertThat(heard.poll(1, TimeUnit.SECONDS)).startsWith("SUBJECT");
        assertThatThrownBy(() -> there.vault(Note.class).get("c-1", SUPPORT))
                .isInstanceOf(SubjectErasedException.class);
    }

    @Test
    void withoutListeningAKeyIsReadFromTheCacheForItsLifetime() throws Exception {
        try (Waxseal deaf =
                Waxseal.open(JdbcStores.builder(database).listening(false).open(), rootKeys)) {
            assertThat(deaf.vault(Note.class).get("c-1", SUPPORT)).isPresent();
            eraseAndPutTheRowsBack();
            assertThat(deaf.vault(Note.class).get("c-1", SUPPORT).orElseThrow().text("text"))
                    .isEqualTo("hello");
        }
    }

    @Test
    void whatIsRolledBackIsNotTold() throws Exception {
        untilListening();
        assertThatThrownBy(() -> hereStores.atomically(() -> {
                    here.erase("c-1", "officer", "asked");
                    throw new IllegalStateException("the host changed its mind");
                }))
                .isInstanceOf(IllegalStateException.class);
        here.vault(Note.class).put(new Note("c-2", "hello"));
        here.erase("c-2", "officer", "asked");
        assertThat(heard.poll(1, TimeUnit.SECONDS)).startsWith("SUBJECT");
        assertThat(heard).isEmpty();
        assertThat(there.vault(Note.class).get("c-1", SUPPORT)).isPresent();
    }

    @Test
    void aBrokenConnectionIsTakenUpAgainAndDropsWhatMayHaveBeenMissed() throws Exception {
        untilListening();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND query = 'LISTEN waxseal_key'");
        }
        assertThat(nextHeard()).isEqualTo(MISSED);
        untilListening();
        here.erase("c-1", "officer", "asked");
        assertThat(nextHeard()).startsWith("SUBJECT");
    }
}
