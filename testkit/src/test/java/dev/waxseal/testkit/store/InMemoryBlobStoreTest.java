package dev.waxseal.testkit.store;

import dev.waxseal.seal.BlobStore;

class InMemoryBlobStoreTest extends BlobStoreContract {
    @Override
    protected BlobStore open() {
        return new InMemoryBlobStore();
    }
}
