package dev.waxseal.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.waxseal.Vault;
import dev.waxseal.View;
import dev.waxseal.Views;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.Secret;
import dev.waxseal.cloudapi.webhook.Webhooks;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.jdbc.JdbcStores;
import dev.waxseal.key.KeyFileProtection;
import dev.waxseal.key.RootKeys;
import dev.waxseal.minimize.Redaction;
import dev.waxseal.minimize.Redactor;
import dev.waxseal.seal.MediaDescription;
import dev.waxseal.seal.RecordKey;
import dev.waxseal.seal.SealedRecord;
import dev.waxseal.testkit.cloudapi.WebhookPayloads;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** Public types of core that never hold a value of a customer, or a secret, or print nothing of themselves. */
    private static final Set<String> HOLD_NO_VALUE = Set.of(
            "Epochs",
            "Destruction",
            "Horizon",
            "Rotation",
            "Progress",
            "Erased",
            "Settings",
            "By",
            "Decision",
            "Builder",
            "AuditEvent",
            "Head",
            "Link",
            "Entry",
            "Verification",
            "StoredEpoch",
            "StoredKey",
            "KeyName",
            "Cursor",
            "RetentionRule",
            "PhoneNumbers",
            "EmailAddresses",
            "PersonNames",
            "ExactText",
            "Stored",
            "Media",
            "InvalidInputException",
            "DataExpiredException",
            "StoreException",
            "Findings",
            "BlobKey",
            "BlobInfo");

    @Test
    void everyPublicTypeOfCoreIsPrintedHereOrHoldsNothing() {
        Set<String> printed = Set.of(
                "Waxseal",
                "Vault",
                "Put",
                "RecordPolicy",
                "FieldPolicy",
                "View",
                "Seen",
                "Views",
                "SealedRecord",
                "SealedCompartment",
                "IndexEntry",
                "RecordKey",
                "Grants",
                "Grant",
                "Access",
                "KeyFileProtection",
                "Redactor",
                "Redaction",
                "Span",
                "PreparedText",
                "MediaDescription",
                "MediaView");
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(
                        "dev.waxseal.access",
                        "dev.waxseal.audit",
                        "dev.waxseal.error",
                        "dev.waxseal.key",
                        "dev.waxseal.minimize",
                        "dev.waxseal.policy",
                        "dev.waxseal.seal")
                .that(DescribedPredicate.describe("are core's own", CanaryTest::isExportedValue))
                .forEach(type -> assertThat(
                                printed.contains(type.getSimpleName()) || HOLD_NO_VALUE.contains(type.getSimpleName()))
                        .as(type.getName() + " is neither printed by this test nor known to hold no value")
                        .isTrue());
        Redaction redaction =
                Redactor.standard().redact("write to " + NAME.replace(' ', '.') + "@example.org, " + TEXT);
        holdsNone("a redaction", redaction.toString());
        holdsNone("spans", redaction.spans().toString());
        holdsNone(
                "a description of media",
                MediaDescription.of("image/png", "support").named(NAME + ".png").toString());
    }

    private static boolean isExportedValue(JavaClass type) {
        String name = type.getPackageName();
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && !type.isInterface()
                && !type.isEnum()
                && !type.isAnnotation()
                && !name.endsWith(".chain")
                && !name.endsWith(".ring")
                && !name.endsWith(".engine")
                && type.getAllFields().stream()
                        .anyMatch(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                && !type.isAssignableTo(WaxsealException.class);
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
