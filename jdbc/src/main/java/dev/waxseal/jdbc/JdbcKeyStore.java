package dev.waxseal.jdbc;

import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore;
import dev.waxseal.key.StoredEpoch;
import dev.waxseal.key.StoredKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Wrapped keys in {@code waxseal_epoch} and {@code waxseal_key}. Thread safe. */
final class JdbcKeyStore implements KeyStore {
    private final Transactions transactions;
    private final Statements sql;

    JdbcKeyStore(Transactions transactions, Statements sql) {
        this.transactions = transactions;
        this.sql = sql;
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
    public StoredKey addIfAbsent(StoredKey candidate) {
        KeyName name = candidate.name();
        return transactions.write("adding a key", session -> {
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
            return session.first(
                            sql.keyVersion,
                            row -> key(name, row),
                            name.tenant(),
                            name.kind().name(),
                            name.name(),
                            candidate.version())
                    .orElseThrow(() -> vanished(candidate.toString()));
        });
    }

    @Override
    public boolean destroy(KeyName name, Instant at) {
        return transactions.write(
                "destroying a key",
                session -> session.update(
                                sql.destroyKey, at, name.tenant(), name.kind().name(), name.name())
                        > 0);
    }

    private Optional<StoredEpoch> epoch(Session session, long id) throws SQLException {
        return session.first(sql.epoch, JdbcKeyStore::epoch, id);
    }

    private static StoredEpoch epoch(ResultSet row) throws SQLException {
        return new StoredEpoch(
                row.getLong("id"),
                row.getString("root_key_version"),
                row.getBytes("wrapped"),
                Session.instant(row, "created_at"));
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
