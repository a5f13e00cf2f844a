package dev.waxseal.jdbc;

import java.sql.SQLException;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL database of one test class, emptied for each test, with pooled connections. */
final class PostgresqlPlace implements BeforeAllCallback, AfterAllCallback {
    private PGSimpleDataSource database;
    private JdbcConnectionPool pool;

    @Override
    public void beforeAll(ExtensionContext context) throws SQLException {
        database = PostgresqlServer.newDatabase();
        pool = PostgresqlServer.pool(database);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        pool.dispose();
    }

    /** New, empty stores. */
    JdbcStores newStores() {
        try {
            PostgresqlServer.empty(database);
        } catch (SQLException e) {
            throw new IllegalStateException("the test's own database could not be emptied", e);
        }
        return JdbcStores.on(pool);
    }
}
