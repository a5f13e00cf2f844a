package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.VaultContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlVaultTest extends VaultContract {
    @RegisterExtension
    static final PostgresqlPlace PLACE = new PostgresqlPlace();

    @Override
    protected Stores newStores() {
        return PLACE.newStores();
    }
}
