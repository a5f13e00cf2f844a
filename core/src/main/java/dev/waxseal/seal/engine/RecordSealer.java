package dev.waxseal.seal.engine;

import dev.waxseal.bind.ClassShape;
import dev.waxseal.bind.Component;
import dev.waxseal.bind.ValueCodec;
import dev.waxseal.bind.ValueCodecs;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.policy.FieldPolicy;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.policy.RetentionRule;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.Layout;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.wire.CborReader;
import dev.waxseal.wire.CborWriter;
import dev.waxseal.wire.JsonValueReader;
import dev.waxseal.wire.JsonValueWriter;
import dev.waxseal.wire.MalformedValueException;
import dev.waxseal.wire.ValueReader;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens the records of one type. Its policy, accessors and codecs are looked up once, here; sealing a record
 * uses no reflection. Immutable, thread safe.
 *
 * @param <T> the annotated class
 */
public final class RecordSealer<T> {
    /** The reserved integer keys of every compartment's map: whose record it is, and which one. */
    static final int SUBJECT_ID_KEY = 0;

    static final int RECORD_ID_KEY = 1;

    private static final int MAX_COMPARTMENT_BYTES = 4 * 1024 * 1024;
    /** What most compartments fit in, so that the writer needn't grow. */
    private static final int USUAL_COMPARTMENT_BYTES = 1024;

    private static final int LAST_YEAR = 9999;
    /** The compartment of a record without personal components; it holds the ids alone. */
    static final String IDENTITY_COMPARTMENT = "identity";

    private final RecordPolicy<T> policy;
    private final KeyRing keys;
    private final ClassShape<T> shape;
    private final ZoneId zone;
    private final Clock clock;
    private final UnaryOperator<String> redact;

    private final Component subjectId;
    private final Optional<Component> recordId;
    private final List<Compartment> compartments;
    private final Map<String, Compartment> compartmentsByName;
    private final List<SealedField> operational;
    private final List<SealedField> searchable;
    private final BlindIndex index;
    private final Map<String, SealedField> fields;
    private final List<SealedField> personal;
    private final ComponentValues.Names componentNames;
    /** What stands for a component without a value, by position. */
    private final @Nullable Object[] absent;

    /** A component with all that sealing it needs; its position is that in the class. */
    private record SealedField(FieldPolicy policy, Component component, byte[] key, ValueCodec codec, int position) {}

    /** The components that are sealed together, in the order of their encoded names. */
    private record Compartment(
            String name, Optional<RetentionRule> retention, Optional<Component> from, List<SealedField> fields) {}

    /**
     * A record as it was sealed.
     *
     * @param record the sealed record
     * @param droppedAsExpired the components that were not sealed, since their day had come already
     */
    public record Sealed(SealedRecord record, Set<String> droppedAsExpired) {}

    public RecordSealer(
            RecordPolicy<T> policy,
            KeyRing keys,
            Layout layout,
            ZoneId zone,
            Clock clock,
            UnaryOperator<String> redact) {
        this.policy = policy;
        this.index = new BlindIndex(policy, keys);
        this.keys = keys;
        this.zone = zone;
        this.clock = clock;
        this.redact = redact;
        this.shape = ClassShape.of(policy.type());
        Map<String, Component> components = new HashMap<>();
        Map<String, Integer> at = new HashMap<>();
        for (int i = 0; i < shape.components().size(); i++) {
            components.put(shape.components().get(i).name(), shape.components().get(i));
            at.put(shape.components().get(i).name(), i);
        }
        this.componentNames = new ComponentValues.Names(
                shape.components().stream().map(Component::name).toList(), Map.copyOf(at));
        this.absent = new @Nullable Object[shape.components().size()];
        Map<String, SealedField> all = new LinkedHashMap<>();
        for (FieldPolicy field : policy.fields()) {
            Component component = component(components, field.name());
            SealedField sealed = new SealedField(
                    field,
                    component,
                    CborWriter.encodedTextKey(field.name()),
                    ValueCodecs.of(component.type(), policy.type().getSimpleName() + "." + field.name()),
                    shape.components().indexOf(component));
            all.put(field.name(), sealed);
            absent[sealed.position()] = sealed.codec().nothing();
        }
        this.fields = Map.copyOf(all);
        List<SealedField> declared = List.copyOf(all.values());
        this.subjectId = of(declared, FieldPolicy.Role.SUBJECT_ID).get(0).component();
        this.recordId =
                of(declared, FieldPolicy.Role.RECORD_ID).stream().findFirst().map(SealedField::component);
        this.operational = of(declared, FieldPolicy.Role.OPERATIONAL);
        this.personal = of(declared, FieldPolicy.Role.PERSONAL);
        this.searchable =
                personal.stream().filter(field -> field.policy().searchable()).toList();
        Map<String, List<SealedField>> groups = new TreeMap<>();
        for (SealedField field : personal) {
            String name = layout == Layout.FIELDS
                    ? field.policy().name()
                    : field.policy().compartment();
            groups.computeIfAbsent(name, n -> new ArrayList<>()).add(field);
        }
        this.compartments = groups.entrySet().stream()
                .map(group -> compartment(group.getKey(), group.getValue(), components))
                .toList();
        Map<String, Compartment> names = new HashMap<>();
        compartments.forEach(compartment -> names.put(compartment.name(), compartment));
        this.compartmentsByName = Map.copyOf(names);
    }

    private static Component component(Map<String, Component> components, String name) {
        Component found = components.get(name);
        if (found == null) {
            throw new IllegalStateException("a policy names a component that its class lacks: " + name);
        }
        return found;
    }

    private static List<SealedField> of(List<SealedField> fields, FieldPolicy.Role role) {
        return fields.stream().filter(field -> field.policy().role() == role).toList();
    }

    private static Compartment compartment(String name, List<SealedField> fields, Map<String, Component> components) {
        List<SealedField> ordered = new ArrayList<>(fields);
        ordered.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
        Optional<RetentionRule> retention = fields.get(0).policy().retention();
        return new Compartment(name, retention, retention.map(rule -> component(components, rule.from())), ordered);
    }

    public RecordPolicy<T> policy() {
        return policy;
    }

    /** Which record has these ids. */
    public RecordKey key(String subject, Optional<String> record) {
        if (record.isPresent() != recordId.isPresent()) {
            throw new InvalidInputException(policy.type().getSimpleName()
                    + (recordId.isPresent()
                            ? " has a @RecordId: say which of the subject's records is meant"
                            : " has no @RecordId: there is one record for each subject"));
        }
        return new RecordKey(
                keys.tenant(),
                policy.recordType(),
                keys.subjectReference(RecordPolicy.requireId(subject, "subject id")),
                keys.recordReference(policy.recordType(), subject, record.orElse("")));
    }

    /** Asks the key store itself whether the subject was erased, and refuses if so. */
    public void requireLive(RecordKey key) {
        keys.requireLive(key.subject());
    }

    /** The reference under which the stores know a subject. */
    public String subjectReference(String subject) {
        return keys.subjectReference(RecordPolicy.requireId(subject, "subject id"));
    }

    /** Seals a record. Free text is redacted first; components whose day has come are left out. */
    public Sealed seal(T record) {
        return seal(plan(record), keys::toSeal);
    }

    /** Where the key of a compartment comes from. */
    @FunctionalInterface
    private interface CompartmentKeys {
        KeyRing.CompartmentKey toSeal(String subject, Optional<LocalDate> expiryDay, String recordType);
    }

    /** All that sealing a record needs but its keys: what can't be sealed is refused before any key is made. */
    private record Plan<T>(
            T record,
            String subject,
            Optional<String> id,
            RecordKey key,
            Map<String, String> normalised,
            Map<String, Optional<LocalDate>> expiryDays) {
        @Override
        public String toString() {
            return "Plan[" + key + "]";
        }
    }

    private Plan<T> plan(T record) {
        String subject = RecordPolicy.requireId((String) subjectId.get(record), "subject id");
        Optional<String> id =
                recordId.map(component -> RecordPolicy.requireId((String) component.get(record), "record id"));
        RecordKey key = key(subject, id);
        // Checked first, so that a value that can't be indexed changes nothing, not even the key store.
        Map<String, String> normalised = normalised(record);
        Map<String, Optional<LocalDate>> expiryDays = new HashMap<>();
        compartments.forEach(compartment -> expiryDays.put(compartment.name(), expiryDay(compartment, record)));
        return new Plan<>(record, subject, id, key, normalised, expiryDays);
    }

    private Sealed seal(Plan<T> plan, CompartmentKeys keys) {
        T record = plan.record();
        String subject = plan.subject();
        Optional<String> id = plan.id();
        RecordKey key = plan.key();
        Map<String, String> normalised = plan.normalised();
        Map<String, Optional<LocalDate>> expiryDays = plan.expiryDays();
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        Set<String> dropped = new TreeSet<>();
        List<SealedCompartment> sealed = new ArrayList<>(compartments.size());
        int subjectKeyVersion = 0;
        for (Compartment compartment : compartments) {
            Optional<LocalDate> expiryDay =
                    Objects.requireNonNull(expiryDays.get(compartment.name()), "each compartment has an entry");
            if (due(expiryDay, today)) {
                compartment.fields().forEach(field -> dropped.add(field.policy().name()));
                continue;
            }
            KeyRing.CompartmentKey compartmentKey = keys.toSeal(key.subject(), expiryDay, key.recordType());
            subjectKeyVersion = compartmentKey.subjectKeyVersion();
            sealed.add(seal(compartmentKey, key, compartment, expiryDay, subject, id, record));
        }
        if (sealed.isEmpty()) {
            KeyRing.CompartmentKey compartmentKey = keys.toSeal(key.subject(), Optional.empty(), key.recordType());
            subjectKeyVersion = compartmentKey.subjectKeyVersion();
            Compartment identity = new Compartment(IDENTITY_COMPARTMENT, Optional.empty(), Optional.empty(), List.of());
            sealed.add(seal(compartmentKey, key, identity, Optional.empty(), subject, id, record));
        }
        normalised.keySet().removeAll(dropped);
        return new Sealed(
                new SealedRecord(
                        key,
                        subjectKeyVersion,
                        sealed,
                        index.entries(normalised),
                        operational(record),
                        policy.version()),
                dropped);
    }

    private Optional<LocalDate> expiryDay(Compartment compartment, T record) {
        Optional<LocalDate> day;
        try {
            day = compartment
                    .retention()
                    .flatMap(rule ->
                            rule.expiryDay(compartment.from().orElseThrow().get(record), zone));
        } catch (DateTimeException | ArithmeticException e) {
            throw tooFar(compartment);
        }
        if (day.isPresent() && (day.get().getYear() > LAST_YEAR || day.get().getYear() < 0)) {
            throw tooFar(compartment);
        }
        return day;
    }

    private InvalidInputException tooFar(Compartment compartment) {
        return new InvalidInputException(policy.type().getSimpleName() + "."
                + compartment.from().map(Component::name).orElse("")
                + ": the expiry day counted from it is not in the years"
                + " 0 to " + LAST_YEAR + ": leave it null where the end isn't known");
    }

    /** From the beginning of its day on, data counts as gone, whether its key is destroyed yet or not. */
    private static boolean due(Optional<LocalDate> expiryDay, LocalDate today) {
        return expiryDay.isPresent() && !expiryDay.get().isAfter(today);
    }

    private SealedCompartment seal(
            KeyRing.CompartmentKey compartmentKey,
            RecordKey key,
            Compartment compartment,
            Optional<LocalDate> expiryDay,
            String subject,
            Optional<String> id,
            T record) {
        List<SealedField> ordered = compartment.fields();
        @Nullable Object[] values = new @Nullable Object[ordered.size()];
        int present = 0;
        for (int i = 0; i < values.length; i++) {
            Object value = ordered.get(i).component().get(record);
            values[i] = value != null && ordered.get(i).policy().freeText() ? redact.apply((String) value) : value;
            present += value == null ? 0 : 1;
        }
        CborWriter out = new CborWriter(USUAL_COMPARTMENT_BYTES);
        try {
            out.map(present + (id.isPresent() ? 2 : 1));
            out.integer(SUBJECT_ID_KEY);
            out.text(subject);
            if (id.isPresent()) {
                out.integer(RECORD_ID_KEY);
                out.text(id.get());
            }
            for (int i = 0; i < values.length; i++) {
                if (values[i] != null) {
                    SealedField field = ordered.get(i);
                    out.key(field.policy().name(), field.key());
                    field.codec().write(out, values[i]);
                }
            }
        } catch (MalformedValueException e) {
            throw new InvalidInputException("a component of " + policy.type().getSimpleName() + " in "
                    + ordered.stream().map(field -> field.policy().name()).toList() + " can't be written: "
                    + e.getMessage());
        }
        out.end();
        byte[] plaintext = out.toByteArray();
        out.clear();
        if (plaintext.length > MAX_COMPARTMENT_BYTES) {
            throw new InvalidInputException("the components "
                    + ordered.stream().map(field -> field.policy().name()).toList() + " of "
                    + policy.type().getSimpleName() + " take " + plaintext.length + " bytes, at most "
                    + MAX_COMPARTMENT_BYTES + " are allowed: keep media in a blob store");
        }
        SealedCompartment sealed = CompartmentFormat.seal(
                compartmentKey.aead(),
                compartmentKey.subjectKeyVersion(),
                key,
                compartment.name(),
                expiryDay,
                plaintext);
        Arrays.fill(plaintext, (byte) 0);
        return sealed;
    }

    private Map<String, String> normalised(T record) {
        return index.normalised(name -> fieldNamed(name).component().get(record));
    }

    private SealedField fieldNamed(String name) {
        SealedField field = fields.get(name);
        if (field == null) {
            throw new IllegalStateException("a policy's own component is missing: " + name);
        }
        return field;
    }

    /** The records whose component has this value. */
    public Search searchExact(String component, String value) {
        return index.exact(component, value);
    }

    /** The records whose component begins so. */
    public Search searchStart(String component, String beginning) {
        return index.startsWith(component, beginning);
    }

    /** The records whose component ends so. */
    public Search searchEnd(String component, String ending) {
        return index.endsWith(component, ending);
    }

    /** The records whose component has all these words. */
    public Search searchWords(String component, String words) {
        return index.words(component, words);
    }

    /** The records that have all these values. */
    public Search searchTogether(String name, Map<String, String> values) {
        return index.together(name, values);
    }

    /** The names of the keys of the blind indexes. */
    public Set<String> indexNames() {
        return index.names();
    }

    /** The names of the entries that a key serves. */
    public List<String> indexKinds(String name) {
        return index.kinds(name);
    }

    /**
     * The entries that a sealed record should have.
     *
     * @throws IntegrityException when it does not verify
     * @throws dev.waxseal.error.SubjectErasedException when the subject was erased
     */
    public List<IndexEntry> indexEntries(SealedRecord record) {
        Set<String> wanted = new TreeSet<>();
        searchable.forEach(field -> wanted.add(field.policy().name()));
        Map<String, @Nullable Object> values = open(record, wanted).values();
        return index.entries(index.normalised(values::get));
    }

    private String operational(T record) {
        if (operational.isEmpty()) {
            return "{}";
        }
        JsonValueWriter out = new JsonValueWriter();
        out.map(operational.size());
        for (SealedField field : operational) {
            out.key(field.policy().name());
            try {
                field.codec().write(out, field.component().get(record));
            } catch (MalformedValueException e) {
                throw new InvalidInputException(policy.type().getSimpleName() + "."
                        + field.policy().name() + " can't be written: " + e.getMessage());
            }
        }
        out.end();
        String json = out.toJson();
        if (holdsNul(json)) {
            throw new InvalidInputException("an operational component of "
                    + policy.type().getSimpleName()
                    + " holds a NUL character, which PostgreSQL's JSON can't hold: leave it out");
        }
        return json;
    }

    private static boolean holdsNul(String json) {
        for (int i = json.indexOf('\\'); i >= 0; i = json.indexOf('\\', i + 2)) {
            if (json.startsWith("u0000", i + 1)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Opens the compartments that hold the components asked for, and no others.
     *
     * @throws IntegrityException when one of them does not verify
     * @throws dev.waxseal.error.SubjectErasedException when the subject was erased
     */
    public OpenedRecord open(SealedRecord record, Set<String> wanted) {
        boolean[] selected = componentNames.among(wanted);
        ComponentValues values = new ComponentValues(componentNames);
        Map<String, LocalDate> expired = new TreeMap<>();
        Identity identity = new Identity();
        List<SealedCompartment> others = new ArrayList<>();
        for (SealedCompartment compartment : record.compartments()) {
            if (compartment.heldDay().isPresent()) {
                // Its day has come: a legal hold keeps it, which is no reason to show it.
                expire(
                        compartmentsByName.get(compartment.policyName()),
                        compartment.heldDay().get(),
                        expired);
                continue;
            }
            Compartment known = compartmentsByName.get(compartment.name());
            // A compartment of an older policy may hold any component.
            if (known == null || anySelected(known.fields(), selected)) {
                readOrExpire(record.key(), compartment, selected, values, identity, expired);
            } else {
                others.add(compartment);
            }
        }
        // A component that wasn't met may be null, or stand where an older policy put it; and the ids stand everywhere.
        boolean missing = !others.isEmpty() && anyMissing(selected, values, expired);
        for (SealedCompartment compartment : others) {
            if (missing || identity.subject == null) {
                readOrExpire(record.key(), compartment, selected, values, identity, expired);
            }
        }
        if (!expired.isEmpty()) {
            expired.keySet().retainAll(wanted);
            expired.keySet().removeAll(values.keySet());
        }
        readOperational(record, values);
        return new OpenedRecord(
                Optional.ofNullable(identity.subject), Optional.ofNullable(identity.record), values, expired);
    }

    private static boolean anySelected(List<SealedField> fields, boolean[] selected) {
        for (SealedField field : fields) {
            if (selected[field.position()]) {
                return true;
            }
        }
        return false;
    }

    private boolean anyMissing(boolean[] selected, ComponentValues values, Map<String, LocalDate> expired) {
        for (SealedField field : personal) {
            if (selected[field.position()]
                    && !values.has(field.position())
                    && !expired.containsKey(field.policy().name())) {
                return true;
            }
        }
        return false;
    }

    private void readOrExpire(
            RecordKey key,
            SealedCompartment compartment,
            boolean[] selected,
            ComponentValues values,
            Identity identity,
            Map<String, LocalDate> expired) {
        Compartment known = compartmentsByName.get(compartment.name());
        try {
            // Where there is no day, there is no need to ask the clock.
            if (compartment.expiryDay().isEmpty()
                    || !due(compartment.expiryDay(), LocalDate.ofInstant(clock.instant(), zone))) {
                read(key, compartment, known, selected, values, identity);
                return;
            }
        } catch (DataExpiredException e) {
            // The key of a day is destroyed on the day: told like any other that is due.
            keys.requireLive(key.subject());
        }
        expire(known, compartment.expiryDay().orElseThrow(), expired);
    }

    private static void expire(@Nullable Compartment compartment, LocalDate day, Map<String, LocalDate> expired) {
        if (compartment != null) {
            compartment.fields().forEach(field -> expired.put(field.policy().name(), day));
        }
    }

    /** The ids, which stand in every compartment. */
    private static final class Identity {
        private @Nullable String subject;
        private @Nullable String record;

        void read(CborReader in) {
            long id = in.integerKey();
            if (id == SUBJECT_ID_KEY) {
                subject = in.text();
            } else if (id == RECORD_ID_KEY) {
                record = in.text();
            } else {
                in.skip();
            }
        }
    }

    private byte[] plaintext(RecordKey key, SealedCompartment compartment) {
        byte[] sealed = compartment.sealed();
        int version = CompartmentFormat.subjectKeyVersion(key, compartment, sealed);
        KeyRing.CompartmentKey compartmentKey = keys.toOpen(key.subject(), compartment.expiryDay(), key.recordType());
        if (compartmentKey.subjectKeyVersion() != version) {
            throw CompartmentFormat.doesNotVerify(
                    key, compartment, "its subject key version is not the live one", null);
        }
        return CompartmentFormat.open(compartmentKey.aead(), key, compartment, sealed);
    }

    private IntegrityException doesNotFit(RecordKey key, SealedCompartment compartment, MalformedValueException e) {
        return CompartmentFormat.doesNotVerify(
                key,
                compartment,
                "it verifies, but doesn't fit " + policy.type().getName() + ": " + e.getMessage(),
                e);
    }

    private IntegrityException doesNotFit(RecordKey key, MalformedValueException e) {
        return new IntegrityException(
                "the operational components of " + policy.recordType() + " record " + key.record() + " don't fit "
                        + policy.type().getName() + ": " + e.getMessage(),
                e);
    }

    private void read(
            RecordKey key,
            SealedCompartment compartment,
            @Nullable Compartment known,
            boolean[] selected,
            ComponentValues values,
            Identity identity) {
        byte[] plaintext = plaintext(key, compartment);
        try {
            List<SealedField> expected = known == null ? List.of() : known.fields();
            int next = 0;
            CborReader in = new CborReader(plaintext);
            in.map();
            while (in.hasNext()) {
                if (in.nextIsIntegerKey()) {
                    identity.read(in);
                    continue;
                }
                int found = nextExpected(in, expected, next);
                next = found < 0 ? next : found + 1;
                SealedField field = found < 0 ? fields.get(in.textKey()) : expected.get(found);
                if (field == null || !selected[field.position()]) {
                    in.skip();
                } else {
                    values.set(field.position(), field.codec().read(in));
                }
            }
            in.end();
            in.finish();
        } catch (MalformedValueException e) {
            throw doesNotFit(key, compartment, e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    /**
     * Reads the next key if it is one of those expected from here on, and says which; otherwise reads nothing and
     * returns -1. Compartment and policy are in the order of the keys, so it is nearly always the first.
     */
    private static int nextExpected(CborReader in, List<SealedField> expected, int from) {
        for (int i = from; i < expected.size(); i++) {
            if (in.nextKeyIs(expected.get(i).key())) {
                return i;
            }
        }
        return -1;
    }

    private void readOperational(SealedRecord record, ComponentValues values) {
        if (operational.isEmpty()) {
            return;
        }
        try {
            JsonValueReader in = new JsonValueReader(record.operational());
            in.map();
            while (in.hasNext()) {
                SealedField field = fields.get(in.textKey());
                if (field == null || field.policy().role() != FieldPolicy.Role.OPERATIONAL) {
                    in.skip();
                } else {
                    values.set(field.position(), field.codec().read(in));
                }
            }
            in.end();
            in.finish();
        } catch (MalformedValueException e) {
            throw doesNotFit(record.key(), e);
        }
    }

    /** Makes an object from the values of its components; those that are missing are absent. */
    public T create(Map<String, @Nullable Object> values) {
        @Nullable Object[] ordered = absent.clone();
        if (values instanceof ComponentValues opened && opened.areOf(componentNames)) {
            opened.copyTo(ordered);
        } else {
            values.forEach((name, value) -> {
                Integer at = componentNames.positions().get(name);
                if (at != null) {
                    ordered[at] = value;
                }
            });
        }
        return shape.create(ordered);
    }

    /**
     * Opens all of a record that may be sealed under an older policy, whichever compartments that made.
     *
     * @throws IntegrityException when one of them does not verify, or holds what the policy's types can't
     * @throws dev.waxseal.error.SubjectErasedException when the subject was erased
     */
    public OlderRecord openOlder(SealedRecord record) {
        Map<String, @Nullable Object> values = new HashMap<>();
        Set<String> unknown = new TreeSet<>();
        Set<String> expired = new TreeSet<>();
        Identity identity = new Identity();
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        for (SealedCompartment compartment : record.compartments()) {
            if (compartment.heldDay().isPresent()) {
                // What a legal hold keeps past its day isn't read, so that it doesn't come back to life.
                continue;
            }
            if (due(compartment.expiryDay(), today)) {
                expired.addAll(componentsOf(compartment));
                continue;
            }
            try {
                readOlder(record.key(), compartment, values, identity, unknown);
            } catch (DataExpiredException e) {
                expired.addAll(componentsOf(compartment));
            }
        }
        readOlderOperational(record, values, unknown);
        // What an older policy kept in several places may be left in one of them.
        expired.removeAll(values.keySet());
        return new OlderRecord(
                Optional.ofNullable(identity.subject), Optional.ofNullable(identity.record), values, unknown, expired);
    }

    private Set<String> componentsOf(SealedCompartment compartment) {
        Compartment known = compartmentsByName.get(compartment.name());
        Set<String> names = new TreeSet<>();
        if (known == null) {
            names.add(compartment.name());
        } else {
            known.fields().forEach(field -> names.add(field.policy().name()));
        }
        return names;
    }

    private void readOlder(
            RecordKey key,
            SealedCompartment compartment,
            Map<String, @Nullable Object> values,
            Identity identity,
            Set<String> unknown) {
        byte[] plaintext = plaintext(key, compartment);
        try {
            CborReader in = new CborReader(plaintext);
            in.map();
            while (in.hasNext()) {
                if (in.nextIsIntegerKey()) {
                    identity.read(in);
                } else {
                    readComponent(in, in.textKey(), values, unknown);
                }
            }
            in.end();
            in.finish();
        } catch (MalformedValueException e) {
            throw doesNotFit(key, compartment, e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    /** A component may have become personal, or operational, since. */
    private void readComponent(ValueReader in, String name, Map<String, @Nullable Object> values, Set<String> unknown) {
        SealedField field = fields.get(name);
        if (field == null
                || field.policy().role() == FieldPolicy.Role.SUBJECT_ID
                || field.policy().role() == FieldPolicy.Role.RECORD_ID) {
            unknown.add(name);
            in.skip();
        } else {
            values.put(name, field.codec().read(in));
        }
    }

    private void readOlderOperational(SealedRecord record, Map<String, @Nullable Object> values, Set<String> unknown) {
        try {
            JsonValueReader in = new JsonValueReader(record.operational());
            in.map();
            while (in.hasNext()) {
                readComponent(in, in.textKey(), values, unknown);
            }
            in.end();
            in.finish();
        } catch (MalformedValueException e) {
            throw doesNotFit(record.key(), e);
        }
    }

    /**
     * Seals records under keys that are found or made all at once.
     *
     * @throws InvalidInputException when one of them can't be sealed; no key is made
     * @throws dev.waxseal.error.SubjectErasedException when the subject of one was erased
     */
    public List<Sealed> sealAll(Collection<? extends T> records) {
        List<Plan<T>> plans = new ArrayList<>(records.size());
        for (T record : records) {
            plans.add(plan(record));
        }
        if (plans.size() == 1) {
            return List.of(seal(plans.get(0), keys::toSeal));
        }
        try (KeyRing.Prepared prepared = prepare(plans, false)) {
            return plans.stream().map(plan -> seal(plan, prepared::toSeal)).toList();
        }
    }

    /**
     * What became of one record of several.
     *
     * @param key which record, where its ids are ones
     * @param sealed the sealed record
     * @param refused why there is none
     */
    public record Attempt(Optional<RecordKey> key, Optional<Sealed> sealed, Optional<WaxsealException> refused) {}

    /**
     * Seals those records that can be, under keys that are found or made all at once. The key store itself is asked
     * whether their subjects were erased.
     */
    public List<Attempt> sealEach(List<? extends T> records) {
        Attempt[] attempts = new Attempt[records.size()];
        Map<Integer, Plan<T>> plans = new LinkedHashMap<>();
        for (int i = 0; i < attempts.length; i++) {
            try {
                plans.put(i, plan(records.get(i)));
            } catch (InvalidInputException e) {
                attempts[i] = new Attempt(keyWherePossible(records.get(i)), Optional.empty(), Optional.of(e));
            }
        }
        try (KeyRing.Prepared prepared = prepare(plans.values(), true)) {
            plans.forEach((i, plan) -> {
                Optional<RecordKey> key = Optional.of(plan.key());
                try {
                    attempts[i] = new Attempt(key, Optional.of(seal(plan, prepared::toSeal)), Optional.empty());
                } catch (InvalidInputException | SubjectErasedException | DataExpiredException e) {
                    attempts[i] = new Attempt(key, Optional.empty(), Optional.of(e));
                }
            });
        }
        return List.of(attempts);
    }

    private Optional<RecordKey> keyWherePossible(T record) {
        try {
            return Optional.of(key(
                    RecordPolicy.requireId((String) subjectId.get(record), "subject id"),
                    recordId.map(id -> RecordPolicy.requireId((String) id.get(record), "record id"))));
        } catch (InvalidInputException e) {
            return Optional.empty();
        }
    }

    private KeyRing.Prepared prepare(Collection<Plan<T>> plans, boolean asked) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        Set<String> subjects = new TreeSet<>();
        Set<Optional<LocalDate>> days = new HashSet<>();
        for (Plan<T> plan : plans) {
            subjects.add(plan.key().subject());
            boolean any = false;
            for (Optional<LocalDate> day : plan.expiryDays().values()) {
                if (!due(day, today)) {
                    days.add(day);
                    any = true;
                }
            }
            if (!any) {
                days.add(Optional.empty());
            }
        }
        return keys.prepare(subjects, days, asked);
    }
}
