package dev.waxseal.bind;

import dev.waxseal.error.PolicyException;
import dev.waxseal.error.WaxsealException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The components of a record or a plain class, and how to make a new one from their values. All reflection happens in
 * {@link #of}; reading and making use method handles only. Immutable, thread safe.
 *
 * @param <T> the class
 */
public final class ClassShape<T> {
    private final Class<T> type;
    private final List<Component> components;
    private final MethodHandle constructor;
    private final List<MethodHandle> setters;

    private ClassShape(
            Class<T> type, List<Component> components, MethodHandle constructor, List<MethodHandle> setters) {
        this.type = type;
        this.components = List.copyOf(components);
        this.constructor = constructor;
        this.setters = List.copyOf(setters);
    }

    /** Reads the shape of a class; throws a {@link PolicyException} where it has none that can be used. */
    public static <T> ClassShape<T> of(Class<T> type) {
        if (type.isInterface() || type.isArray() || type.isPrimitive() || type.isEnum() || type.isAnnotation()) {
            throw new PolicyException(type.getName() + " is neither a record nor a plain class, so its components can't"
                    + " be read: declare a record");
        }
        if (Modifier.isAbstract(type.getModifiers())) {
            throw new PolicyException(
                    type.getName() + " is abstract, so none can be made: declare a record or a final" + " class");
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            return type.isRecord() ? ofRecord(type, lookup) : ofPlainClass(type, lookup);
        } catch (IllegalAccessException e) {
            throw new PolicyException(
                    type.getName() + " can't be read: let its module say 'opens " + type.getPackageName()
                            + " to dev.waxseal.core;'",
                    e);
        }
    }

    private static <T> ClassShape<T> ofRecord(Class<T> type, MethodHandles.Lookup lookup)
            throws IllegalAccessException {
        RecordComponent[] declared = type.getRecordComponents();
        List<Component> components = new ArrayList<>();
        Class<?>[] parameters = new Class<?>[declared.length];
        for (int i = 0; i < declared.length; i++) {
            RecordComponent component = declared[i];
            Method accessor = component.getAccessor();
            List<AnnotatedElement> annotated = new ArrayList<>(List.of(component, accessor));
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(component.getName())) {
                    annotated.add(field);
                }
            }
            parameters[i] = component.getType();
            components.add(new Component(
                    component.getName(),
                    component.getGenericType(),
                    component.getType(),
                    annotated,
                    lookup.unreflect(accessor).asType(MethodType.methodType(Object.class, Object.class))));
        }
        try {
            Constructor<T> canonical = type.getDeclaredConstructor(parameters);
            MethodHandle constructor = lookup.unreflectConstructor(canonical);
            return new ClassShape<>(
                    type,
                    components,
                    constructor
                            .asSpreader(Object[].class, parameters.length)
                            .asType(MethodType.methodType(Object.class, Object[].class)),
                    List.of());
        } catch (NoSuchMethodException e) {
            throw new PolicyException(type.getName() + " has no canonical constructor", e);
        }
    }

    private static <T> ClassShape<T> ofPlainClass(Class<T> type, MethodHandles.Lookup lookup)
            throws IllegalAccessException {
        List<Class<?>> hierarchy = new ArrayList<>();
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            hierarchy.add(0, c);
        }
        List<Component> components = new ArrayList<>();
        List<MethodHandle> setters = new ArrayList<>();
        for (Class<?> declaring : hierarchy) {
            MethodHandles.Lookup inside =
                    declaring == type ? lookup : MethodHandles.privateLookupIn(declaring, MethodHandles.lookup());
            for (Field field : declaring.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        || Modifier.isTransient(field.getModifiers())
                        || field.isSynthetic()) {
                    continue;
                }
                if (components.stream().anyMatch(known -> known.name().equals(field.getName()))) {
                    throw new PolicyException(type.getName() + " has two fields named '" + field.getName()
                            + "', one of them inherited: rename one");
                }
                if (Modifier.isFinal(field.getModifiers())) {
                    throw new PolicyException(type.getName() + "." + field.getName()
                            + " is final, so it can't be filled when a record is opened: declare a record, or make the"
                            + " field non-final");
                }
                components.add(new Component(
                        field.getName(),
                        field.getGenericType(),
                        field.getType(),
                        List.of(field),
                        inside.unreflectGetter(field).asType(MethodType.methodType(Object.class, Object.class))));
                setters.add(inside.unreflectSetter(field)
                        .asType(MethodType.methodType(void.class, Object.class, Object.class)));
            }
        }
        try {
            MethodHandle constructor = lookup.unreflectConstructor(type.getDeclaredConstructor());
            return new ClassShape<>(type, components, constructor.asType(MethodType.methodType(Object.class)), setters);
        } catch (NoSuchMethodException e) {
            throw new PolicyException(
                    type.getName() + " has no constructor without parameters, so none can be made when a record is"
                            + " opened: add one (it may be private), or declare a record",
                    e);
        }
    }

    public Class<T> type() {
        return type;
    }

    public List<Component> components() {
        return components;
    }

    /** Makes a new object from one value for each component, in their order; a missing primitive is zero or false. */
    public T create(@Nullable Object[] values) {
        @Nullable Object[] filled = Arrays.copyOf(values, values.length);
        for (int i = 0; i < filled.length; i++) {
            Class<?> raw = components.get(i).rawType();
            if (filled[i] == null && raw.isPrimitive()) {
                filled[i] = zero(raw);
            }
        }
        try {
            if (type.isRecord()) {
                return type.cast(constructor.invokeExact(filled));
            }
            Object made = constructor.invokeExact();
            for (int i = 0; i < filled.length; i++) {
                setters.get(i).invokeExact(made, filled[i]);
            }
            return type.cast(made);
        } catch (Throwable e) {
            throw refused(e, type.getSimpleName());
        }
    }

    private static Object zero(Class<?> primitive) {
        if (primitive == boolean.class) {
            return false;
        }
        if (primitive == long.class) {
            return 0L;
        }
        if (primitive == double.class) {
            return 0.0d;
        }
        if (primitive == float.class) {
            return 0.0f;
        }
        if (primitive == short.class) {
            return (short) 0;
        }
        if (primitive == byte.class) {
            return (byte) 0;
        }
        if (primitive == char.class) {
            return (char) 0;
        }
        return 0;
    }

    /**
     * What to throw when the domain class's own code threw. That goes no further than its type: its message may hold the
     * value that it refused.
     */
    static WaxsealException refused(Throwable thrown, String what) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return new WaxsealException("the domain class refused '" + what + "' with a "
                + thrown.getClass().getName() + " (its message is left out, since it may hold personal data)");
    }
}
