package dev.waxseal.benchmarks;

import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.jdbc.JdbcStores;
import dev.waxseal.key.KeyStore;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.seal.Layout;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.seal.engine.RecordSealer;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.store.InMemoryStores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/**
 * The command that counts what opening a record costs whose subject's key isn't cached, on PostgreSQL by statements and
 * in memory by calls of the key store, and how often a process calls the root key for many subjects.
 */
public final class ColdSuite {
    private static final Access READER = Access.by("reader").purpose("support");
    private static final int CACHED_KEYS = 10_000;

    private ColdSuite() {}

    /**
     * Runs the suite.
     *
     * @param arguments the file to write the figures to, {@code results/cold.json} unless given
     */
    public static void main(String[] arguments) throws Exception {
        Figures figures = run(1_000_000);
        System.out.println("JDK " + Runtime.version());
        System.out.print(figures.table());
        figures.write(Path.of(arguments.length > 0 ? arguments[0] : "results/cold.json"));
    }

    /** Each figure is a count; its reference is the most that it may be. */
    static Figures run(int subjects) throws Exception {
        Figures figures = new Figures();
        statements(figures);
        calls(figures);
        rootKeyCalls(figures, subjects);
        return figures;
    }

    /** A process that knows other customers of the same day opens a record of one that it doesn't know. */
    private static void statements(Figures figures) throws Exception {
        List<String> prepared = new CopyOnWriteArrayList<>();
        try (EmbeddedDatabase database = EmbeddedDatabase.start();
                InMemoryRootKeys rootKeys = new InMemoryRootKeys();
                JdbcStores stores = JdbcStores.on(recording(database.dataSource(), prepared))) {
            // Closing the one would close the root keys, which the other needs.
            try (Waxseal before = Waxseal.open(stores, rootKeys);
                    Waxseal process = Waxseal.open(stores, rootKeys)) {
                before.grants()
                        .give(Grant.to("reader")
                                .on("contact")
                                .purpose("support")
                                .revealAll()
                                .by("benchmark", "to count"));
                before.vault(Contact.class).put(Contact.of("known"));
                before.vault(Contact.class).put(Contact.of("cold"));
                read(process, "known");
                prepared.clear();
                long calls = rootKeys.calls();
                read(process, "cold");
                List<String> cold = List.copyOf(prepared);
                prepared.clear();
                read(process, "cold");
                figures.add("open a cold subject's record: reads of the key", count(cold, "waxseal_key "), "reads", 1);
                figures.add(
                        "open a cold subject's record: reads of its epoch", count(cold, "waxseal_epoch"), "reads", 0);
                figures.add("open a cold subject's record: root-key calls", rootKeys.calls() - calls, "calls", 0);
                figures.add(
                        "open a cold subject's record: statements, beside a warm one",
                        cold.size(),
                        "",
                        prepared.size());
            }
        }
    }

    private static long count(List<String> statements, String table) {
        return statements.stream().filter(sql -> (sql + " ").contains(table)).count();
    }

    private static DataSource recording(DataSource dataSource, List<String> prepared) {
        return Recorded.results(DataSource.class, dataSource, (method, values, result) -> {
            if (!(result instanceof Connection connection)) {
                return result;
            }
            return Recorded.results(Connection.class, connection, (called, parameters, made) -> {
                if (called.equals("prepareStatement")) {
                    prepared.add((String) parameters[0]);
                }
                return made;
            });
        });
    }

    /** Without the decision and the trail: every call of the key store that opening makes. */
    private static void calls(Figures figures) {
        InMemoryStores stores = new InMemoryStores();
        InMemoryRootKeys rootKeys = new InMemoryRootKeys();
        List<String> called = new ArrayList<>();
        KeyStore store = Recorded.results(KeyStore.class, stores.keys(), (method, values, result) -> {
            called.add(method);
            return result;
        });
        RecordSealer<Contact> writer = sealer(ring(stores.keys(), stores, rootKeys));
        SealedRecord known = writer.seal(Contact.of("known")).record();
        SealedRecord cold = writer.seal(Contact.of("cold")).record();
        RecordSealer<Contact> reader = sealer(ring(store, stores, rootKeys));
        Set<String> wanted = Set.of("name", "phone");
        reader.open(known, wanted);
        called.clear();
        long before = rootKeys.calls();
        reader.open(cold, wanted);
        figures.add(
                "open a cold subject's compartment: calls of the key store, one unwrap each",
                called.size(),
                "calls",
                1);
        figures.add("open a cold subject's compartment: root-key calls", rootKeys.calls() - before, "calls", 0);
    }

    private static void read(Waxseal waxseal, String subject) {
        if (waxseal.vault(Contact.class).get(subject, READER).isEmpty()) {
            throw new IllegalStateException("the record of " + subject + " is missing");
        }
    }

    private static void rootKeyCalls(Figures figures, int subjects) {
        InMemoryStores stores = new InMemoryStores();
        InMemoryRootKeys rootKeys = new InMemoryRootKeys();
        KeyRing writer = ring(stores.keys(), stores, rootKeys);
        for (int i = 0; i < subjects; i++) {
            writer.toSeal("subject-" + i, Optional.empty(), "contact");
        }
        String what = "root-key calls for " + subjects + " subjects of one epoch";
        figures.add(what + ": the process that begins it", rootKeys.calls(), "calls", 2);
        long before = rootKeys.calls();
        KeyRing reader = ring(stores.keys(), stores, rootKeys);
        for (int i = 0; i < subjects; i++) {
            reader.toOpen("subject-" + i, Optional.empty(), "contact");
        }
        figures.add(what + ": another process", rootKeys.calls() - before, "calls", 2);
    }

    private static KeyRing ring(KeyStore store, InMemoryStores stores, InMemoryRootKeys rootKeys) {
        return new KeyRing(
                "default",
                store,
                rootKeys,
                stores::separately,
                Clock.systemUTC(),
                new SecureRandom(),
                CACHED_KEYS,
                Duration.ofMinutes(5));
    }

    private static RecordSealer<Contact> sealer(KeyRing keys) {
        return new RecordSealer<>(
                RecordPolicy.of(Contact.class),
                keys,
                Layout.COMPARTMENTS,
                ZoneOffset.UTC,
                Clock.systemUTC(),
                text -> text);
    }
}
