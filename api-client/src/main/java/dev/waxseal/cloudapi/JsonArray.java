package dev.waxseal.cloudapi;

import dev.waxseal.error.InvalidInputException;
import java.util.List;

/** A JSON array. Immutable; equal when the elements are, in order. */
public final class JsonArray implements Json {
    private final List<Json> elements;
    private final int depth;

    private JsonArray(List<Json> elements) {
        this.elements = elements;
        this.depth = Depth.around(elements);
    }

    /**
     * Makes an array.
     *
     * @param elements the elements, which are copied
     * @return the array
     * @throws InvalidInputException if it would be nested deeper than {@link Json#MAXIMUM_DEPTH}
     */
    public static JsonArray of(List<? extends Json> elements) {
        return new JsonArray(List.copyOf(elements));
    }

    /**
     * Makes an array.
     *
     * @param elements the elements
     * @return the array
     * @throws InvalidInputException if it would be nested deeper than {@link Json#MAXIMUM_DEPTH}
     */
    public static JsonArray of(Json... elements) {
        return new JsonArray(List.of(elements));
    }

    @Override
    public List<Json> elements() {
        return elements;
    }

    int depth() {
        return depth;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonArray array && elements.equals(array.elements);
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    /** Returns a placeholder that tells the number of elements only. */
    @Override
    public String toString() {
        return "JsonArray[" + elements.size() + " elements withheld]";
    }
}
