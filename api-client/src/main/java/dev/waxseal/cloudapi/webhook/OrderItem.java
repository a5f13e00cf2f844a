package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * One product of an order (Meta's {@code product_items}).
 *
 * @param productRetailerId the product
 * @param quantity how many of it
 * @param itemPrice the price of one
 * @param currency the currency of the price, ISO 4217
 * @param raw the object as Meta sent it
 */
public record OrderItem(
        String productRetailerId, long quantity, BigDecimal itemPrice, Optional<String> currency, JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "OrderItem[withheld]";
    }
}
