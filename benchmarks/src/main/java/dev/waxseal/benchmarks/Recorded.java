package dev.waxseal.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Looks on at the calls of an interface. */
final class Recorded {
    private Recorded() {}

    /** Is told of each call that returned, and says what the caller gets. */
    interface Observer {
        @Nullable
        Object called(String method, @Nullable Object[] values, @Nullable Object result);
    }

    /** An object, as seen through an observer. */
    static <T> T results(Class<T> type, T of, Observer observer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, values) -> {
                    @Nullable Object[] given = values == null ? new @Nullable Object[0] : values;
                    try {
                        return observer.called(method.getName(), given, method.invoke(of, given));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
