package dev.waxseal.testkit.vault;

import dev.waxseal.Stores;
import dev.waxseal.testkit.store.InMemoryStores;

class InMemoryExportTest extends ExportContract {
    @Override
    protected Stores newStores() {
        return new InMemoryStores();
    }
}
