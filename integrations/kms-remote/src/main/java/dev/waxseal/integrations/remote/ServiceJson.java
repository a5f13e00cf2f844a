package dev.waxseal.integrations.remote;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads and writes the JSON of key services. Depth (8) and sizes (64 KiB) are bounded, and what isn't JSON leaves nothing of
 * itself in an error: an answer may hold a key. Thread safe.
 */
public final class ServiceJson {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(ServiceConnection.MAX_BYTES)
                    .maxNumberLength(20)
                    .build())
            .build();

    private ServiceJson() {}

    /**
     * Writes an object.
     *
     * @param members texts, {@link Integer}s, {@link Boolean}s, maps and lists of such, and bytes, which are written in Base64
     *     (RFC 4648 section 4)
     * @return the object in UTF-8; the caller may overwrite it
     */
    public static byte[] object(Map<String, ?> members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            write(json, members);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, Object value) {
        if (value instanceof byte[] bytes) {
            json.writeBinary(bytes);
        } else if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Map<?, ?> members) {
            json.writeStartObject();
            members.forEach((name, member) -> {
                json.writeName((String) name);
                write(json, member);
            });
            json.writeEndObject();
        } else if (value instanceof List<?> items) {
            json.writeStartArray();
            items.forEach(item -> write(json, item));
            json.writeEndArray();
        } else {
            json.writeString((String) value);
        }
    }

    /**
     * The object in an answer: texts, {@link Long}s, {@link Boolean}s, lists and maps; nulls and fractions are left out.
     *
     * @param body the answer
     * @param binary the names of the members, at any depth, that are decoded from Base64
     * @return empty if it isn't one whole JSON object
     */
    public static Optional<Map<String, Object>> read(byte[] body, Set<String> binary) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            Map<String, Object> members = members(json, binary);
            return json.nextToken() == null ? Optional.of(members) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> members(JsonParser json, Set<String> binary) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            Object value = json.currentToken() == JsonToken.VALUE_STRING && binary.contains(name)
                    ? json.getBinaryValue()
                    : value(json, binary);
            if (value != null) {
                members.put(name, value);
            }
        }
        return members;
    }

    private static @Nullable Object value(JsonParser json, Set<String> binary) {
        return switch (json.currentToken()) {
            case START_OBJECT -> members(json, binary);
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    Object item = value(json, binary);
                    if (item != null) {
                        items.add(item);
                    }
                }
                yield items;
            }
            case VALUE_STRING -> json.getString();
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }
}
