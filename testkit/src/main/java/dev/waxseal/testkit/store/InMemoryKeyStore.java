package dev.waxseal.testkit.store;

import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import dev.waxseal.testkit.store.Tables.KeyVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Wrapped keys in memory. Thread safe. */
final class InMemoryKeyStore implements KeyStore {
    private final InMemoryTransactions transactions;

    InMemoryKeyStore(InMemoryTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Optional<StoredEpoch> newestEpoch() {
        return transactions.call(tables -> last(tables.epochs
                .from(Long.MIN_VALUE, true)
                .map(Map.Entry::getValue)
                .toList()));
    }

    @Override
    public Optional<StoredEpoch> epoch(long id) {
        return transactions.call(tables -> tables.epochs.get(id));
    }

    @Override
    public StoredEpoch addEpoch(StoredEpoch candidate) {
        return transactions.call(tables -> tables.epochs.get(candidate.id()).orElseGet(() -> {
            tables.epochs.put(candidate.id(), candidate);
            return candidate;
        }));
    }

    @Override
    public Optional<StoredKey> find(KeyName name) {
        return transactions.call(tables -> last(versions(tables, name)));
    }

    @Override
    public StoredKey addIfAbsent(StoredKey candidate) {
        KeyVersion key = new KeyVersion(candidate.name(), candidate.version());
        return transactions.call(tables -> tables.keys.get(key).orElseGet(() -> {
            tables.keys.put(key, candidate);
            return candidate;
        }));
    }

    @Override
    public boolean destroy(KeyName name, Instant at) {
        return transactions.call(tables -> {
            List<StoredKey> live =
                    versions(tables, name).stream().filter(StoredKey::live).toList();
            live.forEach(key -> tables.keys.put(new KeyVersion(name, key.version()), key.destroyed(at)));
            return !live.isEmpty();
        });
    }

    /** Every version of a key, oldest first. */
    static List<StoredKey> versions(Tables tables, KeyName name) {
        return tables.keys
                .from(new KeyVersion(name, Integer.MIN_VALUE), true)
                .takeWhile(row -> row.getKey().name().equals(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static <E> Optional<E> last(List<E> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(list.size() - 1));
    }
}
