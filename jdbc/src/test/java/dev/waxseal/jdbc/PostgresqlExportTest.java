package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.ExportContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlExportTest extends ExportContract {
    @RegisterExtension
    static final PostgresqlPlace PLACE = new PostgresqlPlace();

    @Override
    protected Stores newStores() {
        return PLACE.newStores();
    }
}
