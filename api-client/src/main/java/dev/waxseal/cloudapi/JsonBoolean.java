package dev.waxseal.cloudapi;

/**
 * A JSON {@code true} or {@code false}.
 *
 * @param value which of both
 */
public record JsonBoolean(boolean value) implements Json {
    /** Returns a placeholder, never the value. */
    @Override
    public String toString() {
        return "JsonBoolean[withheld]";
    }
}
