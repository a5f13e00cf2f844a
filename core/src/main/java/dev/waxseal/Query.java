package dev.waxseal;

import java.util.Map;

/**
 * What to find records by. Immutable; {@link #toString} shows no value.
 *
 * <p>Each kind needs its declaration: {@link dev.waxseal.policy.Searchable} on the component, {@link
 * dev.waxseal.policy.SearchableTogether} on the class.
 */
public sealed interface Query {

    /**
     * The component, or the name of several that are searched together.
     *
     * @return the name
     */
    String name();

    /**
     * Records with exactly this value, after normalisation.
     *
     * @param component the searchable component
     * @param value the value, in any spelling that its normaliser knows
     * @return the query
     */
    static Query is(String component, String value) {
        return new Is(component, value);
    }

    /**
     * Records whose normalised value begins so.
     *
     * @param component the component, with {@code prefixes} of this length
     * @param beginning the beginning as it is in the normalised value: of a phone number "+49", say; case and
     *     accents make no difference where they make none in the value
     * @return the query
     */
    static Query startsWith(String component, String beginning) {
        return new StartsWith(component, beginning);
    }

    /**
     * Records whose normalised value ends so.
     *
     * @param component the component, with {@code suffixes} of this length
     * @param ending the ending as it is in the normalised value: the last four digits, say; case and accents make no
     *     difference where they make none in the value
     * @return the query
     */
    static Query endsWith(String component, String ending) {
        return new EndsWith(component, ending);
    }

    /**
     * Records whose value has all these words, in any order, after normalisation.
     *
     * @param component the component, with {@code words = true}
     * @param words one or more words
     * @return the query
     */
    static Query words(String component, String words) {
        return new Words(component, words);
    }

    /**
     * Records that have all these values, after normalisation.
     *
     * @param name the name in {@link dev.waxseal.policy.SearchableTogether}
     * @param values a value for each of its components
     * @return the query
     */
    static Query together(String name, Map<String, String> values) {
        return new Together(name, Map.copyOf(values));
    }

    /**
     * See {@link Query#is}.
     *
     * @param name the component
     * @param value the value
     */
    record Is(String name, String value) implements Query {
        @Override
        public String toString() {
            return "Query[" + name + " is …]";
        }
    }

    /**
     * See {@link Query#startsWith}.
     *
     * @param name the component
     * @param beginning the beginning
     */
    record StartsWith(String name, String beginning) implements Query {
        @Override
        public String toString() {
            return "Query[" + name + " starts with …]";
        }
    }

    /**
     * See {@link Query#endsWith}.
     *
     * @param name the component
     * @param ending the ending
     */
    record EndsWith(String name, String ending) implements Query {
        @Override
        public String toString() {
            return "Query[" + name + " ends with …]";
        }
    }

    /**
     * See {@link Query#words}.
     *
     * @param name the component
     * @param words the words
     */
    record Words(String name, String words) implements Query {
        @Override
        public String toString() {
            return "Query[" + name + " has the words …]";
        }
    }

    /**
     * See {@link Query#together}.
     *
     * @param name the name of what is searched together
     * @param values the values by component
     */
    record Together(String name, Map<String, String> values) implements Query {
        @Override
        public String toString() {
            return "Query[" + name + " is …]";
        }
    }
}
