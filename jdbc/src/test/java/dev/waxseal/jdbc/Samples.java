package dev.waxseal.jdbc;

import dev.waxseal.Stores;
import dev.waxseal.audit.AuditStore.Link;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.StoredKey;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.RecordStore.Expect;
import dev.waxseal.seal.RecordStore.Stored;
import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Something to store. */
final class Samples {
    static final String TENANT = "acme";
    static final LocalDate DAY = LocalDate.of(2027, 3, 1);
    static final Instant NOW = Instant.parse("2026-11-24T10:15:30Z");
    static final RecordKey KEY = new RecordKey(TENANT, "customer", "0a".repeat(16), "0b".repeat(16));

    private Samples() {}

    static void addKeys(Stores stores) {
        stores.keys().addIfAbsent(key(KeyKind.SUBJECT, KEY.subject()));
        stores.keys().addIfAbsent(key(KeyKind.EXPIRY, "none"));
        stores.keys().addIfAbsent(key(KeyKind.EXPIRY, DAY.toString()));
    }

    static StoredKey key(KeyKind kind, String name) {
        return new StoredKey(new KeyName(TENANT, kind, name), 1, 1, bytes("wrapped"), NOW, Optional.empty());
    }

    static SealedRecord record(String value) {
        return new SealedRecord(
                KEY,
                1,
                List.of(
                        new SealedCompartment("main", Optional.of(DAY), bytes(value)),
                        new SealedCompartment("forever", Optional.empty(), bytes(value))),
                List.of(new IndexEntry("phone", 1, bytes(value)), new IndexEntry("email", 1, bytes(value))),
                "{\"value\":\"" + value + "\"}");
    }

    static long put(Stores stores, String value) {
        return stores.records().put(record(value), Expect.ANYTHING, 0);
    }

    static Link append(Stores stores, String event) {
        return stores.audit()
                .append(
                        TENANT,
                        "events",
                        last -> new Link(
                                "events", last.map(Link::sequence).orElse(0L) + 1, event, bytes("link of " + event)));
    }

    static List<String> events(Stores stores) {
        return stores.audit().read(TENANT, "events", 0, 100).stream()
                .map(Link::event)
                .toList();
    }

    /** The value that every part of the record holds; fails when they hold different ones. */
    static Optional<String> value(Stores stores) {
        return stores.records().find(KEY).map(Samples::value);
    }

    private static String value(Stored stored) {
        SealedRecord record = stored.sealed();
        TreeSet<String> values = new TreeSet<>();
        record.compartments().forEach(each -> values.add(text(each.sealed())));
        record.index().forEach(each -> values.add(text(each.value())));
        values.add(record.operational().replaceAll("\\{\"value\": ?\"(.*)\"\\}", "$1"));
        if (values.size() != 1
                || record.compartments().size() != 2
                || record.index().size() != 2) {
            throw new AssertionError("half a record: " + values + ", " + record + ", " + record.index());
        }
        return values.first();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
