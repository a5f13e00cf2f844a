package dev.waxseal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.StoredKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

@Timeout(120)
class TwoProcessesTest {
    private static final int KEYS = 50;

    @Test
    void twoProcessesThatAddTheKeysOfNewSubjectsAtOnceEndWithTheSameOnes() throws Exception {
        PGSimpleDataSource database = PostgresqlServer.newDatabase();
        List<Adding> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                processes.add(new Adding(database.getURL(), "process " + i));
            }
            for (Adding process : processes) {
                assertThat(process.line()).isEqualTo("ready");
            }
            for (Adding process : processes) {
                process.go();
            }
            for (int key = 0; key < KEYS; key++) {
                String held = processes.get(0).line();
                assertThat(held).startsWith("process ");
                assertThat(processes.get(1).line()).isEqualTo(held);
            }
            for (Adding process : processes) {
                assertThat(process.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.process.exitValue()).isZero();
            }
            try (var connection = database.getConnection();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT COUNT(*) FROM waxseal_key")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(KEYS);
            }
        } finally {
            processes.forEach(adding -> adding.process.destroyForcibly());
        }
    }

    /** A process that adds keys when told to. */
    private static final class Adding {
        final Process process;
        private final BufferedReader out;

        Adding(String url, String name) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            TwoProcessesTest.class.getName(),
                            url,
                            name)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            out = process.inputReader(StandardCharsets.UTF_8);
        }

        String line() throws IOException {
            return out.readLine();
        }

        void go() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }
    }

    /** The program of each process: both make the tables at once, then add the same keys. */
    public static void main(String[] arguments) throws IOException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setURL(arguments[0]);
        database.setUser("postgres");
        System.out.println("ready");
        System.in.read();
        JdbcStores stores = JdbcStores.on(database);
        for (int i = 0; i < KEYS; i++) {
            KeyName name = new KeyName("acme", KeyKind.SUBJECT, "subject " + i);
            StoredKey candidate = new StoredKey(
                    name, 1, 1, arguments[1].getBytes(StandardCharsets.UTF_8), Instant.now(), Optional.empty());
            System.out.println(new String(stores.keys().addIfAbsent(candidate).wrapped(), StandardCharsets.UTF_8));
        }
    }
}
