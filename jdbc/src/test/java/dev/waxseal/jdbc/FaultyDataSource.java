package dev.waxseal.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Wraps a data source, so that something happens before each statement or commit, and open connections are counted. */
final class FaultyDataSource {
    /** What happens before a statement is run or a transaction committed or rolled back. */
    @FunctionalInterface
    interface Before {
        void call(String method) throws SQLException;
    }

    private final DataSource real;
    private final AtomicInteger open = new AtomicInteger();
    private volatile Before before = method -> {};

    FaultyDataSource(DataSource real) {
        this.real = real;
    }

    /** What happens from now on. */
    void before(Before before) {
        this.before = before;
    }

    /** Fails in the given way at the N-th statement or commit from now on, counted from 1. */
    AtomicInteger at(int number, Before fault) {
        AtomicInteger count = new AtomicInteger();
        before = method -> {
            if (!method.equals("rollback") && count.incrementAndGet() == number) {
                fault.call(method);
            }
        };
        return count;
    }

    int open() {
        return open.get();
    }

    DataSource dataSource() {
        return proxy(DataSource.class, (self, method, arguments) -> {
            Object result = invoke(real, method, arguments);
            return result instanceof Connection connection ? counted(connection) : result;
        });
    }

    /** A connection that behaves the same way, for a host's own transaction. */
    Connection wrap(Connection connection) {
        return proxy(Connection.class, (self, method, arguments) -> {
            if (method.getName().equals("commit") || method.getName().equals("rollback")) {
                before.call(method.getName());
            }
            Object result = invoke(connection, method, arguments);
            if (result instanceof PreparedStatement statement) {
                return statement(PreparedStatement.class, statement);
            }
            return result instanceof Statement statement ? statement(Statement.class, statement) : result;
        });
    }

    private Connection counted(Connection connection) {
        open.incrementAndGet();
        Connection wrapped = wrap(connection);
        return proxy(Connection.class, (self, method, arguments) -> {
            if (method.getName().equals("close")) {
                open.decrementAndGet();
            }
            return invoke(wrapped, method, arguments);
        });
    }

    private <T extends Statement> T statement(Class<T> type, T statement) {
        return proxy(type, (self, method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                before.call(method.getName());
            }
            return invoke(statement, method, arguments);
        });
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(FaultyDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
