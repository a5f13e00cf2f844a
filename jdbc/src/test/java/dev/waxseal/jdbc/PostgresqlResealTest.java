package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.ResealContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlResealTest extends ResealContract {
    @RegisterExtension
    static final PostgresqlPlace PLACE = new PostgresqlPlace();

    @Override
    protected Stores newStores() {
        return PLACE.newStores();
    }
}
