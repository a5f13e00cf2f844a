package dev.waxseal.testkit.vault;

import dev.waxseal.Stores;
import dev.waxseal.testkit.store.InMemoryStores;

class InMemoryResealTest extends ResealContract {
    @Override
    protected Stores newStores() {
        return new InMemoryStores();
    }
}
