package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.store.JobsContract;
import java.nio.file.Path;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class H2JobsTest extends JobsContract {
    @TempDir
    Path directory;

    private JdbcConnectionPool database;

    @Override
    protected Stores newStores() {
        database = JdbcConnectionPool.create(
                "jdbc:h2:file:" + directory.resolve("waxseal") + ";LOCK_TIMEOUT=20000", "", "");
        return JdbcStores.on(database);
    }

    @AfterEach
    void shutDown() {
        database.dispose();
    }
}
