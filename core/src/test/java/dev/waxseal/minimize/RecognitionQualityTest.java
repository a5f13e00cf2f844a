package dev.waxseal.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Precision and recall on labelled sentences, which are shared between projects and not part of this one. */
class RecognitionQualityTest {
    private static final Map<String, String> TYPES = Map.of(
            "CREDIT_CARD", StandardType.PAYMENT_CARD.name(),
            "IBAN_CODE", StandardType.IBAN.name(),
            "EMAIL_ADDRESS", StandardType.EMAIL_ADDRESS.name(),
            "IP_ADDRESS", StandardType.IP_ADDRESS.name(),
            "US_SSN", StandardType.US_SSN.name(),
            "PHONE_NUMBER", StandardType.PHONE_NUMBER.name());
    private static final double LEAST_F1 = 0.99;

    @Test
    void labelledSentencesAreRecognisedToTheCharacter() throws IOException {
        Path labelled = Path.of(System.getProperty("waxseal.shared", "absent"), "pii", "dev.jsonl");
        assumeTrue(
                Files.isReadable(labelled), "The labelled sentences are absent: waxseal.shared names no pii/dev.jsonl");

        Map<String, Score> scores = new LinkedHashMap<>();
        Score overall = new Score();
        boolean show = Boolean.getBoolean("waxseal.showMisses");
        for (String line : Files.readAllLines(labelled)) {
            JsonNode sentence = JsonMapper.shared().readTree(line);
            String text = sentence.get("text").asString();
            Set<Extent> expected = new HashSet<>();
            for (JsonNode span : sentence.get("spans")) {
                String type = TYPES.get(span.get("type").asString());
                if (type != null) {
                    int start = text.offsetByCodePoints(0, span.get("start").asInt());
                    int end = text.offsetByCodePoints(0, span.get("end").asInt());
                    expected.add(new Extent(type, start, end));
                }
            }
            Set<Extent> found = new HashSet<>();
            for (Span span : Redactor.standard().redact(text).spans()) {
                if (TYPES.containsValue(span.type())) {
                    found.add(new Extent(span.type(), span.start(), span.end()));
                }
            }
            count(expected, found, scores, overall);
            if (show && !expected.equals(found)) {
                System.out.println("MISS expected " + expected + " found " + found + " in " + line);
            }
        }

        scores.forEach((type, score) -> System.out.println(type + " " + score));
        System.out.println("overall " + overall);
        assertThat(overall.f1()).as("overall F1, %s", scores).isGreaterThanOrEqualTo(LEAST_F1);
    }

    private static void count(Set<Extent> expected, Set<Extent> found, Map<String, Score> scores, Score overall) {
        for (Extent extent : found) {
            Score score = scores.computeIfAbsent(extent.type(), type -> new Score());
            if (expected.contains(extent)) {
                score.right++;
                overall.right++;
            } else {
                score.wrong++;
                overall.wrong++;
            }
        }
        for (Extent extent : expected) {
            if (!found.contains(extent)) {
                scores.computeIfAbsent(extent.type(), type -> new Score()).missed++;
                overall.missed++;
            }
        }
    }

    private record Extent(String type, int start, int end) {}

    private static final class Score {
        private int right;
        private int wrong;
        private int missed;

        double f1() {
            return 2.0 * right / (2.0 * right + wrong + missed);
        }

        @Override
        public String toString() {
            return "F1 %.4f (right %d, wrong %d, missed %d)".formatted(f1(), right, wrong, missed);
        }
    }
}
