package dev.waxseal.jdbc;

import static dev.waxseal.jdbc.Samples.append;
import static dev.waxseal.jdbc.Samples.events;
import static dev.waxseal.jdbc.Samples.put;
import static dev.waxseal.jdbc.Samples.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.jdbc.TestDatabase.Product;
import dev.waxseal.key.KeyKind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostTransactionTest {
    @TempDir
    Path directory;

    private TestDatabase database;
    private JdbcStores stores;

    private void open(Product product) throws SQLException {
        database = product.create(directory);
        stores = JdbcStores.on(database.dataSource());
        Samples.addKeys(stores);
        database.execute("CREATE TABLE host_order (id INTEGER PRIMARY KEY)");
    }

    private Connection begin() throws SQLException {
        Connection host = database.dataSource().getConnection();
        host.setAutoCommit(false);
        host.createStatement().execute("INSERT INTO host_order VALUES (1)");
        return host;
    }

    private int orders() throws SQLException {
        return database.strings("SELECT id FROM host_order").size();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfTheHostAndRecordsAreCommittedTogether(Product product) throws SQLException {
        open(product);
        try (Connection host = begin()) {
            assertThat(stores.<Long>within(host, () -> put(stores, "value"))).isEqualTo(1);
            stores.within(host, () -> {
                append(stores, "one");
            });
            assertThat(host.isClosed()).isFalse();
            assertThat(host.getAutoCommit()).isFalse();
            if (product == Product.POSTGRESQL) {
                assertThat(value(stores)).isEmpty();
            }
            host.commit();
        }
        assertThat(value(stores)).contains("value");
        assertThat(events(stores)).containsExactly("one");
        assertThat(orders()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfTheHostAndRecordsAreRolledBackTogether(Product product) throws SQLException {
        open(product);
        try (Connection host = begin()) {
            stores.within(host, () -> {
                put(stores, "value");
                stores.atomically(() -> append(stores, "one"));
            });
            host.rollback();
        }
        assertThat(value(stores)).isEmpty();
        assertThat(events(stores)).isEmpty();
        assertThat(orders()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionThatCannotSeeNewKeysIsRefused(Product product) throws SQLException {
        open(product);
        try (Connection host = begin()) {
            host.rollback();
            host.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            assertThatThrownBy(() -> stores.within(host, () -> put(stores, "value")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("READ COMMITTED");
        }
        assertThat(value(stores)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void separateWorkIsKeptThoughTheHostRollsBack(Product product) throws SQLException {
        open(product);
        try (Connection host = begin()) {
            stores.within(host, () -> {
                stores.keys().addIfAbsent(Samples.key(KeyKind.SUBJECT, "another"));
                stores.separately(() -> append(stores, "refused"));
            });
            host.rollback();
        }
        assertThat(events(stores)).containsExactly("refused");
        assertThat(stores.keys().find(Samples.key(KeyKind.SUBJECT, "another").name()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionOfTheWorkLeavesTheTransactionToTheHost(Product product) throws SQLException {
        open(product);
        try (Connection host = begin()) {
            assertThatThrownBy(() -> stores.within(host, () -> {
                        put(stores, "value");
                        stores.atomically(() -> {
                            append(stores, "undone");
                            throw new IllegalStateException("host's own");
                        });
                    }))
                    .hasMessage("host's own");
            assertThat(host.isClosed()).isFalse();
            host.commit();
        }
        assertThat(value(stores)).contains("value");
        assertThat(events(stores)).isEmpty();
        assertThat(orders()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalInTheHostsTransactionDoesNotSpoilIt(Product product) throws SQLException {
        open(product);
        stores.keys()
                .destroy(Samples.key(KeyKind.SUBJECT, Samples.KEY.subject()).name(), Samples.NOW);
        try (Connection host = begin()) {
            stores.within(host, () -> {
                assertThatThrownBy(() -> put(stores, "value")).isInstanceOf(SubjectErasedException.class);
                append(stores, "refused");
            });
            host.commit();
        }
        assertThat(events(stores)).containsExactly("refused");
        assertThat(orders()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void afterTheHostsTransactionTheThreadWorksOnItsOwnAgain(Product product) throws SQLException {
        open(product);
        try (Connection host = begin();
                Connection second = database.dataSource().getConnection()) {
            second.setAutoCommit(false);
            stores.within(host, () -> {
                stores.keys().addIfAbsent(Samples.key(KeyKind.SUBJECT, "first"));
                stores.within(second, () -> {
                    stores.keys().addIfAbsent(Samples.key(KeyKind.SUBJECT, "second"));
                });
                stores.keys().addIfAbsent(Samples.key(KeyKind.SUBJECT, "first again"));
            });
            assertThatThrownBy(() -> stores.within(host, () -> {
                        throw new IllegalStateException("host's own");
                    }))
                    .hasMessage("host's own");
            stores.keys().addIfAbsent(Samples.key(KeyKind.SUBJECT, "own"));
            second.commit();
            host.rollback();
        }
        assertThat(stores.keys().find(Samples.key(KeyKind.SUBJECT, "first").name()))
                .isEmpty();
        assertThat(stores.keys()
                        .find(Samples.key(KeyKind.SUBJECT, "first again").name()))
                .isEmpty();
        assertThat(stores.keys().find(Samples.key(KeyKind.SUBJECT, "second").name()))
                .isPresent();
        assertThat(stores.keys().find(Samples.key(KeyKind.SUBJECT, "own").name()))
                .isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionInAutoCommitModeIsRefused(Product product) throws SQLException {
        open(product);
        try (Connection host = database.dataSource().getConnection()) {
            assertThatThrownBy(() -> stores.<Long>within(host, () -> put(stores, "value")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("setAutoCommit(false)");
        }
        assertThat(value(stores)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aClosedConnectionIsRefused(Product product) throws SQLException {
        open(product);
        Connection host = begin();
        host.close();
        assertThatThrownBy(() -> stores.<Long>within(host, () -> put(stores, "value")))
                .isInstanceOf(StoreException.class);
        assertThat(value(stores)).isEmpty();
    }
}
