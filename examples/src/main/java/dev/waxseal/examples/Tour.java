package dev.waxseal.examples;

import dev.waxseal.Vault;
import dev.waxseal.View;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.cloudapi.Secret;
import dev.waxseal.cloudapi.webhook.Webhooks;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.jdbc.JdbcStores;
import dev.waxseal.key.RootKeys;
import dev.waxseal.testkit.cloudapi.CloudApiStandIn;
import dev.waxseal.testkit.cloudapi.LoopbackTls;
import dev.waxseal.testkit.cloudapi.WebhookEndpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * The whole way of a customer's data: signed webhooks arrive over TLS, are verified, minimised, sealed and stored; support
 * finds the customer and sees only what support may see; a stranger sees nothing; the customer is erased, and nothing can
 * bring them back.
 *
 * <p>With arguments it takes webhook payload files, or directories of them, instead of its own.
 */
public final class Tour {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Access COURIER = Access.by("courier-app").purpose("delivery");
    private static final Access STRANGER = Access.by("stranger").purpose("support");

    private final PrintStream out;
    private final Path home;
    private final Map<String, Duration> timings = new LinkedHashMap<>();

    Tour(PrintStream out, Path home) {
        this.out = out;
        this.home = home;
    }

    /**
     * Runs the tour in a temporary directory, which it removes at the end.
     *
     * @param arguments webhook payload files, or directories of {@code .json} files; none for the tour's own
     */
    public static void main(String[] arguments) throws IOException {
        List<byte[]> payloads =
                arguments.length == 0 ? TourPayloads.own(Clock.systemUTC(), new SecureRandom()) : read(arguments);
        Path home = Files.createTempDirectory("waxseal-tour");
        try {
            new Tour(System.out, home).run(payloads);
        } finally {
            remove(home);
        }
    }

    private static List<byte[]> read(String[] arguments) throws IOException {
        List<byte[]> payloads = new ArrayList<>();
        for (String argument : arguments) {
            Path path = Path.of(argument);
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    for (Path file : files.filter(f -> f.toString().endsWith(".json"))
                            .sorted()
                            .toList()) {
                        payloads.add(Files.readAllBytes(file));
                    }
                }
            } else if (Files.isRegularFile(path)) {
                payloads.add(Files.readAllBytes(path));
            } else {
                throw new IOException(path.toAbsolutePath()
                        + " is neither a file nor a directory: name webhook payloads as Meta sends them, one a file");
            }
        }
        if (payloads.isEmpty()) {
            throw new IOException("no payload was found: a directory's payloads are its files that end in .json");
        }
        return payloads;
    }

    private static void remove(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    void run(List<byte[]> payloads) {
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        Secret appSecret = Secret.of(HexFormat.of().formatHex(random.generateSeed(16)));
        Secret verifyToken = Secret.of(HexFormat.of().formatHex(random.generateSeed(16)));
        char[] passphrase = HexFormat.of().formatHex(random.generateSeed(16)).toCharArray();
        JdbcConnectionPool database = JdbcConnectionPool.create("jdbc:h2:" + home.resolve("tour"), "", "");
        LoopbackTls tls = LoopbackTls.create();
        try (Waxseal waxseal = timed(
                "open the key file (the passphrase is stretched on purpose) and the database",
                () -> Waxseal.open(JdbcStores.on(database), RootKeys.local(home.resolve("root.keys"), passphrase)))) {
            Desk desk = new Desk(waxseal, clock);
            Webhooks webhooks = Webhooks.builder()
                    .appSecret(appSecret)
                    .verifyToken(verifyToken)
                    .build();
            try (WebhookEndpoint endpoint = WebhookEndpoint.start(tls, webhooks, desk::accept);
                    CloudApiStandIn meta = CloudApiStandIn.deliveringTo(endpoint.uri(), tls, appSecret, verifyToken)) {
                grant(waxseal);
                arrive(meta, payloads, desk);
                RestingData resting = new RestingData(database, home);
                rest(resting);
                Optional<ChatCustomer> somebody = desk.somebody();
                if (somebody.isEmpty()) {
                    out.println("\nNo message of a customer was among the payloads: there is nobody to show.");
                    return;
                }
                look(waxseal, somebody.get());
                erase(waxseal, somebody.get(), resting);
                comeBack(meta, payloads, desk);
                trail(waxseal);
            }
        } finally {
            database.dispose();
        }
        section("7. How long it took");
        timings.forEach((what, time) -> out.printf("   %6d ms  %s%n", time.toMillis(), what));
    }

    private void section(String title) {
        out.println();
        out.println(title);
        out.println("-".repeat(title.length()));
    }

    private <R> R timed(String what, Supplier<R> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            timings.merge(what, Duration.ofNanos(System.nanoTime() - start), Duration::plus);
        }
    }

    private static void grant(Waxseal waxseal) {
        for (String type : List.of("chat-customer", "chat-message")) {
            waxseal.grants()
                    .give(Grant.to("agent-7")
                            .on(type)
                            .purpose("support")
                            .revealAll()
                            .by("head-of-support", "works at the support desk"));
        }
        waxseal.grants()
                .give(Grant.to("courier-app")
                        .on("chat-customer")
                        .purpose("delivery")
                        .mask("name", "phone")
                        .by("head-of-logistics", "delivers parcels"));
    }

    private void arrive(CloudApiStandIn meta, List<byte[]> payloads, Desk desk) {
        section("1. What came in");
        out.println("   verification handshake: " + (meta.verify("1158201444") ? "answered rightly" : "refused"));
        Map<Integer, Integer> answers = new LinkedHashMap<>();
        timed("receive, verify, minimise, seal and store", () -> {
            payloads.forEach(payload -> answers.merge(meta.deliver(payload), 1, Integer::sum));
            return answers;
        });
        out.println("   webhooks over TLS: " + payloads.size() + ", answered " + answers);
        desk.arrived().forEach((kind, count) -> out.printf("   %5d × %s%n", count, kind));
        out.println("   stored: " + desk.stored() + " messages of " + desk.customers() + " customers");
        remarks(desk);
        out.println("   forged signature: answered " + meta.deliverWronglySigned(payloads.get(0)));
        out.println("   no signature:     answered " + meta.deliverUnsigned(payloads.get(0)));
    }

    private void remarks(Desk desk) {
        Map<String, Integer> counted = new LinkedHashMap<>();
        desk.remarks().forEach(remark -> counted.merge(remark, 1, Integer::sum));
        counted.entrySet().stream()
                .limit(5)
                .forEach(remark -> out.println("   remark: " + remark.getKey()
                        + (remark.getValue() > 1 ? " (" + remark.getValue() + " times)" : "")));
        if (counted.size() > 5) {
            out.println("   … and " + (counted.size() - 5) + " other remarks");
        }
    }

    private void rest(RestingData resting) {
        section("2. What is in the database");
        resting.someRows().forEach(row -> out.println("   " + row));
        resting.counts().forEach(count -> out.println("   " + count));
    }

    private void look(Waxseal waxseal, ChatCustomer customer) {
        section("3. Who sees what");
        Vault<ChatCustomer> customers = waxseal.vault(ChatCustomer.class);
        Vault<ChatMessage> messages = waxseal.vault(ChatMessage.class);
        View<ChatCustomer> seen =
                timed("find a customer by phone number and show them", () -> find(customers, customer));
        out.println("   support sees      name " + seen.text("name") + ", phone " + seen.text("phone"));
        messages.ofSubject(customer.id(), SUPPORT)
                .first(3)
                .forEach(message -> out.println("                     message: " + shortened(message.text("content"))));
        customers
                .get(customer.id(), COURIER)
                .ifPresent(view -> out.println(
                        "   the courier sees  name " + view.text("name") + ", phone " + view.text("phone")));
        try {
            customers.get(customer.id(), STRANGER);
        } catch (WaxsealException refused) {
            out.println("   a stranger sees   nothing: " + refused.getMessage());
        }
    }

    private static View<ChatCustomer> find(Vault<ChatCustomer> customers, ChatCustomer customer) {
        return customer.phone() == null
                ? customers.get(customer.id(), SUPPORT).orElseThrow()
                : customers.findBy("phone", customer.phone(), SUPPORT).first();
    }

    private static String shortened(String text) {
        return text.codePointCount(0, text.length()) <= 90
                ? text
                : text.substring(0, text.offsetByCodePoints(0, 90)) + "…";
    }

    private void erase(Waxseal waxseal, ChatCustomer customer, RestingData resting) {
        section("4. The customer is erased");
        Waxseal.Erased erased = timed(
                "erase the customer",
                () -> waxseal.erase(customer.id(), "data-protection-officer", "the customer asked for it"));
        out.println("   key destroyed: " + erased.keyDestroyed() + ", records deleted: " + erased.recordsDeleted()
                + ", known in the trail as " + erased.subject());
        out.println("   looked up by id:    "
                + (waxseal.vault(ChatCustomer.class).get(customer.id(), SUPPORT).isEmpty()
                        ? "nothing"
                        : "still there"));
        if (customer.phone() != null) {
            out.println("   looked up by phone: "
                    + waxseal.vault(ChatCustomer.class)
                            .findBy("phone", customer.phone(), SUPPORT)
                            .firstIfAny()
                            .map(view -> "somebody else with the same number")
                            .orElse("nothing"));
        }
        section("5. What is left");
        resting.counts().forEach(count -> out.println("   " + count));
        List<String> personal = new ArrayList<>();
        personal.add(customer.id());
        customer.name().ifPresent(personal::add);
        if (customer.phone() != null) {
            personal.add(customer.phone());
        }
        out.println("   files on disk that hold the customer's id, name or phone number in clear: "
                + resting.filesWith(personal));
    }

    private void comeBack(CloudApiStandIn meta, List<byte[]> payloads, Desk desk) {
        out.println("   the same webhooks once more:");
        payloads.forEach(meta::deliver);
        remarks(desk);
    }

    private void trail(Waxseal waxseal) {
        section("6. The audit trail");
        AuditTrail trail = waxseal.audit();
        trail.read(AuditTrail.Chain.ACCESSES, 0, 5)
                .forEach(entry -> out.println("   " + entry.sequence() + "  " + entry.event()));
        AuditTrail.Verification verified = timed("verify the audit trail", trail::verify);
        out.println("   " + verified.events() + " events, "
                + verified.firstBroken()
                        .map(broken -> "tampered with: " + broken)
                        .orElse("every link holds"));
    }
}
