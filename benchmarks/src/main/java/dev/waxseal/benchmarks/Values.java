package dev.waxseal.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The ten values that every variant seals. */
final class Values {
    static final String ID = "c-104277";
    static final String NAME = "Example Customer";
    static final String PHONE = "+491512345678";
    static final String EMAIL = "example.customer@example.org";
    static final String STREET = "Example Street 123, third floor on the left";
    static final String CITY = "Exampletown on the River";
    static final String POSTCODE = "12345";
    static final String COUNTRY = "Germany";
    static final String BORN = "1984-02-29";
    static final String ORDERS = "2026-000123, 2026-000456, 2026-000789";
    static final String NOTE =
            "Asked whether the parcel can be left with the neighbour on the second floor, since nobody is"
                    + " at home before six in the evening. Prefers to be written to, not called. Wants the invoice by e-mail, and"
                    + " a reminder on the day before.";

    private Values() {}

    static List<String> texts() {
        return List.of(NAME, PHONE, EMAIL, STREET, CITY, POSTCODE, COUNTRY, BORN, ORDERS, NOTE);
    }

    static List<byte[]> utf8() {
        return texts().stream()
                .map(value -> value.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
