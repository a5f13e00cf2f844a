package dev.waxseal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.Waxseal;
import dev.waxseal.access.Grant;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who can write to the database, but has no key, can do to the trail, and how it is seen. */
class TamperedTrailTest {
    @TempDir
    Path directory;

    private final JdbcDataSource database = new JdbcDataSource();
    private Waxseal waxseal;
    private AuditTrail.Verification before;

    @BeforeEach
    void writeFiveEvents() {
        database.setURL("jdbc:h2:file:" + directory.resolve("waxseal") + ";DB_CLOSE_DELAY=-1");
        waxseal = Waxseal.open(JdbcStores.on(database), new InMemoryRootKeys());
        for (int i = 0; i < 5; i++) {
            waxseal.grants()
                    .give(Grant.to("agent-" + i)
                            .on("x")
                            .purpose("y")
                            .revealAll()
                            .by("admin", "reason"));
        }
        before = waxseal.audit().verify();
        assertThat(before.intact()).isTrue();
        assertThat(before.events()).isEqualTo(5);
    }

    @AfterEach
    void shutDown() throws SQLException {
        execute("SHUTDOWN");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String broken() {
        return waxseal.audit().verify().firstBroken().orElse("nothing");
    }

    @Test
    void anAlteredEventIsSeen() throws SQLException {
        execute("UPDATE waxseal_audit SET event = REPLACE(event, 'agent-2', 'agent-9') WHERE sequence = 3");
        assertThat(broken()).startsWith("changes 3: the event or its link was altered");
    }

    @Test
    void anEventRemovedFromBetweenIsSeen() throws SQLException {
        execute("DELETE FROM waxseal_audit WHERE sequence = 3");
        assertThat(broken()).isEqualTo("changes 3: the event is missing");
    }

    @Test
    void aTailRemovedIsSeenByTheHead() throws SQLException {
        execute("DELETE FROM waxseal_audit WHERE sequence >= 4");
        assertThat(broken()).isEqualTo("changes 4: the events from here on to the head are missing");
    }

    @Test
    void theWholeTrailRemovedWithItsHeadsIsSeenFromACheckpoint() throws SQLException {
        execute("DELETE FROM waxseal_audit");
        execute("DELETE FROM waxseal_audit_head");
        assertThat(waxseal.audit().verify().intact()).isTrue();
        assertThat(waxseal.audit().verifySince(before.checkpoint()).intact()).isFalse();
    }
}
