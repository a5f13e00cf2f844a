package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.testkit.vault.EpochsContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class H2EpochsTest extends EpochsContract {
    @TempDir
    Path directory;

    private final JdbcDataSource database = new JdbcDataSource();

    @Override
    protected Stores newStores() {
        database.setURL("jdbc:h2:file:" + directory.resolve("waxseal") + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000");
        return JdbcStores.on(database);
    }

    @AfterEach
    void shutDown() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        }
    }
}
