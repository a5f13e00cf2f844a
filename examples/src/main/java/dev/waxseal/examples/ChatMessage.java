package dev.waxseal.examples;

import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.FreeText;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.RecordId;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.SubjectId;
import java.time.Instant;

/** One message of a chat. What the person typed is redacted before it is sealed, and gone after ninety days. */
@CustomerRecord("chat-message")
record ChatMessage(
        @SubjectId String customer,
        @RecordId String id,

        @Personal(category = DataCategory.MESSAGE, purposes = "support")
        @FreeText
        @Retain(period = "P90D", from = "sentAt", basis = "support cases are closed by then")
        String content,

        @Operational String kind,
        @Operational Instant sentAt) {}
