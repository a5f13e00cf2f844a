package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.store.StoresContract;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresqlStoresTest extends StoresContract {
    private static PGSimpleDataSource database;

    @BeforeAll
    static void createDatabase() throws SQLException {
        database = PostgresqlServer.newDatabase();
    }

    @Override
    protected Stores open() throws SQLException {
        PostgresqlServer.empty(database);
        return JdbcStores.on(database);
    }
}
