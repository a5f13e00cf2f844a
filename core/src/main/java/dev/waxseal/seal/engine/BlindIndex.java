package dev.waxseal.seal.engine;

import com.google.crypto.tink.prf.Prf;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.PolicyException;
import dev.waxseal.key.ring.Cryptography;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.policy.FieldPolicy;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.policy.SearchPolicy;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.wire.Canonical;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The blind indexes of one record type: the entries of a record, and what to look for. Each kind of entry is computed over
 * a label of its own, as docs/FORMAT.md specifies. Immutable, thread safe.
 */
final class BlindIndex {
    private static final String EXACT = "waxseal/1/index/exact";
    private static final String PREFIX = "waxseal/1/index/prefix";
    private static final String SUFFIX = "waxseal/1/index/suffix";
    private static final String WORD = "waxseal/1/index/word";
    private static final String TOGETHER = "waxseal/1/index/together";

    private final RecordPolicy<?> policy;
    private final KeyRing keys;
    private final Map<String, SearchPolicy> searchable = new LinkedHashMap<>();
    private final Map<String, SearchPolicy.Together> together = new LinkedHashMap<>();

    BlindIndex(RecordPolicy<?> policy, KeyRing keys) {
        this.policy = policy;
        this.keys = keys;
        for (FieldPolicy field : policy.fields()) {
            field.search().ifPresent(search -> searchable.put(field.name(), search));
        }
        policy.together().forEach(each -> together.put(each.name(), each));
    }

    /** The names that keys of blind indexes have: components, and what is searched together. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        searchable.forEach((name, search) -> {
            if (!kinds(name, search).isEmpty()) {
                names.add(name);
            }
        });
        names.addAll(together.keySet());
        return names;
    }

    /** The entries' names that a key serves. */
    List<String> kinds(String index) {
        SearchPolicy search = searchable.get(index);
        if (search != null) {
            return kinds(index, search);
        }
        if (together.containsKey(index)) {
            return List.of(index);
        }
        throw unknown(index);
    }

    private static List<String> kinds(String index, SearchPolicy search) {
        List<String> kinds = new ArrayList<>();
        if (search.exact()) {
            kinds.add(index);
        }
        search.prefixes().forEach(length -> kinds.add(index + ":prefix" + length));
        search.suffixes().forEach(length -> kinds.add(index + ":suffix" + length));
        if (search.words()) {
            kinds.add(index + ":word");
        }
        return kinds;
    }

    private PolicyException unknown(String index) {
        return new PolicyException(policy.type().getSimpleName() + "." + index
                + " can't be searched by: add @Searchable(…) to it; searchable are " + names());
    }

    /**
     * The normalised values of a record, for entries and for comparison.
     *
     * @throws InvalidInputException when a value can't be one of its kind
     */
    Map<String, String> normalised(Function<String, @Nullable Object> values) {
        Map<String, String> normalised = new TreeMap<>();
        searchable.forEach((name, search) -> {
            // A blank value is nothing to find by.
            if (values.apply(name) instanceof String value && !value.isBlank()) {
                normalised.put(name, normalise(name, search, value));
            }
        });
        return normalised;
    }

    private String normalise(String name, SearchPolicy search, String value) {
        try {
            return search.normaliser().normalise(value);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(policy.type().getSimpleName() + "." + name + ": " + e.getMessage(), e);
        }
    }

    /** The entries of a record, under the versions of the keys that are written under now. */
    List<IndexEntry> entries(Map<String, String> normalised) {
        List<IndexEntry> entries = new ArrayList<>();
        normalised.forEach((name, value) -> {
            SearchPolicy search = searchable.get(name);
            if (search != null && !kinds(name, search).isEmpty()) {
                entriesOf(
                        name,
                        search,
                        value,
                        keys.indexKeys(policy.recordType(), name).writing(),
                        entries);
            }
        });
        together.forEach((name, each) -> {
            if (normalised.keySet().containsAll(each.components())) {
                entries.add(entry(
                        name,
                        keys.indexKeys(policy.recordType(), name).writing(),
                        each.bits(),
                        together(each, normalised)));
            }
        });
        return entries;
    }

    private static void entriesOf(
            String name, SearchPolicy search, String value, KeyRing.IndexKey key, List<IndexEntry> entries) {
        if (search.exact()) {
            entries.add(entry(name, key, search.bits(), exactInput(value)));
        }
        for (int length : search.prefixes()) {
            prefix(value, length)
                    .ifPresent(prefix -> entries.add(
                            entry(name + ":prefix" + length, key, search.bits(), prefixInput(length, prefix))));
        }
        for (int length : search.suffixes()) {
            suffix(value, length)
                    .ifPresent(suffix -> entries.add(
                            entry(name + ":suffix" + length, key, search.bits(), suffixInput(length, suffix))));
        }
        if (search.words()) {
            for (String word : words(value)) {
                entries.add(entry(name + ":word", key, search.bits(), wordInput(word)));
            }
        }
    }

    static byte[] exactInput(String value) {
        return Canonical.of(EXACT, value);
    }

    static byte[] prefixInput(int length, String prefix) {
        return Canonical.of(PREFIX, Integer.toString(length), prefix);
    }

    static byte[] suffixInput(int length, String suffix) {
        return Canonical.of(SUFFIX, Integer.toString(length), suffix);
    }

    static byte[] wordInput(String word) {
        return Canonical.of(WORD, word);
    }

    static byte[] togetherInput(List<String> values) {
        List<Object> parts = new ArrayList<>();
        parts.add(TOGETHER);
        parts.addAll(values);
        return Canonical.of(parts.toArray());
    }

    private static byte[] together(SearchPolicy.Together each, Map<String, String> normalised) {
        return togetherInput(each.components().stream()
                .map(component -> required(normalised, component))
                .toList());
    }

    private static String required(Map<String, String> normalised, String component) {
        String value = normalised.get(component);
        if (value == null) {
            throw new IllegalStateException("looked at before: " + component);
        }
        return value;
    }

    private static IndexEntry entry(String name, KeyRing.IndexKey key, int bits, byte[] what) {
        return new IndexEntry(name, key.version(), compute(key.function(), what, bits));
    }

    private static byte[] compute(Prf function, byte[] what, int bits) {
        return Cryptography.compute(function, what, bits / Byte.SIZE);
    }

    private static Optional<String> prefix(String value, int length) {
        return value.codePointCount(0, value.length()) < length
                ? Optional.empty()
                : Optional.of(value.substring(0, value.offsetByCodePoints(0, length)));
    }

    private static Optional<String> suffix(String value, int length) {
        return value.codePointCount(0, value.length()) < length
                ? Optional.empty()
                : Optional.of(value.substring(value.offsetByCodePoints(value.length(), -length)));
    }

    /** The first different words; a normalised value has one space between two. */
    private static List<String> words(String normalised) {
        return Arrays.stream(normalised.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .distinct()
                .limit(SearchPolicy.MAX_WORDS)
                .toList();
    }

    /** The records whose component has this value. */
    Search exact(String component, String value) {
        SearchPolicy search = search(component);
        if (!search.exact()) {
            throw notSo(component, "its whole value", "exact = true");
        }
        String wanted = normalise(component, search, value);
        return search(
                component,
                component,
                search.bits(),
                exactInput(wanted),
                OptionalInt.of(0),
                List.of(component),
                has(component, wanted::equals));
    }

    /** The records whose component begins so. */
    Search startsWith(String component, String beginning) {
        SearchPolicy search = search(component);
        String wanted = part(search, beginning);
        int length = length(component, wanted, search.prefixes(), "prefixes");
        return search(
                component,
                component + ":prefix" + length,
                search.bits(),
                prefixInput(length, prefix(wanted, length).orElseThrow()),
                OptionalInt.empty(),
                List.of(component),
                has(component, value -> value.startsWith(wanted)));
    }

    /** The records whose component ends so. */
    Search endsWith(String component, String ending) {
        SearchPolicy search = search(component);
        String wanted = part(search, ending);
        int length = length(component, wanted, search.suffixes(), "suffixes");
        return search(
                component,
                component + ":suffix" + length,
                search.bits(),
                suffixInput(length, suffix(wanted, length).orElseThrow()),
                OptionalInt.of(wanted.codePointCount(0, wanted.length())),
                List.of(component),
                has(component, value -> value.endsWith(wanted)));
    }

    /** The longest entries that the part has; what it has beyond them is compared after opening. */
    private int length(String component, String part, List<Integer> declared, String setting) {
        int length = part.codePointCount(0, part.length());
        return declared.stream()
                .filter(each -> each <= length)
                .max(Integer::compare)
                .orElseThrow(() -> new InvalidInputException(policy.type().getSimpleName() + "." + component
                        + " is not found by a part of " + length + " characters; its @Searchable has " + setting
                        + " of "
                        + declared + ": give at least so many"));
    }

    /** Case and accents of a part of a name can be normalised, a part of a phone number can't: then it is meant as it is. */
    private static String part(SearchPolicy search, String part) {
        try {
            String normalised = search.normaliser().normalise(part);
            return normalised.codePointCount(0, normalised.length()) == part.codePointCount(0, part.length())
                    ? normalised
                    : part;
        } catch (InvalidInputException e) {
            return part;
        }
    }

    /** The records whose component has all these words, in any order. */
    Search words(String component, String words) {
        SearchPolicy search = search(component);
        if (!search.words()) {
            throw notSo(component, "its words", "words = true");
        }
        List<String> wanted = words(normalise(component, search, words));
        // The longest word is the rarest, as a rule; the others are looked at in what it finds.
        String longest = wanted.stream()
                .reduce((a, b) -> b.length() > a.length() ? b : a)
                .orElseThrow(() -> new InvalidInputException("no word is given to find " + component + " by"));
        return search(
                component,
                component + ":word",
                search.bits(),
                wordInput(longest),
                OptionalInt.empty(),
                List.of(component),
                has(component, value -> words(value).containsAll(wanted)));
    }

    /** The records that have all these values, in components that are searched together. */
    Search together(String name, Map<String, String> values) {
        SearchPolicy.Together each = together.get(name);
        if (each == null) {
            throw new PolicyException(policy.type().getSimpleName() + " has no @SearchableTogether(name = \"" + name
                    + "\"); it has " + together.keySet());
        }
        if (!Set.copyOf(each.components()).equals(values.keySet())) {
            throw new InvalidInputException("'" + name + "' is found by " + each.components()
                    + " together: give a value for each of them, and for nothing else");
        }
        Map<String, String> wanted = normalised(values::get);
        if (wanted.size() < values.size()) {
            throw new InvalidInputException(
                    "a blank value is nothing to find by: give a value for each of " + each.components());
        }
        return search(
                name,
                name,
                each.bits(),
                together(each, wanted),
                OptionalInt.of(0),
                each.components(),
                normalised -> each.components().stream()
                        .allMatch(component -> required(wanted, component).equals(normalised.get(component))));
    }

    private SearchPolicy search(String component) {
        policy.field(component);
        SearchPolicy search = searchable.get(component);
        if (search == null) {
            throw unknown(component);
        }
        return search;
    }

    private PolicyException notSo(String component, String by, String setting) {
        return new PolicyException(policy.type().getSimpleName() + "." + component + " is not found by " + by + ": add "
                + setting + " to its @Searchable");
    }

    private static Predicate<Map<String, String>> has(String component, Predicate<String> wanted) {
        return normalised -> {
            String value = normalised.get(component);
            return value != null && wanted.test(value);
        };
    }

    private Search search(
            String index,
            String name,
            int bits,
            byte[] what,
            OptionalInt shownByMask,
            List<String> components,
            Predicate<Map<String, String>> matches) {
        List<IndexEntry> anyOf = keys.indexKeys(policy.recordType(), index).all().stream()
                .map(key -> entry(name, key, bits, what))
                .toList();
        return new Search(name, anyOf, shownByMask, components, values -> matches.test(present(components, values)));
    }

    /** What can't be normalised any more, under changed rules, matches nothing. */
    private Map<String, String> present(List<String> components, Map<String, @Nullable Object> values) {
        Map<String, String> normalised = new TreeMap<>();
        for (String component : components) {
            if (values.get(component) instanceof String value && !value.isBlank()) {
                SearchPolicy search = search(component);
                try {
                    normalised.put(component, search.normaliser().normalise(value));
                } catch (InvalidInputException e) {
                    return Map.of();
                }
            }
        }
        return normalised;
    }
}
