package dev.waxseal.testkit.vault;

import dev.waxseal.Stores;
import dev.waxseal.testkit.store.InMemoryStores;

class InMemoryVaultTest extends VaultContract {
    @Override
    protected Stores newStores() {
        return new InMemoryStores();
    }
}
