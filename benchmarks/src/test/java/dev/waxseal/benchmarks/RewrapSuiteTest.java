package dev.waxseal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A smoke run: that every key is rewrapped and the command reports it, not how fast it is. */
class RewrapSuiteTest {

    @Test
    void aRotationOnPostgresqlIsMeasuredBesideTheBareUpdate(@TempDir Path directory) throws Exception {
        Figures figures = RewrapSuite.run(1_200, 2);
        assertThat(figures.all())
                .hasSize(2)
                .allSatisfy(figure -> assertThat(figure.value()).isPositive());
        Path file = directory.resolve("rewrap.json");
        figures.write(file);
        assertThat(Files.readString(file)).contains("\"ratio\"").contains("bare UPDATE");
    }
}
