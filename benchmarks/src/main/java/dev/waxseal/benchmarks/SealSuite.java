package dev.waxseal.benchmarks;

import dev.waxseal.seal.SealedCompartment;
import dev.waxseal.seal.SealedRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The command that measures sealing and opening against the bare JDK, time and memory, and the size of the result. */
public final class SealSuite {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private static final String TWO_THREADS = " by two threads";

    private SealSuite() {}

    /**
     * Runs the suite.
     *
     * @param arguments the file to write the figures to; {@code results/seal.json} unless given
     */
    public static void main(String[] arguments) throws RunnerException, IOException {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "results/seal.json");
        Figures figures = run(options -> options.forks(2)
                .warmupIterations(5)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1)));
        System.out.println("JDK " + Runtime.version());
        System.out.print(figures.table());
        figures.write(file);
    }

    /** How long and how often to measure. */
    interface Effort {
        ChainedOptionsBuilder apply(ChainedOptionsBuilder options);
    }

    static Figures run(Effort effort) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(SealBenchmark.class.getName() + ".*")
                .addProfiler(GCProfiler.class)
                .threads(1);
        Map<String, RunResult> results = new HashMap<>();
        for (RunResult result : new Runner(effort.apply(options).build()).run()) {
            results.put(result.getPrimaryResult().getLabel(), result);
        }
        ChainedOptionsBuilder two = new OptionsBuilder()
                .include(SealBenchmark.class.getName() + "\\.(seal|open)(Jce)?$")
                .threads(2);
        for (RunResult result : new Runner(effort.apply(two).build()).run()) {
            results.put(result.getPrimaryResult().getLabel() + TWO_THREADS, result);
        }
        Figures figures = new Figures();
        add(figures, results, "seal", "seal, 10 components, 1 compartment", "sealJce");
        add(figures, results, "sealSplit", "seal, 10 components, 3 compartments", "sealJce");
        add(figures, results, "open", "open, 10 components, 1 compartment", "openJce");
        add(figures, results, "openSplit", "open, 10 components, 3 compartments", "openJce");
        for (String operation : List.of("seal", "open", "sealJce", "openJce")) {
            // The time is that of one call on each of the two threads.
            figures.add(
                    operation + ", two threads: records a second beside one thread",
                    2e9 / score(results, operation + TWO_THREADS),
                    "1/s",
                    1e9 / score(results, operation));
        }
        SealBenchmark.Sealers sealers = new SealBenchmark.Sealers();
        sealers.setUp();
        size(figures, "1 compartment", sealers.sealed);
        size(figures, "3 compartments", sealers.sealedSplit);
        return figures;
    }

    private static void add(
            Figures figures, Map<String, RunResult> results, String label, String figure, String reference) {
        figures.add(figure + ": time", score(results, label), "ns", score(results, reference));
        figures.add(figure + ": allocated", allocated(results, label), "bytes", allocated(results, reference));
    }

    private static double score(Map<String, RunResult> results, String label) {
        return result(results, label).getPrimaryResult().getScore();
    }

    private static double allocated(Map<String, RunResult> results, String label) {
        return Objects.requireNonNull(
                        result(results, label).getSecondaryResults().get(ALLOCATED),
                        "the profiler reported no allocation")
                .getScore();
    }

    private static RunResult result(Map<String, RunResult> results, String label) {
        RunResult result = results.get(label);
        if (result == null) {
            throw new IllegalStateException("no result of " + label + " among " + results.keySet());
        }
        return result;
    }

    /**
     * What sealing adds to the bytes of the ten values and of the subject id, which is sealed with them, beside what ten
     * ciphertexts of their own would add.
     */
    private static void size(Figures figures, String variant, SealedRecord sealed) {
        int values = Values.utf8().stream().mapToInt(value -> value.length).sum()
                + sealed.compartments().size() * Values.ID.length();
        int bytes = sealed.compartments().stream()
                .map(SealedCompartment::sealed)
                .mapToInt(each -> each.length)
                .sum();
        int reference = Values.utf8().size() * (12 + 16);
        figures.add("added to the values' bytes, " + variant, bytes - values, "bytes", reference);
        int cryptographic = sealed.compartments().size() * (9 + 12 + 16);
        figures.add("of which header, nonce and tag, " + variant, cryptographic, "bytes", reference);
    }
}
