package dev.waxseal.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Exported;
import dev.waxseal.Vault;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Grant;
import dev.waxseal.jdbc.JdbcStores;
import dev.waxseal.key.RootKeys;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeavingTest {
    private static final int COUNT = 300;

    @TempDir
    Path home;

    private static void execute(JdbcConnectionPool database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(JdbcConnectionPool database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM crm_customer WHERE phone LIKE '+49%'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void everyCustomerArrivesOnceAlsoAfterTheTableWasAwayForAWhile() throws SQLException {
        JdbcConnectionPool database = JdbcConnectionPool.create("jdbc:h2:" + home.resolve("sealed"), "", "");
        JdbcConnectionPool own = JdbcConnectionPool.create("jdbc:h2:" + home.resolve("own"), "", "");
        RootKeys rootKeys = RootKeys.local(home.resolve("root.keys"), "a long passphrase".toCharArray());
        try (Waxseal waxseal = Waxseal.open(JdbcStores.on(database), rootKeys)) {
            Vault<ChatCustomer> customers = waxseal.vault(ChatCustomer.class);
            customers.putAll(IntStream.range(0, COUNT)
                    .mapToObj(i -> new ChatCustomer("c-" + i, "+4915123456789", Optional.empty(), Instant.now()))
                    .toList());
            waxseal.grants()
                    .give(Grant.to("migration")
                            .on("chat-customer")
                            .purpose("support")
                            .revealAll()
                            .by("head", "we are moving"));
            assertThatThrownBy(() -> Leaving.toTable(customers, "migration", own))
                    .hasMessageContaining("it comes again");
            execute(own, Leaving.TABLE);
            Exported exported = Leaving.toTable(customers, "migration", own);
            assertThat(exported.complete()).isTrue();
            assertThat(exported.handedOut()).isEqualTo(COUNT);
            assertThat(count(own)).isEqualTo(COUNT);
            assertThat(Leaving.toTable(customers, "migration", own).handedOut()).isZero();
        } finally {
            own.dispose();
            database.dispose();
        }
    }
}
