package dev.waxseal.cloudapi;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Arbitrary JSON. */
public final class JsonArbitraries {
    private JsonArbitraries() {}

    public static Arbitrary<Json> values() {
        return Arbitraries.lazyOf(
                JsonArbitraries::scalars,
                JsonArbitraries::scalars,
                JsonArbitraries::scalars,
                () -> values().list().ofMaxSize(3).map(JsonArray::of),
                () -> Arbitraries.maps(Arbitraries.strings().ofMaxLength(8), values())
                        .ofMaxSize(3)
                        .map(members -> JsonObject.of(new LinkedHashMap<>(members))));
    }

    public static Arbitrary<Json> scalars() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20).map(JsonString::new),
                Arbitraries.bigDecimals()
                        .between(new BigDecimal("-1e30"), new BigDecimal("1e30"))
                        .ofScale(10)
                        .map(number -> new JsonNumber(number.toString())),
                Arbitraries.longs().map(JsonNumber::of),
                Arbitraries.of(true, false).map(JsonBoolean::new),
                Arbitraries.just(new JsonNull()));
    }
}
