package dev.waxseal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.PolicyException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecordPolicyTest {

    @Retention(RetentionPolicy.RUNTIME)
    @Personal(category = DataCategory.EMAIL_ADDRESS, purposes = "support", mask = Mask.EMAIL)
    @interface SupportContact {}

    @CustomerRecord("customer")
    @Retain(period = "P2Y", from = "lastContact")
    record Customer(
            @SubjectId String id,

            @Personal(
                    category = DataCategory.PHONE_NUMBER,
                    purposes = {"support", "delivery"})
            @Searchable(PhoneNumbers.class)
            String phone,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String name,

            @SupportContact String email,

            @Personal(category = DataCategory.HEALTH, purposes = "support")
            String allergies,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            @FreeText
            @Retain(period = "P90D", from = "lastContact")
            String lastMessage,

            @Operational Instant lastContact) {}

    @Test
    void componentsWithTheSamePurposesSensitivityAndRetentionShareACompartment() {
        RecordPolicy<Customer> policy = RecordPolicy.of(Customer.class);
        assertThat(policy.recordType()).isEqualTo("customer");
        assertThat(policy.purposes()).isEqualTo(Set.of("support", "delivery"));
        assertThat(policy.field("name").compartment())
                .isEqualTo("support")
                .isEqualTo(policy.field("email").compartment());
        assertThat(policy.field("phone").compartment()).isEqualTo("delivery+support");
        assertThat(policy.field("allergies").compartment()).isEqualTo("support!special");
        assertThat(policy.field("lastMessage").compartment()).isEqualTo("support@P90D:lastContact");
        assertThat(policy.field("phone").searchable()).isTrue();
        assertThat(policy.field("lastMessage").freeText()).isTrue();
    }

    @Test
    void anAnnotationOnAnAnnotationCounts() {
        FieldPolicy email = RecordPolicy.of(Customer.class).field("email");
        assertThat(email.category()).contains(DataCategory.EMAIL_ADDRESS);
        assertThat(email.mask()).isEqualTo(Mask.EMAIL);
    }

    @CustomerRecord("plain")
    static final class Plain {
        @SubjectId
        private String id;

        @Personal(category = DataCategory.NAME, purposes = "support")
        private String name;

        private Plain() {}
    }

    @Test
    void aPlainClassHasAPolicyToo() {
        assertThat(RecordPolicy.of(Plain.class).fields())
                .extracting(FieldPolicy::name)
                .containsExactly("id", "name");
    }

    record NotAnnotated(String id) {}

    @CustomerRecord("Bad Name")
    record BadName(@SubjectId String id) {}

    @CustomerRecord("many")
    @Retain(period = "2 years", from = "when")
    record ManyMistakes(
            String unsaid,

            @Personal(
                    category = DataCategory.NAME,
                    purposes = {})
            String purposeless,

            @Personal(category = DataCategory.NAME, purposes = "a") @Operational
            String both,

            @Personal(category = DataCategory.NAME, purposes = "a") @Searchable(PhoneNumbers.class)
            int number,

            @Personal(category = DataCategory.NAME, purposes = "a") @Searchable(Normaliser.class)
            String noNormaliser,

            @Personal(category = DataCategory.NAME, purposes = "a") @Retain(period = "P1Y", from = "nowhere")
            String fromNowhere,

            @Personal(category = DataCategory.NAME, purposes = "a") @Retain(period = "P1Y", from = "both")
            String fromText,

            @Personal(category = DataCategory.NAME, purposes = "a") @Retain(period = "P0D", from = "when")
            String forNothing,

            @Personal(category = DataCategory.NAME, purposes = "a") @FreeText
            Integer notText,

            @Personal(category = DataCategory.NAME, purposes = "a")
            Object anything,

            @Operational @FreeText String typed,
            @RecordId long recordId,
            @Operational Instant when) {}

    @Test
    void everyMistakeIsNamedWithItsRemedyAtOnce() {
        assertThatThrownBy(() -> RecordPolicy.of(ManyMistakes.class))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("ManyMistakes.unsaid doesn't say what it is: annotate it with @Personal")
                .hasMessageContaining("ManyMistakes.purposeless has no purpose")
                .hasMessageContaining("ManyMistakes.both is @Operational and @Personal at once")
                .hasMessageContaining(
                        "ManyMistakes.number has @Searchable but is a int, for which there is no normaliser")
                .hasMessageContaining("ManyMistakes.noNormaliser has @Searchable without a normaliser")
                .hasMessageContaining("@Retain(period = \"2 years\") doesn't parse: write an ISO 8601 period")
                .hasMessageContaining("ManyMistakes.fromNowhere: @Retain(from = \"nowhere\") names no component")
                .hasMessageContaining("ManyMistakes.fromText: @Retain(from = \"both\") names a String")
                .hasMessageContaining("ManyMistakes.forNothing: @Retain(period = \"P0D\") is not more than nothing")
                .hasMessageContaining("ManyMistakes.notText has @FreeText but is a Integer")
                .hasMessageContaining("ManyMistakes.anything: a value of type java.lang.Object can't be sealed")
                .hasMessageContaining("ManyMistakes.typed has @FreeText but isn't @Personal")
                .hasMessageContaining("ManyMistakes.recordId is an id of type long: ids are Strings")
                .hasMessageContaining("ManyMistakes has no @SubjectId");
    }

    @Test
    void aClassThatIsNotAnnotatedOrBadlyNamedIsRefused() {
        assertThatThrownBy(() -> RecordPolicy.of(NotAnnotated.class))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("add @CustomerRecord");
        assertThatThrownBy(() -> RecordPolicy.of(BadName.class))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("the name must match");
    }

    @Test
    void anUnknownPurposeIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> RecordPolicy.of(Customer.class).requirePurpose("marketing"))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("'marketing'")
                .hasMessageContaining("[delivery, support]");
    }

    @Test
    void anIdThatIsNoneIsRefused() {
        assertThatThrownBy(() -> RecordPolicy.requireId(null, "subject id"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the subject id is null");
        assertThatThrownBy(() -> RecordPolicy.requireId(" ", "subject id"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("blank");
        assertThatThrownBy(() -> RecordPolicy.requireId("x".repeat(257), "subject id"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("257 characters, at most 256");
    }

    @Test
    void theExpiryDayIsTheStartsDayInTheZonePlusThePeriod() {
        RetentionRule rule = new RetentionRule(Period.ofMonths(1), "x", AfterRetention.ERASE, "");
        Instant lateInUtc = Instant.parse("2026-01-30T23:30:00Z");
        assertThat(rule.expiryDay(lateInUtc, ZoneOffset.UTC)).contains(LocalDate.of(2026, 2, 28));
        assertThat(rule.expiryDay(lateInUtc, ZoneId.of("Asia/Tokyo"))).contains(LocalDate.of(2026, 2, 28));
        RetentionRule days = new RetentionRule(Period.ofDays(1), "x", AfterRetention.ERASE, "");
        assertThat(days.expiryDay(lateInUtc, ZoneOffset.UTC)).contains(LocalDate.of(2026, 1, 31));
        assertThat(days.expiryDay(lateInUtc, ZoneId.of("Asia/Tokyo"))).contains(LocalDate.of(2026, 2, 1));
        assertThat(days.expiryDay(null, ZoneOffset.UTC)).isEmpty();
    }

    @Property(tries = 300)
    void aLaterStartNeverExpiresEarlier(@ForAll LocalDate a, @ForAll LocalDate b) {
        RetentionRule rule = new RetentionRule(Period.of(1, 1, 1), "x", AfterRetention.ERASE, "");
        LocalDate earlier = a.isBefore(b) ? a : b;
        LocalDate later = a.isBefore(b) ? b : a;
        assertThat(rule.expiryDay(earlier, ZoneOffset.UTC).orElseThrow())
                .isBeforeOrEqualTo(rule.expiryDay(later, ZoneOffset.UTC).orElseThrow());
    }

    @CustomerRecord("searched")
    @SearchableTogether(
            name = "both",
            of = {"phone", "city"},
            bits = 40)
    record Searched(
            @SubjectId String id,

            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support")
            @Searchable(
                    value = PhoneNumbers.class,
                    prefixes = {6, 3},
                    suffixes = 4,
                    bits = 16)
            String phone,

            @Personal(category = DataCategory.ADDRESS, purposes = "support")
            @Searchable(value = PersonNames.class, exact = false)
            String city) {}

    @Test
    void whatIsSearchedForIsCompiled() {
        RecordPolicy<Searched> policy = RecordPolicy.of(Searched.class);
        SearchPolicy phone = policy.field("phone").search().orElseThrow();
        assertThat(phone.prefixes()).containsExactly(3, 6);
        assertThat(phone.suffixes()).containsExactly(4);
        assertThat(phone.bits()).isEqualTo(16);
        assertThat(phone.exact()).isTrue();
        assertThat(policy.field("city").search().orElseThrow().exact()).isFalse();
        assertThat(policy.together()).containsExactly(new SearchPolicy.Together("both", List.of("phone", "city"), 40));
        assertThat(policy.collectedFor(Set.of("delivery")).together()).hasSize(1);
    }

    @CustomerRecord("searched-wrongly")
    @SearchableTogether(
            name = "code",
            of = {"code"})
    @SearchableTogether(
            name = "9 lives",
            of = {"code", "nowhere", "plain"},
            bits = 9)
    @SearchableTogether(
            name = "apart",
            of = {"code", "elsewhere"})
    record SearchedWrongly(
            @SubjectId String id,

            @Personal(category = DataCategory.IDENTIFIER, purposes = "support")
            @Searchable(
                    value = ExactText.class,
                    prefixes = {0, 33, 2, 2},
                    bits = 129)
            String code,

            @Personal(category = DataCategory.DATE_OF_BIRTH, purposes = "support")
            @Searchable(value = ExactText.class, prefixes = 4)
            String born,

            @Personal(category = DataCategory.HEALTH, purposes = "support")
            @Searchable(value = PersonNames.class, words = true)
            String ailment,

            @Personal(category = DataCategory.NAME, purposes = "support")
            @Searchable(value = ExactText.class, exact = false)
            String nothing,

            @Personal(category = DataCategory.NAME, purposes = "delivery") @Searchable(ExactText.class)
            String elsewhere,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String plain) {}

    @Test
    void searchesThatMakeNoSenseAreRefusedWithTheirRemedies() {
        assertThatThrownBy(() -> RecordPolicy.of(SearchedWrongly.class))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("SearchedWrongly.code: @Searchable has the lengths [0, 33, 2, 2]: give at most 4")
                .hasMessageContaining("SearchedWrongly.code: @Searchable has entries of 129 bits: give a multiple of 8")
                .hasMessageContaining("SearchedWrongly.born has @Searchable by parts or words on DATE_OF_BIRTH")
                .hasMessageContaining("SearchedWrongly.ailment has @Searchable by parts or words on HEALTH")
                .hasMessageContaining("SearchedWrongly.nothing has @Searchable that finds by nothing")
                .hasMessageContaining("@SearchableTogether(\"code\"): the name must match")
                .hasMessageContaining("is over [code]: name 2 to 8 different components")
                .hasMessageContaining("@SearchableTogether(\"9 lives\") has entries of 9 bits")
                .hasMessageContaining("@SearchableTogether(\"9 lives\"): nowhere is no component with @Searchable")
                .hasMessageContaining("plain is no component with @Searchable")
                .hasMessageContaining("which share no purpose, so nobody could ever see all of them");
    }
}
