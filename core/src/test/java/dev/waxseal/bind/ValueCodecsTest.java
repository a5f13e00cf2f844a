package dev.waxseal.bind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.PolicyException;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.wire.CborReader;
import dev.waxseal.wire.CborWriter;
import dev.waxseal.wire.JsonValueReader;
import dev.waxseal.wire.JsonValueWriter;
import dev.waxseal.wire.MalformedValueException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ValueCodecsTest {
    enum Channel {
        CHAT,
        CALL
    }

    record Address(String street, Optional<String> floor, Map<String, Integer> codes) {}

    record Everything(
            String text,
            boolean yes,
            byte tiny,
            short small,
            int medium,
            long large,
            char letter,
            float single,
            double floating,
            Integer boxed,
            BigInteger big,
            BigDecimal decimal,
            Channel channel,
            DayOfWeek day,
            UUID uuid,
            byte[] bytes,
            Instant instant,
            LocalDate date,
            LocalTime time,
            LocalDateTime dateTime,
            OffsetDateTime offset,
            ZonedDateTime zoned,
            Duration duration,
            Period period,
            Year year,
            YearMonth yearMonth,
            MonthDay monthDay,
            ZoneId zone,
            URI uri,
            Currency currency,
            Locale locale,
            Optional<String> some,
            Optional<Address> none,
            OptionalInt someInt,
            OptionalLong noLong,
            OptionalDouble someDouble,
            List<String> list,
            Set<Channel> set,
            SortedSet<LocalDate> sortedSet,
            EnumSet<Channel> enumSet,
            Map<String, List<Integer>> map,
            SortedMap<Integer, String> sortedMap,
            int[] numbers,
            String[] texts,
            Address nested,
            List<Address> nestedList,
            String absent) {}

    static final class Plain {
        private String name;
        private int count;
        private Optional<String> note = Optional.empty();
        private transient String cached = "not written";

        private Plain() {}
    }

    private static Everything example() {
        Map<String, List<Integer>> map = new LinkedHashMap<>();
        map.put("zebra", List.of(1, 2));
        map.put("ant", List.of());
        Address address = new Address("Main Street 1", Optional.of("3rd"), Map.of("door", 7));
        return new Everything(
                "text \u00fc \ud83d\ude00",
                true,
                (byte) -7,
                (short) 300,
                -5,
                1L << 40,
                '\u00fc',
                1.5f,
                0.1,
                42,
                BigInteger.TWO.pow(100),
                new BigDecimal("12.50"),
                Channel.CALL,
                DayOfWeek.FRIDAY,
                new UUID(1, 2),
                new byte[] {1, 2},
                Instant.parse("2026-01-02T03:04:05.123456789Z"),
                LocalDate.of(1969, 7, 20),
                LocalTime.of(1, 2, 3),
                LocalDateTime.of(2026, 1, 2, 3, 4),
                OffsetDateTime.parse("2026-01-02T03:04:05+02:00"),
                ZonedDateTime.parse("2026-01-02T03:04:05+01:00[Europe/Berlin]"),
                Duration.ofMinutes(90),
                Period.ofMonths(3),
                Year.of(2026),
                YearMonth.of(2026, 2),
                MonthDay.of(2, 29),
                ZoneId.of("Asia/Jakarta"),
                URI.create("https://example.org/a"),
                Currency.getInstance("EUR"),
                Locale.forLanguageTag("pt-BR"),
                Optional.of("here"),
                Optional.empty(),
                OptionalInt.of(3),
                OptionalLong.empty(),
                OptionalDouble.of(2.5),
                List.of("b", "a"),
                Set.of(Channel.CHAT),
                new TreeSet<>(List.of(LocalDate.of(2020, 2, 29))),
                EnumSet.of(Channel.CHAT, Channel.CALL),
                map,
                new TreeMap<>(Map.of(2, "two", -1, "minus one")),
                new int[] {1, 2, 3},
                new String[] {"x"},
                address,
                List.of(address),
                null);
    }

    @Test
    void aValueOfEveryKindComesBackFromBothFormats() {
        ValueCodec codec = ValueCodecs.of(Everything.class, "Everything");
        CborWriter cbor = new CborWriter();
        codec.write(cbor, example());
        CborReader reader = new CborReader(cbor.toByteArray());
        assertThat(codec.read(reader)).usingRecursiveComparison().isEqualTo(example());
        reader.finish();

        JsonValueWriter json = new JsonValueWriter();
        codec.write(json, example());
        assertThat(codec.read(new JsonValueReader(json.toJson())))
                .usingRecursiveComparison()
                .isEqualTo(example());
    }

    @Test
    void aPlainClassComesBackWithoutItsTransientFields() {
        Plain plain = new Plain();
        plain.name = "a name";
        plain.count = 3;
        plain.cached = "something else";
        ValueCodec codec = ValueCodecs.of(Plain.class, "Plain");
        CborWriter out = new CborWriter();
        codec.write(out, plain);
        Plain read = (Plain) codec.read(new CborReader(out.toByteArray()));
        assertThat(read.name).isEqualTo("a name");
        assertThat(read.count).isEqualTo(3);
        assertThat(read.note).isEmpty();
        assertThat(read.cached).isEqualTo("not written");
    }

    @Property(tries = 200)
    void aSetAndAMapAreWrittenTheSameHoweverTheyWereBuilt(@ForAll Set<String> set) {
        List<String> names = set.stream()
                .filter(name -> name.codePoints().noneMatch(c -> c > 0xd7ff))
                .toList();
        ValueCodec sets = ValueCodecs.of(new Holder().setType(), "set");
        ValueCodec maps = ValueCodecs.of(new Holder().mapType(), "map");
        Set<String> forward = new LinkedHashSet<>(names);
        Set<String> backward = new LinkedHashSet<>();
        Map<String, Integer> forwardMap = new LinkedHashMap<>();
        Map<String, Integer> backwardMap = new LinkedHashMap<>();
        for (int i = names.size() - 1; i >= 0; i--) {
            backward.add(names.get(i));
            backwardMap.put(names.get(i), names.get(i).length());
        }
        names.forEach(name -> forwardMap.put(name, name.length()));
        assertThat(written(sets, forward)).isEqualTo(written(sets, backward));
        assertThat(written(maps, forwardMap)).isEqualTo(written(maps, backwardMap));
    }

    private static byte[] written(ValueCodec codec, Object value) {
        CborWriter out = new CborWriter();
        codec.write(out, value);
        byte[] written = out.toByteArray();
        CborReader reader = new CborReader(written);
        assertThat(codec.read(reader)).isEqualTo(value);
        return written;
    }

    @SuppressWarnings("unused")
    private static final class Holder {
        private Set<String> set;
        private Map<String, Integer> map;
        private List<?> wildcard;
        private List<Object> objects;

        Type setType() {
            return type("set");
        }

        Type mapType() {
            return type("map");
        }

        static Type type(String field) {
            try {
                return Holder.class.getDeclaredField(field).getGenericType();
            } catch (NoSuchFieldException e) {
                throw new AssertionError(e);
            }
        }
    }

    record Recursive(String name, List<Recursive> children) {}

    record Thrower(String name) {
        Thrower {
            if (name.startsWith("secret")) {
                throw new IllegalArgumentException("bad name: " + name);
            }
        }
    }

    @Test
    void aTypeThatCannotBeSealedIsRefusedWithARemedy() {
        refused(Object.class, "use a String");
        refused(List.class, "without a type argument");
        refused(Thread.class, "can't be sealed");
        refused(Recursive.class, "nested types must not recur");
        refused(Holder.type("wildcard"), "can't be sealed");
        refused(Holder.type("objects"), "can't be sealed");
    }

    private static void refused(Type type, String remedy) {
        assertThatThrownBy(() -> ValueCodecs.of(type, "Customer.thing"))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("Customer.thing")
                .hasMessageContaining(remedy);
    }

    @Test
    void aConstantThatTheEnumNoLongerHasIsRefused() {
        CborWriter out = new CborWriter();
        out.text("PIGEON");
        assertThatThrownBy(() -> ValueCodecs.of(Channel.class, "x").read(new CborReader(out.toByteArray())))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("Channel")
                .hasMessageNotContaining("PIGEON");
    }

    @Test
    void aComponentThatTheClassNoLongerHasIsPassedOverAndANewOneIsAbsent() {
        CborWriter out = new CborWriter();
        out.map(2);
        out.key("gone");
        out.array(1);
        out.text("old");
        out.end();
        out.key("street");
        out.text("Main Street 1");
        out.end();
        Address read = (Address) ValueCodecs.of(Address.class, "x").read(new CborReader(out.toByteArray()));
        assertThat(read).isEqualTo(new Address("Main Street 1", Optional.empty(), null));
    }

    @Test
    void whatADomainClassSaysOfAValueThatItRefusesGoesNoFurther() {
        CborWriter out = new CborWriter();
        out.map(1);
        out.key("name");
        out.text("secret-name");
        out.end();
        assertThatThrownBy(() -> ValueCodecs.of(Thrower.class, "x").read(new CborReader(out.toByteArray())))
                .isInstanceOf(WaxsealException.class)
                .hasMessageNotContaining("secret-name")
                .hasNoCause();
    }
}
