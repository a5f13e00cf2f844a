package dev.waxseal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

/** A smoke run: that the command measures and reports, not how fast it is. */
class SealSuiteTest {

    @Test
    void theSuiteMeasuresEveryFigureBesideItsReference(@TempDir Path directory) throws Exception {
        Figures figures = SealSuite.run(options -> options.forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(50))
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(50)));
        assertThat(figures.all()).hasSize(16).allSatisfy(figure -> {
            assertThat(figure.value()).isPositive();
            assertThat(figure.reference()).isPositive();
        });
        assertThat(figures.all())
                .filteredOn(figure -> figure.figure().equals("of which header, nonce and tag, 3 compartments"))
                .singleElement()
                .satisfies(figure -> assertThat(figure.value()).isLessThan(120));
        Path file = directory.resolve("seal.json");
        figures.write(file);
        assertThat(Files.readString(file)).contains("\"ratio\"").contains("\"reference\"");
    }
}
