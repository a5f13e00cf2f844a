package dev.waxseal.cloudapi;

import java.util.List;
import java.util.Optional;

/**
 * A JSON value (RFC 8259), immutable, with nothing lost: members keep their order, numbers their text. What Waxseal's
 * types don't know of a payload stays readable here, whatever Meta adds.
 *
 * <p>{@code toString} is a placeholder, since payloads hold personal data; {@link #toJson} writes the value. Safe for use
 * by several threads.
 */
public sealed interface Json permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {
    /**
     * How deep objects and arrays can be nested in any value, read or built. What is read is bounded further by
     * {@link JsonLimits#maximumDepth()}.
     */
    int MAXIMUM_DEPTH = 500;

    /**
     * Reads one JSON value, within the default {@link JsonLimits}.
     *
     * @param json the JSON text
     * @return the value
     * @throws MalformedJsonException if the text is not one JSON value or has a member twice
     * @throws JsonLimitException if a limit is passed
     */
    static Json parse(String json) {
        return parse(json, JsonLimits.defaults());
    }

    /**
     * Reads one JSON value.
     *
     * @param json the JSON text
     * @param limits what is read at most
     * @return the value
     * @throws MalformedJsonException if the text is not one JSON value or has a member twice
     * @throws JsonLimitException if a limit is passed
     */
    static Json parse(String json, JsonLimits limits) {
        return new JsonReader(limits).read(json);
    }

    /**
     * Reads one JSON value from bytes, which must be valid UTF-8 without a byte order mark.
     *
     * @param json the JSON text in UTF-8
     * @param limits what is read at most
     * @return the value
     * @throws MalformedJsonException if the bytes are not one JSON value in UTF-8 or have a member twice
     * @throws JsonLimitException if a limit is passed
     */
    static Json parse(byte[] json, JsonLimits limits) {
        return new JsonReader(limits).read(json);
    }

    /**
     * Writes the value as JSON without insignificant white space. Reading it again gives an equal value. The text holds
     * the personal data that the value holds.
     *
     * @return the JSON text; encoding it in UTF-8 loses nothing
     */
    default String toJson() {
        return JsonWriter.write(this);
    }

    /**
     * Returns the member of that name, if this is an object that has it.
     *
     * @param name the member's name
     * @return the member's value, which may be {@link JsonNull}; nothing if there is none or this is no object
     */
    default Optional<Json> get(String name) {
        return Optional.empty();
    }

    /**
     * Returns the elements, if this is an array.
     *
     * @return the elements; none if this is no array
     */
    default List<Json> elements() {
        return List.of();
    }
}
