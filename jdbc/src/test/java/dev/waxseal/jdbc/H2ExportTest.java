package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.ExportContract;
import java.nio.file.Path;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class H2ExportTest extends ExportContract {
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
