package dev.waxseal.jdbc;

import static dev.waxseal.jdbc.Samples.put;
import static dev.waxseal.jdbc.Samples.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.jdbc.TestDatabase.Product;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaTest {
    private static final int TABLES = 14;

    @TempDir
    Path directory;

    private TestDatabase database;

    private void create(Product product) throws SQLException {
        database = product.create(directory);
    }

    private JdbcStores.Builder builder() {
        return JdbcStores.builder(database.dataSource());
    }

    private JdbcStores checked() {
        return builder().schemaManagement(SchemaManagement.CHECK).open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource
    void theTablesAreMadeOnOpeningAndLeftAloneAfterwards(Product product) throws SQLException {
        create(product);
        JdbcStores first = JdbcStores.on(database.dataSource());
        Samples.addKeys(first);
        put(first, "value");
        assertThat(value(JdbcStores.on(database.dataSource()))).contains("value");
        assertThat(value(checked())).contains("value");
        assertThat(database.tables()).hasSize(TABLES);
        assertThat(database.strings("SELECT version FROM waxseal_schema")).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource
    void missingTablesAreReportedWithTheFileToApply(Product product) throws SQLException {
        create(product);
        assertThatThrownBy(this::checked)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("missing")
                .hasMessageContaining("dev/waxseal/jdbc/" + folder(product) + "/V1__waxseal.sql")
                .hasMessageContaining("APPLY");
        assertThat(database.tables()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theHostsOwnToolCanApplyTheFile(Product product) throws Exception {
        create(product);
        String file = "/dev/waxseal/jdbc/" + folder(product) + "/V1__waxseal.sql";
        try (InputStream in = JdbcStores.class.getResourceAsStream(file)) {
            database.execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        JdbcStores stores = checked();
        Samples.addKeys(stores);
        put(stores, "value");
        assertThat(value(JdbcStores.on(database.dataSource()))).contains("value");
    }

    @ParameterizedTest
    @EnumSource
    void tablesOfANewerVersionAreRefusedAndLeftAlone(Product product) throws SQLException {
        create(product);
        JdbcStores.on(database.dataSource());
        database.execute("INSERT INTO waxseal_schema (version, applied_at) VALUES (7, CURRENT_TIMESTAMP)");
        for (SchemaManagement management : SchemaManagement.values()) {
            assertThatThrownBy(() -> builder().schemaManagement(management).open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("version 7")
                    .hasMessageContaining("up to 1")
                    .hasMessageContaining("upgrade");
        }
        assertThat(database.strings("SELECT version FROM waxseal_schema ORDER BY version"))
                .containsExactly("1", "7");
    }

    @ParameterizedTest
    @EnumSource
    void aNewerVersionWhoseOtherTablesLookDifferentIsLeftAloneToo(Product product) throws SQLException {
        create(product);
        database.execute(
                "CREATE TABLE waxseal_schema (version INTEGER PRIMARY KEY, applied_at TIMESTAMP WITH TIME ZONE)",
                "INSERT INTO waxseal_schema (version, applied_at) VALUES (2, CURRENT_TIMESTAMP)");
        assertThatThrownBy(() -> JdbcStores.on(database.dataSource())).hasMessageContaining("version 2");
        assertThat(database.tables()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void severalThatOpenAtOnceMakeTheTablesOnce(Product product) throws Exception {
        for (int round = 0; round < 5; round++) {
            TestDatabase fresh = product.create(directory.resolve("round" + round));
            database = fresh;
            int count = 6;
            CyclicBarrier together = new CyclicBarrier(count);
            ExecutorService threads = Executors.newFixedThreadPool(count);
            List<Callable<JdbcStores>> openings = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                openings.add(() -> {
                    together.await(30, TimeUnit.SECONDS);
                    return JdbcStores.on(fresh.dataSource());
                });
            }
            for (Future<JdbcStores> opened : threads.invokeAll(openings)) {
                Samples.addKeys(opened.get());
            }
            threads.shutdown();
            assertThat(fresh.strings("SELECT version FROM waxseal_schema")).containsExactly("1");
            assertThat(fresh.tables()).hasSize(TABLES);
            fresh.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anApplicationThatFailedAnywhereIsCompletedByTheNext(Product product) throws SQLException {
        create(product);
        FaultyDataSource faulty = new FaultyDataSource(database.dataSource());
        String noted = "SELECT COUNT(*) FROM information_schema.tables WHERE LOWER(table_name) = 'waxseal_schema'";
        int faults = 0;
        while (faults < 60) {
            faulty.at(faults + 1, method -> {
                throw new SQLException("injected before " + method, "XX000");
            });
            try {
                JdbcStores.on(faulty.dataSource());
                break;
            } catch (StoreException e) {
                faults++;
                if (database.strings(noted).equals(List.of("0"))) {
                    assertThatThrownBy(this::checked).hasMessageContaining("missing");
                }
            }
        }
        assertThat(faults).isBetween(5, 59);
        assertThat(database.tables()).hasSize(TABLES);
        Samples.addKeys(checked());
    }

    @ParameterizedTest
    @EnumSource
    void theTablesCanStandInASchemaOfTheirOwn(Product product) throws SQLException {
        create(product);
        JdbcStores plain = JdbcStores.on(database.dataSource());
        JdbcStores own = builder().schema("crm_1").open();
        JdbcStores again = builder()
                .schema("crm_1")
                .schemaManagement(SchemaManagement.CHECK)
                .open();
        Samples.addKeys(plain);
        Samples.addKeys(own);
        put(plain, "plain");
        put(own, "one");
        put(own, "own");
        Samples.append(own, "one");
        assertThat(value(plain)).contains("plain");
        assertThat(value(again)).contains("own");
        assertThat(Samples.events(plain)).isEmpty();
        assertThat(database.tables()).contains("crm_1.waxseal_record").hasSize(2 * TABLES);
        assertThatThrownBy(() -> builder()
                        .schema("elsewhere")
                        .schemaManagement(SchemaManagement.CHECK)
                        .open())
                .hasMessageContaining("missing in schema elsewhere");
    }

    @ParameterizedTest
    @EnumSource
    void settingsOutOfBoundsAreRefused(Product product) throws SQLException {
        create(product);
        for (String schema : List.of("", "a; drop table x", "Upper", "1st", "x".repeat(64))) {
            assertThatThrownBy(() -> builder().schema(schema)).isInstanceOf(InvalidInputException.class);
        }
        for (Duration timeout : List.of(Duration.ZERO, Duration.ofMillis(999), Duration.ofHours(2))) {
            assertThatThrownBy(() -> builder().statementTimeout(timeout)).isInstanceOf(InvalidInputException.class);
        }
    }

    private static String folder(Product product) {
        return product == Product.H2 ? "h2" : "postgresql";
    }
}
