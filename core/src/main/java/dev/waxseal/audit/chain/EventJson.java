package dev.waxseal.audit.chain;

import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.wire.JsonValueReader;
import dev.waxseal.wire.JsonValueWriter;
import dev.waxseal.wire.MalformedValueException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An event as JSON, always in the same order of members. */
final class EventJson {
    private EventJson() {}

    static String write(AuditEvent event) {
        JsonValueWriter out = new JsonValueWriter();
        out.map(10);
        member(out, "at", event.at().toString());
        member(out, "action", event.action().name());
        member(out, "principal", event.principal());
        member(out, "purpose", event.purpose());
        member(out, "recordType", event.recordType());
        member(out, "subject", event.subject());
        member(out, "record", event.record());
        names(out, "revealed", event.revealed());
        names(out, "masked", event.masked());
        member(out, "detail", event.detail());
        out.end();
        return out.toJson();
    }

    private static void member(JsonValueWriter out, String name, String value) {
        out.key(name);
        out.text(value);
    }

    private static void names(JsonValueWriter out, String name, Collection<String> names) {
        out.key(name);
        out.array(names.size());
        new TreeSet<>(names).forEach(out::text);
        out.end();
    }

    static AuditEvent read(String json) {
        JsonValueReader in = new JsonValueReader(json);
        Map<String, String> texts = new HashMap<>();
        Map<String, Set<String>> lists = new HashMap<>();
        in.map();
        while (in.hasNext()) {
            String name = in.textKey();
            if (name.equals("revealed") || name.equals("masked")) {
                Set<String> names = new TreeSet<>();
                in.array();
                while (in.hasNext()) {
                    names.add(in.text());
                }
                in.end();
                lists.put(name, names);
            } else {
                texts.put(name, in.text());
            }
        }
        in.end();
        in.finish();
        try {
            return new AuditEvent(
                    Instant.parse(texts.getOrDefault("at", "")),
                    AuditAction.valueOf(texts.getOrDefault("action", "")),
                    texts.getOrDefault("principal", ""),
                    texts.getOrDefault("purpose", ""),
                    texts.getOrDefault("recordType", ""),
                    texts.getOrDefault("subject", ""),
                    texts.getOrDefault("record", ""),
                    lists.getOrDefault("revealed", Set.of()),
                    lists.getOrDefault("masked", Set.of()),
                    texts.getOrDefault("detail", ""));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MalformedValueException("an event's instant and action were expected");
        }
    }
}
