package dev.waxseal;

import dev.waxseal.access.Decision;
import dev.waxseal.access.Verdict;
import dev.waxseal.error.AccessDeniedException;
import dev.waxseal.policy.Mask;
import dev.waxseal.seal.engine.OpenedMedia;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one principal may see of one photo, voice note, video or document for one purpose. Thread safe; its streams are
 * not. Close it when its bytes are read. {@link #toString} shows no value.
 *
 * <p>The bytes are verified segment by segment (of 64 KiB) as they are read: no byte is given out that wasn't. Where the
 * blob was altered, its segments were moved, or it was cut short, reading throws {@link
 * dev.waxseal.error.IntegrityException} in place of the bytes concerned, and again on every further read; a stream never
 * ends early without one, and the first is on the audit trail. Bytes given out before it are right, but are not all: whoever needs the whole or nothing waits
 * for the end. A store that fails throws {@link dev.waxseal.error.StoreException}. Neither is an {@link
 * java.io.IOException}, so code that forgives those doesn't take a part for the whole.
 */
public final class MediaView implements AutoCloseable {
    private final OpenedMedia media;
    private final View<MediaRecord> view;
    private final Runnable tampered;

    private MediaView(OpenedMedia media, View<MediaRecord> view, Runnable tampered) {
        this.media = media;
        this.view = view;
        this.tampered = tampered;
    }

    static MediaView of(OpenedMedia media, String subject, Decision decision, Runnable tampered) {
        Map<String, View.Field> fields = new LinkedHashMap<>();
        add(fields, MediaRecord.CONTENT, null, decision);
        add(fields, MediaRecord.FILE_NAME, media.fileName().orElse(null), decision);
        add(fields, MediaRecord.MIME_TYPE, media.mimeType(), decision);
        add(fields, MediaRecord.SIZE, media.size(), decision);
        add(fields, MediaRecord.SHA_256, media.sha256().orElse(null), decision);
        return new MediaView(
                media,
                new View<>(
                        Media.RECORD_TYPE,
                        subject,
                        Optional.of(media.subjectId()),
                        Optional.of(media.mediaId()),
                        fields,
                        () -> {
                            throw new AccessDeniedException("media is never whole in memory: read its stream()");
                        }),
                tampered);
    }

    private static void add(Map<String, View.Field> fields, String name, @Nullable Object value, Decision decision) {
        fields.put(
                name,
                switch (verdict(name, decision)) {
                    case REVEALED -> View.revealed(value);
                    case MASKED -> View.masked(Mask.HIDDEN, value);
                    case WITHHELD -> View.withheld("not granted to the principal for this purpose");
                });
    }

    /** The verdict for a component; bytes have no mask. */
    static Verdict verdict(String name, Decision decision) {
        Verdict decided = decision.of(name);
        return name.equals(MediaRecord.CONTENT) && decided == Verdict.MASKED ? Verdict.WITHHELD : decided;
    }

    Set<String> with(Verdict verdict) {
        Set<String> names = new TreeSet<>();
        view.fields().forEach((name, seen) -> {
            if (seen.verdict() == verdict) {
                names.add(name);
            }
        });
        return names;
    }

    /**
     * Whose it is.
     *
     * @return the opaque id that the host gave
     */
    public String subjectId() {
        return media.subjectId();
    }

    /**
     * Which of the subject's media it is.
     *
     * @return the id that the host gave
     */
    public String mediaId() {
        return media.mediaId();
    }

    /**
     * The day on which it must be gone.
     *
     * @return the expiry day; empty for no known end
     */
    public Optional<LocalDate> expiryDay() {
        return media.expiryDay();
    }

    /**
     * How each component is seen.
     *
     * @return for {@code content}, {@code fileName}, {@code mimeType}, {@code size} and {@code sha256} whether it is
     *     shown, masked or withheld, and why
     */
    public Map<String, View.Seen> fields() {
        return view.fields();
    }

    /**
     * Its media type (RFC 6838).
     *
     * @return the type, for instance {@code image/jpeg}
     * @throws AccessDeniedException when it is masked or withheld
     */
    public String mimeType() {
        return view.value(MediaRecord.MIME_TYPE, String.class).orElse("");
    }

    /**
     * How much it is.
     *
     * @return the size in bytes
     * @throws AccessDeniedException when it is masked or withheld
     */
    public long size() {
        return view.value(MediaRecord.SIZE, Long.class).orElse(0L);
    }

    /**
     * The name that its sender gave it: text of a stranger, not a path to write to.
     *
     * @return the file name, if it has one
     * @throws AccessDeniedException when it is masked or withheld
     */
    public Optional<String> fileName() {
        return view.value(MediaRecord.FILE_NAME, String.class);
    }

    /**
     * Its SHA-256 (FIPS 180-4), as it was computed when it was put.
     *
     * @return 64 hexadecimal digits in lower case, where the description asked for it
     * @throws AccessDeniedException when it is masked or withheld
     */
    public Optional<String> sha256() {
        return view.value(MediaRecord.SHA_256, String.class);
    }

    /**
     * All its bytes. Each call begins anew. Reading throws what this class's description says.
     *
     * @return a stream of exactly the size, to be closed
     * @throws AccessDeniedException when the content is not shown
     */
    public InputStream stream() {
        requireContent();
        return new WatchedStream(media.stream(), tampered);
    }

    /**
     * A part of its bytes, for instance to play a video from the middle. Only the segments of 64 KiB that hold the part are
     * read from the store, and the header. Reading throws what this class's description says.
     *
     * @param offset where the part begins, in bytes, from 0 to the size
     * @param length how many bytes, at most up to the end
     * @return a stream of exactly the length, to be closed
     * @throws AccessDeniedException when the content is not shown
     * @throws dev.waxseal.error.InvalidInputException when there is no such part; the message tells the size
     */
    public InputStream range(long offset, long length) {
        requireContent();
        return new WatchedStream(media.range(offset, length), tampered);
    }

    private void requireContent() {
        // Throws unless it is shown; the bytes themselves are not in the view.
        view.value(MediaRecord.CONTENT, Object.class);
    }

    /** Ends the reading; its streams may fail from then on. */
    @Override
    public void close() {
        media.close();
    }

    @Override
    public String toString() {
        return "MediaView[" + view.fields() + "]";
    }
}
