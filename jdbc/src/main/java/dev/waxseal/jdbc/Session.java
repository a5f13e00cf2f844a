package dev.waxseal.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs statements on one connection with the dialect's ways and the time limit of the settings. Not thread safe. */
final class Session {
    /** Reads one row. */
    @FunctionalInterface
    interface Row<R> {
        R read(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private final Dialect dialect;
    private final int timeoutSeconds;

    Session(Connection connection, Dialect dialect, int timeoutSeconds) {
        this.connection = connection;
        this.dialect = dialect;
        this.timeoutSeconds = timeoutSeconds;
    }

    Connection connection() {
        return connection;
    }

    Dialect dialect() {
        return dialect;
    }

    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            if (dialect.limitsEachStatement()) {
                statement.setQueryTimeout(timeoutSeconds);
            }
            return statement;
        } catch (SQLException | RuntimeException | Error e) {
            try {
                statement.close();
            } catch (SQLException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            statement.setObject(i + 1, value instanceof Instant instant ? timestamp(instant) : value);
        }
    }

    /** Both databases keep microseconds; cutting the rest here makes it a choice, where a driver would round. */
    private static OffsetDateTime timestamp(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    int update(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    /**
     * Runs an insert of one row that does nothing where another row has its key; waits for another transaction that is
     * about to insert or delete that key.
     */
    boolean insertIfAbsent(String sql, @Nullable Object... values) throws SQLException {
        try {
            return update(sql + dialect.unlessPresent(), values) == 1;
        } catch (SQLException e) {
            if (dialect.meansPresent(e)) {
                return false;
            }
            throw e;
        }
    }

    <R> List<R> list(String sql, Row<R> reader, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                List<R> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
                return found;
            }
        }
    }

    <R> Optional<R> first(String sql, Row<R> reader, @Nullable Object... values) throws SQLException {
        return list(sql, reader, values).stream().findFirst();
    }

    /** An array of a PostgreSQL type, one element for each item. */
    <E> Array array(String type, List<E> items, Function<E, @Nullable Object> element) throws SQLException {
        @Nullable Object[] elements = new @Nullable Object[items.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = element.apply(items.get(i));
        }
        return connection.createArrayOf(type, elements);
    }

    /** An array of PostgreSQL's BYTEA; its driver sends byte[][] as it is, and an Object[] as hexadecimal digits. */
    <E> Array byteArrays(List<E> items, Function<E, byte @Nullable []> element) throws SQLException {
        byte[] @Nullable [] elements = new byte[items.size()] @Nullable [];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = element.apply(items.get(i));
        }
        return connection.createArrayOf("bytea", elements);
    }

    /** An instant as text that PostgreSQL reads as one, to the microsecond. */
    static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
