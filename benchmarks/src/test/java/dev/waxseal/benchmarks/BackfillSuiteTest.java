package dev.waxseal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A smoke run: that the command measures and reports, not how fast it is. */
class BackfillSuiteTest {

    @Test
    void theSuiteMeasuresEveryFigureBesideItsReference() throws Exception {
        Figures figures = BackfillSuite.run(500, 1);
        assertThat(figures.all()).hasSize(4).allSatisfy(figure -> {
            assertThat(figure.value()).isPositive();
            assertThat(figure.reference()).isPositive();
        });
    }
}
