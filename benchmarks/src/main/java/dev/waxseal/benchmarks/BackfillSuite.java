package dev.waxseal.benchmarks;

import dev.waxseal.Waxseal;
import dev.waxseal.jdbc.Backfill;
import dev.waxseal.jdbc.JdbcStores;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.postgresql.ds.PGConnectionPoolDataSource;

/**
 * The command that measures sealing a table of ten columns in place on embedded PostgreSQL against the bare UPDATE of the
 * same rows, which writes bytes of the same size and empties the same columns in the same batches, in turns in one run.
 */
public final class BackfillSuite {
    private static final int BATCH = 1_000;
    private static final String[] COLUMNS = {
        "name", "phone", "email", "street", "city", "postcode", "country", "born", "orders", "note"
    };

    private BackfillSuite() {}

    /**
     * Runs the suite.
     *
     * @param arguments the file to write the figures to, {@code results/backfill.json} unless given
     */
    public static void main(String[] arguments) throws Exception {
        Figures figures = run(200_000, 3);
        System.out.println("JDK " + Runtime.version());
        System.out.print(figures.table());
        figures.write(Path.of(arguments.length > 0 ? arguments[0] : "results/backfill.json"));
    }

    static Figures run(int rows, int rounds) throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_wal_size", "4GB")
                .setServerConfig("shared_buffers", "512MB")
                .start()) {
            PGConnectionPoolDataSource connections = new PGConnectionPoolDataSource();
            connections.setURL(server.getJdbcUrl("postgres", "postgres"));
            connections.setUser("postgres");
            JdbcConnectionPool pool = JdbcConnectionPool.create(connections);
            try {
                return run(pool, rows, rounds);
            } finally {
                pool.dispose();
            }
        }
    }

    private static Figures run(DataSource database, int rows, int rounds) throws Exception {
        Figures figures = new Figures();
        JdbcStores stores = JdbcStores.on(database);
        try (Waxseal waxseal = Waxseal.open(stores, new InMemoryRootKeys())) {
            for (boolean indexed : new boolean[] {true, false}) {
                run(figures, database, waxseal, stores, rows, rounds, indexed);
            }
        }
        return figures;
    }

    private static void run(
            Figures figures,
            DataSource database,
            Waxseal waxseal,
            JdbcStores stores,
            int rows,
            int rounds,
            boolean indexed)
            throws Exception {
        double[] bare = new double[rounds];
        double[] fresh = new double[rounds];
        double[] known = new double[rounds];
        int sealedBytes = waxseal.vault(Contact.class).seal(Contact.example()).toBytes().length;
        // The first round warms up.
        for (int round = -1; round < rounds; round++) {
            int at = Math.max(0, round);
            String subjects = indexed + "-" + round + "-";
            fill(database, rows, subjects, indexed);
            bare[at] = rows / bareUpdate(database, rows, sealedBytes);
            fill(database, rows, subjects, indexed);
            fresh[at] = rows / backfill(waxseal, stores, rows);
            fill(database, rows, subjects, indexed);
            known[at] = rows / backfill(waxseal, stores, rows);
        }
        String table = indexed ? "4 indexes" : "primary key only";
        figures.add("backfill, " + table + ", every subject new", median(fresh), "rows/s", median(bare));
        figures.add("backfill, " + table + ", every subject known", median(known), "rows/s", median(bare));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Indexed: by the customer's id, phone number and e-mail address too, by which customers are looked up. */
    private static void fill(DataSource database, int rows, String subjects, boolean indexed) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS contact");
            statement.execute("CREATE TABLE contact (id BIGINT PRIMARY KEY, customer TEXT NOT NULL, "
                    + String.join(" TEXT, ", COLUMNS) + " TEXT, sealed BYTEA)");
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO contact SELECT i, ? || i, ?, ?, ?, ?,"
                            + " ?, ?, ?, ?, ?, ?, NULL FROM generate_series(1, ?) i")) {
                insert.setString(1, subjects);
                Contact contact = Contact.example();
                String[] values = {
                    contact.name(), contact.phone(), contact.email(), contact.street(), contact.city(),
                    contact.postcode(), contact.country(), contact.born(), contact.orders(), contact.note()
                };
                for (int i = 0; i < values.length; i++) {
                    insert.setString(2 + i, values[i]);
                }
                insert.setInt(12, rows);
                insert.executeUpdate();
            }
            if (indexed) {
                statement.execute("CREATE UNIQUE INDEX ON contact (customer)");
                statement.execute("CREATE INDEX ON contact (phone)");
                statement.execute("CREATE INDEX ON contact (email)");
            }
            statement.execute("VACUUM ANALYZE contact");
            statement.execute("CHECKPOINT");
        }
    }

    /** Seconds that the bare UPDATE takes. */
    private static double bareUpdate(DataSource database, int rows, int sealedBytes) throws SQLException {
        byte[][] sealed = new byte[BATCH][sealedBytes];
        Random random = new Random(1);
        for (byte[] each : sealed) {
            random.nextBytes(each);
        }
        long start = System.nanoTime();
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement("UPDATE contact t SET sealed = u.v, "
                        + String.join(" = NULL, ", COLUMNS) + " = NULL"
                        + " FROM unnest(CAST(? AS BYTEA[]), CAST(? AS BIGINT[])) AS u (v, k) WHERE t.id = u.k")) {
            connection.setAutoCommit(false);
            for (int from = 0; from < rows; from += BATCH) {
                int count = Math.min(BATCH, rows - from);
                Object[] keys = new Object[count];
                for (int i = 0; i < count; i++) {
                    keys[i] = (long) from + i + 1;
                }
                update.setArray(1, connection.createArrayOf("bytea", Arrays.copyOf(sealed, count)));
                update.setArray(2, connection.createArrayOf("int8", keys));
                if (update.executeUpdate() != count) {
                    throw new IllegalStateException("the bare update missed rows");
                }
                connection.commit();
            }
            connection.setAutoCommit(true);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Seconds that the backfill takes. */
    private static double backfill(Waxseal waxseal, JdbcStores stores, int rows) {
        Backfill<Contact> backfill = Backfill.of(waxseal, stores, Contact.class)
                .table("contact")
                .rows(BackfillSuite::contact)
                .into("sealed")
                .emptying(COLUMNS)
                .batch(BATCH)
                .workers(2)
                .build();
        long start = System.nanoTime();
        Backfill.Result result = backfill.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!result.complete() || result.sealed() != rows) {
            throw new IllegalStateException("the backfill is not complete: " + result);
        }
        return seconds;
    }

    private static Contact contact(ResultSet row) throws SQLException {
        return new Contact(
                row.getString("customer"),
                row.getString("name"),
                row.getString("phone"),
                row.getString("email"),
                row.getString("street"),
                row.getString("city"),
                row.getString("postcode"),
                row.getString("country"),
                row.getString("born"),
                row.getString("orders"),
                row.getString("note"));
    }
}
