package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.SearchContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlSearchTest extends SearchContract {
    @RegisterExtension
    static final PostgresqlPlace PLACE = new PostgresqlPlace();

    @Override
    protected Stores newStores() {
        return PLACE.newStores();
    }
}
