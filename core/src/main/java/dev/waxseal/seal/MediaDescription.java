package dev.waxseal.seal;

import dev.waxseal.error.InvalidInputException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a host says of a photo, voice note, video or document that it puts under seal. All but the expiry day is sealed
 * with it. Immutable.
 *
 * <p>{@code MediaDescription.of("image/jpeg", "support").goneOn(day).named("receipt.jpg")}
 *
 * @param mimeType its media type (RFC 6838), for instance {@code image/jpeg}
 * @param purposes what it was collected for, 1 to 16 names of 1 to 64 characters
 * @param expiryDay the day on which it must be gone; empty for no known end
 * @param fileName the name that its sender gave it, at most 255 characters, if any
 * @param hashed whether its SHA-256 (FIPS 180-4) is computed and kept
 * @param expectedSha256 the SHA-256 that it must have, as 64 hexadecimal digits in lower case, where known
 */
public record MediaDescription(
        String mimeType,
        Set<String> purposes,
        Optional<LocalDate> expiryDay,
        Optional<String> fileName,
        boolean hashed,
        Optional<String> expectedSha256) {
    private static final int MAX_MIME_TYPE_LENGTH = 255;
    private static final int MAX_PURPOSES = 16;
    private static final int MAX_PURPOSE_LENGTH = 64;
    private static final int MAX_FILE_NAME_LENGTH = 255;
    private static final Pattern MIME_TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+( *;[ -~]*)?");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** Checks every part and takes defensive copies. */
    public MediaDescription {
        if (mimeType.length() > MAX_MIME_TYPE_LENGTH
                || !MIME_TYPE.matcher(mimeType).matches()) {
            throw new InvalidInputException("the MIME type is none of at most " + MAX_MIME_TYPE_LENGTH
                    + " characters: give it as type/subtype, for instance image/jpeg");
        }
        purposes = Set.copyOf(purposes);
        if (purposes.isEmpty()
                || purposes.size() > MAX_PURPOSES
                || purposes.stream().anyMatch(purpose -> purpose.isBlank() || purpose.length() > MAX_PURPOSE_LENGTH)) {
            throw new InvalidInputException("media is collected for 1 to " + MAX_PURPOSES
                    + " purposes, each a name of 1 to " + MAX_PURPOSE_LENGTH + " characters: name what this is for");
        }
        if (fileName.filter(name -> name.isEmpty() || name.length() > MAX_FILE_NAME_LENGTH)
                .isPresent()) {
            throw new InvalidInputException("the file name is empty or over " + MAX_FILE_NAME_LENGTH
                    + " characters: shorten it, or leave it out");
        }
        if (expectedSha256.filter(hash -> !SHA_256.matcher(hash).matches()).isPresent()) {
            throw new InvalidInputException("the SHA-256 is not 64 hexadecimal digits in lower case: convert it");
        }
        hashed = hashed || expectedSha256.isPresent();
    }

    /**
     * Media without a known end, file name or hash.
     *
     * @param mimeType its media type, for instance {@code image/jpeg}
     * @param purposes what it was collected for, at least one
     * @return the description
     * @throws InvalidInputException when one of them can't be one
     */
    public static MediaDescription of(String mimeType, String... purposes) {
        return new MediaDescription(
                mimeType,
                new TreeSet<>(List.of(purposes)),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }

    /**
     * With the day on which it must be gone.
     *
     * @param day the expiry day
     * @return the description
     */
    public MediaDescription goneOn(LocalDate day) {
        return new MediaDescription(mimeType, purposes, Optional.of(day), fileName, hashed, expectedSha256);
    }

    /**
     * With the name that its sender gave it.
     *
     * @param name the file name, 1 to 255 characters
     * @return the description
     * @throws InvalidInputException when it is empty or longer
     */
    public MediaDescription named(String name) {
        return new MediaDescription(mimeType, purposes, expiryDay, Optional.of(name), hashed, expectedSha256);
    }

    /**
     * With its SHA-256 computed and kept. Sealing verifies every byte without it; a host asks for it where it wants to
     * compare. It costs about twice what sealing itself does.
     *
     * @return the description
     */
    public MediaDescription withSha256() {
        return new MediaDescription(mimeType, purposes, expiryDay, fileName, true, expectedSha256);
    }

    /**
     * With the SHA-256 that it must have, for instance the one that WhatsApp gave with it: other bytes are refused.
     *
     * @param expected 64 hexadecimal digits in lower case
     * @return the description
     * @throws InvalidInputException when it is anything else
     */
    public MediaDescription withSha256(String expected) {
        return new MediaDescription(mimeType, purposes, expiryDay, fileName, true, Optional.of(expected));
    }

    @Override
    public String toString() {
        return "MediaDescription[" + purposes
                + expiryDay.map(day -> ", expires " + day).orElse("") + "]";
    }
}
