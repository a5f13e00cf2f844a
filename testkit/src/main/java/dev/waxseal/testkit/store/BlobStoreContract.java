package dev.waxseal.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link BlobStore} must do. Extend it by a class that opens the store to test, as with {@link StoresContract}.
 * Not thread safe; JUnit makes one for each test.
 */
@Timeout(120)
public abstract class BlobStoreContract {
    private static final String TENANT = "acme";
    private static final BlobKey KEY = new BlobKey(TENANT, reference(1), reference(2));

    private final List<BlobStore> opened = new ArrayList<>();

    /** For the class that opens the store. */
    protected BlobStoreContract() {}

    /**
     * Opens the store to test. Called once for each test, which closes it.
     *
     * @return a store that holds nothing yet
     * @throws Exception when it can't be opened, which fails the test
     */
    protected abstract BlobStore open() throws Exception;

    private BlobStore store() {
        return opened.get(0);
    }

    @BeforeEach
    void openStore() throws Exception {
        opened.add(open());
    }

    @AfterEach
    void closeStore() {
        opened.forEach(BlobStore::close);
    }

    private static String reference(int number) {
        // Spread over the whole range, as keyed references are.
        return String.format(Locale.ROOT, "%032x", number)
                .replaceFirst("^00", String.format("%02x", number * 37 % 256));
    }

    private static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void put(BlobKey key, byte[] bytes) {
        try (BlobStore.NewBlob blob = store().create(key)) {
            blob.stream().write(bytes);
            blob.publish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(BlobStore.Blob blob, long offset, long length) {
        try (InputStream in = blob.read(offset, length)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<byte[]> whole(BlobKey key) {
        Optional<BlobStore.Blob> found = store().open(key);
        return found.map(blob -> {
            try (blob) {
                return read(blob, 0, blob.size());
            }
        });
    }

    @Test
    void whatWasPublishedIsReadBack() {
        byte[] bytes = bytes(300_000, 1);
        put(KEY, bytes);
        assertThat(whole(KEY)).hasValueSatisfying(read -> assertThat(read).isEqualTo(bytes));
    }

    @Test
    void anEmptyBlobIsABlob() {
        put(KEY, new byte[0]);
        assertThat(whole(KEY)).hasValueSatisfying(read -> assertThat(read).isEmpty());
    }

    @Test
    void aBlobThatIsNotThereIsEmpty() {
        assertThat(store().open(KEY)).isEmpty();
        assertThat(store().delete(KEY)).isFalse();
        assertThat(store().list(TENANT, Optional.empty(), Optional.empty(), 10)).isEmpty();
        assertThat(store().list(TENANT, Optional.of(reference(1)), Optional.empty(), 10))
                .isEmpty();
    }

    @Test
    void nothingIsSeenBeforeItIsPublished() throws IOException {
        try (BlobStore.NewBlob blob = store().create(KEY)) {
            blob.stream().write(bytes(100_000, 1));
            assertThat(store().open(KEY)).isEmpty();
            assertThat(store().list(TENANT, Optional.empty(), Optional.empty(), 10))
                    .isEmpty();
        }
    }

    @Test
    void whatIsClosedUnpublishedLeavesWhatWasThere() throws IOException {
        byte[] old = bytes(1_000, 1);
        put(KEY, old);
        try (BlobStore.NewBlob blob = store().create(KEY)) {
            blob.stream().write(bytes(100_000, 2));
        }
        assertThat(whole(KEY)).hasValueSatisfying(read -> assertThat(read).isEqualTo(old));
    }

    @Test
    void theLastOnePublishedStands() {
        put(KEY, bytes(1_000, 1));
        put(KEY, bytes(10, 2));
        assertThat(whole(KEY)).hasValueSatisfying(read -> assertThat(read).isEqualTo(bytes(10, 2)));
        assertThat(store().list(TENANT, Optional.empty(), Optional.empty(), 10)).containsExactly(KEY);
    }

    @Test
    void anOpenBlobStaysTheOneThatWasOpened() {
        byte[] old = bytes(200_000, 1);
        put(KEY, old);
        try (BlobStore.Blob blob = store().open(KEY).orElseThrow()) {
            put(KEY, bytes(10, 2));
            assertThat(blob.size()).isEqualTo(old.length);
            assertThat(read(blob, 0, old.length)).isEqualTo(old);
        }
    }

    @Test
    void partsAreRead() {
        byte[] bytes = bytes(100_000, 1);
        put(KEY, bytes);
        try (BlobStore.Blob blob = store().open(KEY).orElseThrow()) {
            assertThat(read(blob, 70_000, 5_000)).isEqualTo(Arrays.copyOfRange(bytes, 70_000, 75_000));
            assertThat(read(blob, 0, 1)).isEqualTo(Arrays.copyOf(bytes, 1));
            assertThat(read(blob, 99_999, 1)).isEqualTo(Arrays.copyOfRange(bytes, 99_999, 100_000));
            assertThat(read(blob, 5, 0)).isEmpty();
            assertThat(read(blob, 99_990, 100)).isEqualTo(Arrays.copyOfRange(bytes, 99_990, 100_000));
            assertThat(read(blob, 100_000, 1)).isEmpty();
        }
    }

    @Test
    void manyThreadsReadOneBlob() throws Exception {
        byte[] bytes = bytes(400_000, 1);
        put(KEY, bytes);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (BlobStore.Blob blob = store().open(KEY).orElseThrow()) {
            List<Future<byte[]>> parts = new ArrayList<>();
            for (int part = 0; part < 8; part++) {
                long offset = part * 50_000L;
                parts.add(threads.submit(() -> read(blob, offset, 50_000)));
            }
            for (int part = 0; part < 8; part++) {
                assertThat(parts.get(part).get())
                        .isEqualTo(Arrays.copyOfRange(bytes, part * 50_000, (part + 1) * 50_000));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void writersOfOneKeyLeaveOneWholeBlob() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < 16; writer++) {
                byte[] bytes = bytes(50_000, writer);
                running.add(threads.submit(() -> put(KEY, bytes)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        byte[] left = whole(KEY).orElseThrow();
        assertThat(left).satisfiesAnyOf(bytes -> {
            for (int writer = 0; writer < 16; writer++) {
                if (Arrays.equals(bytes, bytes(50_000, writer))) {
                    return;
                }
            }
            throw new AssertionError("the blob is none of those written");
        });
    }

    @Test
    void writingAndDeletingAtOnceLosesNoBlobOfAnother() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                BlobKey kept = new BlobKey(TENANT, reference(1), reference(100 + writer));
                BlobKey gone = new BlobKey(TENANT, reference(1), reference(200 + writer));
                running.add(threads.submit(() -> {
                    for (int round = 0; round < 20; round++) {
                        put(gone, bytes(10, round));
                        store().delete(gone);
                        put(kept, bytes(10, round));
                        if (round < 19) {
                            store().delete(kept);
                        }
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(store().list(TENANT, Optional.of(reference(1)), Optional.empty(), 100))
                .hasSize(4);
    }

    @Test
    void aDeletedBlobIsGoneAndTheOthersAreNot() {
        BlobKey other = new BlobKey(TENANT, reference(1), reference(3));
        put(KEY, bytes(10, 1));
        put(other, bytes(10, 2));
        assertThat(store().delete(KEY)).isTrue();
        assertThat(store().delete(KEY)).isFalse();
        assertThat(store().open(KEY)).isEmpty();
        assertThat(whole(other)).isPresent();
        put(KEY, bytes(10, 3));
        assertThat(whole(KEY)).isPresent();
    }

    @Test
    void tenantsAndSubjectsAreApart() {
        BlobKey otherTenant = new BlobKey("../acme", KEY.subject(), KEY.blob());
        BlobKey otherSubject = new BlobKey(TENANT, reference(9), KEY.blob());
        put(KEY, bytes(10, 1));
        put(otherTenant, bytes(10, 2));
        put(otherSubject, bytes(10, 3));
        assertThat(whole(KEY).orElseThrow()).isEqualTo(bytes(10, 1));
        assertThat(whole(otherTenant).orElseThrow()).isEqualTo(bytes(10, 2));
        assertThat(whole(otherSubject).orElseThrow()).isEqualTo(bytes(10, 3));
        assertThat(store().list("../acme", Optional.empty(), Optional.empty(), 10))
                .containsExactly(otherTenant);
        assertThat(store().list(TENANT, Optional.of(KEY.subject()), Optional.empty(), 10))
                .containsExactly(KEY);
    }

    @Test
    void blobsAreListedInPagesInTheOrderOfTheirKeys() {
        List<BlobKey> keys = new ArrayList<>();
        for (int subject = 1; subject <= 6; subject++) {
            for (int blob = 1; blob <= 5; blob++) {
                keys.add(new BlobKey(TENANT, reference(subject), reference(blob)));
            }
        }
        keys.forEach(key -> put(key, new byte[] {1}));
        keys.sort(null);
        for (int limit : new int[] {1, 3, 5, 30, 31}) {
            assertThat(pages(Optional.empty(), limit)).isEqualTo(keys);
        }
        String subject = reference(4);
        assertThat(pages(Optional.of(subject), 2))
                .isEqualTo(keys.stream()
                        .filter(key -> key.subject().equals(subject))
                        .toList());
    }

    private List<BlobKey> pages(Optional<String> subject, int limit) {
        List<BlobKey> all = new ArrayList<>();
        Optional<BlobKey> after = Optional.empty();
        while (true) {
            List<BlobKey> page = store().list(TENANT, subject, after, limit);
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page);
            if (page.size() < limit) {
                return all;
            }
            after = Optional.of(page.get(page.size() - 1));
        }
    }

    @Test
    void pagesOutOfRangeAreRefused() {
        for (int limit : new int[] {-1, 0, 1_001}) {
            assertThatThrownBy(() -> store().list(TENANT, Optional.empty(), Optional.empty(), limit))
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void aKeyThatIsNoReferenceIsRefused() {
        for (String wrong :
                List.of("", "c-1", "../../../../etc/passwd", "A".repeat(32), "0".repeat(31), "0".repeat(33))) {
            assertThatThrownBy(() -> new BlobKey(TENANT, wrong, reference(1)))
                    .isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> new BlobKey(TENANT, reference(1), wrong))
                    .isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> new BlobKey(" ", reference(1), reference(1)))
                .isInstanceOf(InvalidInputException.class);
    }
}
