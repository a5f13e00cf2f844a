package dev.waxseal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The counts are the same for few subjects as for many. */
class ColdSuiteTest {

    @Test
    void aColdSubjectCostsOneReadOfItsKeyAndNoCallOfTheRootKey(@TempDir Path directory) throws Exception {
        Figures figures = ColdSuite.run(2_000);
        assertThat(figures.all())
                .filteredOn(figure -> !figure.figure().contains("beside a warm one"))
                .hasSize(7)
                .allSatisfy(figure -> assertThat(figure.value()).isLessThanOrEqualTo(figure.reference()));
        assertThat(figures.all())
                .filteredOn(figure -> figure.figure().contains("beside a warm one"))
                .singleElement()
                .satisfies(figure -> assertThat(figure.value()).isEqualTo(figure.reference() + 1));
        Path file = directory.resolve("cold.json");
        figures.write(file);
        assertThat(Files.readString(file)).contains("\"ratio\"").contains("another process");
    }
}
