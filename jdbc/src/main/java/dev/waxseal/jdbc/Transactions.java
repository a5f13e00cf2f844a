package dev.waxseal.jdbc;

import dev.waxseal.error.StoreException;
import dev.waxseal.error.WaxsealException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which connection the calling thread works on, and where its transaction begins and ends. Thread safe: each thread has
 * its own.
 */
final class Transactions {
    /** Work on the database. */
    @FunctionalInterface
    interface Work<R> {
        R run(Session session) throws SQLException;
    }

    /** The innermost stretch of work that is undone as a whole. */
    private static final class Scope {
        final Session session;
        final boolean ofHost;
        /** What failed in the midst of a write, after which nothing of this scope may become durable. */
        @Nullable
        Throwable failure;

        Scope(Session session, boolean ofHost) {
            this.session = session;
            this.ofHost = ofHost;
        }

        Connection connection() {
            return session.connection();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    private final DataSource dataSource;
    private final Dialect dialect;
    private final int timeoutSeconds;

    /** Not static: one thread may have transactions on several stores, which know nothing of each other. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Scope> current = new ThreadLocal<>();

    Transactions(DataSource dataSource, Dialect dialect, int timeoutSeconds) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.timeoutSeconds = timeoutSeconds;
    }

    /** Joins the transaction of the calling thread, in which the work is undone alone when it throws, or begins one. */
    <R> R atomically(Supplier<R> work) {
        Scope scope = current.get();
        return scope == null ? separately(work) : untilSavepoint(scope, work);
    }

    /** Begins a transaction, whatever the calling thread has going on. */
    <R> R separately(Supplier<R> work) {
        try (Lease lease = new Lease()) {
            Connection connection = lease.connection;
            begin(connection);
            try {
                R result = inScope(scope(connection, false), work);
                commit(connection);
                lease.restore = true;
                return result;
            } catch (Throwable e) {
                if (undo(connection::rollback, e)) {
                    lease.restore = true;
                } else {
                    // Switching to auto-commit would commit what could not be rolled back.
                    undo(() -> connection.abort(Runnable::run), e);
                }
                throw e;
            }
        }
    }

    /** Runs work in the transaction that the host has open, which stays open. */
    <R> R within(Connection host, Supplier<R> work) {
        try {
            if (host.getAutoCommit()) {
                throw new StoreException("the connection handed to within(...) is in auto-commit mode, so there is no"
                        + " transaction to join: call setAutoCommit(false) on it first, and commit it afterwards");
            }
            if (host.getTransactionIsolation() > Connection.TRANSACTION_READ_COMMITTED) {
                throw new StoreException("the transaction handed to within(...) is isolated more strictly than READ"
                        + " COMMITTED, so it can't see keys that are made while it runs: set it to READ COMMITTED");
            }
        } catch (SQLException e) {
            throw SqlFailure.of("joining the host's transaction", e);
        }
        return inScope(scope(host, true), work);
    }

    /** Runs one call of a store that changes something: all of it happens, or none. */
    <R> R write(String doing, Work<R> work) {
        Scope scope = current.get();
        if (scope == null || scope.ofHost) {
            // A host could catch our exception and commit: only a savepoint keeps half a write out of its transaction.
            return atomically(() -> write(doing, work));
        }
        return run(doing, scope, work);
    }

    /** Runs one call of a store that reads with a single statement, which needs no transaction where there is none. */
    <R> R read(String doing, Work<R> work) {
        Scope scope = current.get();
        if (scope != null) {
            return run(doing, scope, work);
        }
        try (Lease lease = new Lease()) {
            return run(doing, scope(lease.connection, false), work);
        }
    }

    private Scope scope(Connection connection, boolean ofHost) {
        return new Scope(new Session(connection, dialect, timeoutSeconds), ofHost);
    }

    private static <R> R run(String doing, Scope scope, Work<R> work) {
        refuseAfterFailure(scope);
        try {
            return work.run(scope.session);
        } catch (SQLException e) {
            StoreException failure = SqlFailure.of(doing, e);
            scope.failure = failure;
            throw failure;
        } catch (WaxsealException e) {
            // A refusal, made before anything was written: the transaction can go on.
            throw e;
        } catch (RuntimeException | Error e) {
            scope.failure = e;
            throw e;
        }
    }

    private <R> R untilSavepoint(Scope outer, Supplier<R> work) {
        refuseAfterFailure(outer);
        Connection connection = outer.connection();
        Savepoint savepoint;
        try {
            savepoint = connection.setSavepoint();
        } catch (SQLException e) {
            throw failed(outer, SqlFailure.of("setting a savepoint", e));
        }
        R result;
        try {
            result = inScope(scope(connection, false), work);
        } catch (Throwable e) {
            if (!undo(() -> connection.rollback(savepoint), e) && !outer.ofHost) {
                outer.failure = e;
            }
            throw e;
        }
        try {
            connection.releaseSavepoint(savepoint);
        } catch (SQLException e) {
            throw failed(outer, SqlFailure.of("releasing a savepoint", e));
        }
        return result;
    }

    private static StoreException failed(Scope scope, StoreException failure) {
        if (!scope.ofHost) {
            scope.failure = failure;
        }
        return failure;
    }

    private <R> R inScope(Scope scope, Supplier<R> work) {
        Scope outer = current.get();
        current.set(scope);
        try {
            R result = work.get();
            refuseAfterFailure(scope);
            return result;
        } finally {
            if (outer == null) {
                current.remove();
            } else {
                current.set(outer);
            }
        }
    }

    private static void refuseAfterFailure(Scope scope) {
        Throwable failure = scope.failure;
        if (failure != null && !scope.ofHost) {
            throw new StoreException(
                    "an earlier call in this transaction failed half-way, so nothing of it can be kept: let its"
                            + " exception pass, and try the whole work again",
                    failure instanceof StoreException e && e.retryable(),
                    failure);
        }
    }

    private static void begin(Connection connection) {
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw SqlFailure.of("beginning a transaction", e);
        }
    }

    private static void commit(Connection connection) {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw SqlFailure.of("committing (where the connection broke, it may have succeeded)", e);
        }
    }

    /** Something that undoes. */
    @FunctionalInterface
    private interface Undo {
        void run() throws SQLException;
    }

    private static boolean undo(Undo undo, Throwable because) {
        try {
            undo.run();
            return true;
        } catch (SQLException e) {
            because.addSuppressed(SqlFailure.of("rolling back", e));
        } catch (RuntimeException e) {
            because.addSuppressed(e);
        }
        return false;
    }

    /** A connection of the host's data source until it is given back as it came. */
    private final class Lease implements AutoCloseable {
        final Connection connection;
        /** Whether a transaction was begun and has ended. */
        boolean restore;

        Lease() {
            try {
                connection = dataSource.getConnection();
            } catch (SQLException e) {
                throw SqlFailure.noConnection(e);
            }
            try {
                if (!connection.getAutoCommit()) {
                    throw new StoreException("the data source gave a connection with auto-commit off, which may be in"
                            + " the midst of somebody's transaction: hand that transaction over by"
                            + " JdbcStores.within(connection, work), or let the pool give connections in auto-commit"
                            + " mode");
                }
            } catch (SQLException e) {
                throw closing(SqlFailure.of("looking at a new connection", e));
            } catch (StoreException e) {
                throw closing(e);
            }
        }

        private StoreException closing(StoreException failure) {
            undo(connection::close, failure);
            return failure;
        }

        /**
         * Failing here changes nothing about the work: it is committed or rolled back. A connection that can't go back
         * to auto-commit is broken, and its pool finds that out by itself.
         */
        @Override
        public void close() {
            StoreException ignored = new StoreException("giving a connection back");
            if (restore) {
                undo(() -> connection.setAutoCommit(true), ignored);
            }
            undo(connection::close, ignored);
            if (ignored.getSuppressed().length > 0) {
                LOG.debug("a connection could not be given back as it came", ignored);
            }
        }
    }
}
