package dev.waxseal.cloudapi.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.JsonArray;
import dev.waxseal.cloudapi.JsonObject;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fills every record of the module with values that must not be seen, and looks for them in what it prints. */
class NoPersonalValueIsPrintedTest {
    private static final String CANARY = "canary";
    private static final long LONG_CANARY = 491_511_234_567L;
    private static final Instant TIME_CANARY = Instant.parse("2001-02-03T04:05:06Z");

    static Stream<Class<?>> records() throws IOException, URISyntaxException {
        Path classes = Path.of(Webhooks.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files
                    .map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("-info"))
                    .map(name -> name.substring(0, name.length() - 6).replace(java.io.File.separatorChar, '.'))
                    .<Class<?>>map(NoPersonalValueIsPrintedTest::load)
                    .filter(Class::isRecord)
                    .toList()
                    .stream();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theWalkFindsTheRecords() throws Exception {
        assertThat(records()).hasSizeGreaterThan(45).contains(TextMessage.class, SharedContact.Phone.class);
    }

    @ParameterizedTest
    @MethodSource("records")
    void noRecordPrintsWhatItHolds(Class<?> type) {
        String printed = sample(type).toString();
        assertThat(printed)
                .doesNotContainIgnoringCase(CANARY)
                .doesNotContain(TIME_CANARY.toString(), "2001")
                .contains(type.getSimpleName());
        // Meta's own error code is the one number that tells nothing of a person.
        if (type != WebhookError.class) {
            assertThat(printed).doesNotContain("491511234567", "4.91511234567");
        }
    }

    @Test
    void noOtherJsonPrintsWhatItHolds() {
        assertThat(sample(JsonObject.class).toString()).doesNotContain(CANARY);
        assertThat(sample(JsonArray.class).toString()).doesNotContain(CANARY);
    }

    private static Object sample(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            Object argument = sample(parameterized.getActualTypeArguments()[0]);
            return parameterized.getRawType() == Optional.class ? Optional.of(argument) : List.of(argument, argument);
        }
        Class<?> raw = (Class<?>) type;
        if (raw == String.class) {
            return CANARY;
        } else if (raw == long.class) {
            return LONG_CANARY;
        } else if (raw == double.class) {
            return (double) LONG_CANARY;
        } else if (raw == boolean.class || raw == Boolean.class) {
            return true;
        } else if (raw == BigDecimal.class) {
            return BigDecimal.valueOf(LONG_CANARY);
        } else if (raw == Instant.class) {
            return TIME_CANARY;
        } else if (raw == JsonObject.class) {
            return JsonObject.builder().put(CANARY, CANARY).build();
        } else if (raw == JsonArray.class) {
            return JsonArray.of((JsonObject) sample(JsonObject.class));
        } else if (raw == CustomerId.class) {
            return CustomerId.of(CANARY, CANARY);
        } else if (raw == dev.waxseal.cloudapi.JsonNumber.class) {
            return dev.waxseal.cloudapi.JsonNumber.of(LONG_CANARY);
        } else if (raw.isEnum()) {
            return raw.getEnumConstants()[0];
        } else if (raw.isSealed()) {
            return sample(raw.getPermittedSubclasses()[0]);
        } else if (raw.isRecord()) {
            return record(raw);
        }
        throw new AssertionError("no sample is known for " + type);
    }

    private static Object record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(Arrays.stream(components)
                    .map(component -> sample(component.getGenericType()))
                    .toArray());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
