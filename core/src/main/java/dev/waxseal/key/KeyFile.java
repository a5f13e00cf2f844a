package dev.waxseal.key;

import com.google.crypto.tink.subtle.AesGcmJce;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.wire.Canonical;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The content of a key file: a header in clear, and the keys of all live versions sealed under the file's key, with the
 * header as associated data so that no field of it can be altered. Immutable.
 *
 * @param ring the random id of this key ring, with which all its version ids begin
 * @param derivation how the file's key is derived
 * @param iterations of PBKDF2; 0 without it
 * @param salt of the derivation
 * @param versions all that ever were, oldest first; the last is the current one
 * @param sealed AES-256-GCM of the live versions' keys, one after the other, the nonce in front
 */
record KeyFile(
        String ring, KeyDerivation derivation, int iterations, byte[] salt, List<Version> versions, byte[] sealed) {
    static final String FORMAT = "waxseal-root-keys/1";

    /** The longest file that is read or written. */
    static final int MAX_BYTES = 1024 * 1024;

    static final int SALT_BYTES = 16;
    static final int RING_BYTES = 10;
    static final int MAX_ITERATIONS = 10_000_000;

    private static final String FORMAT_PREFIX = "waxseal-root-keys/";
    private static final int KEY_BYTES = KeyFileProtection.KEY_BYTES;
    private static final Pattern RING = Pattern.compile("[0-9a-f]{" + 2 * RING_BYTES + "}");
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxStringLength(MAX_BYTES)
                    .maxNumberLength(20)
                    .build())
            .build();

    /**
     * One version of the root key.
     *
     * @param id its id
     * @param createdAt when it was made
     * @param destroyedAt when its key was destroyed, if it was
     */
    record Version(String id, Instant createdAt, Optional<Instant> destroyedAt) {
        boolean live() {
            return destroyedAt.isEmpty();
        }
    }

    KeyFile {
        versions = List.copyOf(versions);
    }

    String currentVersion() {
        return versions.get(versions.size() - 1).id();
    }

    Optional<Version> version(String id) {
        return versions.stream().filter(version -> version.id().equals(id)).findFirst();
    }

    /** The same file with other versions, their keys sealed anew. The keys are those of the live versions, in order. */
    KeyFile with(List<Version> newVersions, List<byte[]> keys, byte[] fileKey) {
        byte[] plaintext = new byte[keys.size() * KEY_BYTES];
        for (int i = 0; i < keys.size(); i++) {
            System.arraycopy(keys.get(i), 0, plaintext, i * KEY_BYTES, KEY_BYTES);
        }
        try {
            KeyFile unsealed = new KeyFile(ring, derivation, iterations, salt, newVersions, new byte[0]);
            byte[] newSealed = new AesGcmJce(fileKey).encrypt(plaintext, unsealed.header());
            return new KeyFile(ring, derivation, iterations, salt, newVersions, newSealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available on this JDK", e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    /** The keys of the live versions, in order; empty where the file's key is another or the file was altered. */
    Optional<List<byte[]>> keys(byte[] fileKey, Path file) {
        byte[] plaintext;
        try {
            plaintext = new AesGcmJce(fileKey).decrypt(sealed, header());
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
        try {
            long live = versions.stream().filter(Version::live).count();
            if (plaintext.length != live * KEY_BYTES) {
                throw damaged(file, "it holds another number of keys than of versions");
            }
            List<byte[]> keys = new ArrayList<>();
            for (int at = 0; at < plaintext.length; at += KEY_BYTES) {
                keys.add(Arrays.copyOfRange(plaintext, at, at + KEY_BYTES));
            }
            return Optional.of(keys);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    /** Everything but the sealed keys in one canonical form. */
    private byte[] header() {
        List<Object> parts =
                new ArrayList<>(List.of(FORMAT, ring, derivation.standardName(), Integer.toString(iterations), salt));
        for (Version version : versions) {
            parts.add(version.id());
            parts.add(version.createdAt().toString());
            parts.add(version.destroyedAt().map(Instant::toString).orElse(""));
        }
        return Canonical.of(parts.toArray());
    }

    byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("format", FORMAT);
            json.writeStringProperty("ring", ring);
            json.writeObjectPropertyStart("kdf");
            json.writeStringProperty("name", derivation.standardName());
            if (derivation == KeyDerivation.PBKDF2) {
                json.writeNumberProperty("iterations", iterations);
            }
            json.writeStringProperty("salt", Base64.getEncoder().encodeToString(salt));
            json.writeEndObject();
            json.writeArrayPropertyStart("versions");
            for (Version version : versions) {
                json.writeStartObject();
                json.writeStringProperty("id", version.id());
                json.writeStringProperty("created", version.createdAt().toString());
                version.destroyedAt().ifPresent(at -> json.writeStringProperty("destroyed", at.toString()));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringProperty("sealed", Base64.getEncoder().encodeToString(sealed));
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /**
     * Reads a file's content.
     *
     * @param json the content
     * @param file where it is from, for messages
     * @param minIterations the fewest iterations of PBKDF2 to accept
     */
    static KeyFile parse(byte[] json, Path file, int minIterations) {
        if (json.length == 0) {
            throw damaged(file, "it is empty");
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return new Reader(parser, file, minIterations).read();
        } catch (JacksonException e) {
            // Its message quotes the file; where it broke off says enough.
            throw damaged(
                    file,
                    "it is cut short or not JSON, near byte " + e.getLocation().getByteOffset());
        }
    }

    private static IntegrityException damaged(Path file, String problem) {
        return new IntegrityException("key file " + file + " is damaged or not a key file of Waxseal: " + problem
                + ". Restore it from its backup");
    }

    /** Never the keys, sealed or not. */
    @Override
    public String toString() {
        return "KeyFile[" + ring + ", " + versions.size() + " versions]";
    }

    private static final class Reader {
        private final JsonParser parser;
        private final Path file;
        private final int minIterations;

        private @Nullable String ring;
        private @Nullable KeyDerivation derivation;
        private int iterations;
        private byte @Nullable [] salt;
        private final List<Version> versions = new ArrayList<>();
        private byte @Nullable [] sealed;

        private Reader(JsonParser parser, Path file, int minIterations) {
            this.parser = parser;
            this.file = file;
            this.minIterations = minIterations;
        }

        private KeyFile read() {
            require(parser.nextToken() == JsonToken.START_OBJECT, "it is no JSON object");
            require("format".equals(parser.nextName()), "it doesn't begin with its format");
            String format = text("format");
            if (!format.equals(FORMAT)) {
                require(format.startsWith(FORMAT_PREFIX), "its format is another");
                throw new KeyUnavailableException("key file " + file + " has a newer format than " + FORMAT
                        + ", which this version of Waxseal reads: use the version that wrote it, or a newer one");
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                switch (name) {
                    case "ring" -> ring = text(name);
                    case "kdf" -> readDerivation();
                    case "versions" -> readVersions();
                    case "sealed" -> sealed = binary(name);
                    default -> throw damaged(file, "it has a field that its format doesn't know");
                }
            }
            require(parser.currentToken() == JsonToken.END_OBJECT, "it is no JSON object");
            require(parser.nextToken() == null, "something follows its end");
            return checked();
        }

        private void readDerivation() {
            require(parser.nextToken() == JsonToken.START_OBJECT, "'kdf' is no object");
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                switch (name) {
                    case "name" -> {
                        String standardName = text(name);
                        derivation = Arrays.stream(KeyDerivation.values())
                                .filter(known -> known.standardName().equals(standardName))
                                .findFirst()
                                .orElseThrow(() -> damaged(file, "its key derivation is unknown"));
                    }
                    case "iterations" -> {
                        require(parser.nextToken() == JsonToken.VALUE_NUMBER_INT, "'iterations' is no integer");
                        long number = parser.getLongValue();
                        require(
                                number >= minIterations && number <= MAX_ITERATIONS,
                                "its iterations are not between " + minIterations + " and " + MAX_ITERATIONS);
                        iterations = (int) number;
                    }
                    case "salt" -> salt = binary(name);
                    default -> throw damaged(file, "'kdf' has a field that its format doesn't know");
                }
            }
            require(parser.currentToken() == JsonToken.END_OBJECT, "'kdf' is no object");
        }

        private void readVersions() {
            require(parser.nextToken() == JsonToken.START_ARRAY, "'versions' is no array");
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                String id = null;
                Instant createdAt = null;
                Optional<Instant> destroyedAt = Optional.empty();
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    switch (name) {
                        case "id" -> id = text(name);
                        case "created" -> createdAt = instant(name);
                        case "destroyed" -> destroyedAt = Optional.of(instant(name));
                        default -> throw damaged(file, "a version has a field that its format doesn't know");
                    }
                }
                if (id == null || createdAt == null) {
                    throw damaged(file, "a version has no id or no instant");
                }
                versions.add(new Version(id, createdAt, destroyedAt));
            }
            require(parser.currentToken() == JsonToken.END_ARRAY, "'versions' holds something else");
        }

        private KeyFile checked() {
            String ringRead = ring;
            KeyDerivation derivationRead = derivation;
            byte[] saltRead = salt;
            byte[] sealedRead = sealed;
            if (ringRead == null || derivationRead == null || saltRead == null || sealedRead == null) {
                throw damaged(file, "a field is missing");
            }
            require(RING.matcher(ringRead).matches(), "its ring id is malformed");
            require(saltRead.length == SALT_BYTES, "its salt has another length");
            require((derivationRead == KeyDerivation.PBKDF2) == (iterations != 0), "'kdf' is inconsistent");
            require(!versions.isEmpty(), "it has no version");
            for (int i = 0; i < versions.size(); i++) {
                require(versions.get(i).id().equals(versionId(ringRead, i + 1)), "its versions are out of order");
            }
            require(versions.get(versions.size() - 1).live(), "its current version is destroyed");
            return new KeyFile(ringRead, derivationRead, iterations, saltRead, versions, sealedRead);
        }

        private String text(String name) {
            require(parser.nextToken() == JsonToken.VALUE_STRING, "'" + name + "' is no text");
            return parser.getString();
        }

        private byte[] binary(String name) {
            try {
                return Base64.getDecoder().decode(text(name));
            } catch (IllegalArgumentException e) {
                throw damaged(file, "'" + name + "' is not Base64");
            }
        }

        private Instant instant(String name) {
            try {
                return Instant.parse(text(name));
            } catch (DateTimeException e) {
                throw damaged(file, "'" + name + "' is no instant");
            }
        }

        private void require(boolean condition, String problem) {
            if (!condition) {
                throw damaged(file, problem);
            }
        }
    }

    static String versionId(String ring, int number) {
        return ring + "." + number;
    }
}
