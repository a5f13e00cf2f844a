package dev.waxseal.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on PostgreSQL with a connection and a daemon thread of its own. Where the connection breaks, it says that
 * something may have been missed, and tries for a new one with growing pauses. Thread safe.
 */
final class PostgresqlListening implements AutoCloseable {
    static final String CHANNEL = "waxseal_key";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlListening.class);

    /** How long one wait for notifications takes; they end it at once, being closed does so at its end. */
    private static final int WAIT_MILLIS = 500;

    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private final DataSource dataSource;
    private final Consumer<String> heard;
    private final Runnable maybeMissed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private boolean closed;

    private PostgresqlListening(DataSource dataSource, Consumer<String> heard, Runnable maybeMissed) {
        this.dataSource = dataSource;
        this.heard = heard;
        this.maybeMissed = maybeMissed;
    }

    static PostgresqlListening begin(DataSource dataSource, Consumer<String> heard, Runnable maybeMissed) {
        PostgresqlListening listening = new PostgresqlListening(dataSource, heard, maybeMissed);
        Thread thread = new Thread(listening::run, "waxseal-key-listener");
        thread.setDaemon(true);
        thread.start();
        return listening;
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        while (!closed()) {
            try {
                listen();
                pause = FIRST_PAUSE_MILLIS;
            } catch (SQLException | RuntimeException e) {
                if (!closed()) {
                    LOG.warn(
                            "listening for destroyed keys broke off, so until it is taken up again in {} ms they leave the"
                                    + " cache by age only",
                            pause,
                            e);
                    pause(pause);
                    pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
                }
            }
        }
    }

    private void listen() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (!connection.isWrapperFor(PGConnection.class)) {
                LOG.info("the data source's connections are no PGConnection, so keys that other processes destroy leave"
                        + " this process's cache by age only");
                close();
                return;
            }
            PGConnection postgresql = connection.unwrap(PGConnection.class);
            execute(connection, "LISTEN " + CHANNEL);
            // Whatever was destroyed before this connection listened was told to nobody here.
            maybeMissed.run();
            while (!closed()) {
                PGNotification[] notifications = postgresql.getNotifications(WAIT_MILLIS);
                if (notifications != null) {
                    for (PGNotification notification : notifications) {
                        hear(notification.getParameter());
                    }
                }
            }
            execute(connection, "UNLISTEN " + CHANNEL);
        }
    }

    /** Anybody who may connect can notify: what isn't understood may have meant something. */
    private void hear(String text) {
        try {
            heard.accept(text);
        } catch (RuntimeException e) {
            LOG.warn("a notification on {} was not understood, so every cached key is dropped", CHANNEL, e);
            maybeMissed.run();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void pause(long millis) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!closed && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the listening within half a second, when the connection goes back to its pool. Doesn't wait for it. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
