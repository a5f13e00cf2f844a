package dev.waxseal.benchmarks;

import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.SubjectId;

/** The same ten components for three groups of purposes, hence in three compartments. */
@CustomerRecord("split-contact")
public record SplitContact(
        @SubjectId String id,

        @Personal(
                category = DataCategory.NAME,
                purposes = {"support", "delivery"})
        String name,

        @Personal(
                category = DataCategory.PHONE_NUMBER,
                purposes = {"support", "delivery"})
        String phone,

        @Personal(category = DataCategory.EMAIL_ADDRESS, purposes = "support")
        String email,

        @Personal(category = DataCategory.ADDRESS, purposes = "delivery")
        String street,

        @Personal(category = DataCategory.ADDRESS, purposes = "delivery")
        String city,

        @Personal(category = DataCategory.ADDRESS, purposes = "delivery")
        String postcode,

        @Personal(category = DataCategory.ADDRESS, purposes = "delivery")
        String country,

        @Personal(category = DataCategory.DATE_OF_BIRTH, purposes = "support")
        String born,

        @Personal(category = DataCategory.TRANSACTION, purposes = "support")
        String orders,

        @Personal(category = DataCategory.MESSAGE, purposes = "support")
        String note) {

    static SplitContact example() {
        return new SplitContact(
                Values.ID,
                Values.NAME,
                Values.PHONE,
                Values.EMAIL,
                Values.STREET,
                Values.CITY,
                Values.POSTCODE,
                Values.COUNTRY,
                Values.BORN,
                Values.ORDERS,
                Values.NOTE);
    }
}
