package dev.waxseal.testkit.vault;

import dev.waxseal.Stores;
import dev.waxseal.testkit.store.InMemoryStores;

class InMemoryExpiryTest extends ExpiryContract {
    @Override
    protected Stores newStores() {
        return new InMemoryStores();
    }

    @Override
    protected boolean tellsAtOnce() {
        return true;
    }
}
