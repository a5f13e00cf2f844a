package dev.waxseal.testkit.store;

import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import dev.waxseal.testkit.store.Tables.KeyVersion;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Wrapped keys in memory. Thread safe. */
final class InMemoryKeyStore implements KeyStore {
    private final InMemoryTransactions transactions;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    InMemoryKeyStore(InMemoryTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Optional<StoredEpoch> newestEpoch() {
        return transactions.call(tables -> last(epochs(tables)));
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
    public List<StoredEpoch> epochs() {
        return transactions.call(InMemoryKeyStore::epochs);
    }

    private static List<StoredEpoch> epochs(Tables tables) {
        return tables.epochs.from(Long.MIN_VALUE, true).map(Map.Entry::getValue).toList();
    }

    @Override
    public void closeEpochsBefore(long before, Instant at) {
        transactions.call(tables -> {
            epochs(tables).stream()
                    .filter(epoch -> epoch.id() < before && epoch.closedAt().isEmpty())
                    .forEach(epoch -> tables.epochs.put(
                            epoch.id(),
                            new StoredEpoch(
                                    epoch.id(),
                                    epoch.rootKeyVersion(),
                                    epoch.wrapped(),
                                    epoch.createdAt(),
                                    Optional.of(at),
                                    epoch.rewrappedAt(),
                                    epoch.destroyedAt())));
            return before;
        });
    }

    @Override
    public List<StoredKey> holdKeysBefore(long before, int limit) {
        Limits.check(limit, 10_000);
        return transactions.call(
                tables -> liveBefore(tables, before).limit(limit).toList());
    }

    private static Stream<Map.Entry<KeyVersion, StoredKey>> everyKey(Tables tables) {
        KeyName first = new KeyName("", KeyKind.SUBJECT, "");
        return tables.keys.from(new KeyVersion(first, Integer.MIN_VALUE), true);
    }

    private static Stream<StoredKey> liveBefore(Tables tables, long before) {
        return everyKey(tables).map(Map.Entry::getValue).filter(key -> key.live() && key.epoch() < before);
    }

    @Override
    public long countKeysBefore(long before) {
        return transactions.call(tables -> liveBefore(tables, before).count());
    }

    @Override
    public void rewrap(List<StoredKey> rewrapped) {
        transactions.call(tables -> {
            for (StoredKey key : rewrapped) {
                KeyVersion version = new KeyVersion(key.name(), key.version());
                if (tables.keys.get(version).filter(StoredKey::live).isPresent()) {
                    tables.keys.put(version, key);
                }
            }
            return rewrapped.size();
        });
    }

    @Override
    public boolean noteRewrapped(long before, Instant at) {
        return transactions.call(tables -> {
            boolean none = liveBefore(tables, before).findAny().isEmpty();
            if (none) {
                epochs(tables).stream()
                        .filter(epoch -> epoch.id() < before
                                && epoch.closedAt().isPresent()
                                && epoch.rewrappedAt().isEmpty())
                        .forEach(epoch -> tables.epochs.put(
                                epoch.id(),
                                new StoredEpoch(
                                        epoch.id(),
                                        epoch.rootKeyVersion(),
                                        epoch.wrapped(),
                                        epoch.createdAt(),
                                        epoch.closedAt(),
                                        Optional.of(at),
                                        epoch.destroyedAt())));
            }
            return none;
        });
    }

    @Override
    public boolean destroyEpoch(long id, Instant at) {
        return transactions.call(tables -> {
            Optional<StoredEpoch> found = tables.epochs
                    .get(id)
                    .filter(epoch ->
                            epoch.closedAt().isPresent() && epoch.destroyedAt().isEmpty());
            if (found.isEmpty()
                    || everyKey(tables)
                            .anyMatch(row ->
                                    row.getValue().live() && row.getValue().epoch() == id)) {
                return false;
            }
            StoredEpoch epoch = found.get();
            tables.epochs.put(
                    id,
                    new StoredEpoch(
                            id,
                            epoch.rootKeyVersion(),
                            new byte[0],
                            epoch.createdAt(),
                            epoch.closedAt(),
                            epoch.rewrappedAt(),
                            Optional.of(at)));
            return true;
        });
    }

    @Override
    public StoredKey addIfAbsent(StoredKey candidate) {
        KeyVersion key = new KeyVersion(candidate.name(), candidate.version());
        return transactions.call(tables -> {
            if (candidate.live()
                    && tables.epochs
                            .get(candidate.epoch())
                            .filter(epoch -> epoch.closedAt().isPresent())
                            .isPresent()) {
                throw new StoreException(
                        "epoch " + candidate.epoch()
                                + " was closed meanwhile, so no key is added under it: wrap the key"
                                + " under the newest epoch",
                        true);
            }
            return tables.keys.get(key).orElseGet(() -> {
                tables.keys.put(key, candidate);
                return candidate;
            });
        });
    }

    @Override
    public boolean destroy(KeyName name, Instant at) {
        return transactions.call(tables -> {
            List<StoredKey> live =
                    versions(tables, name).stream().filter(StoredKey::live).toList();
            live.forEach(key -> tables.keys.put(new KeyVersion(name, key.version()), key.destroyed(at)));
            if (!live.isEmpty()) {
                tables.afterCommit(() -> listeners.forEach(listener -> listener.destroyed(name)));
            }
            return !live.isEmpty();
        });
    }

    @Override
    public Optional<StoredKey> hold(KeyName name) {
        return transactions.call(tables -> {
            List<StoredKey> versions = versions(tables, name);
            versions.forEach(key -> tables.keys.hold(new KeyVersion(name, key.version())));
            return last(versions);
        });
    }

    @Override
    public List<LocalDate> liveDays(String tenant, LocalDate until, int limit) {
        Limits.check(limit, 10_000);
        KeyVersion first = new KeyVersion(new KeyName(tenant, KeyKind.EXPIRY, ""), Integer.MIN_VALUE);
        return transactions.call(tables -> tables.keys
                .from(first, true)
                .takeWhile(row -> row.getKey().name().tenant().equals(tenant)
                        && row.getKey().name().kind() == KeyKind.EXPIRY
                        && row.getKey().name().name().compareTo(until.toString()) <= 0)
                .filter(row -> row.getValue().live())
                .map(row -> LocalDate.parse(row.getKey().name().name()))
                .distinct()
                .limit(limit)
                .toList());
    }

    @Override
    public List<StoredKey> findAll(Collection<KeyName> names) {
        Limits.check(Math.max(1, names.size()), MOST_KEYS);
        return transactions.call(tables -> names.stream()
                .distinct()
                .flatMap(name -> last(versions(tables, name)).stream())
                .toList());
    }

    @Override
    public long generation(String tenant) {
        return transactions.call(tables -> tables.keyGenerations.get(tenant).orElse(0L));
    }

    @Override
    public void holdGeneration(String tenant) {
        transactions.call(tables -> {
            tables.keyGenerations.hold(tenant);
            return tenant;
        });
    }

    @Override
    public long advanceGeneration(String tenant) {
        return transactions.call(tables -> {
            long next = tables.keyGenerations.get(tenant).orElse(0L) + 1;
            tables.keyGenerations.put(tenant, next);
            return next;
        });
    }

    @Override
    public Subscription subscribe(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public List<StoredKey> versions(KeyName name) {
        return transactions.call(tables -> versions(tables, name));
    }

    @Override
    public boolean destroyVersion(KeyName name, int version, Instant at) {
        KeyVersion key = new KeyVersion(name, version);
        return transactions.call(tables -> {
            Optional<StoredKey> live = tables.keys.get(key).filter(StoredKey::live);
            live.ifPresent(stored -> {
                tables.keys.put(key, stored.destroyed(at));
                tables.afterCommit(() -> listeners.forEach(listener -> listener.destroyed(name)));
            });
            return live.isPresent();
        });
    }

    @Override
    public List<StoredKey> addAllIfAbsent(List<StoredKey> candidates) {
        Limits.check(Math.max(1, candidates.size()), MOST_KEYS);
        return transactions.atomically(
                () -> candidates.stream().map(this::addIfAbsent).toList());
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
