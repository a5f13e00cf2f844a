package dev.waxseal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A smoke run: that the command measures and reports, not how fast it is. */
class MediaSuiteTest {

    @Test
    void theSuiteMeasuresEveryFigureBesideItsReferenceInASmallHeap() throws Exception {
        Figures figures = MediaSuite.run(1, 0, 1, 1, 40);
        assertThat(figures.all()).hasSize(4).allSatisfy(figure -> {
            assertThat(figure.value()).isPositive();
            assertThat(figure.reference()).isPositive();
        });
    }
}
