package dev.waxseal.jdbc;

import dev.waxseal.error.StoreException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the driver's exceptions into Waxseal's. */
final class SqlFailure {
    /** Connection failures and transaction rollbacks (serialization failure, deadlock), by their class. */
    private static final Set<String> RETRYABLE_CLASSES = Set.of("08", "40");

    /**
     * PostgreSQL: too many connections, lock not available, cancelled (by the time limit), shutting down or starting.
     * H2: lock timeout, concurrent update, connection or database closed.
     */
    private static final Set<String> RETRYABLE_STATES = Set.of(
            "53300", "55P03", "57014", "57P01", "57P02", "57P03", "HYT00", "HYT01", "90131", "90067", "90098", "90121");

    private SqlFailure() {}

    /**
     * A statement failed. Neither our message nor its cause repeats the driver's message: drivers put parameter values
     * and whole rows there. What is stored here is references and ciphertexts, but operational values stand in clear,
     * and an exception travels to logs and trackers that a row never reaches. The cause keeps the driver's class,
     * SQLState, vendor code and stack trace, which tell a diagnosis apart as well.
     */
    static StoreException of(String doing, SQLException e) {
        return new StoreException(
                doing + " failed in the database (SQLState " + e.getSQLState() + ", code " + e.getErrorCode() + ")"
                        + (retryable(e) ? ": try again" : ""),
                retryable(e),
                stripped(e));
    }

    /** No connection could be had. No statement was sent, so the driver's message holds no row; it is kept. */
    static StoreException noConnection(SQLException e) {
        return new StoreException(
                "no connection to the database (SQLState " + e.getSQLState() + "): see the cause, and try again",
                retryable(e),
                e);
    }

    static SQLException stripped(SQLException e) {
        SQLException stripped = new SQLException(
                e.getClass().getName() + " (message withheld: it may hold values)", e.getSQLState(), e.getErrorCode());
        stripped.setStackTrace(e.getStackTrace());
        return stripped;
    }

    private static boolean retryable(SQLException e) {
        if (e instanceof SQLTransientException || e instanceof SQLRecoverableException) {
            return true;
        }
        @Nullable String state = e.getSQLState();
        return state != null
                && (RETRYABLE_STATES.contains(state)
                        || (state.length() == 5 && RETRYABLE_CLASSES.contains(state.substring(0, 2))));
    }
}
