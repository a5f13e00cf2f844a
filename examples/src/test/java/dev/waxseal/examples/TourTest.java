package dev.waxseal.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

class TourTest {
    @TempDir
    Path home;

    private String run(List<byte[]> payloads) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Tour(new PrintStream(out, true, StandardCharsets.UTF_8), home).run(payloads);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theTourOfItsOwnPayloadsGoesTheWholeWay() {
        String printed = run(TourPayloads.own(Clock.systemUTC(), new SecureRandom()));
        assertThat(printed)
                .contains("answered {200=8}")
                .contains("forged signature: answered 401")
                .contains("support sees      name Example Customer, phone 16505550101")
                .contains("[card]")
                .contains("the courier sees  name E. C., phone ••• 0101")
                .contains("a stranger sees   nothing")
                .contains("key destroyed: true, records deleted: 4")
                .contains("looked up by phone: nothing")
                .contains("1 keys destroyed")
                .contains("in clear: 0")
                .contains("every link holds");
    }

    @Test
    void theTourRunsOnTheWebhookExamplesOfMetasSpecification() throws IOException {
        Path specification = Path.of(
                System.getProperty("waxseal.shared", "../../shared"), "cloud-api", "business-messaging-api_v23.0.yaml");
        assumeTrue(Files.isReadable(specification), () -> "Meta's description of the API is not at " + specification);
        List<byte[]> payloads = new ArrayList<>();
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(1_000);
        options.setCodePointLimit(16_000_000);
        try (Reader reader = Files.newBufferedReader(specification)) {
            collect(new Yaml(new SafeConstructor(options)).load(reader), payloads);
        }
        assertThat(payloads).isNotEmpty();
        String printed = run(payloads);
        assertThat(printed)
                .contains("webhooks over TLS: " + payloads.size() + ", answered {200=" + payloads.size() + "}")
                .contains("TextMessage")
                .contains("key destroyed: true")
                .contains("in clear: 0")
                .contains("every link holds");
    }

    private static void collect(Object yaml, List<byte[]> payloads) {
        if (yaml instanceof Map<?, ?> map) {
            if ("whatsapp_business_account".equals(map.get("object")) && map.containsKey("entry")) {
                payloads.add(JsonMapper.builder().build().writeValueAsBytes(map));
            } else {
                map.values().forEach(value -> collect(value, payloads));
            }
        } else if (yaml instanceof Collection<?> list) {
            list.forEach(value -> collect(value, payloads));
        }
    }

    @Test
    void anArgumentThatIsNoPayloadIsRefusedWithWhatToDo() {
        assertThatThrownBy(() ->
                        Tour.main(new String[] {home.resolve("missing.json").toString()}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is neither a file nor a directory");
        assertThatThrownBy(() -> Tour.main(new String[] {home.toString()}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no payload was found");
    }

    @Test
    void theReadmeQuotesTheQuickStartWhole() throws IOException {
        Path root = Path.of(System.getProperty("waxseal.root", ".."));
        String source = Files.readString(root.resolve("examples/src/main/java/dev/waxseal/examples/QuickStart.java"));
        assertThat(source.lines().count()).isLessThan(60);
        assertThat(Files.readString(root.resolve("README.md"))).contains(source.strip());
    }
}
