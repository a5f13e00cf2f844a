package dev.waxseal.testkit.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.Query;
import dev.waxseal.Vault;
import dev.waxseal.View;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.ExactText;
import dev.waxseal.policy.PersonNames;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.Searchable;
import dev.waxseal.policy.SearchableTogether;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.store.InMemoryStores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What is found is exactly what matches, however many values share an entry. */
class SearchPropertiesTest {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");

    @CustomerRecord("wide")
    @SearchableTogether(
            name = "both",
            of = {"code", "name"})
    record Wide(
            @SubjectId String id,

            @Personal(category = DataCategory.IDENTIFIER, purposes = "support")
            @Searchable(
                    value = ExactText.class,
                    prefixes = {1, 3},
                    suffixes = {1, 2})
            String code,

            @Personal(category = DataCategory.NAME, purposes = "support")
            @Searchable(value = PersonNames.class, words = true)
            String name) {}

    @CustomerRecord("narrow")
    @SearchableTogether(
            name = "both",
            of = {"code", "name"},
            bits = 16)
    record Narrow(
            @SubjectId String id,

            @Personal(category = DataCategory.IDENTIFIER, purposes = "support")
            @Searchable(
                    value = ExactText.class,
                    prefixes = {1, 3},
                    suffixes = {1, 2},
                    bits = 24)
            String code,

            @Personal(category = DataCategory.NAME, purposes = "support")
            @Searchable(value = PersonNames.class, words = true, bits = 16)
            String name) {}

    record Value(String code, String name) {}

    /** Few letters, so that parts meet; one is outside the basic plane. */
    @Provide
    Arbitrary<String> codes() {
        return Arbitraries.of("a", "b", "\uD83D\uDE00")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(all -> String.join("", all));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("Ana", "aná", "B\u00F6", "bo", "O'Cy", "d")
                .list()
                .ofMinSize(1)
                .ofMaxSize(20)
                .map(words -> String.join(" ", words));
    }

    @Provide
    Arbitrary<List<Value>> values() {
        return Combinators.combine(codes(), names())
                .as(Value::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Property(tries = 60)
    void exactlyThoseThatMatchAreFound(
            @ForAll("values") List<Value> values, @ForAll("codes") String code, @ForAll("names") String name) {
        try (Waxseal waxseal = Waxseal.open(new InMemoryStores(), new InMemoryRootKeys())) {
            Vault<Wide> wide = vault(waxseal, Wide.class);
            Vault<Narrow> narrow = vault(waxseal, Narrow.class);
            for (int i = 0; i < values.size(); i++) {
                Value value = values.get(i);
                wide.put(new Wide("c-" + i, value.code(), value.name()));
                narrow.put(new Narrow("c-" + i, value.code(), value.name()));
            }
            PersonNames spelling = new PersonNames();
            String spelt = spelling.normalise(name);
            Set<String> words = new HashSet<>(Arrays.asList(spelt.split(" ")));
            check(
                    values,
                    wide,
                    narrow,
                    Query.is("code", code),
                    value -> value.code().equals(code));
            check(
                    values,
                    wide,
                    narrow,
                    Query.startsWith("code", code),
                    value -> value.code().startsWith(code));
            check(
                    values,
                    wide,
                    narrow,
                    Query.endsWith("code", code),
                    value -> value.code().endsWith(code));
            check(
                    values,
                    wide,
                    narrow,
                    Query.is("name", name),
                    value -> spelling.normalise(value.name()).equals(spelt));
            check(
                    values,
                    wide,
                    narrow,
                    Query.words("name", name),
                    value -> new HashSet<>(Arrays.asList(
                                    spelling.normalise(value.name()).split(" ")))
                            .containsAll(words));
            check(
                    values,
                    wide,
                    narrow,
                    Query.together("both", Map.of("code", code, "name", name)),
                    value -> value.code().equals(code)
                            && spelling.normalise(value.name()).equals(spelt));
        }
    }

    @Test
    void valuesThatShareAnEntryAreFoundApart() {
        try (Waxseal waxseal = Waxseal.open(new InMemoryStores(), new InMemoryRootKeys())) {
            Vault<Narrow> narrow = vault(waxseal, Narrow.class);
            Map<String, List<String>> sharing = new HashMap<>();
            for (int i = 0; i < 1500; i++) {
                Narrow record = new Narrow("c-" + i, "x", "name" + i);
                narrow.put(record);
                narrow.seal(record).index().stream()
                        .filter(entry -> entry.field().equals("name"))
                        .findFirst()
                        .ifPresent(entry -> sharing.computeIfAbsent(
                                        HexFormat.of().formatHex(entry.value()), value -> new ArrayList<>())
                                .add(record.name()));
            }
            List<String> together = sharing.values().stream()
                    .filter(names -> names.size() > 1)
                    .flatMap(List::stream)
                    .toList();
            assertThat(together)
                    .as("of 1500 values with entries of 16 bits, some share one")
                    .isNotEmpty();
            for (String name : together) {
                assertThat(narrow.findBy("name", name, SUPPORT).stream().map(View::subjectId))
                        .containsExactly("c-" + name.substring(4));
            }
        }
    }

    private static <T> Vault<T> vault(Waxseal waxseal, Class<T> type) {
        Vault<T> vault = waxseal.vault(type);
        waxseal.grants()
                .give(Grant.to("agent-7")
                        .on(vault.policy().recordType())
                        .purpose("support")
                        .revealAll()
                        .by("admin", "desk"));
        return vault;
    }

    private static void check(
            List<Value> values, Vault<Wide> wide, Vault<Narrow> narrow, Query query, Predicate<Value> matches) {
        List<String> expected = new ArrayList<>(IntStream.range(0, values.size())
                .filter(i -> matches.test(values.get(i)))
                .mapToObj(i -> "c-" + i)
                .toList());
        assertThat(wide.find(query, SUPPORT).stream().map(View::subjectId))
                .as(query.toString())
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(narrow.find(query, SUPPORT).stream().map(View::subjectId))
                .as(query.toString())
                .containsExactlyInAnyOrderElementsOf(expected);
    }
}
