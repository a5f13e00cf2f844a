package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.ExportContract;
import java.sql.SQLException;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresqlExportTest extends ExportContract {
    private static PGSimpleDataSource database;
    private static JdbcConnectionPool pool;

    @BeforeAll
    static void start() throws SQLException {
        database = PostgresqlServer.newDatabase();
        pool = PostgresqlServer.pool(database);
    }

    @AfterAll
    static void stop() {
        pool.dispose();
    }

    @Override
    protected Stores newStores() {
        try {
            PostgresqlServer.empty(database);
        } catch (SQLException e) {
            throw new IllegalStateException("the test's own database could not be emptied", e);
        }
        return JdbcStores.on(pool);
    }
}
