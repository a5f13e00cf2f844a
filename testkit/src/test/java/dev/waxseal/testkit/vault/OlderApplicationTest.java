package dev.waxseal.testkit.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxseal.Stores;
import dev.waxseal.Waxseal;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import dev.waxseal.testkit.store.InMemoryStores;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OlderApplicationTest {
    @CustomerRecord("note")
    record Note(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text) {}

    @CustomerRecord(value = "note", version = 2)
    record Note2(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "help")
            String text) {}

    private static String logged(Runnable work) {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anApplicationBehindTheNewestPolicyIsWarnedWithBothVersionsAndNoOtherIs() {
        Stores stores = new InMemoryStores();
        InMemoryRootKeys rootKeys = new InMemoryRootKeys();
        assertThat(logged(() -> Waxseal.open(stores, rootKeys).vault(Note.class)))
                .isEmpty();
        assertThat(logged(() -> Waxseal.open(stores, rootKeys).vault(Note2.class)))
                .isEmpty();
        assertThat(logged(() -> Waxseal.open(stores, rootKeys).vault(Note.class)))
                .contains("WARN")
                .contains("version 1 of the policy of 'note'")
                .contains("version 2 is registered")
                .contains("What this one writes is sealed under version 1")
                .contains("vault.reseal()");
    }
}
