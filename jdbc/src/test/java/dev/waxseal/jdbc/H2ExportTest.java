package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.ExportContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class H2ExportTest extends ExportContract {
    @RegisterExtension
    final H2Place place = new H2Place();

    @Override
    protected Stores newStores() {
        return place.newStores();
    }
}
