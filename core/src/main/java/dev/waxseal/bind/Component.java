package dev.waxseal.bind;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One component of a class: its name, its type, what is annotated on it, and how to read it. Immutable, thread safe. */
public final class Component {
    private final String name;
    private final Type type;
    private final Class<?> rawType;
    private final List<AnnotatedElement> annotated;
    private final MethodHandle getter;

    Component(String name, Type type, Class<?> rawType, List<AnnotatedElement> annotated, MethodHandle getter) {
        this.name = name;
        this.type = type;
        this.rawType = rawType;
        this.annotated = List.copyOf(annotated);
        this.getter = getter;
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    public Class<?> rawType() {
        return rawType;
    }

    /** The annotation of this type, direct or on another annotation of the component (a composed one). */
    public <A extends Annotation> Optional<A> annotation(Class<A> type) {
        for (AnnotatedElement element : annotated) {
            A found = find(element, type, new HashSet<>());
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** The annotation of this type on an element, direct or on another annotation of it (a composed one). */
    public static <A extends Annotation> Optional<A> annotation(AnnotatedElement element, Class<A> type) {
        return Optional.ofNullable(find(element, type, new HashSet<>()));
    }

    private static <A extends Annotation> @Nullable A find(AnnotatedElement on, Class<A> type, Set<Class<?>> seen) {
        A direct = on.getAnnotation(type);
        if (direct != null) {
            return direct;
        }
        for (Annotation other : on.getAnnotations()) {
            if (seen.add(other.annotationType())) {
                A composed = find(other.annotationType(), type, seen);
                if (composed != null) {
                    return composed;
                }
            }
        }
        return null;
    }

    /** The component's value in an object of the class. */
    public @Nullable Object get(Object holder) {
        try {
            return (@Nullable Object) getter.invokeExact(holder);
        } catch (Throwable e) {
            throw ClassShape.refused(e, name);
        }
    }
}
