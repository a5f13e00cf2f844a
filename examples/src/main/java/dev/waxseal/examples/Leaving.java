package dev.waxseal.examples;

import dev.waxseal.Exported;
import dev.waxseal.Vault;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * Leaving Waxseal: every customer goes in clear into a table of the host's own. Run it again after whatever stopped it, or
 * in several processes at once: a batch that comes twice replaces itself.
 */
final class Leaving {
    private Leaving() {}

    /** Where the customers go: {@code id}, {@code phone}, {@code name}. */
    static final String TABLE = "CREATE TABLE IF NOT EXISTS crm_customer"
            + " (id VARCHAR(256) PRIMARY KEY, phone VARCHAR(64), name VARCHAR(256))";

    private static final String REPLACE = "MERGE INTO crm_customer (id, phone, name) KEY (id) VALUES (?, ?, ?)";

    /** The principal needs grants that reveal every component, each for one of its purposes. */
    static Exported toTable(Vault<ChatCustomer> customers, String principal, DataSource own) {
        return customers.export("to the new CRM", principal).run(batch -> replace(own, batch));
    }

    /** The batch counts as exported once this returns, so it must be durable by then. */
    private static void replace(DataSource own, List<ChatCustomer> batch) {
        try (Connection connection = own.getConnection();
                PreparedStatement replace = connection.prepareStatement(REPLACE)) {
            for (ChatCustomer customer : batch) {
                replace.setString(1, customer.id());
                replace.setString(2, customer.phone());
                replace.setString(3, customer.name().orElse(null));
                replace.addBatch();
            }
            replace.executeBatch();
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the batch was not written; it comes again when the export is run again", e);
        }
    }
}
