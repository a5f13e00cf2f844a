package dev.waxseal.cloudapi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON texts within limits. Jackson's own messages quote the source, so none of them gets out. */
final class JsonReader {
    private final JsonLimits limits;
    private int tokens;

    JsonReader(JsonLimits limits) {
        this.limits = limits;
    }

    Json read(byte[] utf8) {
        String text;
        try {
            // Strictly, and not by Jackson, which would take UTF-16, UTF-32 and some invalid UTF-8 as well.
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedJsonException("the text is not valid UTF-8, as JSON must be");
        }
        return read(text);
    }

    Json read(String text) {
        try (JsonParser parser = factory().createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = next(parser);
            if (first == null) {
                throw new MalformedJsonException("the text is empty, but one JSON value was expected");
            }
            Json value = value(parser, first, 1);
            if (next(parser) != null) {
                throw malformed(parser, "something follows the JSON value");
            }
            return value;
        }
    }

    private JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        // One more, so that the own check below, which can say what to do, comes first.
                        .maxNestingDepth(limits.maximumDepth() + 1)
                        .maxStringLength(limits.maximumStringLength())
                        .maxNameLength(limits.maximumNameLength())
                        .maxNumberLength(limits.maximumNumberLength())
                        .build())
                // Names come from outside; a table of them would live as long as the process.
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .build();
    }

    private @Nullable JsonToken next(JsonParser parser) {
        try {
            JsonToken token = parser.nextToken();
            if (token != null && ++tokens > limits.maximumTokens()) {
                throw new JsonLimitException("the text has more than " + limits.maximumTokens()
                        + " tokens; raise JsonLimits.maximumTokens if such texts are meant to be read");
            }
            return token;
        } catch (StreamConstraintsException e) {
            throw tooLong();
        } catch (JacksonException e) {
            throw malformed(parser, "the text is not JSON as RFC 8259 defines it");
        }
    }

    private Json value(JsonParser parser, @Nullable JsonToken token, int depth) {
        if (token == null) {
            throw malformed(parser, "the text ends within a JSON value");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, allowed(depth));
            case START_ARRAY -> array(parser, allowed(depth));
            case VALUE_STRING -> new JsonString(text(parser));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(text(parser));
            case VALUE_TRUE -> new JsonBoolean(true);
            case VALUE_FALSE -> new JsonBoolean(false);
            case VALUE_NULL -> new JsonNull();
            default -> throw malformed(parser, "the text is not JSON as RFC 8259 defines it");
        };
    }

    private int allowed(int depth) {
        if (depth > limits.maximumDepth()) {
            throw new JsonLimitException("the text is nested more than " + limits.maximumDepth()
                    + " deep; raise JsonLimits.maximumDepth if such texts are meant to be read");
        }
        return depth;
    }

    private JsonObject object(JsonParser parser, int depth) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (JsonToken token = next(parser); token != JsonToken.END_OBJECT; token = next(parser)) {
            if (token == null) {
                throw malformed(parser, "the text ends within an object");
            }
            String name = text(parser);
            if (members.containsKey(name)) {
                // Two readers of such a text may see two different values.
                throw malformed(parser, "an object has two members of one name");
            }
            members.put(name, value(parser, next(parser), depth + 1));
        }
        return JsonObject.of(members);
    }

    private JsonArray array(JsonParser parser, int depth) {
        List<Json> elements = new ArrayList<>();
        for (JsonToken token = next(parser); token != JsonToken.END_ARRAY; token = next(parser)) {
            elements.add(value(parser, token, depth + 1));
        }
        return JsonArray.of(elements);
    }

    private String text(JsonParser parser) {
        try {
            return parser.getString();
        } catch (StreamConstraintsException e) {
            throw tooLong();
        } catch (JacksonException e) {
            throw malformed(parser, "the text is not JSON as RFC 8259 defines it");
        }
    }

    private JsonLimitException tooLong() {
        return new JsonLimitException("a string, name or number is longer than " + limits.maximumStringLength() + ", "
                + limits.maximumNameLength() + " or " + limits.maximumNumberLength()
                + " characters; raise the lengths of JsonLimits if such texts are meant to be read");
    }

    private static MalformedJsonException malformed(JsonParser parser, String what) {
        return new MalformedJsonException(
                what + ", near character " + parser.currentLocation().getCharOffset());
    }
}
