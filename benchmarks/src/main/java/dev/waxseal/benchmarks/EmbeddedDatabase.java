package dev.waxseal.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.postgresql.ds.PGConnectionPoolDataSource;

/** A PostgreSQL of its own, from embedded binaries with their default settings, and a pool of connections to it. */
final class EmbeddedDatabase implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final JdbcConnectionPool pool;

    private EmbeddedDatabase(EmbeddedPostgres server) {
        this.server = server;
        PGConnectionPoolDataSource connections = new PGConnectionPoolDataSource();
        connections.setURL(server.getJdbcUrl("postgres", "postgres"));
        connections.setUser("postgres");
        this.pool = JdbcConnectionPool.create(connections);
    }

    static EmbeddedDatabase start() throws IOException {
        return new EmbeddedDatabase(EmbeddedPostgres.builder().start());
    }

    DataSource dataSource() {
        return pool;
    }

    String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    void run(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws IOException {
        pool.dispose();
        server.close();
    }
}
