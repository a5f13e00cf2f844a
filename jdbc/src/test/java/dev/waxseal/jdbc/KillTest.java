package dev.waxseal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.Vault;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.access.Verdict;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.key.KeyFileProtection;
import dev.waxseal.key.RootKeys;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.Holds;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.vault.SettableClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process that puts, rewraps, expires, erases, backfills and destroys root keys on PostgreSQL with a local key file is killed at
 * random moments, again and again. After each restart every live record opens, every erased one doesn't, and no job is
 * stuck. Twenty kills here; the soak has more: {@code -Dwaxseal.kills=200}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KillTest {
    private static final int KILLS = Integer.getInteger("waxseal.kills", 20);
    private static final long SEED = Long.getLong("waxseal.kills.seed", 20261125L);
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");
    /** Tells a whole line from one that was cut off. */
    private static final String END = " .";

    private static final int STANDING = 1_500;
    private static final int PLAIN_ROWS = 1_000;
    private static final int LONGEST_MILLIS = 1_200;

    @TempDir
    Path directory;

    @CustomerRecord("chat")
    record Chat(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String name,

            @Personal(category = DataCategory.MESSAGE, purposes = "support") @Retain(period = "P1D", from = "at")
            String text,

            @Operational Instant at,
            @Operational boolean underHold) {}

    /** What the process does in one life. */
    private enum Job {
        PUT,
        REWRAP,
        EXPIRE,
        ERASE,
        DESTROY_ROOT_KEYS,
        BACKFILL
    }

    /** Holds what its own operational component says. */
    private static final class DeclaredHolds implements Holds {
        @Override
        public boolean any(String tenant) {
            return true;
        }

        @Override
        public Set<RecordKey> held(List<Candidate> candidates) {
            Set<RecordKey> held = new HashSet<>();
            candidates.stream()
                    .filter(candidate ->
                            candidate.operational().replace(" ", "").contains("\"underHold\":true"))
                    .forEach(candidate -> held.add(candidate.key()));
            return held;
        }
    }

    private static Waxseal open(JdbcStores stores, Path keyFile, SettableClock clock) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 42);
        return Waxseal.with(stores, RootKeys.local(keyFile, KeyFileProtection.key(key)))
                .clock(clock)
                .holds(new DeclaredHolds())
                .backupWindow(Duration.ZERO)
                .open();
    }

    private static Instant beginOf(int life) {
        return BEGIN.plus(Duration.ofDays(100L * life));
    }

    /** The process: says what it begins and what is done, and never ends by itself. */
    public static void main(String[] arguments) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setURL(arguments[0]);
        database.setUser("postgres");
        int life = Integer.parseInt(arguments[3]);
        SettableClock clock = new SettableClock(beginOf(life));
        JdbcStores stores = JdbcStores.on(PostgresqlServer.pool(database));
        Waxseal waxseal = open(stores, Path.of(arguments[1]), clock);
        Vault<Chat> chats = waxseal.vault(Chat.class);
        say("ready");
        for (int turn = 0; ; turn++) {
            String id = life + "-" + turn;
            switch (Job.valueOf(arguments[2])) {
                case PUT -> {
                    say("begin put " + id);
                    chats.put(new Chat(id, "name " + id, "text", clock.instant(), false));
                    say("done put " + id);
                }
                case REWRAP -> {
                    waxseal.epochs().rotate();
                    clock.move(Duration.ofSeconds(1));
                }
                case EXPIRE -> {
                    for (int i = 0; i < 12; i++) {
                        String each = id + "-" + i;
                        say("begin put " + each);
                        chats.put(new Chat(each, "name " + each, "text", clock.instant(), i % 2 == 0));
                        say("done put " + each + (i % 2 == 0 ? " held" : ""));
                    }
                    clock.move(Duration.ofHours(25));
                    waxseal.expiry().destroyDueKeys();
                    say("done expire " + LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
                }
                case ERASE -> {
                    say("begin put " + id);
                    chats.put(new Chat(id, "name " + id, "text", clock.instant(), false));
                    say("done put " + id);
                    say("begin erase " + id);
                    waxseal.erase(id, "officer", "asked");
                    say("done erase " + id);
                }
                case DESTROY_ROOT_KEYS -> {
                    waxseal.epochs().rotate();
                    clock.move(Duration.ofSeconds(1));
                    waxseal.epochs().destroyOldRootKeys();
                }
                case BACKFILL -> {
                    backfill(waxseal, stores);
                    clock.move(Duration.ofSeconds(1));
                }
            }
        }
    }

    private static Backfill.Result backfill(Waxseal waxseal, JdbcStores stores) {
        return Backfill.of(waxseal, stores, Plain.class)
                .table("plain")
                .key("id")
                .rows(row -> new Plain(row.getString("id"), row.getString("name")))
                .into("sealed")
                .emptying("name")
                .batch(50)
                .build()
                .run();
    }

    @CustomerRecord("plain")
    record Plain(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String name) {}

    private static void say(String line) {
        System.out.println(line + END);
        System.out.flush();
    }

    /** What must be true of what the processes have said so far. */
    private static final class Expected {
        final Set<String> live = new HashSet<>();
        final Set<String> erased = new HashSet<>();
        final Set<String> either = new HashSet<>();
        final Set<String> held = new HashSet<>();

        void heard(String line) {
            if (!line.endsWith(END)) {
                return;
            }
            String[] words = line.substring(0, line.length() - END.length()).split(" ");
            String id = words.length > 2 ? words[2] : "";
            switch (words[0] + " " + (words.length > 1 ? words[1] : "")) {
                case "begin put", "begin erase" -> {
                    either.add(id);
                    live.remove(id);
                }
                case "done put" -> {
                    either.remove(id);
                    live.add(id);
                    if (words.length > 3) {
                        held.add(id);
                    }
                }
                case "done erase" -> {
                    either.remove(id);
                    erased.add(id);
                }
                default -> {}
            }
        }
    }

    @Test
    void whateverAKilledProcessWasDoingNothingIsLostOrComesBack() throws Exception {
        PGSimpleDataSource database = PostgresqlServer.newDatabase();
        Path keyFile = directory.resolve("root.keys");
        var pool = PostgresqlServer.pool(database);
        Random random = new Random(SEED);
        Expected expected = new Expected();
        execute(pool, "CREATE TABLE plain (id TEXT PRIMARY KEY, name TEXT, sealed BYTEA)");
        prepare(JdbcStores.on(pool), keyFile);
        for (int i = 0; i < STANDING; i++) {
            expected.live.add("standing-" + i);
        }
        Map<Job, Integer> lives = new HashMap<>();
        for (int life = 1; life <= KILLS; life++) {
            Job job = Job.values()[life % Job.values().length];
            if (job == Job.BACKFILL) {
                execute(
                        pool,
                        "INSERT INTO plain (id, name) SELECT 'plain-" + life + "-' || i, 'name ' || i"
                                + " FROM generate_series(1, " + PLAIN_ROWS + ") i");
            }
            live(database.getURL(), keyFile, job, life, random.nextInt(LONGEST_MILLIS), expected);
            lives.merge(job, 1, Integer::sum);
            check(JdbcStores.on(pool), keyFile, life, expected, random, life == KILLS);
            if (job == Job.BACKFILL) {
                everyPlainRowIsSealedAndOpens(pool, keyFile, life);
            }
        }
        pool.dispose();
        assertThat(expected.live).hasSizeGreaterThan(STANDING);
        System.out.println(KILLS + " kills, by what was being done: " + lives + "; " + expected.live.size() + " live, "
                + expected.erased.size() + " erased, " + expected.held.size() + " held");
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** No row was lost or is stuck: what the killed process left in clear is sealed by the next, and all of them open. */
    private static void everyPlainRowIsSealedAndOpens(DataSource database, Path keyFile, int life) throws SQLException {
        JdbcStores stores = JdbcStores.on(database);
        int opened = 0;
        try (Waxseal waxseal =
                        open(stores, keyFile, new SettableClock(beginOf(life).plus(Duration.ofDays(99))));
                Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(backfill(waxseal, stores).complete()).isTrue();
            try (ResultSet rows =
                    statement.executeQuery("SELECT name, sealed FROM plain WHERE id LIKE 'plain-" + life + "-%'")) {
                while (rows.next()) {
                    assertThat(rows.getString("name")).isNull();
                    assertThat(waxseal.vault(Plain.class)
                                    .open(SealedRecord.fromBytes(rows.getBytes("sealed")), SUPPORT)
                                    .text("name"))
                            .startsWith("name ");
                    opened++;
                }
            }
        }
        assertThat(opened).isEqualTo(PLAIN_ROWS);
    }

    private void prepare(JdbcStores stores, Path keyFile) {
        try (Waxseal waxseal = open(stores, keyFile, new SettableClock(BEGIN))) {
            waxseal.grants()
                    .give(Grant.to("agent-7")
                            .on("chat")
                            .purpose("support")
                            .revealAll()
                            .by("admin", "desk"));
            waxseal.grants()
                    .give(Grant.to("agent-7")
                            .on("plain")
                            .purpose("support")
                            .revealAll()
                            .by("admin", "desk"));
            List<Chat> standing = new ArrayList<>();
            for (int i = 0; i < STANDING; i++) {
                standing.add(new Chat("standing-" + i, "name standing-" + i, "text", BEGIN, false));
                if (standing.size() == 500) {
                    waxseal.vault(Chat.class).putAll(standing);
                    standing.clear();
                }
            }
        }
    }

    private static void live(String url, Path keyFile, Job job, int life, int millis, Expected expected)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillTest.class.getName(),
                        url,
                        keyFile.toString(),
                        job.name(),
                        Integer.toString(life))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).as("%s in life %d", job, life).isEqualTo("ready" + END);
            // The moment of the kill is what the test is about: nothing is waited for.
            if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(job + " ended by itself in life " + life + " with " + process.exitValue());
            }
            // By the handle: by the process, what it has said and nobody has read yet would be thrown away.
            process.toHandle().destroyForcibly();
            out.lines().forEach(expected::heard);
        }
        assertThat(process.waitFor()).as("killed").isEqualTo(137);
    }

    private static void check(
            JdbcStores stores, Path keyFile, int life, Expected expected, Random random, boolean everything) {
        SettableClock clock = new SettableClock(beginOf(life).plus(Duration.ofDays(99)));
        try (Waxseal waxseal = open(stores, keyFile, clock)) {
            // No job is stuck: each goes on to its end.
            assertThat(waxseal.epochs().rotate().complete()).isTrue();
            assertThat(waxseal.expiry().destroyDueKeys().complete()).isTrue();
            assertThat(waxseal.expiry().due()).isEmpty();
            waxseal.epochs().destroyOldRootKeys();
            assertThat(waxseal.audit().verify().firstBroken()).isEmpty();
            for (String id : expected.live) {
                // All of this life; of earlier ones a sample, until the end.
                if (everything || id.startsWith(life + "-") || random.nextInt(20) == 0) {
                    var view = waxseal.vault(Chat.class).get(id, SUPPORT).orElseThrow(() -> new AssertionError(id));
                    assertThat(view.text("name")).isEqualTo("name " + id);
                    assertThat(view.fields().get("text").verdict()).isEqualTo(Verdict.WITHHELD);
                    assertThat(isHeld(stores, view.subject())).isEqualTo(expected.held.contains(id));
                }
            }
            for (String id : expected.erased) {
                assertThat(seen(waxseal, id)).isEmpty();
            }
            for (String id : expected.either) {
                assertThat(seen(waxseal, id)).isSubsetOf("name " + id);
            }
        }
    }

    private static Set<String> seen(Waxseal waxseal, String id) {
        try {
            return waxseal.vault(Chat.class)
                    .get(id, SUPPORT)
                    .map(view -> Set.of(view.text("name")))
                    .orElse(Set.of());
        } catch (SubjectErasedException e) {
            return Set.of();
        }
    }

    private static boolean isHeld(JdbcStores stores, String subject) {
        Optional<RecordStore.Stored> stored =
                stores.records().bySubject("default", Optional.empty(), subject, Optional.empty(), 1).stream()
                        .findFirst();
        return stored.orElseThrow().sealed().compartments().stream()
                .anyMatch(compartment -> compartment.heldDay().isPresent());
    }
}
