package dev.waxseal.integrations.aws;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.integration.awskms.AwsKmsAead;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.integrations.aws.KmsRefusedException.Refusal;
import dev.waxseal.integrations.remote.KeyWrapping;
import dev.waxseal.integrations.remote.ServiceGuard;
import dev.waxseal.integrations.remote.ServiceHealth;
import dev.waxseal.integrations.remote.TransientServiceException;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.RootKeysState;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Root keys in AWS Key Management Service, through Tink's AEAD for it: the root key never leaves it. Each version is a KMS
 * key of its own ({@code SYMMETRIC_DEFAULT}, one region, material made by KMS), since the rotation of one KMS key keeps its
 * old material for ever and lets nobody destroy it.
 *
 * <p>The alias {@code alias/name} names the KMS key of the current version, {@code alias/name/key-id} that of each version.
 *
 * <ul>
 *   <li><b>Rotating</b> makes a KMS key, gives it its version's alias, then moves {@code alias/name}. The first rotation
 *       makes the first version. Cut short between the first two steps, it leaves a KMS key without alias, with the tag {@code
 *       waxseal-root-keys} = name; nothing is wrapped under it. Cut short between the last two, or run by two processes at
 *       once, it leaves an unused version, which {@link #versions} lists and {@link #destroy} takes.
 *   <li><b>Destroying</b> schedules the deletion of the KMS key. From then on it can't be used and isn't listed; until the
 *       set window is over (7 to 30 days), an administrator could still cancel. After that it is gone for good.
 *   <li><b>Version ids</b> hold the name and the key's ARN, which is never used again.
 *   <li><b>Associated data</b> is bound as encryption context, in hexadecimal, as Tink does; CloudTrail logs it in clear.
 *   <li><b>Wrong answers.</b> What is wrapped holds a digest of the key, its version and the associated data within the
 *       ciphertext, and each wrap is opened once before it is returned (two requests).
 *   <li><b>Outages.</b> Requests have a time-out and are repeated, except the making of a KMS key; a circuit breaker stops
 *       calling a service that keeps failing. {@link #state} and {@link #health} show it.
 * </ul>
 *
 * <p>Opening makes no call, so that a host can start during an outage. Thread safe.
 */
public final class AwsKmsRootKeys implements RootKeys {
    private static final String PREFIX = "aws-kms:";
    private static final int PAGE = 100;
    private static final int MAX_PAGES = 200;
    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]{0,20}:kms:([a-z0-9-]{1,32}):[0-9]{12}:key/"
            + "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

    private final AwsKmsSettings settings;
    private final KmsConnection kms;
    private final ServiceGuard guard;
    private final KeyWrapping wrapping;
    private volatile boolean closed;

    private AwsKmsRootKeys(AwsKmsSettings settings) {
        this.settings = settings;
        this.kms = new KmsConnection(settings);
        this.guard = new ServiceGuard(settings.name(), settings.guard());
        this.wrapping = new KeyWrapping(settings.name(), guard, settings.random());
    }

    /**
     * Opens the root keys. Makes no call yet.
     *
     * @param settings which KMS keys, and how they are reached
     * @return the root keys
     */
    public static AwsKmsRootKeys open(AwsKmsSettings settings) {
        return new AwsKmsRootKeys(settings);
    }

    /**
     * How the service looks from this process, for health endpoints and operators. Makes no call.
     *
     * @return its health, as of now
     */
    public ServiceHealth health() {
        return guard.health();
    }

    @Override
    public RootKeysState state() {
        return guard.state();
    }

    @Override
    public String name() {
        return settings.name();
    }

    /**
     * {@inheritDoc}
     *
     * @throws KeyUnavailableException when there is no version yet; make the first with {@link #rotate}
     */
    @Override
    public String currentVersion() {
        KmsKey key = current()
                .orElseThrow(() -> new KeyUnavailableException(name() + " has no root key yet. "
                        + "Check the name, the region and the account; rotate to make the first version"));
        key.fault().ifPresent(fault -> {
            throw new KeyUnavailableException(
                    name() + " " + fault + ", and so can't be a root key: rotate to make one");
        });
        if (!key.usable()) {
            throw new KeyUnavailableException(
                    name() + " is " + key.state() + " and can't be used: enable it, or rotate to make another version");
        }
        return id(key.arn());
    }

    private String id(String arn) {
        return PREFIX + settings.keyName() + "@" + arn;
    }

    /** {@inheritDoc} Two requests: the second opens what the first wrapped. */
    @Override
    public byte[] wrap(String version, byte[] key, byte[] associatedData) {
        return wrapping.wrap(version, key, associatedData, cipher(version));
    }

    @Override
    public byte[] unwrap(String version, byte[] wrapped, byte[] associatedData) {
        return wrapping.unwrap(version, wrapped, associatedData, cipher(version));
    }

    private KeyWrapping.VersionCipher cipher(String version) {
        String arn = arn(version);
        requireOpen();
        return new TinkCipher(version, new AwsKmsAead(kms, arn));
    }

    /** Tink's AEAD for one KMS key. */
    private final class TinkCipher implements KeyWrapping.VersionCipher {
        private final String version;
        private final Aead aead;

        private TinkCipher(String version, Aead aead) {
            this.version = version;
            this.aead = aead;
        }

        @Override
        public byte[] encrypt(byte[] plaintext, byte[] context) {
            try {
                return aead.encrypt(plaintext, context);
            } catch (KmsRefusedException e) {
                throw refused("wrapping a key", e);
            } catch (GeneralSecurityException e) {
                throw new TransientServiceException("it answered something that can't be a ciphertext", e);
            }
        }

        @Override
        public byte[] decrypt(byte[] ciphertext, byte[] context) {
            try {
                return aead.decrypt(ciphertext, context);
            } catch (KmsRefusedException e) {
                if (e.refusal == Refusal.NOT_AUTHENTIC) {
                    throw new IntegrityException("a key does not verify under root key version " + version + " of "
                            + name() + ": it was altered, moved, or wrapped for something else. Restore the key store");
                }
                throw refused("unwrapping a key", e);
            } catch (GeneralSecurityException e) {
                throw new TransientServiceException("it decrypted with another key than it was asked to", e);
            }
        }

        private KeyUnavailableException refused(String operation, KmsRefusedException e) {
            return switch (e.refusal) {
                case NOT_FOUND ->
                    new KeyUnavailableException("root key version " + version + " of " + name()
                            + " is not there: it was destroyed for good, or the credentials are another account's");
                case UNUSABLE ->
                    new KeyUnavailableException("root key version " + version + " of " + name()
                            + " can't be used: its KMS key is disabled, or was destroyed and waits to be deleted");
                default -> AwsKmsRootKeys.this.refused(operation, e);
            };
        }
    }

    /** The key that the alias names. */
    private Optional<KmsKey> current() {
        return describe("reading the current version", settings.alias());
    }

    private Optional<KmsKey> describe(String operation, String keyId) {
        try {
            return Optional.of(guarded(
                    operation,
                    true,
                    () -> Optional.ofNullable(kms.call("DescribeKey", Map.of("KeyId", keyId))
                                    .get("KeyMetadata"))
                            .flatMap(KmsKey::of)
                            .filter(key ->
                                    !keyId.startsWith("arn:") || key.arn().equals(keyId))
                            .orElseThrow(KmsConnection::notKms)));
        } catch (KmsRefusedException e) {
            if (e.refusal == Refusal.NOT_FOUND) {
                return Optional.empty();
            }
            throw refused(operation, e);
        }
    }

    /**
     * Makes a KMS key, and makes it the current version. The request that makes it isn't repeated: if its answer is lost, a
     * KMS key without alias may be left; nothing is wrapped under it.
     *
     * @return the new version
     * @throws KeyUnavailableException when the service is out of reach or refuses
     */
    @Override
    public String rotate() {
        Optional<KmsKey> before = current();
        // A key that an operator gave the alias is a version too, once the alias has moved on.
        before.ifPresent(key -> createAlias(versionAlias(key.id()), key.id()));
        KmsKey made = make();
        try {
            createAlias(versionAlias(made.id()), made.id());
            move(made, before.isPresent());
        } catch (KeyUnavailableException e) {
            throw new KeyUnavailableException(
                    name() + ": a KMS key was made, but the aliases weren't set: " + made.arn()
                            + ". Nothing is wrapped under it. Rotate again once the service is back, and delete that key",
                    e);
        }
        return id(made.arn());
    }

    private KmsKey make() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("Description", "Waxseal root key " + settings.keyName());
        members.put("KeyUsage", "ENCRYPT_DECRYPT");
        members.put("KeySpec", "SYMMETRIC_DEFAULT");
        members.put("Origin", "AWS_KMS");
        members.put("MultiRegion", false);
        members.put("Tags", List.of(Map.of("TagKey", "waxseal-root-keys", "TagValue", settings.keyName())));
        KmsKey made = call(
                "making a KMS key",
                false,
                () -> Optional.ofNullable(kms.call("CreateKey", members).get("KeyMetadata"))
                        .flatMap(KmsKey::of)
                        .orElseThrow(KmsConnection::notKms));
        Matcher arn = ARN.matcher(made.arn());
        if (made.fault().isPresent()
                || !made.usable()
                || !arn.matches()
                || !arn.group(1).equals(settings.region())) {
            throw new KeyUnavailableException(
                    name() + ": KMS made another kind of key than it was asked to. See to the service");
        }
        return made;
    }

    private String versionAlias(String keyId) {
        return settings.alias() + "/" + keyId;
    }

    /** Made twice, or of a version that has its alias, it changes nothing: the id is part of the alias. */
    private void createAlias(String alias, String keyId) {
        try {
            guarded(
                    "naming a version",
                    true,
                    () -> kms.call("CreateAlias", Map.of("AliasName", alias, "TargetKeyId", keyId)));
        } catch (KmsRefusedException e) {
            if (e.refusal != Refusal.EXISTS) {
                throw refused("naming a version", e);
            }
        }
    }

    private void move(KmsKey to, boolean exists) {
        if (!exists) {
            createAlias(settings.alias(), to.id());
            if (current().filter(key -> key.arn().equals(to.arn())).isPresent()) {
                return;
            }
            // Another process made the first version at the same moment.
        }
        call(
                "moving the alias",
                true,
                () -> kms.call("UpdateAlias", Map.of("AliasName", settings.alias(), "TargetKeyId", to.id())));
    }

    /**
     * Schedules the deletion of a version's KMS key. It can't be used from then on, and isn't listed any more; KMS deletes it
     * for good once the window of the settings is over, and until then an administrator could cancel. Does nothing to one
     * already scheduled or deleted.
     *
     * @param version the version
     * @throws InvalidInputException when it is the current one
     * @throws KeyUnavailableException when the service is out of reach, or the KMS key has lost its version's alias
     */
    @Override
    public void destroy(String version) {
        String arn = arn(version);
        Optional<KmsKey> key = describe("looking at a version", arn);
        if (key.isEmpty() || key.get().destroyed()) {
            return;
        }
        if (current().filter(now -> now.arn().equals(arn)).isPresent()) {
            throw new InvalidInputException("root key version " + version + " is the current one of " + name()
                    + ": rotate, and rewrap what it wraps, before destroying it");
        }
        String id = key.get().id();
        if (aliases(Optional.of(arn)).stream().noneMatch(alias -> alias.name().equals(versionAlias(id)))) {
            throw new KeyUnavailableException("root key version " + version + " has no alias " + versionAlias(id)
                    + ", so it isn't destroyed: it may be something else's. Give it that alias if it is Waxseal's");
        }
        try {
            guarded(
                    "scheduling the deletion of a version",
                    true,
                    () -> kms.call(
                            "ScheduleKeyDeletion",
                            Map.of("KeyId", arn, "PendingWindowInDays", settings.deletionDays())));
        } catch (KmsRefusedException e) {
            // A repeated request finds it scheduled; what it is now decides.
            if (e.refusal != Refusal.UNUSABLE && e.refusal != Refusal.NOT_FOUND) {
                throw refused("scheduling the deletion of a version", e);
            }
        }
        if (describe("looking after destroying", arn)
                .filter(after -> !after.destroyed())
                .isPresent()) {
            throw new KeyUnavailableException(
                    name() + " said that it destroyed version " + version + ", but still has it. Try again");
        }
    }

    @Override
    public Set<String> versions() {
        Set<String> keyIds = new LinkedHashSet<>();
        for (Alias alias : aliases(Optional.empty())) {
            if (alias.name().equals(settings.alias()) || alias.name().equals(versionAlias(alias.keyId()))) {
                keyIds.add(alias.keyId());
            }
        }
        Set<String> versions = new LinkedHashSet<>();
        for (String keyId : keyIds) {
            describe("looking at a version", keyId)
                    .filter(key -> key.usable() && key.fault().isEmpty())
                    .ifPresent(key -> versions.add(id(key.arn())));
        }
        return versions;
    }

    private record Alias(String name, String keyId) {}

    /** The aliases of a key, or of all keys. */
    private List<Alias> aliases(Optional<String> keyId) {
        List<Alias> aliases = new ArrayList<>();
        Optional<String> marker = Optional.empty();
        for (int page = 0; page < MAX_PAGES; page++) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("Limit", PAGE);
            keyId.ifPresent(id -> members.put("KeyId", id));
            marker.ifPresent(next -> members.put("Marker", next));
            Map<String, Object> answer = call("listing the versions", true, () -> {
                Map<String, Object> listed = kms.call("ListAliases", members);
                if (!(listed.get("Aliases") instanceof List<?>)) {
                    throw KmsConnection.notKms();
                }
                return listed;
            });
            for (Object each : (List<?>) answer.getOrDefault("Aliases", List.of())) {
                // Those of AWS's own keys may have no target yet.
                if (each instanceof Map<?, ?> alias
                        && alias.get("AliasName") instanceof String name
                        && alias.get("TargetKeyId") instanceof String target) {
                    aliases.add(new Alias(name, target));
                }
            }
            if (!Boolean.TRUE.equals(answer.get("Truncated"))) {
                return aliases;
            }
            if (!(answer.get("NextMarker") instanceof String next)) {
                break;
            }
            marker = Optional.of(next);
        }
        throw new KeyUnavailableException(name() + ": the list of aliases doesn't end, or is longer than "
                + MAX_PAGES * PAGE + ". See to the service, or use an account with fewer");
    }

    private String arn(String version) {
        String prefix = PREFIX + settings.keyName() + "@";
        String arn = version.startsWith(prefix) ? version.substring(prefix.length()) : "";
        Matcher matcher = ARN.matcher(arn);
        if (!matcher.matches() || !matcher.group(1).equals(settings.region())) {
            throw new KeyUnavailableException("root key version " + version + " is not one of " + name()
                    + ": open the root keys that it belongs to");
        }
        return arn;
    }

    private <T> T call(String operation, boolean repeatable, Supplier<T> call) {
        try {
            return guarded(operation, repeatable, call);
        } catch (KmsRefusedException e) {
            throw refused(operation, e);
        }
    }

    private <T> T guarded(String operation, boolean repeatable, Supplier<T> call) {
        requireOpen();
        return repeatable ? guard.idempotent(operation, call) : guard.once(operation, call);
    }

    private KeyUnavailableException refused(String operation, KmsRefusedException e) {
        return new KeyUnavailableException(
                name() + " refused " + operation + " (HTTP " + e.status + "): " + e.refusal.remedy);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the root keys in " + name() + " are closed");
        }
    }

    /** Ends the use of these root keys. No key is held in memory between calls. */
    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return name();
    }
}
