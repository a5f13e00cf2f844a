package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.store.StoresContract;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class H2StoresTest extends StoresContract {
    @TempDir
    Path directory;

    private TestDatabase database;

    @Override
    protected Stores open() throws SQLException {
        database = TestDatabase.h2(directory);
        return JdbcStores.on(database.dataSource());
    }

    @AfterEach
    void closeDatabase() {
        database.close();
    }
}
