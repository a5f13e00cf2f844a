package dev.waxseal.policy;

import dev.waxseal.bind.ClassShape;
import dev.waxseal.bind.Component;
import dev.waxseal.bind.ValueCodecs;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.PolicyException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The policy of one annotated class, compiled and checked. Immutable, thread safe.
 *
 * <p>Personal components that have the same purposes, the same sensitivity and the same retention share a compartment:
 * they are always revealed and erased together.
 *
 * @param <T> the annotated class
 */
public final class RecordPolicy<T> {
    /** The most characters that a subject id or a record id may have. */
    public static final int MAX_ID_LENGTH = 256;

    private static final int MAX_PURPOSE_LENGTH = 64;
    private static final Pattern PURPOSE = Pattern.compile("\\p{L}[\\p{L}\\p{N} ._-]{0,63}");
    private static final int MAX_TOGETHER = 8;
    /** There are so few values of these that a part of one tells which. */
    private static final Set<DataCategory> FEW_VALUES = Set.of(DataCategory.DATE_OF_BIRTH, DataCategory.PREFERENCE);

    private static final Pattern INDEX_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");
    private static final Pattern RECORD_TYPE = Pattern.compile("[a-z][a-z0-9._-]{0,63}");

    private final Class<T> type;
    private final String recordType;
    private final int version;
    private final List<FieldPolicy> fields;
    private final List<SearchPolicy.Together> together;
    private final Map<String, FieldPolicy> byName;
    private final Set<String> purposes;

    private RecordPolicy(
            Class<T> type,
            String recordType,
            int version,
            List<FieldPolicy> fields,
            List<SearchPolicy.Together> together) {
        this.type = type;
        this.recordType = recordType;
        this.version = version;
        this.fields = List.copyOf(fields);
        this.together = List.copyOf(together);
        Map<String, FieldPolicy> names = new LinkedHashMap<>();
        Set<String> all = new TreeSet<>();
        for (FieldPolicy field : fields) {
            names.put(field.name(), field);
            all.addAll(field.purposes());
        }
        this.byName = Map.copyOf(names);
        this.purposes = Set.copyOf(all);
    }

    /**
     * Compiles the annotations of a class.
     *
     * @param type the annotated record or plain class
     * @param <T> the class
     * @return its policy
     * @throws PolicyException when the class is annotated wrongly; the message lists every mistake with its remedy
     */
    public static <T> RecordPolicy<T> of(Class<T> type) {
        return new Compiler<>(type).compile();
    }

    /**
     * The annotated class.
     *
     * @return the class
     */
    public Class<T> type() {
        return type;
    }

    /**
     * The stable name of the record type.
     *
     * @return the name from {@link CustomerRecord}
     */
    public String recordType() {
        return recordType;
    }

    /**
     * The components, in the order in which the class declares them.
     *
     * @return one policy for each component
     */
    public List<FieldPolicy> fields() {
        return fields;
    }

    /**
     * The policy of one component.
     *
     * @param name the component's name
     * @return its policy
     * @throws PolicyException when the class has no such component; the message lists those it has
     */
    public FieldPolicy field(String name) {
        FieldPolicy field = byName.get(name);
        if (field == null) {
            throw new PolicyException(type.getSimpleName() + " has no component '" + name + "'; it has "
                    + fields.stream().map(FieldPolicy::name).toList());
        }
        return field;
    }

    /**
     * What records are found by together.
     *
     * @return one policy for each {@link SearchableTogether}
     */
    public List<SearchPolicy.Together> together() {
        return together;
    }

    /**
     * Every purpose that some component is collected for.
     *
     * @return the purposes
     */
    public Set<String> purposes() {
        return purposes;
    }

    /**
     * Checks that a purpose is one of the declared ones.
     *
     * @param purpose the purpose
     * @throws PolicyException when no component is collected for it; the message lists the known purposes
     */
    public void requirePurpose(String purpose) {
        if (!purposes.contains(purpose)) {
            throw new PolicyException("no component of " + type.getSimpleName() + " is collected for the purpose '"
                    + purpose + "'; known purposes are " + new TreeSet<>(purposes)
                    + ": name one of these, or declare it in @Personal(purposes = …)");
        }
    }

    /**
     * The same policy for one object that was collected for purposes of its own, which its class can't declare: a photo
     * is, for instance. Every personal component counts as collected for these.
     *
     * @param purposes what the object was collected for, at least one
     * @return a policy with the same components
     * @throws InvalidInputException when there is no purpose, or one is blank or over 64
     *     characters
     */
    public RecordPolicy<T> collectedFor(Set<String> purposes) {
        if (purposes.isEmpty()
                || purposes.stream().anyMatch(purpose -> purpose.isBlank() || purpose.length() > MAX_PURPOSE_LENGTH)) {
            throw new InvalidInputException("personal data is collected for at least one purpose, each a name of 1 to "
                    + MAX_PURPOSE_LENGTH + " characters: name what this is for");
        }
        List<FieldPolicy> collected = fields.stream()
                .map(field -> field.role() != FieldPolicy.Role.PERSONAL
                        ? field
                        : new FieldPolicy(
                                field.name(),
                                field.role(),
                                field.category(),
                                purposes,
                                field.basis(),
                                field.mask(),
                                field.freeText(),
                                field.retention(),
                                field.search(),
                                field.compartment()))
                .toList();
        return new RecordPolicy<>(type, recordType, version, collected, together);
    }

    /**
     * Checks a subject id or record id.
     *
     * @param id the id
     * @param what what it is the id of, for the message
     * @return the id
     * @throws InvalidInputException when it is null, blank or over {@value #MAX_ID_LENGTH} characters
     */
    public static String requireId(@Nullable String id, String what) {
        return InvalidInputException.requireText(id, what, MAX_ID_LENGTH);
    }

    /**
     * The version of this policy.
     *
     * @return the version from {@link CustomerRecord}, from 1
     */
    public int version() {
        return version;
    }

    /**
     * What decides how records of this type are sealed, judged and found, in a canonical text of names and settings: the
     * same for two classes if and only if their applications treat the records alike. It has one line for each component,
     * in the order of their names. Masks and the names of the classes themselves are no part of it.
     *
     * @return the description, without any value
     */
    public String description() {
        return PolicyDescription.of(this);
    }

    /**
     * The SHA-256 (FIPS 180-4) of the {@link #description()} in UTF-8.
     *
     * @return 64 lower-case hexadecimal digits
     */
    public String fingerprint() {
        return PolicyDescription.fingerprint(description());
    }

    @Override
    public String toString() {
        return "RecordPolicy[" + recordType + ", " + type.getName() + ", " + fields.size() + " components]";
    }

    /** Reads one class, gathering every mistake before it fails. */
    private static final class Compiler<T> {
        private final Class<T> type;
        private final List<String> mistakes = new ArrayList<>();

        Compiler(Class<T> type) {
            this.type = type;
        }

        RecordPolicy<T> compile() {
            CustomerRecord declared = type.getAnnotation(CustomerRecord.class);
            if (declared == null) {
                throw new PolicyException(type.getName() + " is not annotated: add @CustomerRecord(\"a-stable-name\")");
            }
            if (!RECORD_TYPE.matcher(declared.value()).matches()) {
                mistakes.add(
                        "@CustomerRecord(\"" + declared.value() + "\"): the name must match " + RECORD_TYPE.pattern());
            }
            if (declared.version() < 1) {
                mistakes.add("@CustomerRecord(version = " + declared.version() + "): versions count from 1");
            }
            List<Component> components = ClassShape.of(type).components();
            Map<String, Component> byName = new LinkedHashMap<>();
            components.forEach(component -> byName.put(component.name(), component));
            Optional<RetentionRule> ofType = retention(ofType().orElse(null), type.getSimpleName(), byName);

            List<FieldPolicy> fields = new ArrayList<>();
            Map<List<Object>, String> compartments = new LinkedHashMap<>();
            for (Component component : components) {
                field(component, byName, ofType, compartments).ifPresent(fields::add);
            }
            requireExactlyOne(fields, FieldPolicy.Role.SUBJECT_ID, "@SubjectId", true);
            requireExactlyOne(fields, FieldPolicy.Role.RECORD_ID, "@RecordId", false);
            List<SearchPolicy.Together> together = together(fields);
            if (mistakes.isEmpty() && fields.stream().noneMatch(f -> f.role() == FieldPolicy.Role.PERSONAL)) {
                mistakes.add(
                        type.getSimpleName() + " has no @Personal component, so there is nothing to guard: keep it in"
                                + " a table of your own");
            }
            if (!mistakes.isEmpty()) {
                throw new PolicyException("the policy of " + type.getName() + " has "
                        + (mistakes.size() == 1 ? "a mistake" : mistakes.size() + " mistakes") + ":\n  - "
                        + String.join("\n  - ", mistakes));
            }
            return new RecordPolicy<>(type, declared.value(), declared.version(), fields, together);
        }

        private Optional<Retain> ofType() {
            for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
                Optional<Retain> found = Component.annotation(each, Retain.class);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }

        /** Inside a nested type nothing is looked at one by one, so what is said there would be ignored. */
        private void refuseInside(Type nested, String path, Set<Class<?>> seen) {
            if (nested instanceof ParameterizedType parameterized) {
                for (Type argument : parameterized.getActualTypeArguments()) {
                    refuseInside(argument, path, seen);
                }
            } else if (nested instanceof Class<?> raw
                    && !raw.isPrimitive()
                    && !raw.isArray()
                    && !raw.isEnum()
                    && !raw.isInterface()
                    && !raw.getName().startsWith("java.")
                    && seen.add(raw)) {
                for (Component component : ClassShape.of(raw).components()) {
                    for (Class<? extends Annotation> misplaced :
                            List.of(Personal.class, FreeText.class, Searchable.class, Retain.class)) {
                        if (component.annotation(misplaced).isPresent()) {
                            mistakes.add(path + ": @" + misplaced.getSimpleName() + " on " + raw.getSimpleName() + "."
                                    + component.name() + " has no effect inside a nested type: say it on "
                                    + path + ", or make a component of its own");
                        }
                    }
                    refuseInside(component.type(), path, seen);
                }
            }
        }

        private void requireExactlyOne(
                List<FieldPolicy> fields, FieldPolicy.Role role, String annotation, boolean needed) {
            List<String> with = fields.stream()
                    .filter(field -> field.role() == role)
                    .map(FieldPolicy::name)
                    .toList();
            if (with.isEmpty() && needed) {
                mistakes.add(type.getSimpleName() + " has no " + annotation
                        + ": put it on the component that says whose record it is");
            }
            if (with.size() > 1) {
                mistakes.add(type.getSimpleName() + " has " + annotation + " on " + with + ": keep it on one");
            }
        }

        private Optional<FieldPolicy> field(
                Component component,
                Map<String, Component> all,
                Optional<RetentionRule> ofType,
                Map<List<Object>, String> compartments) {
            String path = type.getSimpleName() + "." + component.name();
            Map<String, FieldPolicy.Role> roles = new TreeMap<>();
            component.annotation(SubjectId.class).ifPresent(a -> roles.put("@SubjectId", FieldPolicy.Role.SUBJECT_ID));
            component.annotation(RecordId.class).ifPresent(a -> roles.put("@RecordId", FieldPolicy.Role.RECORD_ID));
            Optional<Personal> personal = component.annotation(Personal.class);
            personal.ifPresent(a -> roles.put("@Personal", FieldPolicy.Role.PERSONAL));
            component
                    .annotation(Operational.class)
                    .ifPresent(a -> roles.put("@Operational", FieldPolicy.Role.OPERATIONAL));
            if (roles.isEmpty()) {
                mistakes.add(
                        path + " doesn't say what it is: annotate it with @Personal(category = …, purposes = …), or"
                                + " with @Operational if it tells nothing about a person (or @SubjectId, @RecordId)");
                return Optional.empty();
            }
            if (roles.size() > 1) {
                mistakes.add(path + " is " + String.join(" and ", roles.keySet()) + " at once: keep one");
                return Optional.empty();
            }
            FieldPolicy.Role role = roles.values().iterator().next();
            if ((role == FieldPolicy.Role.SUBJECT_ID || role == FieldPolicy.Role.RECORD_ID)
                    && component.rawType() != String.class) {
                mistakes.add(path + " is an id of type " + component.rawType().getSimpleName() + ": ids are Strings");
            }
            try {
                ValueCodecs.of(component.type(), path);
                refuseInside(component.type(), path, new HashSet<>());
            } catch (PolicyException e) {
                mistakes.add(String.valueOf(e.getMessage()));
            }
            Optional<Retain> own = component.annotation(Retain.class);
            Optional<RetentionRule> rule = own.isPresent() ? retention(own.get(), path, all) : ofType;
            if (role != FieldPolicy.Role.PERSONAL) {
                refuseBesidePersonal(component, path, own);
                return Optional.of(new FieldPolicy(
                        component.name(),
                        role,
                        Optional.empty(),
                        Set.of(),
                        Optional.empty(),
                        Mask.HIDDEN,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        ""));
            }
            return Optional.of(personal(component, path, personal.orElseThrow(), rule, own.isPresent(), compartments));
        }

        private void refuseBesidePersonal(Component component, String path, Optional<Retain> own) {
            if (own.isPresent()) {
                mistakes.add(path + " has @Retain but isn't @Personal: only personal data expires by itself");
            }
            if (component.annotation(Searchable.class).isPresent()) {
                mistakes.add(path + " has @Searchable but isn't @Personal: ids and operational components can be looked"
                        + " up already");
            }
            if (component.annotation(FreeText.class).isPresent()) {
                mistakes.add(path + " has @FreeText but isn't @Personal: what a person typed is personal data");
            }
        }

        private FieldPolicy personal(
                Component component,
                String path,
                Personal personal,
                Optional<RetentionRule> rule,
                boolean ownRule,
                Map<List<Object>, String> compartments) {
            Set<String> purposes = new TreeSet<>(Arrays.asList(personal.purposes()));
            if (purposes.isEmpty()) {
                mistakes.add(path + " has no purpose: name what it is collected for, or don't collect it");
            }
            for (String purpose : purposes) {
                if (!PURPOSE.matcher(purpose).matches()) {
                    mistakes.add(
                            path + ": '" + purpose + "' is no purpose: use 1 to 64 letters, digits, spaces, '.', '_'"
                                    + " and '-', beginning with a letter");
                }
            }
            boolean freeText = component.annotation(FreeText.class).isPresent();
            if (freeText && component.rawType() != String.class) {
                mistakes.add(path + " has @FreeText but is a "
                        + component.rawType().getSimpleName() + ": only a String can be redacted");
            }
            if (freeText && component.annotation(Searchable.class).isPresent()) {
                mistakes.add(path + " has @FreeText and @Searchable: what is redacted can't be found, so keep one");
            }
            Optional<SearchPolicy> search = component
                    .annotation(Searchable.class)
                    .flatMap(searchable -> search(component, path, personal.category(), searchable));
            Sensitivity sensitivity = personal.category().sensitivity();
            List<Object> key = List.of(purposes, sensitivity, rule);
            String compartment =
                    compartments.computeIfAbsent(key, k -> compartmentName(purposes, sensitivity, rule, ownRule));
            return new FieldPolicy(
                    component.name(),
                    FieldPolicy.Role.PERSONAL,
                    Optional.of(personal.category()),
                    purposes,
                    Optional.of(personal.basis()),
                    personal.mask(),
                    freeText,
                    rule,
                    search,
                    compartment);
        }

        private static String compartmentName(
                Set<String> purposes, Sensitivity sensitivity, Optional<RetentionRule> rule, boolean ownRule) {
            StringBuilder name = new StringBuilder(String.join("+", purposes));
            if (sensitivity != Sensitivity.ORDINARY) {
                name.append('!').append(sensitivity.name().toLowerCase(Locale.ROOT));
            }
            if (ownRule && rule.isPresent()) {
                name.append('@')
                        .append(rule.get().period())
                        .append(':')
                        .append(rule.get().from());
                if (rule.get().then() != AfterRetention.ERASE) {
                    name.append(':').append(rule.get().then().name().toLowerCase(Locale.ROOT));
                }
            }
            return name.toString();
        }

        private Optional<SearchPolicy> search(
                Component component, String path, DataCategory category, Searchable searchable) {
            for (int[] lengths : List.of(searchable.prefixes(), searchable.suffixes())) {
                if (lengths.length > SearchPolicy.MAX_LENGTHS
                        || Arrays.stream(lengths).anyMatch(n -> n < 1 || n > SearchPolicy.MAX_LENGTH)
                        || Arrays.stream(lengths).distinct().count() < lengths.length) {
                    mistakes.add(path + ": @Searchable has the lengths " + Arrays.toString(lengths) + ": give at most "
                            + SearchPolicy.MAX_LENGTHS + " different ones of 1 to " + SearchPolicy.MAX_LENGTH
                            + " characters");
                }
            }
            requireBits(path + ": @Searchable", searchable.bits());
            boolean inParts =
                    searchable.prefixes().length > 0 || searchable.suffixes().length > 0 || searchable.words();
            if (inParts && (category.sensitivity() == Sensitivity.SPECIAL || FEW_VALUES.contains(category))) {
                mistakes.add(
                        path + " has @Searchable by parts or words on " + category + ": there are so few of them, or"
                                + " they are so sensitive, that how often each part occurs tells what it is; search by the whole"
                                + " value, or not at all");
            }
            return normaliser(component, path, searchable)
                    .map(normaliser -> new SearchPolicy(
                            normaliser,
                            searchable.exact(),
                            Arrays.stream(searchable.prefixes())
                                    .sorted()
                                    .boxed()
                                    .toList(),
                            Arrays.stream(searchable.suffixes())
                                    .sorted()
                                    .boxed()
                                    .toList(),
                            searchable.words(),
                            searchable.bits()));
        }

        private void requireBits(String where, int bits) {
            if (!SearchPolicy.canBeBits(bits)) {
                mistakes.add(where + " has entries of " + bits + " bits: give a multiple of 8 from "
                        + SearchPolicy.LEAST_BITS + " to " + SearchPolicy.MOST_BITS);
            }
        }

        private List<SearchPolicy.Together> together(List<FieldPolicy> fields) {
            List<SearchPolicy.Together> all = new ArrayList<>();
            Set<String> searched = new TreeSet<>();
            for (SearchableTogether each : type.getAnnotationsByType(SearchableTogether.class)) {
                List<String> of = List.of(each.of());
                String where = type.getSimpleName() + ": @SearchableTogether(\"" + each.name() + "\")";
                List<String> known = fields.stream().map(FieldPolicy::name).toList();
                if (!INDEX_NAME.matcher(each.name()).matches()
                        || known.contains(each.name())
                        || all.stream().anyMatch(other -> other.name().equals(each.name()))) {
                    mistakes.add(where + ": the name must match " + INDEX_NAME.pattern()
                            + ", and be no component's and no other index's");
                }
                if (of.size() < 2 || of.size() > MAX_TOGETHER || new HashSet<>(of).size() < of.size()) {
                    mistakes.add(where + " is over " + of + ": name 2 to " + MAX_TOGETHER + " different components");
                }
                for (String name : of) {
                    if (fields.stream().noneMatch(field -> field.name().equals(name) && field.searchable())) {
                        mistakes.add(where + ": " + name + " is no component with @Searchable: add it with a normaliser"
                                + " (exact = false where it isn't to be found by alone)");
                    }
                }
                Set<String> shared = new TreeSet<>();
                fields.forEach(field -> shared.addAll(field.purposes()));
                fields.stream()
                        .filter(field -> of.contains(field.name()))
                        .forEach(field -> shared.retainAll(field.purposes()));
                if (shared.isEmpty()) {
                    mistakes.add(where + " is over " + of
                            + ", which share no purpose, so nobody could ever see all of them: name others");
                }
                requireBits(where, each.bits());
                searched.addAll(of);
                all.add(new SearchPolicy.Together(each.name(), of, each.bits()));
            }
            for (FieldPolicy field : fields) {
                SearchPolicy search = field.search().orElse(null);
                if (search != null
                        && !search.exact()
                        && !search.words()
                        && search.prefixes().isEmpty()
                        && search.suffixes().isEmpty()
                        && !searched.contains(field.name())) {
                    mistakes.add(
                            type.getSimpleName() + "." + field.name() + " has @Searchable that finds by nothing: let it"
                                    + " be exact, give lengths, or name it in @SearchableTogether");
                }
            }
            return all;
        }

        private Optional<Normaliser> normaliser(Component component, String path, Searchable searchable) {
            if (component.rawType() != String.class) {
                mistakes.add(path + " has @Searchable but is a "
                        + component.rawType().getSimpleName()
                        + ", for which there is no normaliser: make it a String, or drop @Searchable");
                return Optional.empty();
            }
            Class<? extends Normaliser> normaliser = searchable.value();
            if (normaliser.isInterface() || Modifier.isAbstract(normaliser.getModifiers())) {
                mistakes.add(path + " has @Searchable without a normaliser: name one, for instance"
                        + " @Searchable(PhoneNumbers.class)");
                return Optional.empty();
            }
            try {
                return Optional.of(normaliser.getConstructor().newInstance());
            } catch (ReflectiveOperationException e) {
                mistakes.add(path + ": the normaliser " + normaliser.getName()
                        + " can't be made: give it a public constructor without parameters in an exported package");
                return Optional.empty();
            }
        }

        private Optional<RetentionRule> retention(@Nullable Retain retain, String path, Map<String, Component> all) {
            if (retain == null) {
                return Optional.empty();
            }
            Period period;
            try {
                period = Period.parse(retain.period());
            } catch (DateTimeException e) {
                mistakes.add(path + ": @Retain(period = \"" + retain.period()
                        + "\") doesn't parse: write an ISO 8601 period of years, months, weeks and days, as \"P2Y\" or"
                        + " \"P90D\"");
                return Optional.empty();
            }
            if (period.isZero() || period.isNegative()) {
                mistakes.add(path + ": @Retain(period = \"" + retain.period()
                        + "\") is not more than nothing: data that" + " must not be kept must not be declared");
                return Optional.empty();
            }
            Component from = all.get(retain.from());
            if (from == null) {
                mistakes.add(path + ": @Retain(from = \"" + retain.from() + "\") names no component of "
                        + type.getSimpleName() + "; it has " + all.keySet());
                return Optional.empty();
            }
            if (!RetentionRule.canStartFrom(from.rawType())) {
                mistakes.add(path + ": @Retain(from = \"" + retain.from() + "\") names a "
                        + from.rawType().getSimpleName()
                        + ": a period can be counted from an Instant, LocalDate, OffsetDateTime or ZonedDateTime");
                return Optional.empty();
            }
            return Optional.of(new RetentionRule(period, retain.from(), retain.then(), retain.basis()));
        }
    }
}
