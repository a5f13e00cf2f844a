package dev.waxseal.examples;

import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Mask;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.PhoneNumbers;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.Searchable;
import dev.waxseal.policy.SubjectId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A customer who writes over WhatsApp. The id is the business-scoped user id, or the phone number where Meta sent none:
 * the stores see a keyed reference of it only.
 */
@CustomerRecord("chat-customer")
@Retain(period = "P2Y", from = "lastContact", basis = "limitation period of claims")
record ChatCustomer(
        @SubjectId String id,

        @Personal(
                category = DataCategory.PHONE_NUMBER,
                purposes = {"support", "delivery"},
                mask = Mask.LAST_FOUR)
        @Searchable(PhoneNumbers.class)
        @Nullable
        String phone,

        @Personal(
                category = DataCategory.NAME,
                purposes = {"support", "delivery"},
                mask = Mask.INITIALS)
        Optional<String> name,

        @Operational Instant lastContact) {}
