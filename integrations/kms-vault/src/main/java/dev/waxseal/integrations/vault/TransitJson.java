package dev.waxseal.integrations.vault;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * Reads and writes Transit's JSON. Depth and sizes are bounded, and what isn't JSON leaves nothing of itself in an error:
 * an answer may hold a key.
 */
final class TransitJson {
    static final int MAX_BYTES = 64 * 1024;

    private static final String PLAINTEXT = "plaintext";
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(MAX_BYTES)
                    .maxNumberLength(20)
                    .build())
            .build();

    private TransitJson() {}

    /** An object of texts, whole numbers, and bytes in Base64 (RFC 4648 section 4), as Transit wants them. */
    static byte[] object(Map<String, ?> members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            members.forEach((name, value) -> {
                json.writeName(name);
                if (value instanceof byte[] bytes) {
                    json.writeBinary(bytes);
                } else if (value instanceof Integer number) {
                    json.writeNumber(number);
                } else {
                    json.writeString((String) value);
                }
            });
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /**
     * The object in an answer: texts, {@link Long}s, {@link Boolean}s, lists and maps; nulls and fractions are left out. A
     * member named plaintext is decoded from Base64.
     *
     * @return empty if it isn't one whole JSON object
     */
    static Optional<Map<String, Object>> read(byte[] body) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            Map<String, Object> members = members(json);
            return json.nextToken() == null ? Optional.of(members) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> members(JsonParser json) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            Object value = json.currentToken() == JsonToken.VALUE_STRING && name.equals(PLAINTEXT)
                    ? json.getBinaryValue()
                    : value(json);
            if (value != null) {
                members.put(name, value);
            }
        }
        return members;
    }

    private static @Nullable Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> members(json);
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    Object item = value(json);
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
