package dev.waxseal.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on one key file: at once, and killed in the middle. */
class RootKeysAcrossProcessesTest {
    private static final byte[] PROTECTION = new byte[32];

    @TempDir
    Path directory;

    /** Rotates so many times, destroying what was current two rotations before, and says each version that it made. */
    static final class Rotating {
        private Rotating() {}

        public static void main(String[] arguments) {
            try (RootKeys keys = open(Path.of(arguments[0]))) {
                List<String> made = new ArrayList<>();
                for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                    made.add(keys.rotate());
                    System.out.println("made " + made.get(i));
                    if (i >= 2) {
                        keys.destroy(made.get(i - 2));
                        System.out.println("destroyed " + made.get(i - 2));
                    }
                }
            }
        }
    }

    private static RootKeys open(Path file) {
        return LocalRootKeys.open(file, KeyFileProtection.key(PROTECTION), new SecureRandom(), Clock.systemUTC(), 1);
    }

    private Process start(Path file, int rotations) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Rotating.class.getName(),
                        file.toString(),
                        Integer.toString(rotations))
                .redirectErrorStream(true)
                .start();
    }

    @Test
    void twoProcessesThatRotateAtOnceLoseNoVersion() throws Exception {
        Path file = directory.resolve("root.keys");
        List<Process> processes = List.of(start(file, 10), start(file, 10));
        List<String> made = new ArrayList<>();
        List<String> destroyed = new ArrayList<>();
        for (Process process : processes) {
            try (BufferedReader lines = process.inputReader()) {
                lines.lines().forEach(line -> note(line, made, destroyed));
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(made).hasSize(20).doesNotHaveDuplicates();
        assertThat(destroyed).hasSize(16);
        try (RootKeys keys = open(file)) {
            assertThat(keys.versions()).hasSize(5).doesNotContainAnyElementsOf(destroyed);
            made.removeAll(destroyed);
            assertThat(keys.versions()).containsAll(made);
        }
    }

    @Test
    void aKilledProcessLosesNothingItMadeAndBringsNothingBack() throws Exception {
        Path file = directory.resolve("root.keys");
        List<String> made = new ArrayList<>();
        List<String> destroyed = new ArrayList<>();
        for (int linesBeforeDeath : new int[] {1, 4, 9}) {
            Process process = start(file, 1000);
            try (BufferedReader lines = process.inputReader()) {
                for (int i = 0; i < linesBeforeDeath; i++) {
                    String line = lines.readLine();
                    assertThat(line).isNotNull();
                    note(line, made, destroyed);
                }
                // By its handle: the process itself would close the stream, and with it what was said last.
                process.toHandle().destroyForcibly();
                lines.lines().forEach(line -> note(line, made, destroyed));
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            try (RootKeys keys = open(file)) {
                // A process that died early has destroyed nothing yet.
                assertThat(keys.versions()).noneMatch(destroyed::contains);
                // The one destruction that was under way may have happened without being said.
                List<String> missing = new ArrayList<>(made);
                missing.removeAll(destroyed);
                missing.removeAll(keys.versions());
                assertThat(missing).hasSizeLessThanOrEqualTo(1);
                destroyed.addAll(missing);
                String next = keys.rotate();
                assertThat(keys.currentVersion()).isEqualTo(next);
            }
            assertThat(directory.resolve("root.keys.new")).doesNotExist();
            assertThat(directory.resolve("root.keys.old")).doesNotExist();
        }
    }

    private static void note(String line, List<String> made, List<String> destroyed) {
        // A line that the process died in the middle of says nothing.
        if (line.matches("made [0-9a-f]{20}\\.\\d+")) {
            made.add(line.substring("made ".length()));
        } else if (line.matches("destroyed [0-9a-f]{20}\\.\\d+")) {
            destroyed.add(line.substring("destroyed ".length()));
        }
    }
}
