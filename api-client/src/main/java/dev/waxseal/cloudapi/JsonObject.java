package dev.waxseal.cloudapi;

import dev.waxseal.error.InvalidInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A JSON object. Immutable; its members keep their order, which doesn't count in {@code equals}. */
public final class JsonObject implements Json {
    private final Map<String, Json> members;
    private final int depth;

    private JsonObject(Map<String, Json> members) {
        for (String name : members.keySet()) {
            if (JsonWriter.hasLoneSurrogate(name)) {
                throw new InvalidInputException("a member's name has half a surrogate pair, which can't be read again");
            }
        }
        this.members = members;
        this.depth = Depth.around(members.values());
    }

    /**
     * Makes an object.
     *
     * @param members the members in order, which are copied
     * @return the object
     * @throws InvalidInputException if it would be nested deeper than {@link Json#MAXIMUM_DEPTH}, or a name has half a
     *     surrogate pair
     */
    public static JsonObject of(Map<String, ? extends Json> members) {
        return new JsonObject(Collections.unmodifiableMap(new LinkedHashMap<>(members)));
    }

    /**
     * Starts an object.
     *
     * @return a builder without members
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the members in order.
     *
     * @return names and values, unmodifiable
     */
    public Map<String, Json> members() {
        return members;
    }

    @Override
    public Optional<Json> get(String name) {
        return Optional.ofNullable(members.get(name));
    }

    int depth() {
        return depth;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonObject object && members.equals(object.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    /** Returns a placeholder that tells the number of members only. */
    @Override
    public String toString() {
        return "JsonObject[" + members.size() + " members withheld]";
    }

    /** Collects an object's members. Not safe for use by several threads. */
    public static final class Builder {
        private final Map<String, Json> members = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds a member, in place of an earlier one of that name.
         *
         * @param name the member's name
         * @param value the member's value
         * @return this builder
         */
        public Builder put(String name, Json value) {
            members.put(name, value);
            return this;
        }

        /**
         * Adds a member that is a string.
         *
         * @param name the member's name
         * @param value the member's value
         * @return this builder
         */
        public Builder put(String name, String value) {
            return put(name, new JsonString(value));
        }

        /**
         * Adds a member that is a string, if there is one.
         *
         * @param name the member's name
         * @param value the member's value, or nothing
         * @return this builder
         */
        public Builder putIfPresent(String name, Optional<String> value) {
            value.ifPresent(present -> put(name, present));
            return this;
        }

        /**
         * Makes the object.
         *
         * @return an object of the members added so far
         * @throws InvalidInputException if it would be nested deeper than {@link Json#MAXIMUM_DEPTH}, or a name has half a
         *     surrogate pair
         */
        public JsonObject build() {
            return of(members);
        }
    }
}
