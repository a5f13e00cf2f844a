package dev.waxseal.cloudapi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Arbitrary JSON. */
public final class JsonArbitraries {
    private static final String[] FRAGMENTS = {
        "a", "\"", "\\", "\u0000", "\n", "é", "\uD83D\uDC4D", "\uD800", "\uDC00", "7"
    };

    private JsonArbitraries() {}

    /** Any value, with any names. */
    public static Arbitrary<Json> values() {
        return Arbitraries.randomValue(random -> value(random, 5, List.of()));
    }

    /** An object whose names are often among the given ones, so that it comes close to what a reader expects. */
    public static Arbitrary<JsonObject> objects(List<String> names) {
        return Arbitraries.randomValue(random -> object(random, 9, names));
    }

    private static Json value(Random random, int depth, List<String> names) {
        return switch (random.nextInt(depth > 0 ? 9 : 5)) {
            case 0 -> new JsonString(names.isEmpty() || random.nextBoolean() ? text(random) : name(random, names));
            case 1 -> number(random);
            case 2 -> JsonNumber.of(random.nextLong());
            case 3 -> new JsonBoolean(random.nextBoolean());
            case 4 -> new JsonNull();
            case 5, 6 -> array(random, depth - 1, names);
            default -> object(random, depth - 1, names);
        };
    }

    private static JsonArray array(Random random, int depth, List<String> names) {
        List<Json> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            elements.add(value(random, depth, names));
        }
        return JsonArray.of(elements);
    }

    private static JsonObject object(Random random, int depth, List<String> names) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            members.put(
                    names.isEmpty() ? text(random).replaceAll("\\p{Cs}", "") : name(random, names),
                    value(random, depth, names));
        }
        return JsonObject.of(members);
    }

    private static String name(Random random, List<String> names) {
        return names.get(random.nextInt(names.size()));
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
        }
        return text.toString();
    }

    private static JsonNumber number(Random random) {
        return new JsonNumber(
                new BigDecimal(new BigInteger(random.nextInt(1, 90), random), random.nextInt(-200, 200)).toString());
    }
}
