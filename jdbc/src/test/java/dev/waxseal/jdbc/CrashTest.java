package dev.waxseal.jdbc;

import static dev.waxseal.jdbc.Samples.append;
import static dev.waxseal.jdbc.Samples.events;
import static dev.waxseal.jdbc.Samples.put;
import static dev.waxseal.jdbc.Samples.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.error.StoreException;
import dev.waxseal.jdbc.TestDatabase.Product;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrashTest {
    private static final int MOST_STATEMENTS = 50;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aStatementThatFailsAnywhereInAWriteLeavesTheOldRecord(Product product) throws Exception {
        try (TestDatabase database = product.create(directory)) {
            FaultyDataSource faulty = new FaultyDataSource(database.dataSource());
            JdbcStores stores = JdbcStores.on(faulty.dataSource());
            Samples.addKeys(stores);
            put(stores, "old");
            int faults = 0;
            AtomicInteger count;
            do {
                count = faulty.at(faults + 1, method -> {
                    throw new SQLNonTransientConnectionException("injected before " + method, "08006");
                });
                boolean done = writes(stores);
                faulty.before(method -> {});
                if (done) {
                    break;
                }
                faults++;
                assertThat(value(stores)).contains("old");
                assertThat(events(stores)).isEmpty();
                assertThat(faulty.open()).isZero();
            } while (faults < MOST_STATEMENTS);
            assertThat(faults).isGreaterThanOrEqualTo(8).isEqualTo(count.get()).isLessThan(MOST_STATEMENTS);
            assertThat(value(stores)).contains("new");
            assertThat(events(stores)).containsExactly("one");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStatementThatFailsAnywhereInTheWriteOfANewRecordLeavesNone(Product product) throws Exception {
        try (TestDatabase database = product.create(directory)) {
            FaultyDataSource faulty = new FaultyDataSource(database.dataSource());
            JdbcStores stores = JdbcStores.on(faulty.dataSource());
            Samples.addKeys(stores);
            int faults = 0;
            while (faults < MOST_STATEMENTS) {
                faulty.at(faults + 1, method -> {
                    throw new SQLException("injected before " + method, "XX000");
                });
                boolean done = writes(stores);
                faulty.before(method -> {});
                if (done) {
                    break;
                }
                faults++;
                assertThat(value(stores)).isEmpty();
                assertThat(database.strings("SELECT name FROM waxseal_compartment"))
                        .isEmpty();
                assertThat(database.strings("SELECT field FROM waxseal_index")).isEmpty();
            }
            assertThat(faults).isBetween(6, MOST_STATEMENTS - 1);
            assertThat(value(stores)).contains("new");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCrashOfTheDatabaseAnywhereInAWriteLeavesTheOldOrTheNewRecord(Product product) throws Exception {
        try (TestDatabase database = product.create(directory)) {
            FaultyDataSource faulty = new FaultyDataSource(database.dataSource());
            JdbcStores stores = JdbcStores.on(faulty.dataSource());
            Samples.addKeys(stores);
            put(stores, "old");
            int crashes = 0;
            while (crashes < MOST_STATEMENTS) {
                faulty.at(crashes + 1, method -> database.crash());
                boolean done = writes(stores);
                faulty.before(method -> {});
                if (done) {
                    break;
                }
                crashes++;
                database.restart();
                stores = JdbcStores.on(faulty.dataSource());
                assertThat(value(stores)).contains("old");
                assertThat(events(stores)).isEmpty();
            }
            assertThat(crashes).isBetween(8, MOST_STATEMENTS - 1);
            assertThat(value(stores)).contains("new");
            database.crash();
            database.restart();
            assertThat(value(stores)).contains("new");
            assertThat(events(stores)).containsExactly("one");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureAnywhereInAWriteWithinAHostsTransactionIsUndoneAndTheHostCanGoOn(Product product) throws Exception {
        try (TestDatabase database = product.create(directory)) {
            FaultyDataSource faulty = new FaultyDataSource(database.dataSource());
            JdbcStores stores = JdbcStores.on(faulty.dataSource());
            Samples.addKeys(stores);
            put(stores, "old");
            database.execute("CREATE TABLE host_order (id INTEGER PRIMARY KEY)");
            int faults = 0;
            while (faults < MOST_STATEMENTS) {
                int number = faults + 1;
                boolean done;
                try (Connection host = database.dataSource().getConnection()) {
                    host.setAutoCommit(false);
                    host.createStatement().execute("INSERT INTO host_order VALUES (" + number + ")");
                    Connection wrapped = faulty.wrap(host);
                    faulty.at(number, method -> {
                        throw new SQLException("injected before " + method, "XX000");
                    });
                    done = stores.within(wrapped, () -> {
                        try {
                            put(stores, "new");
                            return true;
                        } catch (StoreException e) {
                            return false;
                        }
                    });
                    host.commit();
                }
                faulty.before(method -> {});
                assertThat(value(stores)).contains(done ? "new" : "old");
                assertThat(database.strings("SELECT id FROM host_order")).hasSize(number);
                if (done) {
                    break;
                }
                faults++;
            }
            assertThat(faults).isBetween(5, MOST_STATEMENTS - 1);
        }
    }

    private static boolean writes(JdbcStores stores) {
        try {
            return stores.atomically(() -> {
                put(stores, "new");
                append(stores, "one");
                return true;
            });
        } catch (StoreException e) {
            return false;
        }
    }
}
