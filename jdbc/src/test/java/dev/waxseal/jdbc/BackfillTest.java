package dev.waxseal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Vault;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.jdbc.TestDatabase.Product;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.PhoneNumbers;
import dev.waxseal.policy.Searchable;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.Layout;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

@Timeout(300)
class BackfillTest {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final int ROWS = 130;

    @TempDir
    Path directory;

    @CustomerRecord("client")
    record Client(
            @SubjectId String id,

            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support") @Searchable(PhoneNumbers.class)
            String phone,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String name) {}

    /** A table of customers in clear, and a vault on the same database. */
    private static final class Desk implements AutoCloseable {
        final TestDatabase database;
        final JdbcConnectionPool pool;
        final FaultyDataSource faulty;
        final JdbcStores stores;
        final Waxseal waxseal;
        final Vault<Client> vault;

        Desk(Product product, Path directory) throws SQLException {
            this(product, directory, Layout.COMPARTMENTS);
        }

        Desk(Product product, Path directory, Layout layout) throws SQLException {
            database = product.create(directory);
            // Connections kept open, as a host's pool does.
            pool = product == Product.POSTGRESQL
                    ? PostgresqlServer.pool((PGSimpleDataSource) database.dataSource())
                    : JdbcConnectionPool.create((JdbcDataSource) database.dataSource());
            faulty = new FaultyDataSource(pool);
            stores = JdbcStores.on(faulty.dataSource());
            waxseal =
                    Waxseal.with(stores, new InMemoryRootKeys()).layout(layout).open();
            vault = waxseal.vault(Client.class);
            waxseal.grants()
                    .give(Grant.to("agent-7")
                            .on("client")
                            .purpose("support")
                            .revealAll()
                            .by("head", "works here"));
            String bytes = product == Product.H2 ? "VARBINARY(4000)" : "BYTEA";
            database.execute(
                    "CREATE TABLE client (id BIGINT PRIMARY KEY, customer VARCHAR(40) NOT NULL, phone VARCHAR(40),"
                            + " \"Full Name\" VARCHAR(80) NOT NULL, age INTEGER NOT NULL, code VARCHAR(9) NOT NULL UNIQUE,"
                            + " sealed " + bytes + ", sealed_phone " + bytes + ", sealed_name " + bytes
                            + ", phone_entry VARCHAR(32), subject_ref VARCHAR(32), small VARCHAR(8))");
        }

        DataSource dataSource() {
            return pool;
        }

        void fill(int from, int to) throws SQLException {
            try (Connection connection = dataSource().getConnection();
                    PreparedStatement insert = connection.prepareStatement(
                            "INSERT INTO client (id, customer, phone, \"Full Name\", age, code)"
                                    + " VALUES (?, ?, ?, ?, 30, ?)")) {
                for (int i = from; i < to; i++) {
                    insert.setLong(1, i);
                    insert.setString(2, "c-" + i);
                    insert.setString(3, phone(i));
                    insert.setString(4, "Name " + i);
                    insert.setString(5, "x" + i);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }

        Backfill.Builder<Client> describe() {
            return Backfill.of(waxseal, stores, Client.class)
                    .table("client")
                    .rows(BackfillTest::client)
                    .batch(40);
        }

        Backfill.Builder<Client> whole() {
            return describe()
                    .into("sealed")
                    .index("phone", "phone_entry")
                    .subjectReference("subject_ref")
                    .emptying("phone", "Full Name");
        }

        /** What is sealed in the rows, by customer. */
        Map<String, Client> opened() throws SQLException {
            Map<String, Client> opened = new HashMap<>();
            try (Connection connection = dataSource().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT * FROM client WHERE sealed IS NOT NULL")) {
                while (rows.next()) {
                    SealedRecord sealed = SealedRecord.fromBytes(rows.getBytes("sealed"));
                    String customer = rows.getString("customer");
                    assertThat(sealed.key()).isEqualTo(vault.keyOf(customer));
                    assertThat(rows.getString("subject_ref"))
                            .isEqualTo(sealed.key().subject());
                    opened.put(customer, vault.open(sealed, SUPPORT).whole());
                }
            }
            return opened;
        }

        long inClear() throws SQLException {
            return Long.parseLong(
                    database.strings("SELECT COUNT(*) FROM client WHERE phone IS NOT NULL OR \"Full Name\" <> ''")
                            .get(0));
        }

        @Override
        public void close() {
            waxseal.close();
            pool.dispose();
            database.close();
        }
    }

    private static String phone(int number) {
        return "+4915123" + (450000 + number);
    }

    private static Client client(ResultSet row) throws SQLException {
        return new Client(row.getString("customer"), row.getString("phone"), row.getString("Full Name"));
    }

    @ParameterizedTest
    @EnumSource
    void theWholeTableIsSealedOpensAndIsFoundByItsIndexColumn(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(0, ROWS);
            Backfill.Result result = desk.whole().build().run();
            assertThat(result).isEqualTo(new Backfill.Result(ROWS, 0, List.of(), true));
            assertThat(desk.inClear()).isZero();
            Map<String, Client> opened = desk.opened();
            assertThat(opened).hasSize(ROWS);
            assertThat(opened.get("c-7")).isEqualTo(new Client("c-7", phone(7), "Name 7"));
            byte[] entry = desk.vault
                    .indexEntries("phone", "0049 15123 450007", SUPPORT)
                    .get(0)
                    .value();
            assertThat(desk.database.strings("SELECT customer FROM client WHERE phone_entry = '"
                            + HexFormat.of().formatHex(entry) + "'"))
                    .containsExactly("c-7");
            assertThat(desk.waxseal.audit().read(AuditTrail.Chain.CHANGES, 0, 100))
                    .extracting(AuditTrail.Entry::event)
                    .filteredOn(event -> event.action() == AuditAction.BACKFILL)
                    .hasSize(4)
                    .anySatisfy(event -> assertThat(event.detail()).endsWith("40 rows sealed, 0 refused"));
            assertThat(desk.whole().build().run()).isEqualTo(new Backfill.Result(0, 0, List.of(), true));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheApplicationWritesInClearDuringTheJobIsSealedToo(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(100, 100 + ROWS);
            AtomicInteger batches = new AtomicInteger();
            Backfill.Result result = desk.whole().build().run(progress -> {
                try {
                    if (batches.getAndIncrement() == 0) {
                        // Behind and ahead of where the job stands.
                        desk.fill(0, 10);
                        desk.fill(900, 910);
                        desk.database.execute("UPDATE client SET \"Full Name\" = 'Newer' WHERE id = 220");
                    }
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
                return true;
            });
            assertThat(result.complete()).isTrue();
            assertThat(result.sealed()).isEqualTo(ROWS + 20);
            assertThat(desk.inClear()).isZero();
            assertThat(desk.opened().get("c-220").name()).isEqualTo("Newer");
            assertThat(desk.opened()).hasSize(ROWS + 20);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatTheApplicationHoldsIsLeftForLaterAndNeverOverwrittenByAnOlderSeal(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(0, 50);
            try (Connection application = desk.dataSource().getConnection()) {
                application.setAutoCommit(false);
                try (Statement statement = application.createStatement()) {
                    statement.executeUpdate("UPDATE client SET \"Full Name\" = 'Newer' WHERE id = 20");
                }
                Backfill.Result result = desk.whole().build().run();
                assertThat(result.sealed()).isEqualTo(49);
                assertThat(result.failed()).isZero();
                assertThat(result.complete()).isFalse();
                application.commit();
            }
            assertThat(desk.whole().build().run().complete()).isTrue();
            assertThat(desk.opened().get("c-20").name()).isEqualTo("Newer");
        }
    }

    @ParameterizedTest
    @EnumSource
    void itStopsWhereTheListenerSaysSoAndGoesOnFromThere(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(0, ROWS);
            AtomicInteger told = new AtomicInteger();
            Backfill.Result first = desk.whole().build().run(progress -> {
                told.incrementAndGet();
                assertThat(progress.done()).isEqualTo(40);
                assertThat(progress.total()).isEqualTo(ROWS);
                return false;
            });
            assertThat(told).hasValue(1);
            assertThat(first).isEqualTo(new Backfill.Result(40, 0, List.of(), false));
            assertThat(desk.opened()).hasSize(40);
            assertThat(desk.whole().build().run()).isEqualTo(new Backfill.Result(ROWS - 40, 0, List.of(), true));
        }
    }

    @ParameterizedTest
    @EnumSource
    void severalWorkersAndCallsShareOneTable(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(0, 400);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                CyclicBarrier barrier = new CyclicBarrier(2);
                Callable<Backfill.Result> call = () -> {
                    barrier.await();
                    return desk.whole().workers(2).build().run();
                };
                Future<Backfill.Result> one = threads.submit(call);
                Future<Backfill.Result> other = threads.submit(call);
                assertThat(one.get().sealed() + other.get().sealed()).isEqualTo(400);
                assertThat(one.get().failed() + other.get().failed()).isZero();
            } finally {
                threads.shutdownNow();
            }
            assertThat(desk.whole().build().run().complete()).isTrue();
            assertThat(desk.inClear()).isZero();
            assertThat(desk.opened()).hasSize(400);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatCannotBeSealedAreNamedWithoutTheirValuesAndStayForTheNextCall(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(0, ROWS);
            desk.database.execute(
                    "UPDATE client SET phone = 'no number at all' WHERE id = 3",
                    "UPDATE client SET customer = '' WHERE id = 4",
                    "UPDATE client SET customer = 'unreadable' WHERE id = 5");
            desk.waxseal.erase("c-6", "officer", "asked");
            Backfill.RowReader<Client> reader = row -> {
                if (row.getString("customer").equals("unreadable")) {
                    throw new IllegalStateException("cannot parse " + row.getString("Full Name"));
                }
                return client(row);
            };
            Backfill.Result result = desk.whole().rows(reader).build().run();
            assertThat(result.sealed()).isEqualTo(ROWS - 4);
            assertThat(result.failed()).isEqualTo(4);
            assertThat(result.complete()).isFalse();
            assertThat(result.failures())
                    .extracting(Backfill.Failure::record)
                    .contains(
                            Optional.of(desk.vault.keyOf("c-3")),
                            Optional.of(desk.vault.keyOf("c-6")),
                            Optional.empty());
            assertThat(result.toString())
                    .doesNotContain("Name 5")
                    .doesNotContain("no number")
                    .contains("erased");
            assertThat(desk.whole().rows(reader).namingRows().build().run().failures())
                    .extracting(Backfill.Failure::row)
                    .containsExactlyInAnyOrder("3", "4", "5", "6");
            desk.database.execute(
                    "UPDATE client SET phone = '" + phone(3) + "' WHERE id = 3",
                    "UPDATE client SET customer = 'c-4' WHERE id = 4",
                    "UPDATE client SET customer = 'c-5' WHERE id = 5",
                    "DELETE FROM client WHERE id = 6");
            assertThat(desk.whole().rows(reader).build().run()).isEqualTo(new Backfill.Result(3, 0, List.of(), true));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSealedRowThatIsWrittenInClearAgainIsOnlyReplacedOrMergedWhenTheHostSaysSo(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(0, 3);
            desk.whole().build().run();
            desk.database.execute(
                    "UPDATE client SET phone = '" + phone(90) + "' WHERE id = 0",
                    "UPDATE client SET phone = '" + phone(91) + "', \"Full Name\" = 'Whole' WHERE id = 1");
            Backfill.Result refused = desk.whole().build().run();
            assertThat(refused.sealed()).isZero();
            assertThat(refused.failed()).isEqualTo(2);
            assertThat(desk.opened().get("c-0")).isEqualTo(new Client("c-0", phone(0), "Name 0"));
            Backfill.Result merged = desk.whole()
                    .merging(
                            SUPPORT,
                            (before, clear) -> new Client(
                                    clear.id(),
                                    clear.phone() == null ? before.text("phone") : clear.phone(),
                                    clear.name().isEmpty() ? before.text("name") : clear.name()))
                    .build()
                    .run();
            assertThat(merged).isEqualTo(new Backfill.Result(2, 0, List.of(), true));
            assertThat(desk.opened().get("c-0")).isEqualTo(new Client("c-0", phone(90), "Name 0"));
            assertThat(desk.opened().get("c-1")).isEqualTo(new Client("c-1", phone(91), "Whole"));
            desk.database.execute("UPDATE client SET phone = '" + phone(92) + "', \"Full Name\" = 'All' WHERE id = 2");
            assertThat(desk.whole().replacingSealed().build().run().complete()).isTrue();
            assertThat(desk.opened().get("c-2")).isEqualTo(new Client("c-2", phone(92), "All"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStatementThatFailsAnywhereLeavesEachRowInClearOrSealedAndTheNextCallGoesOn(Product product) throws Exception {
        int faults = 0;
        boolean failed = true;
        try (Desk desk = new Desk(product, directory)) {
            while (failed) {
                desk.database.execute("DELETE FROM client");
                int from = 1_000 * faults;
                desk.fill(from, from + 45);
                int number = ++faults;
                desk.faulty.at(number, method -> {
                    throw new SQLNonTransientConnectionException("injected before " + method, "08006");
                });
                failed = false;
                try {
                    desk.whole().build().run();
                } catch (StoreException e) {
                    failed = true;
                }
                desk.faulty.before(method -> {});
                assertThat(desk.inClear() + desk.opened().size())
                        .as("fault " + number)
                        .isEqualTo(45);
                assertThat(desk.whole().build().run().complete()).isTrue();
                assertThat(desk.opened()).hasSize(45);
            }
            assertThat(desk.waxseal.audit().verify().intact()).isTrue();
        }
        assertThat(faults).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource
    void eachComponentCanHaveAColumnOfItsOwn(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory, Layout.FIELDS)) {
            desk.fill(0, 50);
            Backfill.Result result = desk.describe()
                    .intoColumn("phone", "sealed_phone")
                    .intoColumn("name", "sealed_name")
                    .emptying("phone", "Full Name")
                    .build()
                    .run();
            assertThat(result).isEqualTo(new Backfill.Result(50, 0, List.of(), true));
            assertThat(desk.inClear()).isZero();
            try (Connection connection = desk.dataSource().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT * FROM client WHERE id = 7")) {
                row.next();
                SealedRecord sealed = SealedRecord.ofColumns(
                        desk.vault.keyOf("c-7"),
                        Map.of("phone", row.getBytes("sealed_phone"), "name", row.getBytes("sealed_name")));
                assertThat(desk.vault.open(sealed, SUPPORT).whole()).isEqualTo(new Client("c-7", phone(7), "Name 7"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void columnsForEachComponentAreRefusedWhereComponentsAreSealedTogether(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(0, 5);
            assertThatThrownBy(() -> desk.describe()
                            .intoColumn("phone", "sealed_phone")
                            .intoColumn("name", "sealed_name")
                            .emptying("phone", "Full Name")
                            .build()
                            .run())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Layout.FIELDS");
            assertThat(desk.inClear()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsMoveIntoTheVaultUnlessItHasTheRecordAlready(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(0, 90);
            desk.database.execute("UPDATE client SET phone = 'none' WHERE id = 8");
            desk.vault.put(new Client("c-9", phone(99), "Newer"));
            Backfill.Result result =
                    desk.describe().intoVault().deletingRows().build().run();
            assertThat(result.sealed()).isEqualTo(88);
            assertThat(result.failed()).isEqualTo(2);
            assertThat(desk.database.strings("SELECT customer FROM client ORDER BY id"))
                    .containsExactly("c-8", "c-9");
            assertThat(desk.vault.get("c-9", SUPPORT).orElseThrow().whole().name())
                    .isEqualTo("Newer");
            assertThat(desk.vault.get("c-7", SUPPORT).orElseThrow().whole())
                    .isEqualTo(new Client("c-7", phone(7), "Name 7"));
            desk.database.execute("DELETE FROM client");
            desk.fill(100, 150);
            assertThat(desk.describe()
                            .intoVault()
                            .emptying("phone", "Full Name")
                            .build()
                            .run())
                    .isEqualTo(new Backfill.Result(50, 0, List.of(), true));
            assertThat(desk.inClear()).isZero();
        }
    }

    private record Mistake(String what, UnaryOperator<Backfill.Builder<Client>> change) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                new Mistake("no table 'nowhere'", b -> b.into("sealed").table("nowhere")),
                new Mistake("no schema 'nowhere'", b -> b.into("sealed").schema("nowhere")),
                new Mistake("no table 'client\"; DROP", b -> b.into("sealed").table("client\"; DROP TABLE client; --")),
                new Mistake("no column 'missing'", b -> b.into("missing")),
                new Mistake("no column 'x\" = NULL", b -> b.into("sealed").emptying("x\" = NULL, \"y")),
                new Mistake("can't hold a sealed record", b -> b.into("small")),
                new Mistake("index entry takes 32", b -> b.into("sealed").index("phone", "small")),
                new Mistake("has no blind index", b -> b.into("sealed").index("name", "phone_entry")),
                new Mistake("not the key of table", b -> b.into("sealed").key("customer")),
                new Mistake("so it can't be emptied", b -> b.into("sealed").emptying("age")),
                new Mistake("part of a unique index", b -> b.into("sealed").emptying("code")),
                new Mistake("two parts to play", b -> b.into("sealed").emptying("sealed")),
                new Mistake(
                        "part of a unique index",
                        b -> b.into("sealed").key("code").emptying("phone", "code")),
                new Mistake("have no column to go to", b -> b.intoColumn("phone", "sealed_phone")),
                new Mistake("must leave the table", b -> b.intoVault()));
    }

    @ParameterizedTest
    @EnumSource
    void aMistakeIsToldBeforeAnythingIsChanged(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.fill(0, 5);
            mistakes()
                    .forEach(mistake -> assertThatThrownBy(() -> mistake.change()
                                    .apply(desk.describe())
                                    .build()
                                    .run())
                            .as(mistake.what())
                            .isInstanceOf(InvalidInputException.class)
                            .hasMessageContaining(mistake.what()));
            assertThat(desk.inClear()).isEqualTo(5);
            assertThat(desk.opened()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableWithoutKeyIsRefused(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            desk.database.execute("ALTER TABLE client DROP CONSTRAINT "
                    + desk.database
                            .strings("SELECT constraint_name FROM information_schema.table_constraints"
                                    + " WHERE LOWER(table_name) = 'client' AND constraint_type = 'PRIMARY KEY'")
                            .get(0));
            assertThatThrownBy(() -> desk.whole().build().run())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("has no primary key");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aContradictionInTheDescriptionIsRefused(Product product) throws Exception {
        try (Desk desk = new Desk(product, directory)) {
            assertThatThrownBy(() -> desk.describe().build()).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> desk.describe().into("sealed").intoVault())
                    .isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> desk.whole().deletingRows().build()).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> desk.describe().batch(0)).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> desk.describe().workers(17)).isInstanceOf(InvalidInputException.class);
        }
    }
}
