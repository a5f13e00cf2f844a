package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.EpochsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class H2EpochsTest extends EpochsContract {
    @RegisterExtension
    final H2Place place = new H2Place();

    @Override
    protected Stores newStores() {
        return place.newStores();
    }
}
