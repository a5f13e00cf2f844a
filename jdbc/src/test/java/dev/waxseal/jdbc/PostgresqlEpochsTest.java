package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.EpochsContract;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresqlEpochsTest extends EpochsContract {
    private static final AtomicReference<PGSimpleDataSource> DATABASE = new AtomicReference<>();

    @Override
    protected Stores newStores() {
        try {
            if (DATABASE.get() == null) {
                DATABASE.set(PostgresqlServer.newDatabase());
            }
            PostgresqlServer.empty(DATABASE.get());
        } catch (SQLException e) {
            throw new IllegalStateException("the test's own database could not be made", e);
        }
        return JdbcStores.on(DATABASE.get());
    }
}
