package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/**
 * What a message refers to (Meta's {@code context}).
 *
 * @param from who sent the message referred to: usually the business's own display number
 * @param messageId the id of the message referred to
 * @param referredProduct the product the customer asks about
 * @param forwarded whether the customer forwarded it
 * @param frequentlyForwarded whether it was forwarded more than five times
 * @param raw the object as Meta sent it
 */
public record MessageContext(
        Optional<String> from,
        Optional<String> messageId,
        Optional<ReferredProduct> referredProduct,
        boolean forwarded,
        boolean frequentlyForwarded,
        JsonObject raw) {
    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "MessageContext[withheld]";
    }
}
