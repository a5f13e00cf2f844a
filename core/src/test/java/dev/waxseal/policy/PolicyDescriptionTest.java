package dev.waxseal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.PolicyException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PolicyDescriptionTest {
    enum Kind {
        HOME
    }

    record Spot(int x) {}

    record Place(String street, Kind kind, List<Spot> near) {}

    @CustomerRecord(value = "customer", version = 3)
    @Retain(period = "P2Y", from = "seen", basis = "as agreed")
    record Customer(
            @SubjectId String id,
            @RecordId String number,

            @Personal(
                    category = DataCategory.PHONE_NUMBER,
                    purposes = {"support", "delivery"})
            @Searchable(PhoneNumbers.class)
            String phone,

            @Personal(category = DataCategory.HEALTH, purposes = "care", basis = LawfulBasis.CONSENT)
            @FreeText
            @Retain(period = "P30D", from = "seen", then = AfterRetention.REVIEW)
            String note,

            @Personal(category = DataCategory.ADDRESS, purposes = "delivery")
            Map<String, Optional<Place[]>> places,

            @Operational Instant seen,
            @Operational int visits) {}

    /** Registered fingerprints outlive releases: a text that changes here refuses every application's policies. */
    @Test
    void theTextStaysAsItIs() {
        assertThat(RecordPolicy.of(Customer.class).description()).isEqualTo("""
                        record type customer
                        id: SUBJECT_ID; type String
                        note: PERSONAL; type String; category HEALTH SPECIAL; purposes [care]; basis CONSENT; \
                        kept P30D from seen, then REVIEW; free text; compartment care!special@P30D:seen:review
                        number: RECORD_ID; type String
                        phone: PERSONAL; type String; category PHONE_NUMBER ORDINARY; purposes [delivery, support]; \
                        basis CONTRACT; kept P2Y from seen, then ERASE; \
                        searched {value=dev.waxseal.policy.PhoneNumbers}; compartment delivery+support
                        places: PERSONAL; type java.util.Map<String, java.util.Optional<{kind enum, \
                        near java.util.List<{x int}>, street String}[]>>; category ADDRESS ORDINARY; \
                        purposes [delivery]; basis CONTRACT; kept P2Y from seen, then ERASE; compartment delivery
                        seen: OPERATIONAL; type java.time.Instant
                        visits: OPERATIONAL; type int
                        """);
        assertThat(RecordPolicy.of(Customer.class).version()).isEqualTo(3);
        assertThat(RecordPolicy.of(Customer.class).fingerprint()).matches("[0-9a-f]{64}");
    }

    @CustomerRecord("x")
    record Plain(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "a")
            String name,

            @Operational Instant at) {}

    @CustomerRecord("x")
    record OtherPurpose(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "b")
            String name,

            @Operational Instant at) {}

    @CustomerRecord("x")
    record OtherCategory(
            @SubjectId String id,

            @Personal(category = DataCategory.OTHER, purposes = "a")
            String name,

            @Operational Instant at) {}

    @CustomerRecord("x")
    record OtherBasis(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "a", basis = LawfulBasis.CONSENT)
            String name,

            @Operational Instant at) {}

    @CustomerRecord("x")
    record Searched(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "a") @Searchable(PersonNames.class)
            String name,

            @Operational Instant at) {}

    @CustomerRecord("x")
    record Redacted(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "a") @FreeText
            String name,

            @Operational Instant at) {}

    @CustomerRecord("x")
    @Retain(period = "P1Y", from = "at")
    record Kept(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "a")
            String name,

            @Operational Instant at) {}

    @CustomerRecord("x")
    @Retain(period = "P2Y", from = "at")
    record KeptLonger(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "a")
            String name,

            @Operational Instant at) {}

    @CustomerRecord("x")
    record OtherType(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "a")
            Optional<String> name,

            @Operational Instant at) {}

    @CustomerRecord("y")
    record OtherRecordType(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "a")
            String name,

            @Operational Instant at) {}

    @Test
    void everySettingThatDecidesChangesTheFingerprint() {
        List<String> fingerprints = Stream.<Class<?>>of(
                        Plain.class,
                        OtherPurpose.class,
                        OtherCategory.class,
                        OtherBasis.class,
                        Searched.class,
                        Redacted.class,
                        Kept.class,
                        KeptLonger.class,
                        OtherType.class,
                        OtherRecordType.class)
                .map(type -> RecordPolicy.of(type).fingerprint())
                .toList();
        assertThat(new TreeSet<>(fingerprints)).hasSameSizeAs(fingerprints);
    }

    @CustomerRecord(value = "x", version = 0)
    record Zeroth(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "a")
            String name) {}

    @Test
    void versionsCountFromOne() {
        assertThatThrownBy(() -> RecordPolicy.of(Zeroth.class))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("version = 0")
                .hasMessageContaining("count from 1");
        assertThat(RecordPolicy.of(Plain.class).version()).isEqualTo(1);
    }
}
