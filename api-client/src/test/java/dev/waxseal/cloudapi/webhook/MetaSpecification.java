package dev.waxseal.cloudapi.webhook;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.waxseal.cloudapi.Json;
import dev.waxseal.cloudapi.JsonArray;
import dev.waxseal.cloudapi.JsonBoolean;
import dev.waxseal.cloudapi.JsonNull;
import dev.waxseal.cloudapi.JsonNumber;
import dev.waxseal.cloudapi.JsonObject;
import dev.waxseal.cloudapi.JsonString;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Meta's own OpenAPI description of the API, which lies beside the project and not in it. */
final class MetaSpecification {
    private final Json root;

    private MetaSpecification(Json root) {
        this.root = root;
    }

    /** Reads the description; skips the test, saying so, where it is absent. */
    static MetaSpecification load() throws IOException {
        Path file = Path.of(
                System.getProperty("waxseal.shared", "../../shared"), "cloud-api", "business-messaging-api_v23.0.yaml");
        assumeTrue(Files.isReadable(file), () -> "Meta's description of the API is not at " + file);
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(1_000);
        options.setCodePointLimit(16_000_000);
        try (Reader reader = Files.newBufferedReader(file)) {
            return new MetaSpecification(json(new Yaml(new SafeConstructor(options)).load(reader)));
        }
    }

    private static Json json(Object yaml) {
        if (yaml instanceof Map<?, ?> map) {
            Map<String, Json> members = new LinkedHashMap<>();
            map.forEach((name, value) -> members.put(String.valueOf(name), json(value)));
            return JsonObject.of(members);
        } else if (yaml instanceof List<?> list) {
            return JsonArray.of(list.stream().map(MetaSpecification::json).toList());
        } else if (yaml instanceof Boolean bool) {
            return new JsonBoolean(bool);
        } else if (yaml instanceof Double number) {
            return Double.isFinite(number)
                    ? new JsonNumber(BigDecimal.valueOf(number).toString())
                    : new JsonNull();
        } else if (yaml instanceof Number number) {
            return new JsonNumber(number.toString());
        }
        return yaml == null ? new JsonNull() : new JsonString(yaml.toString());
    }

    /** The webhook payloads among the examples, by the name the description gives them. */
    Map<String, JsonObject> payloads() {
        Map<String, JsonObject> found = new LinkedHashMap<>();
        collect("", root, found);
        return found;
    }

    private static void collect(String name, Json json, Map<String, JsonObject> found) {
        if (json instanceof JsonObject object) {
            if (object.get("object")
                            .filter(new JsonString("whatsapp_business_account")::equals)
                            .isPresent()
                    && object.get("entry").isPresent()) {
                found.put(name, object);
                return;
            }
            object.members().forEach((member, value) -> collect(member.equals("value") ? name : member, value, found));
        } else {
            json.elements().forEach(element -> collect(name, element, found));
        }
    }

    Json schema(String name) {
        return get(root, "components", "schemas", name);
    }

    static Json get(Json json, String... path) {
        for (String name : path) {
            json = json.get(name).orElseThrow(() -> new AssertionError("the description has no " + name));
        }
        return json;
    }

    /** Makes a value with every property that a schema describes. */
    Json sample(Json schema) {
        Json reference = schema.get("$ref").orElse(new JsonNull());
        if (reference instanceof JsonString string) {
            return sample(
                    schema(incoming(string.value().substring(string.value().lastIndexOf('/') + 1))));
        }
        List<Json> parts = schema.get("allOf").orElse(new JsonNull()).elements();
        if (!parts.isEmpty()) {
            Map<String, Json> members = new LinkedHashMap<>();
            parts.forEach(part -> members.putAll(((JsonObject) sample(part)).members()));
            return JsonObject.of(members);
        }
        if (schema.get("properties").orElse(new JsonNull()) instanceof JsonObject properties) {
            Map<String, Json> members = new LinkedHashMap<>();
            properties.members().forEach((name, property) -> members.put(name, sample(property)));
            return JsonObject.of(members);
        }
        return schema.get("example").orElseGet(() -> scalar(schema));
    }

    private Json scalar(Json schema) {
        List<Json> allowed =
                new ArrayList<>(schema.get("enum").orElse(new JsonNull()).elements());
        if (!allowed.isEmpty()) {
            return allowed.get(0);
        }
        return switch (((JsonString) get(schema, "type")).value()) {
            case "array" -> JsonArray.of(sample(get(schema, "items")));
            case "integer", "number" -> JsonNumber.of(7);
            case "boolean" -> new JsonBoolean(true);
            default -> new JsonString("7");
        };
    }

    /** The description's own references confuse the schemas of what is sent with those of what is received. */
    private static String incoming(String name) {
        return switch (name) {
            case "BaseMessageProperties" -> "BaseMessageProperties_1";
            case "ContactObject" -> "ContactObject_1";
            case "ErrorObject" -> "ErrorObject_2";
            default -> name;
        };
    }
}
