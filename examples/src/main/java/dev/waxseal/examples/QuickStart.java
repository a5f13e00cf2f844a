package dev.waxseal.examples;

import dev.waxseal.*;
import dev.waxseal.access.*;
import dev.waxseal.error.WaxsealException;
import dev.waxseal.jdbc.JdbcStores;
import dev.waxseal.key.RootKeys;
import dev.waxseal.policy.*;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.h2.jdbcx.JdbcConnectionPool;

/** Put, find, refuse, erase: the smallest whole program. */
public final class QuickStart {
    @CustomerRecord("customer")
    @Retain(period = "P2Y", from = "lastContact")
    record Customer(
            @SubjectId String id,
            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support", mask = Mask.LAST_FOUR)
                    @Searchable(PhoneNumbers.class) String phone,
            @Personal(category = DataCategory.NAME, purposes = "support") String name,
            @Personal(category = DataCategory.MESSAGE, purposes = "support") @FreeText
                    @Retain(period = "P90D", from = "lastContact") String lastMessage,
            @Operational Instant lastContact) {}

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createTempDirectory("waxseal");
        var database = JdbcConnectionPool.create("jdbc:h2:" + home.resolve("customers"), "", "");
        var rootKeys = RootKeys.local(home.resolve("root.keys"), "a long passphrase".toCharArray());
        try (Waxseal waxseal = Waxseal.open(JdbcStores.on(database), rootKeys)) {
            waxseal.grants().give(Grant.to("agent-7").on("customer").purpose("support")
                    .reveal("name", "lastMessage").mask("phone").by("head-of-support", "works at the desk"));
            Vault<Customer> customers = waxseal.vault(Customer.class);
            customers.put(new Customer("c-1042", "+49 1512 3456789", "Ada Example",
                    "Charge my card 4111 1111 1111 1111, please", Instant.now()));

            Access support = Access.by("agent-7").purpose("support");
            View<Customer> seen = customers.findBy("phone", "0049 (1512) 345-6789", support).first();
            System.out.println(seen.text("name") + ", " + seen.text("phone") + ": " + seen.text("lastMessage"));

            refused(() -> customers.get("c-1042", Access.by("stranger").purpose("support")));
            waxseal.erase("c-1042", "data-protection-officer", "customer asked");
            System.out.println("after the erasure: " + customers.get("c-1042", support));
            refused(() -> customers.put(new Customer("c-1042", "+49 1512 3456789", "Ada", "", Instant.now())));
        } finally {
            database.dispose();
        }
    }

    private static void refused(Runnable attempt) {
        try {
            attempt.run();
        } catch (WaxsealException expected) {
            System.out.println(expected.getMessage());
        }
    }
}
