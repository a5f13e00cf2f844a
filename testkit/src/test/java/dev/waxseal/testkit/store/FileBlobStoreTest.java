package dev.waxseal.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.BlobStore;
import dev.waxseal.testkit.vault.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest extends BlobStoreContract {
    private static final BlobKey KEY = new BlobKey("a/../b", "ab".repeat(16), "cd".repeat(16));

    @TempDir
    Path directory;

    @Override
    protected BlobStore open() {
        return BlobStore.fileSystem(directory.resolve("blobs"));
    }

    private List<Path> all(boolean directories) throws IOException {
        try (Stream<Path> found = Files.walk(directory.resolve("blobs"))) {
            return found.filter(path -> Files.isDirectory(path) == directories).toList();
        }
    }

    private static void put(BlobStore store) throws IOException {
        try (BlobStore.NewBlob blob = store.create(KEY)) {
            blob.stream().write(1);
            blob.publish();
        }
    }

    @Test
    void filesAndDirectoriesAreForTheirOwnerOnly() throws IOException {
        put(open());
        for (Path path : all(true)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rwx------");
        }
        assertThat(all(false))
                .singleElement()
                .satisfies(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void everyNameIsHexadecimalAndShort() throws IOException {
        put(open());
        Path root = directory.resolve("blobs");
        for (Path name : root.relativize(all(false).get(0))) {
            assertThat(name.toString()).matches("[0-9a-f]{2,64}");
        }
    }

    @Test
    void anotherStoreOnTheDirectorySeesTheBlob() throws IOException {
        put(open());
        try (BlobStore again = open();
                BlobStore.Blob blob = again.open(KEY).orElseThrow()) {
            assertThat(blob.size()).isEqualTo(1);
        }
    }

    @Test
    void theLastBlobOfASubjectTakesTheDirectoryWithIt() throws IOException {
        BlobStore store = open();
        put(store);
        store.delete(KEY);
        assertThat(all(true)).noneMatch(path -> path.endsWith(KEY.subject()));
        assertThat(all(false)).isEmpty();
    }

    @Test
    void whatAProcessThatDiedLeftIsRemovedOnceItIsADayOld() throws IOException {
        BlobStore store = open();
        // As a process that dies does, it neither publishes nor closes.
        store.create(KEY).stream().write(1);
        SettableClock clock = new SettableClock(Instant.now());
        BlobStore.fileSystem(directory.resolve("blobs"), clock).close();
        assertThat(all(false)).hasSize(1);
        clock.move(Duration.ofHours(25));
        BlobStore later = BlobStore.fileSystem(directory.resolve("blobs"), clock);
        assertThat(all(false)).isEmpty();
        assertThat(later.list(KEY.tenant(), Optional.empty(), Optional.empty(), 10))
                .isEmpty();
    }
}
