package dev.waxseal.benchmarks;

import dev.waxseal.Media;
import dev.waxseal.MediaView;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.seal.BlobStore;
import dev.waxseal.seal.MediaDescription;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.store.InMemoryStores;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The command that measures sealing and opening of media through the front door against a bare AES-256-GCM stream copy of
 * the same bytes, from memory to memory, in turns in one run, and the heap that media of two sizes take, on files.
 */
public final class MediaSuite {
    private static final int MIB = 1 << 20;
    private static final int CHUNK = MIB;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final Access READER = Access.by("reader").purpose("support");
    private static final MediaDescription VIDEO = MediaDescription.of("video/mp4", "support");

    private MediaSuite() {}

    /**
     * Runs the suite.
     *
     * @param arguments the file to write the figures to, {@code results/media.json} unless given; or, for the processes
     *     that it starts itself, {@code heap}, a size in MiB and a directory
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3 && arguments[0].equals("heap")) {
            System.out.println(heap(Integer.parseInt(arguments[1]), Path.of(arguments[2])));
            return;
        }
        Figures figures = run(64, 10, 20, 64, 1024);
        System.out.println("JDK " + Runtime.version());
        System.out.print(figures.table());
        figures.write(Path.of(arguments.length > 0 ? arguments[0] : "results/media.json"));
    }

    /** Sizes in MiB. */
    static Figures run(int size, int warmUps, int rounds, int small, int large) throws Exception {
        Figures figures = new Figures();
        throughput(figures, size, warmUps, rounds);
        double reference = heapOfProcess(small);
        figures.add("peak heap, " + large + " MiB beside " + small + " MiB", heapOfProcess(large), "MiB", reference);
        return figures;
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void throughput(Figures figures, int size, int warmUps, int rounds) throws Exception {
        byte[] content = new byte[MIB];
        new Random(1).nextBytes(content);
        BufferBlobStore store = new BufferBlobStore((size + 1) * MIB);
        Media media = open(store);
        Bare bare = new Bare(size);
        byte[] sink = new byte[64 * 1024];
        Work[] works = {
            () -> media.put("c-1", "m-1", VIDEO, new Repeated(content, size)),
            () -> read(media, sink),
            () -> media.put("c-1", "m-1", VIDEO.withSha256(), new Repeated(content, size)),
            () -> bare.seal(new Repeated(content, size)),
            bare::open,
        };
        double[][] rates = new double[works.length][rounds];
        for (int round = -warmUps; round < rounds; round++) {
            for (int i = 0; i < works.length; i++) {
                long start = System.nanoTime();
                works[i].run();
                double rate = size * (double) MIB / (System.nanoTime() - start) * 1e3;
                if (round >= 0) {
                    rates[i][round] = rate;
                }
            }
        }
        double seal = median(rates[3]);
        figures.add("seal media of " + size + " MiB", median(rates[0]), "MB/s", seal);
        figures.add("open media of " + size + " MiB", median(rates[1]), "MB/s", median(rates[4]));
        figures.add("seal media of " + size + " MiB, with SHA-256", median(rates[2]), "MB/s", seal);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static Media open(BlobStore store) {
        Waxseal waxseal = Waxseal.with(new InMemoryStores(), new InMemoryRootKeys())
                .blobs(store)
                .open();
        waxseal.grants()
                .give(Grant.to("reader")
                        .on("media")
                        .purpose("support")
                        .revealAll()
                        .by("benchmark", "to measure"));
        return waxseal.media();
    }

    private static void read(Media media, byte[] sink) throws IOException {
        try (MediaView view = media.open("c-1", "m-1", READER).orElseThrow();
                InputStream in = view.stream()) {
            int read;
            do {
                read = in.read(sink);
            } while (read >= 0);
        }
    }

    /** Bytes repeated up to a size, so that no source of that size has to be in memory. */
    private static final class Repeated extends InputStream {
        private final byte[] content;
        private long at;
        private final long size;

        Repeated(byte[] content, int mebibytes) {
            this.content = content;
            this.size = (long) mebibytes * MIB;
        }

        @Override
        public int read() {
            return at == size ? -1 : content[(int) (at++ % content.length)] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int from = (int) (at % content.length);
            int count = (int) Math.min(Math.min(length, content.length - from), size - at);
            System.arraycopy(content, from, into, offset, count);
            at += count;
            return count == 0 ? -1 : count;
        }
    }

    /** The reference: the JDK's cipher in chunks of 1 MiB, each under a nonce of its own. */
    private static final class Bare {
        private final SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
        private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        private final byte[] plaintext = new byte[CHUNK];
        private final byte[] ciphertext = new byte[NONCE + CHUNK + TAG];
        private final BufferBlobStore.Buffer sealed;
        private long nonces;

        Bare(int size) throws GeneralSecurityException {
            this.sealed = new BufferBlobStore.Buffer((size + 1) * MIB);
        }

        void seal(InputStream source) throws GeneralSecurityException, IOException {
            sealed.clear();
            for (int read = source.readNBytes(plaintext, 0, CHUNK);
                    read > 0;
                    read = source.readNBytes(plaintext, 0, CHUNK)) {
                byte[] nonce = new byte[NONCE];
                for (long i = 0, number = ++nonces; number != 0; i++, number >>>= 8) {
                    nonce[(int) i] = (byte) number;
                }
                cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG * 8, nonce));
                System.arraycopy(nonce, 0, ciphertext, 0, NONCE);
                int written = cipher.doFinal(plaintext, 0, read, ciphertext, NONCE);
                sealed.write(ciphertext, 0, NONCE + written);
            }
        }

        void open() throws GeneralSecurityException, IOException {
            InputStream in = sealed.from(0, Long.MAX_VALUE);
            for (int read = in.readNBytes(ciphertext, 0, ciphertext.length);
                    read > 0;
                    read = in.readNBytes(ciphertext, 0, ciphertext.length)) {
                cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG * 8, ciphertext, 0, NONCE));
                cipher.doFinal(ciphertext, NONCE, read - NONCE, plaintext, 0);
            }
        }
    }

    private static double heapOfProcess(int size) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("waxseal-media");
        try {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx32m",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            MediaSuite.class.getName(),
                            "heap",
                            Integer.toString(size),
                            directory.toString()))
                    .redirectError(Redirect.INHERIT)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("media of " + size + " MiB does not fit into a heap of 32 MiB");
            }
            return Double.parseDouble(printed.trim());
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (var found = Files.walk(directory)) {
            paths = found.sorted((a, b) -> b.compareTo(a)).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    /** Seals media to a file and opens it, and tells the most heap that was in use, garbage included, in MiB. */
    private static double heap(int size, Path directory) throws IOException {
        byte[] content = new byte[MIB];
        new Random(1).nextBytes(content);
        try (BlobStore store = BlobStore.fileSystem(directory)) {
            Media media = open(store);
            media.put("c-1", "m-1", VIDEO, new Repeated(content, size));
            read(media, new byte[64 * 1024]);
        }
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .mapToLong(pool -> pool.getPeakUsage().getUsed())
                        .sum()
                / (double) MIB;
    }
}
