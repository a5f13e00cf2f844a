package dev.waxseal.cloudapi;

/**
 * A JSON string.
 *
 * @param value the string, without escapes
 */
public record JsonString(String value) implements Json {
    /** Returns a placeholder, never the string. */
    @Override
    public String toString() {
        return "JsonString[withheld]";
    }
}
