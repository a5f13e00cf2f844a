package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/**
 * A product of the business's catalogue (Meta's {@code referred_product}).
 *
 * @param catalogId the catalogue
 * @param productRetailerId the product in it
 * @param raw the object as Meta sent it
 */
public record ReferredProduct(Optional<String> catalogId, Optional<String> productRetailerId, JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "ReferredProduct[withheld]";
    }
}
