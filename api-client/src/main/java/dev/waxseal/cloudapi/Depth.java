package dev.waxseal.cloudapi;

import dev.waxseal.error.InvalidInputException;
import java.util.Collection;

/** Bounds the nesting of values, so that walking one can't exhaust the stack. */
final class Depth {
    private Depth() {}

    static int around(Collection<Json> children) {
        int deepest = 0;
        for (Json child : children) {
            if (child instanceof JsonObject object) {
                deepest = Math.max(deepest, object.depth());
            } else if (child instanceof JsonArray array) {
                deepest = Math.max(deepest, array.depth());
            }
        }
        if (deepest >= Json.MAXIMUM_DEPTH) {
            throw new InvalidInputException("JSON can be nested at most " + Json.MAXIMUM_DEPTH + " deep");
        }
        return deepest + 1;
    }
}
