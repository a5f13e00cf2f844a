package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.JsonArray;
import dev.waxseal.cloudapi.JsonBoolean;
import dev.waxseal.cloudapi.JsonNull;
import dev.waxseal.cloudapi.JsonNumber;
import dev.waxseal.cloudapi.JsonObject;
import dev.waxseal.cloudapi.JsonString;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads an object's fields as the types they should have. A field that is null or not there is absent; one of another
 * type is a {@link MisfitException} that names the field's path, whose parts all come from this code, and no value.
 */
final class Fields {
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private final JsonObject object;
    private final String path;

    private Fields(JsonObject object, String path) {
        this.object = object;
        this.path = path;
    }

    static Fields of(Json json, String path) {
        if (json instanceof JsonObject object) {
            return new Fields(object, path);
        }
        throw new MisfitException(path + " is not an object");
    }

    JsonObject raw() {
        return object;
    }

    private String path(String name) {
        return path + "." + name;
    }

    private MisfitException misfit(String name, String expected) {
        return new MisfitException(path(name) + " is not " + expected);
    }

    private Supplier<MisfitException> missing(String name) {
        return () -> new MisfitException(path(name) + " is missing");
    }

    Optional<Json> get(String name) {
        return object.get(name).filter(value -> !(value instanceof JsonNull));
    }

    Json require(String name) {
        return get(name).orElseThrow(missing(name));
    }

    /** A text that is a string and nothing else. */
    Optional<String> text(String name) {
        return get(name).map(value -> {
            if (value instanceof JsonString string) {
                return string.value();
            }
            throw misfit(name, "a string");
        });
    }

    String requireText(String name) {
        return text(name).orElseThrow(missing(name));
    }

    /** A name or number of something, which Meta writes as a string and now and then as a number; empty means absent. */
    Optional<String> id(String name) {
        return get(name)
                .map(value -> {
                    if (value instanceof JsonString string) {
                        return string.value();
                    }
                    if (value instanceof JsonNumber number) {
                        return number.text();
                    }
                    throw misfit(name, "a string or number");
                })
                .filter(id -> !id.isEmpty());
    }

    String requireId(String name) {
        return id(name).orElseThrow(missing(name));
    }

    Optional<Boolean> flag(String name) {
        return get(name).map(value -> {
            if (value instanceof JsonBoolean bool) {
                return bool.value();
            }
            if (value instanceof JsonString string
                    && (string.value().equals("true") || string.value().equals("false"))) {
                return string.value().equals("true");
            }
            throw misfit(name, "true or false");
        });
    }

    private Optional<BigDecimal> number(String name) {
        return id(name).map(text -> {
            try {
                // The text can be a string's, which no limit on numbers has bounded.
                if (text.length() <= 100) {
                    return new JsonNumber(text).toBigDecimal();
                }
            } catch (RuntimeException e) {
                // Not a number; said below without quoting it.
            }
            throw misfit(name, "a number");
        });
    }

    BigDecimal requireDecimal(String name) {
        return number(name).orElseThrow(missing(name));
    }

    long requireWhole(String name) {
        try {
            return requireDecimal(name).longValueExact();
        } catch (ArithmeticException e) {
            throw misfit(name, "a whole number");
        }
    }

    double requireReal(String name) {
        double value = requireDecimal(name).doubleValue();
        if (Double.isFinite(value)) {
            return value;
        }
        throw misfit(name, "a number in the range of a double");
    }

    /** A time in seconds since 1970, as a string or a number. */
    Optional<Instant> instant(String name) {
        if (get(name).isEmpty()) {
            return Optional.empty();
        }
        long seconds = requireWhole(name);
        if (seconds < 0 || seconds > LAST_SECOND) {
            throw misfit(name, "a time from 1970 to 9999 in seconds");
        }
        return Optional.of(Instant.ofEpochSecond(seconds));
    }

    Instant requireInstant(String name) {
        return instant(name).orElseThrow(missing(name));
    }

    Optional<Fields> object(String name) {
        return get(name).map(value -> of(value, path(name)));
    }

    Fields requireObject(String name) {
        return object(name).orElseThrow(missing(name));
    }

    /** The elements of an array; none if it is absent. */
    List<Json> elements(String name) {
        return get(name)
                .map(value -> {
                    if (value instanceof JsonArray array) {
                        return array.elements();
                    }
                    throw misfit(name, "an array");
                })
                .orElse(List.of());
    }

    /** The elements of an array of objects; none if it is absent. */
    List<Fields> objects(String name) {
        return elements(name).stream().map(element -> of(element, path(name))).toList();
    }
}
