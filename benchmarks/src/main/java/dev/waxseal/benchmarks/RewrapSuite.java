package dev.waxseal.benchmarks;

import dev.waxseal.Epochs;
import dev.waxseal.Waxseal;
import dev.waxseal.jdbc.JdbcStores;
import dev.waxseal.key.KeyStore;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.StoredKey;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.store.InMemoryStores;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The command that measures a rotation's rewrapping of subject keys on PostgreSQL beside the bare UPDATE of the same rows
 * in a copy of the table, as a JDBC batch for each transaction of as many keys, in turns in one run.
 */
public final class RewrapSuite {
    private static final int BATCH = 500;
    private static final double AIM = 20_000;

    private RewrapSuite() {}

    /**
     * Runs the suite.
     *
     * @param arguments the file to write the figures to, {@code results/rewrap.json} unless given
     */
    public static void main(String[] arguments) throws Exception {
        Figures figures = run(200_000, 3);
        System.out.println("JDK " + Runtime.version());
        System.out.print(figures.table());
        figures.write(Path.of(arguments.length > 0 ? arguments[0] : "results/rewrap.json"));
    }

    static Figures run(int subjects, int rounds) throws SQLException, IOException {
        try (EmbeddedDatabase database = EmbeddedDatabase.start();
                JdbcStores stores = JdbcStores.on(database.dataSource());
                InMemoryRootKeys rootKeys = new InMemoryRootKeys()) {
            List<StoredKey> keys = fill(database.dataSource(), stores, rootKeys, subjects);
            database.run("CREATE TABLE bare (LIKE waxseal_key INCLUDING ALL)");
            database.run("INSERT INTO bare SELECT * FROM waxseal_key");
            double[] bare = new double[rounds];
            double[] rewrap = new double[rounds];
            try (Waxseal waxseal = Waxseal.open(stores, rootKeys)) {
                for (int round = 0; round < rounds; round++) {
                    // Both begin without the dead rows that the round before left.
                    database.run("VACUUM ANALYZE");
                    long start = System.nanoTime();
                    update(database.dataSource(), keys, round + 2L);
                    bare[round] = keys.size() * 1e9 / (System.nanoTime() - start);
                    start = System.nanoTime();
                    Epochs.Rotation rotation = waxseal.epochs().rotate();
                    rewrap[round] = rotation.rewrapped() * 1e9 / (System.nanoTime() - start);
                    if (!rotation.complete() || rotation.rewrapped() < keys.size()) {
                        throw new IllegalStateException("the rotation did not rewrap every key: " + rotation);
                    }
                }
            }
            Figures figures = new Figures();
            String what = "rewrap " + subjects + " subject keys";
            figures.add(what + ", beside the bare UPDATE", median(rewrap), "keys/s", median(bare));
            figures.add(what + ", beside the aim", median(rewrap), "keys/s", AIM);
            return figures;
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Makes real keys in memory, which is quicker, and copies them into the database as they would stand there. */
    private static List<StoredKey> fill(DataSource dataSource, JdbcStores stores, RootKeys rootKeys, int subjects)
            throws SQLException {
        InMemoryStores memory = new InMemoryStores();
        List<StoredKey> made = new ArrayList<>();
        KeyStore store = Recorded.results(KeyStore.class, memory.keys(), (method, values, result) -> {
            if (result instanceof StoredKey key) {
                made.add(key);
            }
            return result;
        });
        KeyRing ring = new KeyRing(
                "default",
                store,
                rootKeys,
                memory::separately,
                Clock.systemUTC(),
                new SecureRandom(),
                1_000,
                Duration.ofMinutes(5));
        byte[] reference = new byte[16];
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < subjects; i++) {
            random.nextBytes(reference);
            ring.toSeal(HexFormat.of().formatHex(reference), Optional.empty(), "contact");
        }
        stores.keys().addEpoch(ring.newestEpoch());
        insert(dataSource, made);
        return made;
    }

    private static void insert(DataSource dataSource, List<StoredKey> keys) throws SQLException {
        inBatches(
                dataSource,
                keys,
                "INSERT INTO waxseal_key (wrapped, epoch, tenant, kind, name, version, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (statement, key) -> {
                    bind(statement, key, key.epoch());
                    statement.setObject(7, key.createdAt().atOffset(ZoneOffset.UTC));
                });
    }

    /** The reference: what rewrapping would be if it were nothing but its UPDATE. */
    private static void update(DataSource dataSource, List<StoredKey> keys, long epoch) throws SQLException {
        inBatches(
                dataSource,
                keys,
                "UPDATE bare SET wrapped = ?, epoch = ? WHERE tenant = ? AND kind = ? AND name = ? AND version = ?",
                (statement, key) -> bind(statement, key, epoch));
    }

    private static void bind(PreparedStatement statement, StoredKey key, long epoch) throws SQLException {
        statement.setBytes(1, key.wrapped());
        statement.setLong(2, epoch);
        statement.setString(3, key.name().tenant());
        statement.setString(4, key.name().kind().name());
        statement.setString(5, key.name().name());
        statement.setInt(6, key.version());
    }

    private interface Binding {
        void bind(PreparedStatement statement, StoredKey key) throws SQLException;
    }

    private static void inBatches(DataSource dataSource, List<StoredKey> keys, String sql, Binding binding)
            throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            connection.setAutoCommit(false);
            for (int from = 0; from < keys.size(); from += BATCH) {
                for (StoredKey key : keys.subList(from, Math.min(from + BATCH, keys.size()))) {
                    binding.bind(statement, key);
                    statement.addBatch();
                }
                statement.executeBatch();
                connection.commit();
            }
            connection.setAutoCommit(true);
        }
    }
}
