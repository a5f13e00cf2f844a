package dev.waxseal.testkit.store;

import dev.waxseal.Stores;

class InMemoryJobsTest extends JobsContract {
    @Override
    protected Stores newStores() {
        return new InMemoryStores();
    }
}
