package dev.waxseal.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.waxseal.FailedRecord;
import dev.waxseal.JobStore;
import dev.waxseal.MediaView;
import dev.waxseal.Progress;
import dev.waxseal.Query;
import dev.waxseal.Upkeep;
import dev.waxseal.Vault;
import dev.waxseal.View;
import dev.waxseal.Views;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.AccessDecider;
import dev.waxseal.access.Grant;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.Secret;
import dev.waxseal.cloudapi.webhook.Webhooks;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.jdbc.JdbcStores;
import dev.waxseal.key.KeyFileProtection;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.RootKeysState;
import dev.waxseal.minimize.Redactor;
import dev.waxseal.policy.SearchPolicy;
import dev.waxseal.seal.BlobKey;
import dev.waxseal.seal.Holds;
import dev.waxseal.seal.MediaDescription;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.cloudapi.WebhookPayloads;
import dev.waxseal.testkit.store.InMemoryBlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No plaintext escapes: runs everything with values that stand nowhere else, and looks for them in all that is left. */
class CanaryTest {
    private static final String PHONE = "4915198765432";
    private static final String NAME = "Kanarienvogel Zwitscher";
    private static final String USER_ID = "DE.8877665544332211";
    private static final String TEXT = "zitronengelbes Gefieder";
    private static final String PASSPHRASE = "ein Nest aus Worten";
    private static final List<String> CANARIES =
            List.of(PHONE, NAME, "Zwitscher", USER_ID, TEXT, "Gefieder", PASSPHRASE);

    private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();

    @TempDir
    Path home;

    /** The loggers print all they have, to where the test can read it. */
    @BeforeAll
    static void logEverything() {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "trace");
        System.setErr(new PrintStream(LOG, true, StandardCharsets.UTF_8));
    }

    private static void holdsNone(String where, String text) {
        for (String canary : CANARIES) {
            assertThat(text).as(where).doesNotContain(canary);
        }
    }

    @Test
    void theTourLeavesNoCanaryInItsFilesAndLogs() throws IOException {
        WebhookPayloads payloads =
                WebhookPayloads.with(Clock.systemUTC(), new SecureRandom()).named(NAME);
        CustomerId erased = CustomerId.of("DE.1", "16505550101");
        CustomerId kept = CustomerId.of(USER_ID, PHONE);
        new Tour(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), home)
                .run(List.of(
                        payloads.text(erased, "an ordinary text"),
                        payloads.text(kept, TEXT),
                        payloads.location(kept, 1, 2),
                        payloads.contacts(kept, NAME, "+" + PHONE)));
        List<Path> files;
        try (Stream<Path> all = Files.walk(home)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        assertThat(files).anyMatch(file -> file.toString().endsWith(".mv.db"));
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            String raw = new String(bytes, StandardCharsets.ISO_8859_1);
            for (String canary : CANARIES) {
                for (Charset charset :
                        List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
                    assertThat(raw)
                            .as(file + " in " + charset)
                            .doesNotContain(new String(canary.getBytes(charset), StandardCharsets.ISO_8859_1));
                }
                byte[] utf8 = canary.getBytes(StandardCharsets.UTF_8);
                assertThat(raw)
                        .as(file + " in base64")
                        .doesNotContain(Base64.getEncoder()
                                .withoutPadding()
                                .encodeToString(utf8)
                                .substring(0, 10));
            }
        }
        holdsNone("the log", LOG.toString(StandardCharsets.UTF_8));
    }

    @Test
    void noExceptionAndNoToStringHoldsACanary() {
        JdbcConnectionPool database = JdbcConnectionPool.create("jdbc:h2:" + home.resolve("canary"), "", "");
        List<String> printed = new ArrayList<>();
        Path keyFile = home.resolve("root.keys");
        try (Waxseal waxseal =
                Waxseal.open(JdbcStores.on(database), RootKeys.local(keyFile, PASSPHRASE.toCharArray()))) {
            waxseal.grants()
                    .give(Grant.to("agent-7")
                            .on("chat-customer")
                            .purpose("support")
                            .revealAll()
                            .by("head", "works here"));
            Access support = Access.by("agent-7").purpose("support");
            Vault<ChatCustomer> customers = waxseal.vault(ChatCustomer.class);
            ChatCustomer customer = new ChatCustomer(USER_ID, PHONE, Optional.of(NAME), Instant.now());
            printed.add(customers.put(customer).toString());
            View<ChatCustomer> view = customers.get(USER_ID, support).orElseThrow();
            Views<ChatCustomer> views = customers.findBy("phone", PHONE, support);
            SealedRecord sealed = customers.seal(customer);
            for (Object each : List.of(
                    waxseal,
                    customers,
                    customers.policy(),
                    customers.policy().fields(),
                    view,
                    view.fields(),
                    views,
                    sealed,
                    sealed.compartments(),
                    sealed.index(),
                    sealed.key(),
                    waxseal.grants(),
                    waxseal.audit(),
                    waxseal.audit().read(AuditTrail.Chain.ACCESSES, 0, 100),
                    waxseal.audit().read(AuditTrail.Chain.CHANGES, 0, 100),
                    Secret.of(PASSPHRASE),
                    KeyFileProtection.passphrase(PASSPHRASE.toCharArray()),
                    Redactor.standard(),
                    Redactor.standard()
                            .redact("my card 4111 1111 1111 1111, " + TEXT)
                            .spans(),
                    CustomerId.of(USER_ID, PHONE))) {
                printed.add(each.toString());
            }
            printed.add(
                    refused(() -> customers.get(USER_ID, Access.by("stranger").purpose("support"))));
            printed.add(
                    refused(() -> customers.get(USER_ID, Access.by("agent-7").purpose("gossip"))));
            printed.add(refused(() -> customers.findBy("phone", NAME, support)));
            printed.add(
                    refused(() -> customers.put(new ChatCustomer(USER_ID, NAME, Optional.of(NAME), Instant.now()))));
            printed.add(refused(() -> customers.open(moved(sealed), support)));
            printed.add(refused(() -> customers.update(
                    USER_ID, support, old -> new ChatCustomer("other", PHONE, old.name(), Instant.now()))));
            waxseal.erase(USER_ID, "officer", "asked");
            printed.add(refused(() -> customers.put(customer)));
            printed.add(refused(() -> RootKeys.local(keyFile, (PASSPHRASE + "!").toCharArray())));
            Webhooks webhooks =
                    Webhooks.builder().appSecret(Secret.of(PASSPHRASE)).build();
            printed.add(refused(() -> webhooks.receive(TEXT.getBytes(StandardCharsets.UTF_8), "sha256=" + USER_ID)));
            printed.add(webhooks.toString());
        } finally {
            database.dispose();
        }
        printed.forEach(text -> holdsNone("what was printed", text));
    }

    /**
     * Every public type of core that prints more than its name and identity, by a {@code toString} of its own or a record's,
     * is printed by the test below from an object made of canaries, or it is a type of operators' settings.
     */
    @Test
    void everyTypeOfCoreThatPrintsItselfIsPrintedFromCanaries() throws IOException {
        List<Object> objects = new ArrayList<>();
        JdbcConnectionPool database = JdbcConnectionPool.create("jdbc:h2:" + home.resolve("types"), "", "");
        JdbcStores stores = JdbcStores.on(database);
        try (Waxseal waxseal = Waxseal.with(
                        stores, RootKeys.local(home.resolve("types.keys"), PASSPHRASE.toCharArray()))
                .blobs(new InMemoryBlobStore())
                .open()) {
            Access support = Access.by("agent-7").purpose("support");
            Instant now = Instant.now();
            for (String type : List.of("chat-customer", "media")) {
                objects.add(waxseal.grants()
                        .give(Grant.to("agent-7")
                                .on(type)
                                .purpose("support")
                                .revealAll()
                                .by("head", "works here")));
            }
            Vault<ChatCustomer> customers = waxseal.vault(ChatCustomer.class);
            ChatCustomer customer = new ChatCustomer(USER_ID, PHONE, Optional.of(NAME), now);
            objects.add(customers.put(customer));
            View<ChatCustomer> view = customers.get(USER_ID, support).orElseThrow();
            SealedRecord sealed = customers.seal(customer);
            MediaDescription description =
                    MediaDescription.of("image/png", "support").named(NAME + ".png");
            objects.add(waxseal.media()
                    .put(USER_ID, PHONE, description, new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8))));
            try (MediaView media = waxseal.media().open(USER_ID, PHONE, support).orElseThrow()) {
                objects.add(media);
                objects.add(media.toString());
            }
            Redactor.builder()
                    .add((prepared, findings) -> objects.add(prepared))
                    .build()
                    .redact(TEXT);
            objects.add(customers.reseal());
            objects.add(customers
                    .export("leaving", "agent-7")
                    .run(batch -> assertThat(batch).hasSize(1)));
            objects.add(customers.export("leaving", "agent-7").status().orElseThrow());
            objects.add(new JobStore.Shard(0, sealed.key().subject()));
            objects.add(new FailedRecord(sealed.key().subject(), sealed.key().record(), "doesn't verify"));
            objects.add(stores.policies().newest("default", "chat-customer").orElseThrow());
            KeyName subject =
                    new KeyName("default", KeyKind.SUBJECT, sealed.key().subject());
            objects.addAll(List.of(
                    view,
                    view.seen("name"),
                    customers.policy(),
                    customers.policy().field("name"),
                    customers.policy().field("name").retention().orElseThrow(),
                    sealed,
                    sealed.key(),
                    customers.sealEach(List.of(customer)).get(0),
                    sealed.compartments().get(0),
                    sealed.index().get(0),
                    stores.records().find(sealed.key()).orElseThrow(),
                    new BlobKey("default", sealed.key().subject(), sealed.key().record()),
                    description,
                    support,
                    Access.by("agent-7"),
                    AccessDecider.byGrants(stores.grants()).decide("default", support, customers.policy(), now),
                    waxseal.audit().read(AuditTrail.Chain.ACCESSES, 0, 1).get(0),
                    waxseal.audit().read(AuditTrail.Chain.ACCESSES, 0, 1).get(0).event(),
                    waxseal.audit().verify(),
                    stores.audit().read("default", "accesses", 0, 1).get(0),
                    stores.audit().head("default", "accesses").orElseThrow(),
                    subject,
                    stores.keys().find(subject).orElseThrow(),
                    stores.keys().newestEpoch().orElseThrow(),
                    KeyFileProtection.passphrase(PASSPHRASE.toCharArray()),
                    Redactor.standard().redact("card 4111 1111 1111 1111 of " + NAME),
                    Redactor.standard()
                            .redact("card 4111 1111 1111 1111")
                            .spans()
                            .get(0),
                    Redactor.standard(),
                    Query.is("phone", PHONE),
                    Query.startsWith("phone", PHONE),
                    Query.endsWith("phone", PHONE),
                    Query.words("name", NAME),
                    Query.together("nameAndPhone", Map.of("name", NAME, "phone", PHONE)),
                    customers.policy().field("phone").search().orElseThrow(),
                    new SearchPolicy.Together("nameAndPhone", List.of("name", "phone"), 128),
                    customers.indexes().rotate("phone"),
                    customers.indexes().renew(),
                    new Holds.Candidate(sealed.key(), sealed.operational()),
                    waxseal.expiry().destroyDueKeys(),
                    Upkeep.Plan.usual(),
                    waxseal.upkeep().run(),
                    waxseal.erase(USER_ID, "officer", "asked"),
                    waxseal.epochs().horizonOfSubject(USER_ID).orElseThrow(),
                    waxseal.epochs().rotate(),
                    waxseal.epochs().destroyOldRootKeys(),
                    new Progress(1, 2, Duration.ofSeconds(1)),
                    RootKeys.local(home.resolve("types.keys"), PASSPHRASE.toCharArray())
                            .state(),
                    new RootKeysState.Reachable(now),
                    new RootKeysState.Unreachable(now, "it can't be reached")));
        } finally {
            database.dispose();
        }
        Set<String> printed = new TreeSet<>();
        for (Object object : objects) {
            holdsNone(object.getClass().getName(), object.toString());
            for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
                printed.add(type.getName());
            }
        }
        Set<String> missed = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.waxseal")) {
            if (EXPORTED.contains(type.getPackageName()) && printsItself(type) && !printed.contains(type.getName())) {
                missed.add(type.getName());
            }
        }
        assertThat(missed).isEmpty();
    }

    private static final Set<String> EXPORTED = Set.of(
            "dev.waxseal",
            "dev.waxseal.access",
            "dev.waxseal.audit",
            "dev.waxseal.key",
            "dev.waxseal.minimize",
            "dev.waxseal.policy",
            "dev.waxseal.seal");

    private static boolean printsItself(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && !type.isInterface()
                && !type.isEnum()
                && type.getMethods().stream()
                        .anyMatch(method -> method.getName().equals("toString")
                                && method.getRawParameterTypes().isEmpty());
    }

    private static SealedRecord moved(SealedRecord sealed) {
        return new SealedRecord(
                new RecordKey(
                        sealed.key().tenant(),
                        sealed.key().recordType(),
                        sealed.key().subject(),
                        "0".repeat(32)),
                sealed.subjectKeyVersion(),
                sealed.compartments(),
                sealed.index(),
                sealed.operational());
    }

    /** The whole text of an exception that must come, causes and all. */
    private static String refused(Runnable attempt) {
        try {
            attempt.run();
        } catch (WaxsealException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return trace.toString();
        }
        throw new AssertionError("nothing was refused");
    }
}
