package dev.waxseal.benchmarks;

import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.policy.FieldPolicy;
import dev.waxseal.policy.RecordPolicy;
import dev.waxseal.seal.Layout;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.seal.engine.RecordSealer;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.store.InMemoryStores;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Sealing and opening ten components, beside AES-256-GCM of the JDK for each of them. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SealBenchmark {

    /** Sealers with warm keys, as a host has them for a customer it talks to. */
    @State(Scope.Benchmark)
    public static class Sealers {
        RecordSealer<Contact> whole;
        RecordSealer<SplitContact> split;
        Contact contact = Contact.example();
        SplitContact splitContact = SplitContact.example();
        SealedRecord sealed;
        SealedRecord sealedSplit;
        Set<String> all;

        /** Makes the sealers and one sealed record of each kind. */
        @Setup
        public void setUp() {
            InMemoryStores stores = new InMemoryStores();
            KeyRing keys = new KeyRing(
                    "default",
                    stores.keys(),
                    new InMemoryRootKeys(),
                    stores::separately,
                    Clock.systemUTC(),
                    new SecureRandom(),
                    10_000,
                    Duration.ofMinutes(5));
            whole = sealer(Contact.class, keys);
            split = sealer(SplitContact.class, keys);
            sealed = whole.seal(contact).record();
            sealedSplit = split.seal(splitContact).record();
            all = whole.policy().fields().stream().map(FieldPolicy::name).collect(Collectors.toUnmodifiableSet());
        }

        private static <T> RecordSealer<T> sealer(Class<T> type, KeyRing keys) {
            return new RecordSealer<>(
                    RecordPolicy.of(type), keys, Layout.COMPARTMENTS, ZoneOffset.UTC, Clock.systemUTC(), text -> text);
        }
    }

    /** Ciphers of the JDK, kept and initialised anew for each component, with a random nonce each. */
    @State(Scope.Thread)
    public static class Jce {
        byte[][] values = Values.utf8().toArray(new byte[0][]);
        byte[][] sealed = new byte[values.length][];
        SecureRandom random = new SecureRandom();
        SecretKeySpec key;
        Cipher cipher;

        /** Makes the cipher and one ciphertext of each component. */
        @Setup
        public void setUp() throws GeneralSecurityException {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            key = new SecretKeySpec(bytes, "AES");
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
            for (int i = 0; i < values.length; i++) {
                sealed[i] = seal(values[i]);
            }
        }

        byte[] seal(byte[] value) throws GeneralSecurityException {
            byte[] nonce = new byte[12];
            random.nextBytes(nonce);
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
            byte[] out = new byte[12 + value.length + 16];
            System.arraycopy(nonce, 0, out, 0, 12);
            cipher.doFinal(value, 0, value.length, out, 12);
            return out;
        }

        byte[] open(byte[] ciphertext) throws GeneralSecurityException {
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, ciphertext, 0, 12));
            return cipher.doFinal(ciphertext, 12, ciphertext.length - 12);
        }
    }

    /** One compartment. */
    @Benchmark
    public SealedRecord seal(Sealers sealers) {
        return sealers.whole.seal(sealers.contact).record();
    }

    /** Three compartments. */
    @Benchmark
    public SealedRecord sealSplit(Sealers sealers) {
        return sealers.split.seal(sealers.splitContact).record();
    }

    /** One compartment. */
    @Benchmark
    public Contact open(Sealers sealers) {
        return sealers.whole.create(
                sealers.whole.open(sealers.sealed, sealers.all).values());
    }

    /** Three compartments. */
    @Benchmark
    public SplitContact openSplit(Sealers sealers) {
        return sealers.split.create(
                sealers.split.open(sealers.sealedSplit, sealers.all).values());
    }

    /** The reference. */
    @Benchmark
    public byte[][] sealJce(Jce jce) throws GeneralSecurityException {
        byte[][] sealed = new byte[jce.values.length][];
        for (int i = 0; i < sealed.length; i++) {
            sealed[i] = jce.seal(jce.values[i]);
        }
        return sealed;
    }

    /** The reference. */
    @Benchmark
    public byte[][] openJce(Jce jce) throws GeneralSecurityException {
        byte[][] opened = new byte[jce.sealed.length][];
        for (int i = 0; i < opened.length; i++) {
            opened[i] = jce.open(jce.sealed[i]);
        }
        return opened;
    }
}
