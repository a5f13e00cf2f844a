package dev.waxseal.benchmarks;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The same ten components, sealed and opened one by one by the libraries that a user would pick otherwise. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class PeerBenchmark {

    /** Which library. */
    @Param({"tink", "tink-envelope", "aws", "spring", "jasypt"})
    public String peer = "";

    private final List<String> names =
            List.of("name", "phone", "email", "street", "city", "postcode", "country", "born", "orders", "note");
    private final List<String> values = Values.texts();
    private final Object[] sealed = new Object[names.size()];
    private Peer library;

    /** Makes the library's keys and one ciphertext of each component, and reads them back once. */
    @Setup
    public void setUp() throws GeneralSecurityException {
        library = Peer.named(peer);
        for (int i = 0; i < sealed.length; i++) {
            sealed[i] = library.seal(names.get(i), values.get(i));
        }
        if (!List.of(open()).equals(values)) {
            throw new IllegalStateException(peer + " does not give back what it sealed");
        }
    }

    /** All ten components. */
    @Benchmark
    public Object[] seal() throws GeneralSecurityException {
        Object[] out = new Object[names.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = library.seal(names.get(i), values.get(i));
        }
        return out;
    }

    /** All ten components. */
    @Benchmark
    public String[] open() throws GeneralSecurityException {
        String[] out = new String[names.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = library.open(names.get(i), sealed[i]);
        }
        return out;
    }
}
