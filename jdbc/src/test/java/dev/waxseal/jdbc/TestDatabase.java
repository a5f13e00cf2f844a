package dev.waxseal.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** An empty database of each product that the stores work on. */
final class TestDatabase implements AutoCloseable {
    /** The products. */
    enum Product {
        H2,
        POSTGRESQL;

        TestDatabase create(Path directory) throws SQLException {
            return switch (this) {
                case H2 -> h2(directory);
                case POSTGRESQL ->
                    new TestDatabase(
                            this,
                            PostgresqlServer.newDatabase(),
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                    + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
            };
        }
    }

    private final Product product;
    private final DataSource dataSource;
    private final String crash;
    private Connection keptOpen;

    private TestDatabase(Product product, DataSource dataSource, String crash) throws SQLException {
        this.product = product;
        this.dataSource = dataSource;
        this.crash = crash;
        // H2 closes a database with its last connection, which is slow to repeat for each call.
        this.keptOpen = dataSource.getConnection();
    }

    static TestDatabase h2(Path directory) throws SQLException {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:file:" + directory.resolve("waxseal") + ";LOCK_TIMEOUT=20000");
        return new TestDatabase(Product.H2, dataSource, "SHUTDOWN IMMEDIATELY");
    }

    Product product() {
        return product;
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** Breaks every connection as a crash would: of the server process, or of H2 within this one. */
    void crash() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(crash);
        } catch (SQLException e) {
            // H2 can't answer after its end.
            if (product == Product.POSTGRESQL) {
                throw e;
            }
        }
    }

    /** Comes back after {@link #crash}. */
    void restart() throws SQLException {
        close();
        keptOpen = dataSource.getConnection();
    }

    void execute(String... sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : sql) {
                statement.execute(each);
            }
        }
    }

    List<String> strings(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return new ArrayList<>(
                    new Session(connection, Dialect.of(connection), 0).list(sql, row -> row.getString(1)));
        }
    }

    /** The names of all tables of Waxseal, with their schemas, in lower case. */
    Set<String> tables() throws SQLException {
        return new TreeSet<>(strings("SELECT LOWER(table_schema) || '.' || LOWER(table_name)"
                + " FROM information_schema.tables WHERE LOWER(table_name) LIKE 'waxseal%'"));
    }

    @Override
    public void close() {
        try {
            keptOpen.close();
        } catch (SQLException e) {
            // Broken by a crash: then there is nothing to close.
        }
    }
}
