package dev.waxseal.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcConnectionPool;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One PostgreSQL server for all tests of a JVM; it stops with the JVM. */
final class PostgresqlServer {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private PostgresqlServer() {}

    /** Starts the server when it is first needed. */
    private static final class Holder {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "100")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A new, empty database. */
    static PGSimpleDataSource newDatabase() throws SQLException {
        String name = "waxseal_" + DATABASES.incrementAndGet();
        try (Connection connection = Holder.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(Holder.SERVER.getJdbcUrl("postgres", name));
        return dataSource;
    }

    /** Connections of a database, kept open between uses as a host's pool does. */
    static JdbcConnectionPool pool(PGSimpleDataSource database) {
        PGConnectionPoolDataSource connections = new PGConnectionPoolDataSource();
        connections.setURL(database.getURL());
        connections.setUser("postgres");
        return JdbcConnectionPool.create(connections);
    }

    /** Empties a database. */
    static void empty(PGSimpleDataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET client_min_messages TO warning");
            statement.execute("DROP SCHEMA public CASCADE");
            statement.execute("CREATE SCHEMA public");
        }
    }
}
