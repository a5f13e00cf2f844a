package dev.waxseal.cloudapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Property(tries = 500)
    void whatIsWrittenIsReadAgain(@ForAll("json") Json json) {
        byte[] utf8 = json.toJson().getBytes(StandardCharsets.UTF_8);
        assertThat(Json.parse(utf8, JsonLimits.defaults())).isEqualTo(json);
    }

    @Property(tries = 1000)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        try {
            Json.parse(bytes, JsonLimits.defaults());
        } catch (MalformedJsonException | JsonLimitException e) {
            assertThat(e).hasNoCause();
        }
    }

    @Provide
    net.jqwik.api.Arbitrary<Json> json() {
        return JsonArbitraries.values();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"b\":1,\"a\":[true,false,null],\"\":{}}",
                "[1.0,1E5,-0,1e-7,100000000000000000000000000000,0.10]",
                "\"\\ud800 \\\" \\\\ \\u0000 \uD83D\uDC4D é\"",
                "[]",
            })
    void writesBackExactlyWhatItRead(String json) {
        assertThat(Json.parse(json).toJson()).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,",
                "{\"a\"}",
                "{\"a\":1,}",
                "[1,]",
                "nul",
                "NaN",
                "'a'",
                "01",
                "+1",
                ".5",
                "1.",
                "1 2",
                "{}{}",
                "\"\n\"",
                "\"\\x\"",
                "/* */1",
                "\uFEFF{}"
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void aMemberThatIsThereTwiceIsRefused() {
        assertThatThrownBy(() -> Json.parse("{\"a\":1,\"\\u0061\":2}"))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("two members of one name");
    }

    @Test
    void otherEncodingsThanUtf8AreRefused() {
        for (byte[] bytes : List.of(
                "{}".getBytes(StandardCharsets.UTF_16BE),
                "{}".getBytes(StandardCharsets.UTF_16),
                new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'},
                new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'})) {
            assertThatThrownBy(() -> Json.parse(bytes, JsonLimits.defaults()))
                    .isInstanceOf(MalformedJsonException.class);
        }
    }

    @Test
    void aRefusalQuotesNothingOfTheText() {
        for (String text :
                List.of("canary", "{\"canary\":canary}", "[\"canary\" \"canary\"]", "{\"canary\":1,\"canary\":2}")) {
            assertThatThrownBy(() -> Json.parse(text))
                    .isInstanceOf(MalformedJsonException.class)
                    .hasMessageNotContaining("canary")
                    .hasNoCause();
        }
    }

    @Test
    void eachLimitHoldsExactly() {
        JsonLimits limits = JsonLimits.builder()
                .maximumDepth(2)
                .maximumStringLength(5)
                .maximumNameLength(3)
                .maximumNumberLength(4)
                .maximumTokens(6)
                .build();
        for (String allowed : List.of("[[1]]", "\"12345\"", "{\"abc\":1}", "1234", "[1,2,3,4]")) {
            assertThat(Json.parse(allowed, limits).toJson()).isEqualTo(allowed);
        }
        for (String refused : List.of("[[[]]]", "\"123456\"", "{\"abcd\":1}", "12345", "[1,2,3,4,5]")) {
            assertThatThrownBy(() -> Json.parse(refused, limits)).isInstanceOf(JsonLimitException.class);
        }
    }

    @Test
    void aVeryDeepTextIsRefusedWithinAnyLimit() {
        JsonLimits deepest =
                JsonLimits.builder().maximumDepth(Json.MAXIMUM_DEPTH).build();
        for (String opening : List.of("[", "{\"a\":")) {
            assertThatThrownBy(() -> Json.parse(opening.repeat(10_000), deepest))
                    .isInstanceOf(JsonLimitException.class)
                    .hasMessageContaining("JsonLimits.maximumDepth");
        }
    }

    @Test
    void noLimitsAreAskedForThatCannotHold() {
        assertThatThrownBy(() -> JsonLimits.builder().maximumDepth(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> JsonLimits.builder().maximumDepth(501)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aValueCannotBeBuiltTooDeepToBeWritten() {
        assertThatThrownBy(() -> {
                    Json json = new JsonNull();
                    for (int i = 0; i <= Json.MAXIMUM_DEPTH; i++) {
                        json = JsonArray.of(json);
                    }
                })
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aNameThatNoReaderTakesIsRefused() {
        assertThatThrownBy(() -> JsonObject.builder().put("a\uD83D", "b").build())
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Json.parse("{\"\\ud83d\":1}")).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void aNumberHasTheGrammarOfJson() {
        assertThat(new JsonNumber("-1.50e3").toBigDecimal()).isEqualByComparingTo("-1500");
        for (String text : List.of("", "01", "1.", "+1", "0x1", "NaN", "1_0", "1d")) {
            assertThatThrownBy(() -> new JsonNumber(text)).isInstanceOf(InvalidInputException.class);
        }
    }
}
