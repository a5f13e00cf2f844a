package dev.waxseal.jdbc;

import dev.waxseal.error.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the tables to the version that this library needs, or checks that they are. */
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    /** The schema files, whose numbers are the versions, oldest first. */
    private static final List<String> FILES = List.of("V1__waxseal.sql");

    /** The version that this library works with. */
    static final int VERSION = FILES.size();

    /** The advisory lock under which PostgreSQL's tables are made: "waxseal" in ASCII. */
    private static final long LOCK = 0x7761787365616cL;

    /**
     * What H2 says when another process was quicker with the same statement: table, index, constraint or row exists.
     */
    private static final Set<String> ALREADY_THERE = Set.of("42S01", "42S11", "90045", "23505");

    /** What H2 says when it stumbles over another session's change of the tables. */
    private static final Set<String> STUMBLED = Set.of("HY000", "HYT00", "40001", "90131");

    private static final String NO_RIGHT = "90040";

    private static final int ATTEMPTS = 10;

    /** H2 stumbles when two sessions change tables at once; where it is embedded, all of them are in this process. */
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private final DataSource dataSource;
    private final Dialect dialect;
    private final String schema;

    Schema(DataSource dataSource, Dialect dialect, String schema) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.schema = schema;
    }

    /**
     * Makes the database acknowledge a commit after it is in the file, where it would do so before: H2 is half a second
     * late by default, and a killed process would lose what was acknowledged meanwhile. H2 notes the setting in the
     * database, but doesn't heed the note when it opens the database again, so it is made on every opening.
     */
    void writeBeforeAcknowledging() {
        if (dialect == Dialect.H2) {
            new Transactions(dataSource, dialect, 0).<Boolean>read("reading H2's settings", session -> {
                if (!session.list(
                                "SELECT 1 FROM INFORMATION_SCHEMA.SETTINGS"
                                        + " WHERE SETTING_NAME = 'WRITE_DELAY' AND SETTING_VALUE <> '0'",
                                row -> 1)
                        .isEmpty()) {
                    setNoWriteDelay(session);
                }
                return true;
            });
        }
    }

    private static void setNoWriteDelay(Session session) throws SQLException {
        try {
            execute(session.connection(), "SET WRITE_DELAY 0");
        } catch (SQLException e) {
            if (!NO_RIGHT.equals(e.getSQLState())) {
                throw e;
            }
            LOG.warn("this user may not set H2's WRITE_DELAY to 0, so what H2 acknowledged within the last half second"
                    + " is lost when the process is killed: append ;WRITE_DELAY=0 to the database URL");
        }
    }

    void check() {
        new Transactions(dataSource, dialect, 0).<Boolean>read("reading the version of the tables", session -> {
            int found = version(session);
            refuseNewer(found);
            if (found < VERSION) {
                throw new StoreException((found == 0
                                ? "the tables of Waxseal are missing"
                                : "the tables of Waxseal are" + " at version " + found)
                        + where() + ", and version " + VERSION + " is needed: let your migration tool apply "
                        + String.join(", ", files(found)) + " from waxseal-jdbc's archive, or open with"
                        + " schemaManagement(APPLY)");
            }
            return true;
        });
    }

    void apply() {
        Transactions transactions = new Transactions(dataSource, dialect, 0);
        int found = transactions.read("reading the version of the tables", this::version);
        refuseNewer(found);
        if (found == VERSION) {
            return;
        }
        if (dialect == Dialect.H2) {
            ONE_AT_A_TIME.lock();
            try {
                transactions.<Boolean>read("making the tables", session -> {
                    applyOnH2(session);
                    return true;
                });
            } finally {
                ONE_AT_A_TIME.unlock();
            }
        } else {
            transactions.<Boolean>write("making the tables", session -> {
                applyOnPostgresql(session);
                return true;
            });
        }
    }

    /**
     * All in one transaction, by one process after the other: who comes second finds the work done. The search path is
     * set for this transaction only, so that the files need no schema in their text.
     */
    private void applyOnPostgresql(Session session) throws SQLException {
        Connection connection = session.connection();
        execute(connection, "SELECT pg_advisory_xact_lock(" + LOCK + ")");
        if (!schema.isEmpty()) {
            if (session.list("SELECT 1 FROM pg_namespace WHERE nspname = ?", row -> 1, schema)
                    .isEmpty()) {
                execute(connection, "CREATE SCHEMA " + schema);
            }
            execute(connection, "SET LOCAL search_path TO " + schema);
        }
        int found = version(session);
        refuseNewer(found);
        for (String file : files(found)) {
            for (String statement : statements(file)) {
                execute(connection, statement);
            }
            LOG.info("applied {}{}", file, where());
        }
    }

    /**
     * H2 commits with every change of a table, which gives back any lock as well. So nothing is locked: each statement
     * of the files can be repeated, and does nothing where another process was quicker.
     */
    private void applyOnH2(Session session) throws SQLException {
        Connection connection = session.connection();
        int found = version(session);
        refuseNewer(found);
        String before = connection.getSchema();
        try {
            if (!schema.isEmpty()) {
                executeUnlessThere(connection, "CREATE SCHEMA IF NOT EXISTS " + schema);
                execute(connection, "SET SCHEMA " + schema);
            }
            for (String file : files(found)) {
                for (String statement : statements(file)) {
                    executeUnlessThere(connection, statement);
                }
                LOG.info("applied {}{}", file, where());
            }
        } finally {
            connection.setSchema(before);
        }
    }

    private static void executeUnlessThere(Connection connection, String sql) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                execute(connection, sql);
                return;
            } catch (SQLException e) {
                String state = String.valueOf(e.getSQLState());
                if (ALREADY_THERE.contains(state)) {
                    return;
                }
                if (!STUMBLED.contains(state) || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The version noted, or 0 where there is none. Doesn't fail on a missing table, which would end a transaction. */
    private int version(Session session) throws SQLException {
        String table = (schema.isEmpty() ? "" : schema + ".") + "waxseal_schema";
        boolean there = dialect == Dialect.POSTGRESQL
                ? session.first("SELECT to_regclass(?) IS NOT NULL AS there", row -> row.getBoolean("there"), table)
                        .orElseThrow()
                : !session.list(
                                "SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE LOWER(TABLE_NAME) = 'waxseal_schema'"
                                        + " AND LOWER(TABLE_SCHEMA) = LOWER(COALESCE(NULLIF(?, ''), SCHEMA()))",
                                row -> 1,
                                schema)
                        .isEmpty();
        if (!there) {
            return 0;
        }
        Optional<Integer> version =
                session.first("SELECT MAX(version) AS version FROM " + table, row -> row.getInt("version"));
        return version.orElse(0);
    }

    private void refuseNewer(int found) {
        if (found > VERSION) {
            throw new StoreException("the tables of Waxseal are at version " + found + where()
                    + ", which a newer waxseal-jdbc made; this one knows versions up to " + VERSION
                    + ": upgrade the library of this process. Nothing was changed");
        }
    }

    private String where() {
        return schema.isEmpty() ? "" : " in schema " + schema;
    }

    private List<String> files(int after) {
        return FILES.subList(after, VERSION).stream()
                .map(file -> "dev/waxseal/jdbc/" + dialect.folder() + "/" + file)
                .toList();
    }

    /** The statements of a file: each ends with a semicolon at the end of a line. */
    private static List<String> statements(String file) {
        List<String> statements = new ArrayList<>();
        for (String statement : text(file).split(";\\R")) {
            String withoutComments = statement.replaceAll("(?m)^--.*$", "").strip();
            if (!withoutComments.isEmpty()) {
                statements.add(withoutComments);
            }
        }
        return statements;
    }

    private static String text(String file) {
        try (InputStream in = Schema.class.getResourceAsStream("/" + file)) {
            if (in == null) {
                throw new StoreException(
                        file + " is missing from waxseal-jdbc's archive: take the archive as released");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
