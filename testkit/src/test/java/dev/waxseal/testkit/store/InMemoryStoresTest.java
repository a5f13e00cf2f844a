package dev.waxseal.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Stores;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.StoredEpoch;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InMemoryStoresTest extends StoresContract {
    @Override
    protected Stores open() {
        return new InMemoryStores();
    }

    @Test
    void separateWorkThatWouldWaitForItsOwnThreadIsRefused() {
        InMemoryStores stores = new InMemoryStores();
        StoredEpoch epoch = new StoredEpoch(1, "root-1", new byte[] {1}, Instant.EPOCH);
        assertThatThrownBy(() -> stores.atomically(() -> {
                    stores.keys().addEpoch(epoch);
                    return stores.separately(() -> stores.keys().addEpoch(epoch));
                }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("in vain");
        assertThat(stores.keys().newestEpoch()).isEmpty();
    }
}
