package dev.waxseal.testkit.keyservice;

import static dev.waxseal.testkit.keyservice.LoopbackService.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.waxseal.Epochs;
import dev.waxseal.Vault;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.key.RootKeys;
import dev.waxseal.key.RootKeysState;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.testkit.store.InMemoryStores;
import dev.waxseal.testkit.vault.SettableClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What root keys in a remote service must do when the service fails, lies, or is away. They must be opened with {@link #clock}
 * for their guard's clock and pauses, 4 attempts, and the usual circuit.
 */
public abstract class RemoteRootKeysContract extends RootKeysContract {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Duration WINDOW = Duration.ofDays(30);
    private static final String JSON = "application/json";

    /** The clock of this test; pauses between attempts move it. */
    protected final SettableClock clock = new SettableClock(Instant.parse("2026-11-25T00:00:00Z"));

    /** For subclasses. */
    protected RemoteRootKeysContract() {}

    @CustomerRecord("note")
    record Note(
            @SubjectId String id,

            @Personal(category = DataCategory.MESSAGE, purposes = "support")
            String text) {}

    /**
     * The stand-in of this test.
     *
     * @return the service
     */
    protected abstract LoopbackService service();

    /**
     * Other root keys on the same service and key, which make 2 attempts.
     *
     * @param timeout how long a request may take
     * @return the root keys
     */
    protected abstract RootKeys impatient(Duration timeout);

    /**
     * What must never be printed: credentials of the test.
     *
     * @return the secrets
     */
    protected abstract List<String> secrets();

    /**
     * An error of the service that quotes something: a refusal for want of permission.
     *
     * @param text what it quotes
     * @return the answer
     */
    protected abstract LoopbackService.Answer denied(String text);

    private void outage() {
        service().always(Optional.of(status(503, JSON, "{}")));
    }

    private void endOfOutage() {
        service().always(Optional.empty());
        clock.move(Duration.ofSeconds(31));
    }

    @Test
    void aPassingFailureIsRepeated() {
        for (int status : new int[] {408, 429, 500, 502, 503, 504}) {
            int before = service().requests().size();
            service().next(status(status, JSON, "{}"), status(status, "text/html", "<html></html>"));
            assertThat(keys().currentVersion()).isNotEmpty();
            assertThat(service().requests()).as("HTTP %s", status).hasSize(before + 3);
            clock.move(Duration.ofMinutes(1));
            for (int i = 0; i < 10; i++) {
                keys().currentVersion();
            }
        }
    }

    @Test
    void anAnswerThatIsNotOneIsAFailureThatMayPass() {
        String version = keys().currentVersion();
        byte[] wrapped = keys().wrap(version, KEY, AAD);
        for (String body : List.of(
                "<html><body>Please log in</body></html>",
                "{\"plaintext\":\"Q0FOQVJZ",
                "{\"Plaintext\":\"not base64!\",\"plaintext\":\"not base64!\"}",
                "{\"Plaintext\":42,\"plaintext\":42}",
                "{\"Plaintext\":\"Q0FOQVJZLUtFWS0wMTIzNDU2Nzg5YWJjZGVmZ2hpams=\"}",
                "{\"plaintext\":\"Q0FOQVJZLUtFWS0wMTIzNDU2Nzg5YWJjZGVmZ2hpams=\"}",
                "[1,2,3]",
                "null",
                "",
                "{}",
                "\"",
                "\u0000\u0001")) {
            service().always(Optional.of(status(200, JSON, body)));
            for (Throwable thrown : new Throwable[] {
                catchThrowable(() -> keys().unwrap(version, wrapped, AAD)),
                catchThrowable(() -> keys().wrap(version, KEY, AAD)),
                catchThrowable(() -> keys().currentVersion()),
                catchThrowable(() -> keys().rotate()),
                catchThrowable(() -> keys().destroy(version)),
            }) {
                assertThat(thrown).as(body).isInstanceOf(KeyUnavailableException.class);
            }
            endOfOutage();
            assertThat(keys().unwrap(version, wrapped, AAD)).isEqualTo(KEY);
            assertThat(keys().unwrap(version, wrapped, AAD)).isEqualTo(KEY);
        }
    }

    @Test
    void anAnswerThatIsTooLongIsGivenUp() {
        int before = service().requests().size();
        service().next(status(200, JSON, "{\"a\":\"" + "x".repeat(70_000) + "\"}"));
        service().next(status(400, JSON, "{\"a\":\"" + "x".repeat(70_000) + "\"}"));
        assertThat(keys().currentVersion()).isNotEmpty();
        assertThat(service().requests()).hasSize(before + 3);
    }

    @Test
    void aBodyThatBreaksOffIsRepeated() {
        service().next((exchange, answer) -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            throw new IOException("cut");
        });
        assertThat(keys().currentVersion()).isNotEmpty();
    }

    @Test
    void anErrorPageOfAProxyIsNotTakenForTampering() {
        String version = keys().currentVersion();
        byte[] wrapped = keys().wrap(version, KEY, AAD);
        service().next(status(400, "text/html", "<html>Decryption failed: InvalidCiphertextException</html>"));
        assertThat(keys().unwrap(version, wrapped, AAD)).isEqualTo(KEY);
    }

    @Test
    void aRedirectIsNotFollowed() {
        int before = service().requests().size();
        service().always(Optional.of((exchange, answer) -> {
            exchange.getResponseHeaders().set("Location", service().address() + "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
            return true;
        }));
        assertThatThrownBy(() -> keys().currentVersion())
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("redirect");
        assertThat(service().requests()).hasSize(before + 4);
    }

    @Test
    void aServiceThatHangsIsGivenUpAfterTheTimeOut() {
        RootKeys impatient = impatient(Duration.ofMillis(150));
        service().next(service().hang(), service().hangInTheBody());
        assertThatThrownBy(impatient::currentVersion)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("didn't answer within PT0.15S");
        impatient.close();
    }

    @Test
    void aServiceThatIsNotThereIsReportedAsSuch() {
        service().close();
        assertThatThrownBy(() -> keys().currentVersion())
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("it can't be reached");
    }

    @Test
    void aMixedUpAnswerIsNeverTakenForTheKey() {
        String version = keys().currentVersion();
        byte[] wrapped = keys().wrap(version, KEY, AAD);
        String[] other = new String[1];
        service().next(LoopbackService.none(), (exchange, answer) -> {
            other[0] = answer.body();
            return false;
        });
        keys().wrap(version, new byte[32], AAD);
        service().always(Optional.of(status(200, JSON, other[0])));
        assertThatThrownBy(() -> keys().unwrap(version, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("isn't the one that was asked for");
    }

    @Test
    void theStateTellsAnOutageSinceWhenAndWhy() {
        keys().currentVersion();
        assertThat(keys().state()).isInstanceOf(RootKeysState.Reachable.class);
        outage();
        Instant before = clock.instant();
        assertThatThrownBy(() -> keys().currentVersion()).isInstanceOf(KeyUnavailableException.class);
        assertThat(keys().state()).isEqualTo(new RootKeysState.Unreachable(before, "it answered with HTTP 503"));
        clock.move(Duration.ofMinutes(3));
        assertThatThrownBy(() -> keys().currentVersion()).isInstanceOf(KeyUnavailableException.class);
        assertThat(keys().state()).isEqualTo(new RootKeysState.Unreachable(before, "it answered with HTTP 503"));
        endOfOutage();
        keys().currentVersion();
        assertThat(keys().state()).isEqualTo(new RootKeysState.Reachable(clock.instant()));
    }

    @Test
    void anOutageStopsTheCallsAndItsEndLetsThemThroughAgain() {
        String version = keys().currentVersion();
        byte[] wrapped = keys().wrap(version, KEY, AAD);
        outage();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> keys().unwrap(version, wrapped, AAD)).isInstanceOf(KeyUnavailableException.class);
        }
        int before = service().requests().size();
        assertThatThrownBy(() -> keys().unwrap(version, wrapped, AAD))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("was not tried");
        assertThat(service().requests()).hasSize(before);
        endOfOutage();
        assertThat(keys().unwrap(version, wrapped, AAD)).isEqualTo(KEY);
    }

    private Waxseal waxseal(InMemoryStores stores) {
        return Waxseal.with(stores, keys()).clock(clock).backupWindow(WINDOW).open();
    }

    private static void allow(Waxseal waxseal) {
        waxseal.grants()
                .give(Grant.to("agent-7")
                        .on("note")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "desk"));
    }

    private static String read(Waxseal waxseal, String id) {
        return waxseal.vault(Note.class)
                .get(id, SUPPORT)
                .map(view -> view.text("text"))
                .orElse("nothing");
    }

    @Test
    void duringAnOutageWhatIsOpenGoesOnAndWhatNeedsTheRootKeyFailsAndNothingIsLost() {
        InMemoryStores stores = new InMemoryStores();
        Waxseal waxseal = waxseal(stores);
        allow(waxseal);
        Vault<Note> notes = waxseal.vault(Note.class);
        notes.put(new Note("c-1", "before"));
        outage();
        assertThat(read(waxseal, "c-1")).isEqualTo("before");
        notes.put(new Note("c-2", "during"));
        assertThatThrownBy(() -> waxseal.epochs().rotate()).isInstanceOf(KeyUnavailableException.class);
        assertThatThrownBy(() -> waxseal(new InMemoryStores()).vault(Note.class).put(new Note("c-1", "lost?")))
                .isInstanceOf(KeyUnavailableException.class);
        assertThatThrownBy(() -> read(waxseal(stores), "c-1")).isInstanceOf(KeyUnavailableException.class);
        assertThat(keys().state()).isInstanceOf(RootKeysState.Unreachable.class);
        endOfOutage();
        assertThat(read(waxseal(stores), "c-1")).isEqualTo("before");
        assertThat(read(waxseal, "c-2")).isEqualTo("during");
        Epochs.Rotation rotation = waxseal.epochs().rotate();
        assertThat(rotation.complete()).isTrue();
        assertThat(read(waxseal(stores), "c-2")).isEqualTo("during");
        assertThat(keys().state()).isInstanceOf(RootKeysState.Reachable.class);
    }

    @Test
    void anEpochIsRotatedRewrappedAndItsRootKeyDestroyed() {
        InMemoryStores stores = new InMemoryStores();
        Waxseal waxseal = waxseal(stores);
        allow(waxseal);
        String first = keys().currentVersion();
        waxseal.vault(Note.class).put(new Note("c-1", "kept"));
        waxseal.vault(Note.class).put(new Note("c-2", "erased"));
        waxseal.erase("c-2", "officer", "asked");
        assertThat(waxseal.epochs().rotate().complete()).isTrue();
        assertThat(waxseal.epochs().destroyOldRootKeys().destroyed()).isEmpty();
        clock.move(WINDOW.plusDays(1));
        assertThat(waxseal.epochs().destroyOldRootKeys().destroyed()).containsExactly(first);
        assertThat(keys().versions()).containsExactly(keys().currentVersion()).doesNotContain(first);
        assertThat(read(waxseal(stores), "c-1")).isEqualTo("kept");
        assertThat(waxseal.epochs().horizonOfSubject("c-2").orElseThrow().unreadableFromBackupsSince())
                .isPresent();
    }

    @Test
    void closedRootKeysMakeNoCall() {
        String version = keys().currentVersion();
        int before = service().requests().size();
        keys().close();
        assertThatThrownBy(() -> keys().wrap(version, KEY, AAD)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keys().currentVersion()).isInstanceOf(IllegalStateException.class);
        assertThat(service().requests()).hasSize(before);
    }

    @Test
    void noErrorAndNoTextFormHoldsASecretOrAKey() {
        String version = keys().currentVersion();
        byte[] wrapped = keys().wrap(version, KEY, AAD);
        String encoded = Base64.getEncoder().encodeToString(KEY);
        String echo = String.join(" ", secrets()) + " " + encoded;
        LoopbackService.Answer denied = denied(echo);
        StringWriter seen = new StringWriter();
        PrintWriter out = new PrintWriter(seen);
        for (LoopbackService.Fault fault : List.of(
                status(200, "text/html", echo),
                status(200, JSON, "{\"plaintext\":\"" + encoded + "!!\",\"Plaintext\":\"" + encoded + "!!\"}"),
                status(200, JSON, "{\"plaintext\":\"" + encoded + "\",\"Plaintext\":\"" + encoded + "\"}"),
                status(400, JSON, "{\"message\":\"" + echo + "\"}"),
                status(denied.status(), JSON, denied.body()),
                status(500, JSON, "{\"message\":\"" + echo + "\"}"),
                status(302, "text/html", echo))) {
            service().always(Optional.of(fault));
            clock.move(Duration.ofMinutes(1));
            for (Throwable thrown : new Throwable[] {
                catchThrowable(() -> keys().unwrap(version, wrapped, AAD)),
                catchThrowable(() -> keys().wrap(version, KEY, AAD)),
                catchThrowable(() -> keys().currentVersion()),
                catchThrowable(() -> keys().versions()),
                catchThrowable(() -> keys().rotate())
            }) {
                assertThat(thrown).isNotNull();
                thrown.printStackTrace(out);
            }
            out.print(keys().state());
        }
        out.print(keys() + keys().name());
        assertThat(seen.toString())
                .contains("KeyUnavailableException")
                .doesNotContain("CANARY", encoded, encoded.substring(0, 16))
                .doesNotContain(secrets().toArray(new String[0]));
    }
}
