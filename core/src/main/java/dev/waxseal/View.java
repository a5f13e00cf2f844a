package dev.waxseal;

import dev.waxseal.access.Verdict;
import dev.waxseal.error.AccessDeniedException;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.PolicyException;
import dev.waxseal.policy.Mask;
import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one principal may see of one record for one purpose. Immutable, thread safe. A withheld value is nowhere in its
 * object graph, and of a masked one only the mask's text is. {@link #toString} shows no value.
 *
 * @param <T> the annotated class
 */
public final class View<T> {
    private final String recordType;
    private final String subject;
    private final Optional<String> subjectId;
    private final Optional<String> recordId;
    private final Map<String, Field> fields;
    private final Supplier<T> whole;

    /**
     * How one component is seen.
     *
     * @param verdict whether it is shown, masked or withheld
     * @param reason why it isn't shown; empty where it is
     */
    public record Seen(Verdict verdict, String reason) {}

    /** A component in the view: its value where shown, the masked text where masked. */
    record Field(Seen seen, @Nullable Object shown, Optional<LocalDate> expiredOn) {
        Field(Seen seen, @Nullable Object shown) {
            this(seen, shown, Optional.empty());
        }

        @Override
        public String toString() {
            return seen.toString();
        }
    }

    View(
            String recordType,
            String subject,
            Optional<String> subjectId,
            Optional<String> recordId,
            Map<String, Field> fields,
            Supplier<T> whole) {
        this.recordType = recordType;
        this.subject = subject;
        this.subjectId = subjectId;
        this.recordId = recordId;
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        this.whole = whole;
    }

    static Field revealed(@Nullable Object value) {
        return new Field(new Seen(Verdict.REVEALED, ""), value);
    }

    static Field masked(Mask mask, @Nullable Object value) {
        return new Field(
                new Seen(Verdict.MASKED, "shown under the mask " + mask + " only"),
                text(value).map(mask::apply).orElse(null));
    }

    static Field expired(LocalDate day) {
        return new Field(new Seen(Verdict.WITHHELD, "expired on " + day), null, Optional.of(day));
    }

    static Field withheld(String reason) {
        return new Field(new Seen(Verdict.WITHHELD, reason), null);
    }

    /**
     * Whose record it is, as the stores and the audit trail know them.
     *
     * @return the subject's keyed reference, which tells nothing about them
     */
    public String subject() {
        return subject;
    }

    /**
     * Whose record it is.
     *
     * @return the id that the host gave
     * @throws AccessDeniedException when the component that holds it is not shown in this view
     */
    public String subjectId() {
        return subjectId.orElseThrow(() -> new AccessDeniedException("the subject id of this " + recordType
                + " is not shown in this view: grant the component that holds it, or use subject()"));
    }

    /**
     * Which of the subject's records it is.
     *
     * @return the id that the host gave; empty for types without record id, and where it is not shown
     */
    public Optional<String> recordId() {
        return recordId;
    }

    /**
     * How each component is seen, and why those that aren't shown are not.
     *
     * @return for each component whether it is shown, masked or withheld
     */
    public Map<String, Seen> fields() {
        Map<String, Seen> seen = new LinkedHashMap<>();
        fields.forEach((name, field) -> seen.put(name, field.seen()));
        return seen;
    }

    /**
     * How one component is seen.
     *
     * @param field the component's name
     * @return whether it is shown, masked or withheld, and why
     * @throws PolicyException when there is no such component
     */
    public Seen seen(String field) {
        return field(field).seen();
    }

    /**
     * The value of a component that is shown.
     *
     * @param field the component's name
     * @param type its type
     * @param <V> its type
     * @return the value; empty where it is null
     * @throws AccessDeniedException when it is masked or withheld; the message says why
     * @throws DataExpiredException when its day has come
     * @throws PolicyException when there is no such component, or it is of another type
     */
    public <V> Optional<V> value(String field, Class<V> type) {
        Field found = field(field);
        if (found.expiredOn().isPresent()) {
            throw new DataExpiredException(found.expiredOn().get());
        }
        if (found.seen().verdict() != Verdict.REVEALED) {
            throw new AccessDeniedException(recordType + "." + field + " is not shown in this view: "
                    + found.seen().reason());
        }
        Object value = found.shown();
        if (value != null && !type.isInstance(value)) {
            throw new PolicyException(recordType + "." + field + " is a "
                    + value.getClass().getSimpleName() + ", not a " + type.getSimpleName());
        }
        return Optional.ofNullable(type.cast(value));
    }

    /**
     * A component as text for a screen: the value where shown, its mask where masked, a placeholder where withheld or
     * expired, nothing where null.
     *
     * @param field the component's name
     * @return the text, for the eyes of the principal only
     * @throws PolicyException when there is no such component
     */
    public String text(String field) {
        Field found = field(field);
        if (found.seen().verdict() == Verdict.WITHHELD) {
            return found.expiredOn().isPresent() ? "(expired)" : "(withheld)";
        }
        return text(found.shown()).orElse("");
    }

    private static Optional<String> text(@Nullable Object value) {
        Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        return Optional.ofNullable(present).map(Object::toString);
    }

    private Field field(String name) {
        Field found = fields.get(name);
        if (found == null) {
            throw new PolicyException(recordType + " has no component '" + name + "'; it has " + fields.keySet());
        }
        return found;
    }

    /**
     * The record itself, where every component is shown.
     *
     * @return a new object of the annotated class
     * @throws AccessDeniedException when a component is masked or withheld; the message names them
     */
    public T whole() {
        List<String> missing = fields.entrySet().stream()
                .filter(entry -> entry.getValue().seen().verdict() != Verdict.REVEALED)
                .map(Map.Entry::getKey)
                .toList();
        if (!missing.isEmpty()) {
            throw new AccessDeniedException("the whole " + recordType + " is not in this view, since " + missing
                    + " are not shown: read single components with value(…) or text(…), or ask for a grant");
        }
        return whole.get();
    }

    /** The record with what is left of it: components whose day has come are absent, all others must be shown. */
    T whatIsLeft() {
        return fields.values().stream()
                        .allMatch(field -> field.seen().verdict() == Verdict.REVEALED
                                || field.expiredOn().isPresent())
                ? whole.get()
                : whole();
    }

    @Override
    public String toString() {
        return "View[" + recordType + ", " + fields + "]";
    }
}
