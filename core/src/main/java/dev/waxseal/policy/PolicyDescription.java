package dev.waxseal.policy;

import dev.waxseal.bind.ClassShape;
import dev.waxseal.bind.Component;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A policy in a canonical text: a line for the type, then one for each component in the order of their names. */
final class PolicyDescription {
    private PolicyDescription() {}

    static String of(RecordPolicy<?> policy) {
        Map<String, Component> components = new LinkedHashMap<>();
        ClassShape.of(policy.type()).components().forEach(component -> components.put(component.name(), component));
        Map<String, String> lines = new TreeMap<>();
        for (FieldPolicy field : policy.fields()) {
            Component component = Objects.requireNonNull(components.get(field.name()), "each field is a component");
            lines.put(field.name(), field.name() + ": " + String.join("; ", settings(field, component)));
        }
        policy.together()
                .forEach(each -> lines.put(
                        each.name(),
                        each.name() + ": found together by " + each.components()
                                + (each.bits() == SearchPolicy.MOST_BITS ? "" : "; bits " + each.bits())));
        return "record type " + policy.recordType() + "\n" + String.join("\n", lines.values()) + "\n";
    }

    private static List<String> settings(FieldPolicy field, Component component) {
        List<String> settings = new ArrayList<>();
        settings.add(field.role().name());
        settings.add("type " + type(component.type()));
        field.category().ifPresent(category -> settings.add("category " + category + " " + field.sensitivity()));
        if (!field.purposes().isEmpty()) {
            settings.add("purposes " + new TreeSet<>(field.purposes()));
        }
        field.basis().ifPresent(basis -> settings.add("basis " + basis));
        // The recorded ground of a period is no part: it decides nothing, and may be put in better words.
        field.retention()
                .ifPresent(rule ->
                        settings.add("kept " + rule.period() + " from " + rule.from() + ", then " + rule.then()));
        if (field.freeText()) {
            settings.add("free text");
        }
        component.annotation(Searchable.class).ifPresent(search -> settings.add("searched " + settings(search)));
        if (!field.compartment().isEmpty()) {
            settings.add("compartment " + field.compartment());
        }
        return settings;
    }

    /** A type by its shape: renaming a nested class changes nothing of what is sealed. Nested types never recur. */
    private static String type(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            return type(parameterized.getRawType())
                    + Arrays.stream(parameterized.getActualTypeArguments())
                            .map(argument -> type(argument))
                            .collect(Collectors.joining(", ", "<", ">"));
        }
        if (!(type instanceof Class<?> raw)) {
            return type.getTypeName();
        }
        if (raw.isArray()) {
            return type(raw.getComponentType()) + "[]";
        }
        if (raw.isEnum()) {
            return "enum";
        }
        if (raw.isPrimitive() || raw.isInterface() || raw.getName().startsWith("java.")) {
            return raw.getName().replaceFirst("^java\\.lang\\.", "");
        }
        return ClassShape.of(raw).components().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .map(component -> component.name() + " " + type(component.type()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** What an annotation says beyond its defaults, whatever it comes to be able to say. */
    private static Map<String, String> settings(Annotation annotation) {
        Map<String, String> settings = new TreeMap<>();
        for (Method member : annotation.annotationType().getDeclaredMethods()) {
            Object value;
            try {
                value = member.invoke(annotation);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("a member of an annotation can't be read: " + member.getName(), e);
            }
            if (!Objects.deepEquals(value, member.getDefaultValue())) {
                settings.put(member.getName(), value(value));
            }
        }
        return settings;
    }

    private static String value(Object value) {
        if (value instanceof Class<?> type) {
            return type.getName();
        }
        if (value instanceof Object[] several) {
            return Arrays.stream(several).map(PolicyDescription::value).toList().toString();
        }
        if (value instanceof int[] numbers) {
            return Arrays.toString(numbers);
        }
        return value instanceof Annotation nested ? settings(nested).toString() : String.valueOf(value);
    }

    static String fingerprint(String description) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(description.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
