package dev.waxseal.benchmarks;

import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.SubjectId;

/** A record of ten personal components, about 400 bytes, that are all revealed and erased together. */
@CustomerRecord("contact")
public record Contact(
        @SubjectId String id,

        @Personal(category = DataCategory.NAME, purposes = "support")
        String name,

        @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support")
        String phone,

        @Personal(category = DataCategory.EMAIL_ADDRESS, purposes = "support")
        String email,

        @Personal(category = DataCategory.ADDRESS, purposes = "support")
        String street,

        @Personal(category = DataCategory.ADDRESS, purposes = "support")
        String city,

        @Personal(category = DataCategory.ADDRESS, purposes = "support")
        String postcode,

        @Personal(category = DataCategory.ADDRESS, purposes = "support")
        String country,

        @Personal(category = DataCategory.DATE_OF_BIRTH, purposes = "support")
        String born,

        @Personal(category = DataCategory.TRANSACTION, purposes = "support")
        String orders,

        @Personal(category = DataCategory.MESSAGE, purposes = "support")
        String note) {

    static Contact example() {
        return of(Values.ID);
    }

    static Contact of(String id) {
        return new Contact(
                id,
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
