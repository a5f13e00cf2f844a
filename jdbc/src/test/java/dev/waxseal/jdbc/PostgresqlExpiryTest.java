package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.ExpiryContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlExpiryTest extends ExpiryContract {
    @RegisterExtension
    static final PostgresqlPlace PLACE = new PostgresqlPlace();

    @Override
    protected Stores newStores() {
        return PLACE.newStores();
    }
}
