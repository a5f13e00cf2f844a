package dev.waxseal.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A new H2 file for each test, with pooled connections. */
final class H2Place implements AfterEachCallback {
    private Path directory;
    private JdbcConnectionPool database;

    /** New, empty stores. */
    JdbcStores newStores() {
        try {
            directory = Files.createTempDirectory("waxseal-h2");
        } catch (IOException e) {
            throw new IllegalStateException("there is no place for the test's files", e);
        }
        database = JdbcConnectionPool.create(
                "jdbc:h2:file:" + directory.resolve("waxseal") + ";LOCK_TIMEOUT=20000", "", "");
        return JdbcStores.on(database);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        database.dispose();
        List<Path> files;
        try (Stream<Path> walked = Files.walk(directory)) {
            files = walked.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
