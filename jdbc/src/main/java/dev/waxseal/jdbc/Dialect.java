package dev.waxseal.jdbc;

import dev.waxseal.error.StoreException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** In what the two databases differ. */
enum Dialect {
    /**
     * H2, version 2. It has no shared row lock, so keys that a write relies on are locked exclusively: the writes of
     * one tenant that share an expiry day run one after the other. Its query timeout belongs to the connection, where
     * it would reach the host's statements too, so it is left alone; H2's own lock timeout bounds every wait.
     */
    H2("h2", "FOR UPDATE", "FOR UPDATE", "FOR UPDATE", "BINARY LARGE OBJECT", "? FORMAT JSON", "", false),
    /**
     * PostgreSQL. Writers hold their keys by FOR KEY SHARE, which lets a rotation rewrap a key that is in use all the
     * time; what destroys a key takes FOR UPDATE first, which they hold off. An insert that fails would abort the whole transaction, perhaps the host's, hence ON CONFLICT.
     */
    POSTGRESQL(
            "postgresql",
            "FOR SHARE",
            "FOR KEY SHARE",
            "FOR NO KEY UPDATE",
            "BYTEA",
            "CAST(? AS JSONB)",
            " ON CONFLICT DO NOTHING",
            true);

    private static final String UNIQUE_VIOLATION = "23505";

    private final String folder;
    private final String holdRows;
    private final String holdKeysInUse;
    private final String holdKeysToRewrap;
    private final String bytesType;
    private final String json;
    private final String unlessPresent;
    private final boolean limitsEachStatement;

    Dialect(
            String folder,
            String holdRows,
            String holdKeysInUse,
            String holdKeysToRewrap,
            String bytesType,
            String json,
            String unlessPresent,
            boolean limitsEachStatement) {
        this.folder = folder;
        this.holdRows = holdRows;
        this.holdKeysInUse = holdKeysInUse;
        this.holdKeysToRewrap = holdKeysToRewrap;
        this.bytesType = bytesType;
        this.json = json;
        this.unlessPresent = unlessPresent;
        this.limitsEachStatement = limitsEachStatement;
    }

    static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        String product = data.getDatabaseProductName();
        if ("PostgreSQL".equals(product)) {
            return POSTGRESQL;
        }
        if ("H2".equals(product) && data.getDatabaseMajorVersion() >= 2) {
            return H2;
        }
        throw new StoreException(
                "JdbcStores works on PostgreSQL and on H2 from version 2, but the data source leads to " + product + " "
                        + data.getDatabaseMajorVersion() + ": give a data source of one of these");
    }

    /** The folder of its schema files. */
    String folder() {
        return folder;
    }

    /** Ends a query whose rows must not change until the transaction ends. */
    String holdRows() {
        return holdRows;
    }

    /** Ends a query whose keys must not be destroyed until the transaction ends. */
    String holdKeysInUse() {
        return holdKeysInUse;
    }

    /** Ends a query whose keys are about to be rewrapped, also while writers hold them. */
    String holdKeysToRewrap() {
        return holdKeysToRewrap;
    }

    /** The type of ciphertexts. */
    String bytesType() {
        return bytesType;
    }

    /** A parameter that is JSON text. */
    String json() {
        return json;
    }

    /** Ends an insert that does nothing where the key is taken; see {@link #meansPresent} where there is no such. */
    String unlessPresent() {
        return unlessPresent;
    }

    /** Whether an insert failed because the key is taken, and the transaction goes on. */
    boolean meansPresent(SQLException e) {
        return this == H2 && UNIQUE_VIOLATION.equals(e.getSQLState());
    }

    /** Whether a time limit can be given to one statement without reaching others on the connection. */
    boolean limitsEachStatement() {
        return limitsEachStatement;
    }

    /** Whether the rows of a batch can be given as arrays, which is one statement where it would be hundreds. */
    boolean unnestsArrays() {
        return this == POSTGRESQL;
    }
}
