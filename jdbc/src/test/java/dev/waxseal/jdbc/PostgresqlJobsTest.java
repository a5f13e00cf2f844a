package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.store.JobsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlJobsTest extends JobsContract {
    @RegisterExtension
    static final PostgresqlPlace PLACE = new PostgresqlPlace();

    @Override
    protected Stores newStores() {
        return PLACE.newStores();
    }
}
