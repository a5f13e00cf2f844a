package dev.waxseal.testkit.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Expiry;
import dev.waxseal.Media;
import dev.waxseal.MediaView;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.access.Verdict;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.AccessDeniedException;
import dev.waxseal.error.DataExpiredException;
import dev.waxseal.error.DataHeldException;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.PolicyException;
import dev.waxseal.error.StoreException;
import dev.waxseal.error.SubjectErasedException;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.Holds;
import dev.waxseal.seal.MediaDescription;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.store.InMemoryBlobStore;
import dev.waxseal.testkit.store.InMemoryStores;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MediaTest {
    private static final int SEGMENT = 64 * 1024;
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final LocalDate DAY = LocalDate.of(2027, 3, 1);
    private static final MediaDescription PHOTO =
            MediaDescription.of("image/jpeg", "support").goneOn(DAY).named("Zoë.jpg");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T10:15:30Z"));
    private final InMemoryStores stores = new InMemoryStores();
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final Waxseal waxseal = open("acme");
    private final Media media = waxseal.media();

    MediaTest() {
        grant(waxseal);
    }

    private Waxseal open(String tenant) {
        return Waxseal.with(stores, rootKeys)
                .tenant(tenant)
                .clock(clock)
                .blobs(blobs)
                .mediaSize(10_000_000)
                .open();
    }

    private static void grant(Waxseal to) {
        to.grants()
                .give(Grant.to("agent-7")
                        .on("media")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "support desk"));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private BlobKey put(String subject, String id, MediaDescription description, byte[] bytes) {
        List<BlobKey> before = all();
        try {
            assertThat(media.put(subject, id, description, new ByteArrayInputStream(bytes))
                            .size())
                    .isEqualTo(bytes.length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return all().stream().filter(key -> !before.contains(key)).findFirst().orElseGet(() -> before.get(0));
    }

    private List<BlobKey> all() {
        return blobs.list("acme", Optional.empty(), Optional.empty(), 1_000);
    }

    private byte[] read(String subject, String id) {
        try (MediaView view = media.open(subject, id, SUPPORT).orElseThrow();
                InputStream in = view.stream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertNothingOpens(String why) {
        assertThatThrownBy(() -> read("c-1", "m-1")).as(why).isInstanceOf(IntegrityException.class);
    }

    @Property(tries = 60)
    void whatIsPutIsReadBackWhateverItsSize(@ForAll @IntRange(max = 3 * SEGMENT) int length) {
        put("c-1", "m-1", PHOTO, bytes(length));
        assertThat(read("c-1", "m-1")).isEqualTo(bytes(length));
    }

    @Test
    void sizesAtTheBordersOfSegmentsAreReadBack() {
        for (int around : new int[] {0, SEGMENT - 65, 2 * SEGMENT - 81, SEGMENT, 2 * SEGMENT}) {
            for (int length = Math.max(0, around - 2); length <= around + 2; length++) {
                put("c-1", "m-1", PHOTO, bytes(length));
                assertThat(read("c-1", "m-1")).isEqualTo(bytes(length));
            }
        }
    }

    @Property(tries = 100)
    void everyRangeIsReadAndNoOtherSegments(
            @ForAll @IntRange(max = 499_999) int offset, @ForAll @IntRange(min = 1, max = 200_000) int most)
            throws IOException {
        byte[] bytes = bytes(500_000);
        put("c-1", "m-1", PHOTO, bytes);
        int length = Math.min(most, bytes.length - offset);
        try (MediaView view = media.open("c-1", "m-1", SUPPORT).orElseThrow()) {
            long before = blobs.bytesRead();
            try (InputStream in = view.range(offset, length)) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, offset, offset + length));
            }
            int segments = (offset + length - 1 + 49) / (SEGMENT - 16) - (offset + 49) / (SEGMENT - 16) + 1;
            assertThat(blobs.bytesRead() - before).isLessThanOrEqualTo(40L + (long) segments * SEGMENT);
        }
    }

    @Test
    void aRangeThatIsNotThereIsRefused() {
        put("c-1", "m-1", PHOTO, bytes(100));
        try (MediaView view = media.open("c-1", "m-1", SUPPORT).orElseThrow()) {
            long[][] wrong = {{-1, 1}, {0, -1}, {0, 101}, {101, 0}, {99, 2}, {1, Long.MAX_VALUE}};
            for (long[] each : wrong) {
                assertThatThrownBy(() -> view.range(each[0], each[1])).isInstanceOf(InvalidInputException.class);
            }
            assertThat(view.range(100, 0)).isEmpty();
        }
    }

    @Test
    void whatIsSaidOfItIsSealedWithIt() throws Exception {
        byte[] bytes = bytes(1_000);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        BlobKey key = put("c-1", "m-1", PHOTO.withSha256(), bytes);
        try (MediaView view = media.open("c-1", "m-1", SUPPORT).orElseThrow()) {
            assertThat(view.mimeType()).isEqualTo("image/jpeg");
            assertThat(view.fileName()).hasValue("Zoë.jpg");
            assertThat(view.size()).isEqualTo(1_000);
            assertThat(view.sha256()).hasValue(hash);
            assertThat(view.expiryDay()).hasValue(DAY);
            assertThat(view.subjectId()).isEqualTo("c-1");
            assertThat(view.mediaId()).isEqualTo("m-1");
            assertThat(view.toString()).doesNotContain("Zoë").doesNotContain("c-1");
        }
        String sealed = new String(blobs.bytes(key).orElseThrow(), StandardCharsets.UTF_8);
        assertThat(sealed).doesNotContain("Zoë").doesNotContain("jpeg").doesNotContain("c-1");
    }

    @Test
    void theLongestDescriptionIsReadBack() {
        Set<String> purposes = new TreeSet<>();
        purposes.add("support");
        for (int i = 0; i < 15; i++) {
            purposes.add("ü".repeat(62) + (10 + i));
        }
        MediaDescription longest = new MediaDescription(
                "a/" + "b".repeat(253),
                purposes,
                Optional.empty(),
                Optional.of("字".repeat(255)),
                true,
                Optional.empty());
        put("字".repeat(256), "字".repeat(256), longest, bytes(10));
        assertThat(read("字".repeat(256), "字".repeat(256))).isEqualTo(bytes(10));
    }

    @Test
    void otherBytesThanExpectedAreRefusedAndNotKept() throws Exception {
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(10)));
        assertThatThrownBy(() -> media.put("c-1", "m-1", PHOTO.withSha256(hash), new ByteArrayInputStream(bytes(11))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("SHA-256");
        assertThat(all()).isEmpty();
        put("c-1", "m-1", PHOTO.withSha256(hash), bytes(10));
    }

    @Property(tries = 400)
    void aFlippedBitAnywhereIsRefused(@ForAll @IntRange(max = 999_999) int where, @ForAll @IntRange(max = 7) int bit) {
        BlobKey key = put("c-1", "m-1", PHOTO, bytes(SEGMENT + 1_000));
        byte[] sealed = blobs.bytes(key).orElseThrow();
        sealed[where % sealed.length] ^= (byte) (1 << bit);
        blobs.replace(key, sealed);
        assertNothingOpens("byte " + where % sealed.length);
    }

    @Test
    void aFlippedBitInHeaderOrDescriptionOrOfAnEmptyOneIsRefused() {
        BlobKey key = put("c-1", "m-1", PHOTO, new byte[0]);
        byte[] sealed = blobs.bytes(key).orElseThrow();
        for (int at = 0; at < sealed.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] altered = sealed.clone();
                altered[at] ^= (byte) (1 << bit);
                blobs.replace(key, altered);
                assertNothingOpens("byte " + at + ", bit " + bit);
            }
        }
    }

    @Property(tries = 200)
    void aBlobCutShortIsRefused(@ForAll @IntRange(max = 999_999) int where) {
        BlobKey key = put("c-1", "m-1", PHOTO, bytes(2 * SEGMENT));
        byte[] sealed = blobs.bytes(key).orElseThrow();
        blobs.replace(key, Arrays.copyOf(sealed, where % sealed.length));
        assertNothingOpens("cut");
    }

    @Test
    void aBlobCutInTheMiddleWithItsEndKeptIsRefused() {
        BlobKey key = put("c-1", "m-1", PHOTO, bytes(4 * SEGMENT));
        byte[] sealed = blobs.bytes(key).orElseThrow();
        byte[] cut = new byte[sealed.length - SEGMENT];
        System.arraycopy(sealed, 0, cut, 0, 2 * SEGMENT);
        System.arraycopy(sealed, 3 * SEGMENT, cut, 2 * SEGMENT, sealed.length - 3 * SEGMENT);
        blobs.replace(key, cut);
        assertNothingOpens("a segment is missing");
    }

    @Test
    void segmentsInAnotherOrderAreRefusedWhereTheyStandAndFromThenOn() throws IOException {
        byte[] bytes = bytes(4 * SEGMENT);
        BlobKey key = put("c-1", "m-1", PHOTO, bytes);
        byte[] sealed = blobs.bytes(key).orElseThrow();
        byte[] moved = sealed.clone();
        System.arraycopy(sealed, SEGMENT, moved, 2 * SEGMENT, SEGMENT);
        System.arraycopy(sealed, 2 * SEGMENT, moved, SEGMENT, SEGMENT);
        blobs.replace(key, moved);
        try (MediaView view = media.open("c-1", "m-1", SUPPORT).orElseThrow();
                InputStream in = view.stream();
                InputStream range = view.range(3 * SEGMENT - 200, 100)) {
            assertThat(in.readNBytes(SEGMENT - 65)).isEqualTo(Arrays.copyOf(bytes, SEGMENT - 65));
            for (int again = 0; again < 3; again++) {
                assertThatThrownBy(in::read).isInstanceOf(IntegrityException.class);
            }
            assertThatThrownBy(range::readAllBytes).isInstanceOf(IntegrityException.class);
            try (InputStream sound = view.range(0, 100)) {
                assertThat(sound.readAllBytes()).isEqualTo(Arrays.copyOf(bytes, 100));
            }
        }
        // Once for each stream that met it, however often it is read again.
        assertThat(accesses())
                .filteredOn(event -> event.action() == AuditAction.TAMPERED)
                .hasSize(2)
                .allMatch(event -> event.detail().equals("found while it was read")
                        && event.principal().equals("agent-7"));
    }

    @Test
    void aBlobMovedToAnotherPlaceIsRefused() {
        BlobKey first = put("c-1", "m-1", PHOTO, bytes(100));
        byte[] before = blobs.bytes(first).orElseThrow();
        BlobKey second = put("c-1", "m-2", PHOTO, bytes(100));
        BlobKey other = put("c-2", "m-1", PHOTO, bytes(100));
        for (BlobKey from : List.of(second, other)) {
            blobs.replace(first, blobs.bytes(from).orElseThrow());
            assertNothingOpens("moved");
        }
        blobs.replace(first, before);
        assertThat(read("c-1", "m-1")).isEqualTo(bytes(100));
    }

    @Test
    void aBlobMovedToAnotherDayIsRefused() {
        put("c-1", "m-2", MediaDescription.of("image/jpeg", "support").goneOn(DAY.plusDays(1)), bytes(10));
        BlobKey key = put("c-1", "m-1", PHOTO, bytes(100));
        byte[] sealed = blobs.bytes(key).orElseThrow();
        sealed[4]++;
        blobs.replace(key, sealed);
        assertNothingOpens("another day, which has a key");
    }

    @Test
    void heldMediaIsSealedAnewBeforeItsDaysKeyGoesIsShownToNobodyAndNotDeleted() throws IOException {
        Set<String> held = new TreeSet<>();
        Holds holds = new Holds() {
            @Override
            public boolean any(String tenant) {
                return !held.isEmpty();
            }

            @Override
            public Set<RecordKey> held(List<Candidate> candidates) {
                return candidates.stream()
                        .map(Candidate::key)
                        .filter(key -> held.contains(key.record()))
                        .collect(Collectors.toSet());
            }
        };
        Waxseal holding = Waxseal.with(stores, rootKeys)
                .tenant("acme")
                .clock(clock)
                .blobs(blobs)
                .holds(holds)
                .open();
        BlobKey first = put("c-1", "m-1", PHOTO, bytes(3 * SEGMENT));
        BlobKey second = put("c-1", "m-2", PHOTO, bytes(100));
        held.add(first.blob());
        byte[] before = blobs.bytes(first).orElseThrow();
        clock.move(Duration.between(clock.instant(), DAY.atStartOfDay().toInstant(ZoneOffset.UTC)));
        Expiry.Expired expired = holding.expiry().destroyDueKeys();
        assertThat(expired.expired()).containsExactly(DAY);
        assertThat(expired.keptRecords()).isEqualTo(1);

        assertThat(blobs.bytes(first).orElseThrow()).isNotEqualTo(before).hasSizeGreaterThan(3 * SEGMENT);
        for (String id : List.of("m-1", "m-2")) {
            assertThatThrownBy(() -> holding.media().open("c-1", id, SUPPORT))
                    .isInstanceOf(DataExpiredException.class)
                    .hasMessageContaining("expired on " + DAY);
        }
        assertThatThrownBy(() -> holding.media().delete("c-1", "m-1", "tidy")).isInstanceOf(DataHeldException.class);
        assertThatThrownBy(() -> holding.erase("c-1", "officer", "asked")).isInstanceOf(DataHeldException.class);
        assertThat(holding.media().delete("c-1", "m-2", "tidy")).isTrue();
        assertThat(blobs.bytes(second)).isEmpty();
        held.clear();
        assertThat(holding.erase("c-1", "officer", "asked").blobsDeleted()).isEqualTo(1);
    }

    @Test
    void aBlobMovedToAnotherTenantIsRefused() throws IOException {
        Waxseal other = open("other");
        grant(other);
        other.media().put("c-1", "m-1", PHOTO, new ByteArrayInputStream(bytes(10)));
        BlobKey there =
                blobs.list("other", Optional.empty(), Optional.empty(), 1).get(0);
        BlobKey here = put("c-1", "m-1", PHOTO, bytes(10));
        blobs.replace(there, blobs.bytes(here).orElseThrow());
        assertThatThrownBy(() -> other.media().open("c-1", "m-1", SUPPORT)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void aSourceThatThrowsMidwayLeavesWhatWasThere() {
        put("c-1", "m-1", PHOTO, bytes(100));
        IOException broken = new IOException("the connection is gone");
        InputStream source = new InputStream() {
            private int left = 3 * SEGMENT;

            @Override
            public int read() throws IOException {
                if (left-- == 0) {
                    throw broken;
                }
                return 1;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int one = read();
                into[offset] = (byte) one;
                return 1;
            }
        };
        assertThatThrownBy(() -> media.put("c-1", "m-1", PHOTO, source)).isSameAs(broken);
        assertThatThrownBy(() -> media.put("c-1", "m-2", PHOTO, source)).isInstanceOf(Exception.class);
        assertThat(all()).hasSize(1);
        assertThat(read("c-1", "m-1")).isEqualTo(bytes(100));
    }

    @Test
    void whatIsLongerThanTheBoundIsRefusedAndNotKept() {
        assertThatThrownBy(() -> media.put("c-1", "m-1", PHOTO, new ByteArrayInputStream(new byte[10_000_001])))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("10000000");
        assertThat(all()).isEmpty();
    }

    @Test
    void mediaWhoseDayHasComeIsRefused() {
        assertThatThrownBy(() -> media.put(
                        "c-1", "m-1", PHOTO.goneOn(LocalDate.of(2026, 11, 24)), new ByteArrayInputStream(bytes(1))))
                .isInstanceOf(InvalidInputException.class);
        assertThat(all()).isEmpty();
    }

    @Test
    void mediaIsNotShownFromItsDayOn() {
        put("c-1", "m-1", PHOTO.goneOn(LocalDate.of(2026, 11, 26)), bytes(1));
        clock.move(Duration.ofDays(1));
        assertThat(read("c-1", "m-1")).isEqualTo(bytes(1));
        clock.move(Duration.ofDays(1));
        assertThatThrownBy(() -> read("c-1", "m-1")).isInstanceOf(DataExpiredException.class);
    }

    @Test
    void alteredMediaIsOnTheTrail() {
        BlobKey key = put("c-1", "m-1", PHOTO, bytes(1));
        blobs.replace(key, new byte[100]);
        assertNothingOpens("altered");
        assertThat(accesses()).extracting(AuditEvent::action).containsExactly(AuditAction.TAMPERED);
    }

    @Test
    void withoutAGrantNothingIsShownAndTheRefusalIsRecorded() {
        put("c-1", "m-1", PHOTO, bytes(10));
        assertThatThrownBy(() -> media.open("c-1", "m-1", Access.by("stranger").purpose("support")))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> media.open("c-1", "m-1", Access.by("agent-7").purpose("marketing")))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(accesses()).extracting(AuditEvent::action).containsExactly(AuditAction.DENY, AuditAction.DENY);
    }

    @Test
    void aPurposeThatItWasNotCollectedForIsRefusedWhateverIsGranted() {
        put("c-1", "m-1", PHOTO, bytes(10));
        waxseal.grants()
                .give(Grant.to("agent-7")
                        .on("media")
                        .purpose("marketing")
                        .revealAll()
                        .by("admin", "by mistake"));
        assertThatThrownBy(() -> media.open("c-1", "m-1", Access.by("agent-7").purpose("marketing")))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("not collected");
        assertThat(accesses()).extracting(AuditEvent::action).containsExactly(AuditAction.DENY);
    }

    @Test
    void componentsAreGrantedEachByItself() {
        put("c-1", "m-1", PHOTO, bytes(10));
        waxseal.grants()
                .give(Grant.to("clerk")
                        .on("media")
                        .purpose("support")
                        .reveal("mimeType", "size")
                        .mask("fileName", "content")
                        .by("admin", "lists"));
        try (MediaView view =
                media.open("c-1", "m-1", Access.by("clerk").purpose("support")).orElseThrow()) {
            assertThat(view.mimeType()).isEqualTo("image/jpeg");
            assertThat(view.size()).isEqualTo(10);
            assertThatThrownBy(view::fileName).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(view::sha256).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(view::stream).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> view.range(0, 1)).isInstanceOf(AccessDeniedException.class);
            assertThat(view.fields().get("content").verdict()).isEqualTo(Verdict.WITHHELD);
        }
        assertThat(accesses()).singleElement().satisfies(event -> {
            assertThat(event.revealed()).containsExactlyInAnyOrder("mimeType", "size");
            assertThat(event.masked()).containsExactly("fileName");
        });
    }

    @Test
    void everyOpeningAndChangeIsOnTheTrail() {
        BlobKey key = put("c-1", "m-1", PHOTO, bytes(10));
        read("c-1", "m-1");
        assertThat(media.delete("c-1", "m-1", "asked for")).isTrue();
        assertThat(media.delete("c-1", "m-1", "asked for")).isFalse();
        assertThat(media.open("c-1", "m-1", SUPPORT)).isEmpty();
        assertThat(accesses()).extracting(AuditEvent::action).containsExactly(AuditAction.REVEAL, AuditAction.MISS);
        assertThat(accesses()).first().satisfies(event -> {
            assertThat(event.recordType()).isEqualTo("media");
            assertThat(event.subject()).isEqualTo(key.subject());
            assertThat(event.record()).isEqualTo(key.blob());
            assertThat(event.revealed()).contains("content");
        });
        assertThat(waxseal.audit().read(AuditTrail.Chain.CHANGES, 0, 100))
                .extracting(entry -> entry.event().action())
                .containsExactly(AuditAction.GRANT, AuditAction.PUT, AuditAction.DELETE);
    }

    @Test
    void whereTheTrailCanNotBeWrittenNothingIsShown() {
        put("c-1", "m-1", PHOTO, bytes(10));
        AuditTrail broken = new AuditTrail() {
            @Override
            public void changed(List<AuditEvent> events) {
                throw new StoreException("the disk is full");
            }

            @Override
            public void accessed(List<AuditEvent> events) {
                throw new StoreException("the disk is full");
            }

            @Override
            public List<Entry> read(Chain chain, long after, int limit) {
                return List.of();
            }

            @Override
            public Verification verifySince(String checkpoint) {
                throw new StoreException("the disk is full");
            }

            @Override
            public Verification verify() {
                throw new StoreException("the disk is full");
            }
        };
        Media silent = Waxseal.with(stores, rootKeys)
                .tenant("acme")
                .clock(clock)
                .blobs(blobs)
                .trail(broken)
                .open()
                .media();
        assertThatThrownBy(() -> silent.open("c-1", "m-1", SUPPORT)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> silent.put("c-1", "m-2", PHOTO, new ByteArrayInputStream(bytes(1))))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> silent.delete("c-1", "m-1", "asked for")).isInstanceOf(StoreException.class);
        assertThat(all()).hasSize(1);
    }

    private List<AuditEvent> accesses() {
        return waxseal.audit().read(AuditTrail.Chain.ACCESSES, 0, 100).stream()
                .map(AuditTrail.Entry::event)
                .toList();
    }

    @Test
    void erasureMakesMediaUnreadableAndDeletesIt() {
        BlobKey key = put("c-1", "m-1", PHOTO, bytes(10));
        put("c-2", "m-1", PHOTO, bytes(20));
        byte[] copy = blobs.bytes(key).orElseThrow();
        assertThat(waxseal.erase("c-1", "admin", "asked for").blobsDeleted()).isEqualTo(1);
        assertThat(media.open("c-1", "m-1", SUPPORT)).isEmpty();
        blobs.replace(key, copy);
        assertThatThrownBy(() -> media.open("c-1", "m-1", SUPPORT)).isInstanceOf(SubjectErasedException.class);
        assertThatThrownBy(() -> media.put("c-1", "m-1", PHOTO, new ByteArrayInputStream(bytes(1))))
                .isInstanceOf(SubjectErasedException.class);
        assertThat(waxseal.erase("c-1", "admin", "go on").blobsDeleted()).isEqualTo(1);
        assertThat(read("c-2", "m-1")).isEqualTo(bytes(20));
    }

    @Test
    void aPutDuringAnErasureLeavesNothing() {
        InputStream source = new ByteArrayInputStream(bytes(10)) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                int read = super.read(into, offset, length);
                if (read < 0) {
                    waxseal.erase("c-1", "admin", "asked for");
                }
                return read;
            }
        };
        assertThatThrownBy(() -> media.put("c-1", "m-1", PHOTO, source)).isInstanceOf(SubjectErasedException.class);
        assertThat(all()).isEmpty();
    }

    @Test
    void manyBlobsAreErasedInBatches() throws IOException {
        for (int i = 0; i < 1_003; i++) {
            media.put("c-1", "m-" + i, PHOTO, InputStream.nullInputStream());
        }
        assertThat(waxseal.erase("c-1", "admin", "asked for").blobsDeleted()).isEqualTo(1_003);
        assertThat(all()).isEmpty();
    }

    @Test
    void withoutABlobStoreTheErrorSaysWhatToDo() {
        Waxseal without = Waxseal.with(stores, rootKeys).tenant("acme").open();
        assertThatThrownBy(without::media)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("BlobStore.fileSystem");
    }

    @Test
    void noOtherClassMayBeMedia() {
        assertThatThrownBy(() -> waxseal.vault(Impostor.class)).isInstanceOf(PolicyException.class);
    }

    @CustomerRecord("media")
    record Impostor(
            @SubjectId String id,

            @Personal(category = DataCategory.NAME, purposes = "support")
            String name) {}

    @Test
    void descriptionsThatCanNotBeAreRefused() {
        for (String type : List.of("", "jpeg", "image/", "image/jpeg\n", "i".repeat(300) + "/x")) {
            assertThatThrownBy(() -> MediaDescription.of(type, "support")).isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> MediaDescription.of("image/jpeg")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> PHOTO.named("")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> PHOTO.withSha256("abc")).isInstanceOf(InvalidInputException.class);
        assertThat(MediaDescription.of("audio/ogg; codecs=opus", "support").mimeType())
                .isEqualTo("audio/ogg; codecs=opus");
    }
}
