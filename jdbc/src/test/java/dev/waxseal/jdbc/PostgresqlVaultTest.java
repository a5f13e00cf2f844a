package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.VaultContract;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresqlVaultTest extends VaultContract {
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
