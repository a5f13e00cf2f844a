package dev.waxseal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

/** A smoke run: that every peer works and is measured, not how fast it is. */
class PeerSuiteTest {

    @Test
    void everyPeerSealsAndOpensTheSameRecordInTheSameRun(@TempDir Path directory) throws Exception {
        Figures figures = PeerSuite.run(options -> options.forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(50))
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(50)));
        assertThat(figures.all()).hasSize(10).allSatisfy(figure -> {
            assertThat(figure.value()).isPositive();
            assertThat(figure.reference()).isPositive();
        });
        Path file = directory.resolve("peers.json");
        figures.write(file);
        assertThat(Files.readString(file)).contains("\"ratio\"").contains("Jasypt");
    }
}
