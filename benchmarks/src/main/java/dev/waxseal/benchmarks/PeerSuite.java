package dev.waxseal.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The command that measures sealing and opening of the record of ten components beside the peers, in one run. */
public final class PeerSuite {
    /** The benchmark's parameter, and what to call it. */
    private static final Map<String, String> PEERS = Map.of(
            "tink", "Tink Aead, field by field",
            "tink-envelope", "Tink KmsEnvelopeAead, field by field",
            "aws", "AWS Encryption SDK, caching, field by field",
            "spring", "Spring Security Encryptors.stronger, field by field",
            "jasypt", "Jasypt AES256TextEncryptor, field by field");

    private PeerSuite() {}

    /**
     * Runs the suite.
     *
     * @param arguments the file to write the figures to; {@code results/peers.json} unless given
     */
    public static void main(String[] arguments) throws RunnerException, IOException {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "results/peers.json");
        Figures figures = run(options -> options.forks(2)
                .warmupIterations(5)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1)));
        System.out.println("JDK " + Runtime.version());
        System.out.print(figures.table());
        figures.write(file);
    }

    /** Each figure's value is Waxseal's time, its reference the peer's. */
    static Figures run(SealSuite.Effort effort) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include(PeerBenchmark.class.getName() + ".*")
                .include(SealBenchmark.class.getName() + "\\.(seal|open)$")
                .threads(1);
        Map<String, Double> times = new HashMap<>();
        for (RunResult result : new Runner(effort.apply(options).build()).run()) {
            String peer = result.getParams().getParam("peer");
            String label = result.getPrimaryResult().getLabel();
            times.put(
                    (peer == null ? "waxseal" : peer) + " " + label,
                    result.getPrimaryResult().getScore());
        }
        Figures figures = new Figures();
        PEERS.keySet().stream().sorted().forEach(peer -> {
            for (String operation : new String[] {"seal", "open"}) {
                figures.add(
                        operation + ", beside " + PEERS.get(peer),
                        time(times, "waxseal " + operation),
                        "ns",
                        time(times, peer + " " + operation));
            }
        });
        return figures;
    }

    private static double time(Map<String, Double> times, String what) {
        Double time = times.get(what);
        if (time == null) {
            throw new IllegalStateException("no result of " + what + " among " + times.keySet());
        }
        return time;
    }
}
