package dev.waxseal.jdbc;

import static dev.waxseal.jdbc.Samples.append;
import static dev.waxseal.jdbc.Samples.events;
import static dev.waxseal.jdbc.Samples.put;
import static dev.waxseal.jdbc.Samples.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waxseal.access.Grant;
import dev.waxseal.error.StoreException;
import dev.waxseal.jdbc.TestDatabase.Product;
import dev.waxseal.key.KeyKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransactionsTest {
    @TempDir
    Path directory;

    private TestDatabase database;
    private FaultyDataSource faulty;
    private JdbcStores stores;

    private void open(Product product) throws SQLException {
        database = product.create(directory);
        faulty = new FaultyDataSource(database.dataSource());
        stores = JdbcStores.on(faulty.dataSource());
        Samples.addKeys(stores);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource
    void aDataSourceThatGivesConnectionsWithAutoCommitOffIsRefused(Product product) throws SQLException {
        open(product);
        AtomicReference<Connection> given = new AtomicReference<>();
        DataSource offByDefault = from(() -> {
            Connection connection = database.dataSource().getConnection();
            connection.setAutoCommit(false);
            given.set(connection);
            return connection;
        });
        assertThatThrownBy(() -> JdbcStores.on(offByDefault))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("auto-commit off")
                .hasMessageContaining("within");
        assertThat(given.get().isClosed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionGoesBackAsItCame(Product product) throws SQLException {
        open(product);
        try (Connection pooled = database.dataSource().getConnection()) {
            JdbcStores onPool = JdbcStores.on(from(() -> unclosed(pooled)));
            put(onPool, "value");
            onPool.records().find(Samples.KEY);
            assertThat(pooled.getAutoCommit()).isTrue();
            assertThatThrownBy(() -> onPool.atomically(() -> {
                        append(onPool, "one");
                        throw new IllegalStateException("undone");
                    }))
                    .hasMessage("undone");
            assertThat(pooled.getAutoCommit()).isTrue();
        }
        assertThat(value(stores)).contains("value");
        assertThat(events(stores)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whenRollingBackFailsTooItIsSuppressedAndNothingIsKept(Product product) throws SQLException {
        open(product);
        faulty.before(method -> {
            if (method.equals("rollback")) {
                throw new SQLException("injected", "08006");
            }
        });
        assertThatThrownBy(() -> stores.atomically(() -> {
                    put(stores, "value");
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .isInstanceOf(StoreException.class)
                        .extracting(Throwable::getMessage)
                        .asString()
                        .contains("rolling back"));
        assertThat(value(stores)).isEmpty();
        assertThat(faulty.open()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionInWhichACallFailedHalfWayIsNotCommittedThoughTheExceptionWasCaught(Product product)
            throws SQLException {
        open(product);
        assertThatThrownBy(() -> stores.atomically(() -> {
                    append(stores, "one");
                    faulty.at(3, method -> {
                        throw new SQLException("injected", "40001");
                    });
                    assertThatThrownBy(() -> put(stores, "value")).isInstanceOf(StoreException.class);
                    faulty.before(method -> {});
                    assertThatThrownBy(() -> append(stores, "two")).hasMessageContaining("earlier call");
                    return true;
                }))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.retryable()).isTrue())
                .hasMessageContaining("earlier call");
        assertThat(value(stores)).isEmpty();
        assertThat(events(stores)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anInnerTransactionThatFailsHalfWayIsUndoneAndTheOuterOneGoesOn(Product product) throws SQLException {
        open(product);
        stores.atomically(() -> {
            append(stores, "one");
            assertThatThrownBy(() -> stores.<Long>atomically(() -> {
                        faulty.at(3, method -> {
                            throw new SQLException("injected", "40001");
                        });
                        return put(stores, "value");
                    }))
                    .isInstanceOf(StoreException.class);
            faulty.before(method -> {});
            return append(stores, "two");
        });
        assertThat(value(stores)).isEmpty();
        assertThat(events(stores)).containsExactly("one", "two");
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionHoldsNoValueOfARow(Product product) throws SQLException {
        open(product);
        Grant grant = Grant.to("canary-principal")
                .on("canary-type")
                .purpose("canary-purpose")
                .revealAll()
                .by("canary-lead", "canary-reason")
                .from(Samples.NOW);
        stores.grants().add(Samples.TENANT, grant);
        StoreException e =
                catchThrowableOfType(StoreException.class, () -> stores.grants().add(Samples.TENANT, grant));
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain("canary", grant.id()).contains("23505");
        assertThat(e.retryable()).isFalse();
        assertThat(e).hasCauseInstanceOf(SQLException.class);
    }

    @ParameterizedTest
    @EnumSource
    void waitingForARowEndsAtTheTimeoutWithARetryableException(Product product) throws Exception {
        open(product);
        JdbcStores impatient = JdbcStores.builder(shortLockTimeout(product))
                .statementTimeout(Duration.ofSeconds(1))
                .open();
        stores.atomically(() -> {
            append(stores, "one");
            CompletableFuture<Throwable> other =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> append(impatient, "two")));
            assertThat(other.join())
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.retryable()).isTrue());
            return true;
        });
        assertThat(events(stores)).containsExactly("one");
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseOutOfReachIsReportedAsRetryable(Product product) throws SQLException {
        open(product);
        DataSource failing = from(() -> {
            throw new SQLException("connection refused", "08001");
        });
        assertThatThrownBy(() -> JdbcStores.on(failing))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.retryable()).isTrue());
    }

    @ParameterizedTest
    @EnumSource
    void anotherDatabaseProductIsRefused(Product product) throws SQLException {
        open(product);
        DataSource other = from(() -> (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getMetaData" ->
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {DatabaseMetaData.class},
                                (data, asked, none) ->
                                        asked.getName().equals("getDatabaseProductName") ? (Object) "MySQL" : 8);
                    default -> null;
                }));
        assertThatThrownBy(() -> JdbcStores.on(other))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("MySQL 8")
                .hasMessageContaining("PostgreSQL")
                .hasMessageContaining("H2");
    }

    @ParameterizedTest
    @EnumSource
    void noConnectionIsLeftOpen(Product product) throws SQLException {
        open(product);
        put(stores, "value");
        stores.keys().find(Samples.key(KeyKind.EXPIRY, "none").name());
        stores.atomically(() -> stores.separately(() -> append(stores, "one")));
        assertThat(faulty.open()).isZero();
    }

    private DataSource shortLockTimeout(Product product) {
        if (product == Product.POSTGRESQL) {
            return database.dataSource();
        }
        return from(() -> {
            Connection connection = database.dataSource().getConnection();
            connection.createStatement().execute("SET LOCK_TIMEOUT 500");
            return connection;
        });
    }

    /** Gives connections. */
    @FunctionalInterface
    private interface Source {
        Connection get() throws SQLException;
    }

    private static DataSource from(Source source) {
        return (DataSource) Proxy.newProxyInstance(
                TransactionsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, arguments) -> source.get());
    }

    private static Connection unclosed(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                TransactionsTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(connection, arguments));
    }
}
