package dev.waxseal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.waxseal.Vault;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.jdbc.JdbcStores;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Puts, reads, seals and opens on virtual threads, while the JDK records each time that one holds on to its carrier. */
class VirtualThreadsTest {
    private static final String PINNED = "jdk.VirtualThreadPinned";
    private static final Access READER = Access.by("reader").purpose("support");

    @Test
    void noVirtualThreadPinsItsCarrier(@TempDir Path directory) throws Exception {
        assumeTrue(
                Runtime.version().feature() >= 21, "virtual threads came with JDK 21: nothing is tested on this one");
        try (EmbeddedDatabase database = EmbeddedDatabase.start();
                JdbcStores stores = JdbcStores.on(unpooled(database));
                Waxseal waxseal = Waxseal.open(stores, new InMemoryRootKeys())) {
            waxseal.grants()
                    .give(Grant.to("reader")
                            .on("contact")
                            .purpose("support")
                            .revealAll()
                            .by("test", "to read"));
            Vault<Contact> contacts = waxseal.vault(Contact.class);
            // Loading and initialising a class pins a thread, whatever it runs: all of that happens here.
            onVirtualThreads(contacts, 10);
            Path file = directory.resolve("pinned.jfr");
            try (Recording recording = new Recording()) {
                recording.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
                recording.start();
                onVirtualThreads(contacts, 20);
                recording.stop();
                recording.dump(file);
            }
            assertThat(RecordingFile.readAllEvents(file))
                    .filteredOn(event -> event.getEventType().getName().equals(PINNED))
                    .extracting(RecordedEvent::toString)
                    .isEmpty();
        }
    }

    private static void onVirtualThreads(Vault<Contact> contacts, int customers) throws Exception {
        ExecutorService threads = virtualThreads();
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < customers; i++) {
                int customer = i;
                running.add(threads.submit(() -> work(contacts, customer)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private static void work(Vault<Contact> contacts, int customer) {
        String id = "c-" + customer;
        for (int i = 0; i < 5; i++) {
            contacts.put(Contact.of(id));
            assertThat(contacts.get(id, READER).orElseThrow().toString()).doesNotContain(Values.NAME);
            contacts.open(contacts.seal(Contact.of(id)), READER);
        }
    }

    /** The pool of H2 waits in a monitor, which is that pool's and would pin on JDK 21 to 23. */
    private static PGSimpleDataSource unpooled(EmbeddedDatabase database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(database.url());
        dataSource.setUser("postgres");
        return dataSource;
    }

    /** Newer than the release that this is compiled for. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }
}
