package dev.waxseal.jdbc;

import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.KeyStore.Listener;
import dev.waxseal.key.KeyStore.Subscription;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all processes on one PostgreSQL database of destroyed keys, by NOTIFY in the transaction that destroys them. On H2
 * nothing is told: other processes' caches drop the keys by age. Thread safe.
 */
final class Announcements {
    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

    /** What PostgreSQL takes is just below 8,000 bytes. */
    private static final int MAX_BYTES = 7_900;

    private static final String SEPARATOR = "\n";
    private static final String UNNAMED = "*";
    private static final int PARTS = 4;

    private final DataSource dataSource;
    private final Dialect dialect;
    private final String schema;
    private final boolean listens;
    private final List<Listener> listeners = new ArrayList<>();
    private @Nullable PostgresqlListening listening;

    Announcements(DataSource dataSource, Dialect dialect, String schema, boolean listens) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.schema = schema;
        this.listens = listens && dialect == Dialect.POSTGRESQL;
    }

    /** Tells of a key once the transaction of the session is committed. */
    void announce(Session session, KeyName name) throws SQLException {
        if (dialect != Dialect.POSTGRESQL) {
            return;
        }
        String text = String.join(SEPARATOR, schema, name.tenant(), name.kind().name(), name.name());
        boolean fits =
                text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES && text.split(SEPARATOR, -1).length == PARTS;
        session.list("SELECT pg_notify('" + PostgresqlListening.CHANNEL + "', ?)", row -> true, fits ? text : UNNAMED);
    }

    Subscription subscribe(Listener listener) {
        synchronized (this) {
            listeners.add(listener);
            if (listens && listening == null) {
                listening = listen();
            }
        }
        return () -> unsubscribe(listener);
    }

    private @Nullable PostgresqlListening listen() {
        try {
            return PostgresqlListening.begin(dataSource, this::heard, this::maybeMissed);
        } catch (NoClassDefFoundError e) {
            LOG.info(
                    "PostgreSQL's own JDBC driver isn't there, so keys that other processes destroy leave this process's"
                            + " cache by age only");
            return null;
        }
    }

    private synchronized void unsubscribe(Listener listener) {
        listeners.remove(listener);
        if (listeners.isEmpty()) {
            close();
        }
    }

    /** Ends the listening. */
    synchronized void close() {
        PostgresqlListening running = listening;
        if (running != null) {
            running.close();
            listening = null;
        }
    }

    private void heard(String text) {
        String[] parts = text.split(SEPARATOR, -1);
        if (parts.length != PARTS) {
            maybeMissed();
        } else if (parts[0].equals(schema)) {
            Optional<KeyName> name = name(parts);
            if (name.isPresent()) {
                listeners().forEach(listener -> listener.destroyed(name.get()));
            } else {
                maybeMissed();
            }
        }
    }

    /** A kind that this release doesn't know may be anything. */
    private static Optional<KeyName> name(String[] parts) {
        for (KeyKind kind : KeyKind.values()) {
            if (kind.name().equals(parts[2])) {
                return Optional.of(new KeyName(parts[1], kind, parts[3]));
            }
        }
        return Optional.empty();
    }

    private void maybeMissed() {
        listeners().forEach(Listener::maybeMissed);
    }

    private synchronized List<Listener> listeners() {
        return List.copyOf(listeners);
    }
}
