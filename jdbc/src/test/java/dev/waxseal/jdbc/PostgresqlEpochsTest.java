package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.EpochsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlEpochsTest extends EpochsContract {
    @RegisterExtension
    static final PostgresqlPlace PLACE = new PostgresqlPlace();

    @Override
    protected Stores newStores() {
        return PLACE.newStores();
    }
}
