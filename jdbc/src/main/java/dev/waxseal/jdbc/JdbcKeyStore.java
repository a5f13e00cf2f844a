package dev.waxseal.jdbc;

import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Wrapped keys in {@code waxseal_epoch} and {@code waxseal_key}. Thread safe. */
final class JdbcKeyStore implements KeyStore {
    private final Transactions transactions;
    private final Statements sql;
    private final Announcements announcements;

    JdbcKeyStore(Transactions transactions, Statements sql, Announcements announcements) {
        this.transactions = transactions;
        this.sql = sql;
        this.announcements = announcements;
    }

    @Override
    public Optional<StoredEpoch> newestEpoch() {
        return transactions.read(
                "reading the newest epoch", session -> session.first(sql.newestEpoch, JdbcKeyStore::epoch));
    }

    @Override
    public Optional<StoredEpoch> epoch(long id) {
        return transactions.read("reading an epoch", session -> epoch(session, id));
    }

    @Override
    public StoredEpoch addEpoch(StoredEpoch candidate) {
        return transactions.write("adding an epoch", session -> {
            session.insertIfAbsent(
                    sql.addEpoch,
                    candidate.id(),
                    candidate.rootKeyVersion(),
                    candidate.wrapped(),
                    candidate.createdAt());
            return epoch(session, candidate.id()).orElseThrow(() -> vanished(candidate.toString()));
        });
    }

    @Override
    public Optional<StoredKey> find(KeyName name) {
        return transactions.read(
                "reading a key",
                session -> session.first(
                        sql.newestKey,
                        row -> key(name, row),
                        name.tenant(),
                        name.kind().name(),
                        name.name()));
    }

    @Override
    public List<StoredEpoch> epochs() {
        return transactions.read("reading the epochs", session -> session.list(sql.epochs, JdbcKeyStore::epoch));
    }

    @Override
    public void closeEpochsBefore(long before, Instant at) {
        transactions.write("closing epochs", session -> session.update(sql.closeEpochsBefore, at, before));
    }

    @Override
    public List<StoredKey> holdKeysBefore(long before, int limit) {
        Limits.check(limit, 10_000);
        return transactions.write(
                "holding keys to rewrap",
                session -> session.list(
                        sql.holdKeysBefore,
                        row -> key(
                                new KeyName(
                                        row.getString("tenant"),
                                        KeyKind.valueOf(row.getString("kind")),
                                        row.getString("name")),
                                row),
                        before,
                        limit));
    }

    @Override
    public long countKeysBefore(long before) {
        return transactions.read("counting keys", session -> count(session, before));
    }

    private long count(Session session, long before) throws SQLException {
        return session.first(sql.countKeysBefore, row -> row.getLong(1), before).orElse(0L);
    }

    @Override
    public void rewrap(List<StoredKey> rewrapped) {
        transactions.write("rewrapping keys", session -> {
            if (session.dialect().unnestsArrays()) {
                return rewrapAll(session, rewrapped);
            }
            try (PreparedStatement statement = session.prepare(sql.rewrap)) {
                for (StoredKey key : rewrapped) {
                    Session.bind(
                            statement,
                            key.wrapped(),
                            key.epoch(),
                            key.name().tenant(),
                            key.name().kind().name(),
                            key.name().name(),
                            key.version());
                    statement.addBatch();
                }
                return statement.executeBatch().length;
            }
        });
    }

    private int rewrapAll(Session session, List<StoredKey> keys) throws SQLException {
        return session.update(
                sql.rewrapAll,
                session.byteArrays(keys, StoredKey::wrapped),
                session.array("bigint", keys, StoredKey::epoch),
                session.array("text", keys, key -> key.name().tenant()),
                session.array("text", keys, key -> key.name().kind().name()),
                session.array("text", keys, key -> key.name().name()),
                session.array("integer", keys, StoredKey::version));
    }

    @Override
    public boolean noteRewrapped(long before, Instant at) {
        return transactions.write("noting epochs as rewrapped", session -> {
            boolean none = count(session, before) == 0;
            if (none) {
                session.update(sql.noteRewrapped, at, before);
            }
            return none;
        });
    }

    @Override
    public boolean destroyEpoch(long id, Instant at) {
        return transactions.write("destroying an epoch", session -> session.update(sql.destroyEpoch, at, id, id) == 1);
    }

    @Override
    public StoredKey addIfAbsent(StoredKey candidate) {
        KeyName name = candidate.name();
        return transactions.write("adding a key", session -> {
            if (candidate.live()) {
                requireOpen(session, candidate.epoch());
            }
            session.insertIfAbsent(
                    sql.addKey,
                    name.tenant(),
                    name.kind().name(),
                    name.name(),
                    candidate.version(),
                    candidate.epoch(),
                    candidate.live() ? candidate.wrapped() : null,
                    candidate.createdAt(),
                    candidate.destroyedAt().orElse(null));
            return version(session, candidate);
        });
    }

    @Override
    public boolean destroy(KeyName name, Instant at) {
        return transactions.write("destroying a key", session -> {
            untilNobodyUses(session, name);
            boolean destroyed = session.update(
                            sql.destroyKey, at, name.tenant(), name.kind().name(), name.name())
                    > 0;
            if (destroyed) {
                announcements.announce(session, name);
            }
            return destroyed;
        });
    }

    /** The update that destroys would not wait for writers that rely on the key. */
    private void untilNobodyUses(Session session, KeyName name) throws SQLException {
        session.list(sql.holdAllVersions, row -> 1, name.tenant(), name.kind().name(), name.name());
    }

    @Override
    public Optional<StoredKey> hold(KeyName name) {
        return transactions.write(
                "holding a key",
                session -> session.first(
                        sql.holdKey,
                        row -> key(name, row),
                        name.tenant(),
                        name.kind().name(),
                        name.name()));
    }

    @Override
    public List<LocalDate> liveDays(String tenant, LocalDate until, int limit) {
        Limits.check(limit, 10_000);
        return transactions.read(
                "reading the days whose key is live",
                session -> session.list(
                        sql.liveDays, row -> LocalDate.parse(row.getString("name")), tenant, until.toString(), limit));
    }

    @Override
    public List<StoredKey> versions(KeyName name) {
        return transactions.read(
                "reading the versions of a key",
                session -> session.list(
                        sql.keyVersions,
                        row -> key(name, row),
                        name.tenant(),
                        name.kind().name(),
                        name.name()));
    }

    @Override
    public boolean destroyVersion(KeyName name, int version, Instant at) {
        return transactions.write("destroying a version of a key", session -> {
            untilNobodyUses(session, name);
            boolean destroyed = session.update(
                            sql.destroyKeyVersion,
                            at,
                            name.tenant(),
                            name.kind().name(),
                            name.name(),
                            version)
                    == 1;
            if (destroyed) {
                announcements.announce(session, name);
            }
            return destroyed;
        });
    }

    @Override
    public long generation(String tenant) {
        return transactions.read(
                "reading the count of destructions",
                session -> generation(session, tenant).orElse(0L));
    }

    private Optional<Long> generation(Session session, String tenant) throws SQLException {
        return session.first(sql.keyGeneration, row -> row.getLong(1), tenant);
    }

    @Override
    public void holdGeneration(String tenant) {
        transactions.<Boolean>write("holding the count of destructions", session -> {
            if (session.list(sql.holdKeyGeneration, row -> 1, tenant).isEmpty()) {
                session.insertIfAbsent(sql.addKeyGeneration, tenant);
                session.list(sql.holdKeyGeneration, row -> 1, tenant);
            }
            return true;
        });
    }

    @Override
    public long advanceGeneration(String tenant) {
        return transactions.write("counting a destruction", session -> {
            if (session.update(sql.advanceKeyGeneration, tenant) == 0) {
                session.insertIfAbsent(sql.addKeyGeneration, tenant);
                session.update(sql.advanceKeyGeneration, tenant);
            }
            return generation(session, tenant).orElseThrow(() -> vanished("count of destructions"));
        });
    }

    @Override
    public Subscription subscribe(Listener listener) {
        return announcements.subscribe(listener);
    }

    @Override
    public List<StoredKey> findAll(Collection<KeyName> names) {
        Limits.check(Math.max(1, names.size()), MOST_KEYS);
        return transactions.read("reading keys", session -> {
            if (session.dialect() == Dialect.POSTGRESQL) {
                return newest(session, List.copyOf(names));
            }
            List<StoredKey> found = new ArrayList<>();
            for (KeyName name : names) {
                found.addAll(session.list(
                        sql.newestKey,
                        row -> key(name, row),
                        name.tenant(),
                        name.kind().name(),
                        name.name()));
            }
            return found;
        });
    }

    private List<StoredKey> newest(Session session, List<KeyName> names) throws SQLException {
        return session.list(
                sql.newestKeys,
                row -> key(new KeyName(row.getString(1), KeyKind.valueOf(row.getString(2)), row.getString(3)), row),
                session.array("text", names, KeyName::tenant),
                session.array("text", names, name -> name.kind().name()),
                session.array("text", names, KeyName::name));
    }

    @Override
    public List<StoredKey> addAllIfAbsent(List<StoredKey> candidates) {
        Limits.check(Math.max(1, candidates.size()), MOST_KEYS);
        return transactions.write("adding keys", session -> {
            if (session.dialect() != Dialect.POSTGRESQL) {
                return candidates.stream().map(this::addIfAbsent).toList();
            }
            for (long epoch : candidates.stream()
                    .filter(StoredKey::live)
                    .map(StoredKey::epoch)
                    .collect(Collectors.toCollection(TreeSet::new))) {
                requireOpen(session, epoch);
            }
            int added = session.update(
                    sql.addKeys,
                    session.array("text", candidates, key -> key.name().tenant()),
                    session.array("text", candidates, key -> key.name().kind().name()),
                    session.array("text", candidates, key -> key.name().name()),
                    session.array("int4", candidates, StoredKey::version),
                    session.array("int8", candidates, StoredKey::epoch),
                    session.byteArrays(candidates, key -> key.live() ? key.wrapped() : null),
                    session.array("timestamptz", candidates, key -> Session.text(key.createdAt())),
                    session.array(
                            "timestamptz",
                            candidates,
                            key -> key.destroyedAt().map(Session::text).orElse(null)));
            if (added == candidates.size()) {
                return candidates;
            }
            List<StoredKey> held = new ArrayList<>(candidates.size());
            for (StoredKey candidate : candidates) {
                held.add(version(session, candidate));
            }
            return held;
        });
    }

    private StoredKey version(Session session, StoredKey candidate) throws SQLException {
        KeyName name = candidate.name();
        return session.first(
                        sql.keyVersion,
                        row -> key(name, row),
                        name.tenant(),
                        name.kind().name(),
                        name.name(),
                        candidate.version())
                .orElseThrow(() -> vanished(candidate.toString()));
    }

    private void requireOpen(Session session, long epoch) throws SQLException {
        if (session.first(sql.holdEpoch, row -> row.getObject("closed_at") != null, epoch)
                .orElse(false)) {
            throw new StoreException(
                    "epoch " + epoch + " was closed meanwhile, so no key is added under it: wrap the key"
                            + " under the newest epoch",
                    true);
        }
    }

    private Optional<StoredEpoch> epoch(Session session, long id) throws SQLException {
        return session.first(sql.epoch, JdbcKeyStore::epoch, id);
    }

    private static StoredEpoch epoch(ResultSet row) throws SQLException {
        return new StoredEpoch(
                row.getLong("id"),
                row.getString("root_key_version"),
                Objects.requireNonNullElseGet(row.getBytes("wrapped"), () -> new byte[0]),
                Session.instant(row, "created_at"),
                Session.optionalInstant(row, "closed_at"),
                Session.optionalInstant(row, "rewrapped_at"),
                Session.optionalInstant(row, "destroyed_at"));
    }

    private static StoredKey key(KeyName name, ResultSet row) throws SQLException {
        return new StoredKey(
                name,
                row.getInt("version"),
                row.getLong("epoch"),
                Objects.requireNonNullElseGet(row.getBytes("wrapped"), () -> new byte[0]),
                Session.instant(row, "created_at"),
                Session.optionalInstant(row, "destroyed_at"));
    }

    private static StoreException vanished(String what) {
        return new StoreException(
                what + " was neither added nor found: another transaction changes it, try again", true);
    }
}
