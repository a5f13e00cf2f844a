package dev.waxseal.testkit.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.Indexes;
import dev.waxseal.Query;
import dev.waxseal.Stores;
import dev.waxseal.Vault;
import dev.waxseal.View;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.access.Grant;
import dev.waxseal.audit.AuditAction;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.AccessDeniedException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.PolicyException;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import dev.waxseal.key.StoredKey;
import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.ExactText;
import dev.waxseal.policy.Mask;
import dev.waxseal.policy.Operational;
import dev.waxseal.policy.PersonNames;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.PhoneNumbers;
import dev.waxseal.policy.Retain;
import dev.waxseal.policy.Searchable;
import dev.waxseal.policy.SearchableTogether;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.IndexEntry;
import dev.waxseal.testkit.key.InMemoryRootKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What searching must do whatever the stores are. Extend it with the stores to test; each test gets its own. */
public abstract class SearchContract {
    private static final Access SUPPORT = Access.by("agent-7").purpose("support");
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final Duration ANNOUNCEMENT = LIFETIME.multipliedBy(2);

    private final SettableClock clock = new SettableClock(NOON);
    private final InMemoryRootKeys rootKeys = new InMemoryRootKeys();
    private Stores stores;
    private Waxseal waxseal;
    private Vault<Client> clients;

    /** For subclasses. */
    protected SearchContract() {}

    @CustomerRecord("client")
    @SearchableTogether(
            name = "nameAndCity",
            of = {"name", "city"})
    record Client(
            @SubjectId String id,

            @Personal(category = DataCategory.PHONE_NUMBER, purposes = "support", mask = Mask.LAST_FOUR)
            @Searchable(
                    value = PhoneNumbers.class,
                    suffixes = 4,
                    prefixes = {3, 5})
            String phone,

            @Personal(category = DataCategory.NAME, purposes = "support")
            @Searchable(value = PersonNames.class, words = true, prefixes = 3)
            String name,

            @Personal(category = DataCategory.ADDRESS, purposes = "support")
            @Searchable(value = PersonNames.class, exact = false)
            String city,

            @Personal(category = DataCategory.OTHER, purposes = "support")
            @Searchable(value = ExactText.class, bits = 16)
            @Retain(period = "P30D", from = "since")
            String code,

            @Operational Instant since) {}

    /**
     * Makes new, empty stores.
     *
     * @return the stores
     */
    protected abstract Stores newStores();

    /** Opens the front door on new stores, with three clients. */
    @BeforeEach
    final void open() {
        stores = newStores();
        waxseal = open(stores);
        clients = waxseal.vault(Client.class);
        waxseal.grants()
                .give(Grant.to("agent-7")
                        .on("client")
                        .purpose("support")
                        .revealAll()
                        .by("admin", "desk"));
        clients.putAll(List.of(
                new Client("c-1", "+49 1512 3456789", "José Núñez Ortega", "Köln", "A-1", NOON),
                new Client("c-2", "+49 1512 9996789", "Jose Garcia", "Koln", "A-2", NOON),
                new Client("c-3", "+34 612 345 678", "Ana Núñez", "Madrid", "B-1", NOON)));
    }

    private Waxseal open(Stores stores) {
        return Waxseal.with(stores, rootKeys)
                .clock(clock)
                .keyCache(1_000, LIFETIME)
                .open();
    }

    /** Closes the stores. */
    @AfterEach
    final void close() {
        stores.close();
    }

    private Set<String> found(Query query) {
        return found(clients, query);
    }

    private static Set<String> found(Vault<Client> clients, Query query) {
        Set<String> ids = new TreeSet<>();
        clients.find(query, SUPPORT).stream().map(View::subjectId).forEach(ids::add);
        return ids;
    }

    @Test
    void recordsAreFoundByTheWholeValueABeginningOrAnEnding() {
        assertThat(found(Query.is("phone", "0049 1512 3456789"))).containsExactly("c-1");
        assertThat(found(Query.endsWith("phone", "6789"))).containsExactly("c-1", "c-2");
        assertThat(found(Query.endsWith("phone", "5678"))).containsExactly("c-3");
        assertThat(found(Query.startsWith("phone", "+49"))).containsExactly("c-1", "c-2");
        assertThat(found(Query.startsWith("phone", "+4915"))).containsExactly("c-1", "c-2");
        assertThat(found(Query.startsWith("phone", "+1" + "2"))).isEmpty();
        assertThat(found(Query.startsWith("name", "JÓS"))).containsExactly("c-1", "c-2");
    }

    @Test
    void namesAreFoundByTheirWordsInAnyOrderWithoutCaseOrAccents() {
        assertThat(found(Query.words("name", "nunez"))).containsExactly("c-1", "c-3");
        assertThat(found(Query.words("name", "Ortega JOSE"))).containsExactly("c-1");
        assertThat(found(Query.words("name", "jose"))).containsExactly("c-1", "c-2");
        assertThat(found(Query.words("name", "jos"))).isEmpty();
        assertThat(found(Query.words("name", "jose ana"))).isEmpty();
        assertThat(found(Query.is("name", "jose nunez ortega"))).containsExactly("c-1");
    }

    @Test
    void severalComponentsAreFoundByTogether() {
        assertThat(found(Query.together("nameAndCity", Map.of("name", "JOSE NUÑEZ ORTEGA", "city", "köln"))))
                .containsExactly("c-1");
        assertThat(found(Query.together("nameAndCity", Map.of("name", "Jose Garcia", "city", "Köln"))))
                .containsExactly("c-2");
        assertThat(found(Query.together("nameAndCity", Map.of("name", "Jose Garcia", "city", "Madrid"))))
                .isEmpty();
    }

    @Test
    void shortEntriesAreSharedByManyValuesButOnlyTheRightOneIsFound() {
        for (int i = 0; i < 600; i += 200) {
            List<Client> many = new ArrayList<>();
            for (int j = 0; j < 200; j++) {
                many.add(new Client("m-" + (i + j), "+49 1512 3456789", "Many", "Ulm", "M-" + (i + j), NOON));
            }
            clients.putAll(many);
        }
        for (int i = 0; i < 600; i += 37) {
            assertThat(found(Query.is("code", "M-" + i))).containsExactly("m-" + i);
        }
    }

    @Test
    void whatIsNotDeclaredIsNotSearchedByAndSaysWhatToDo() {
        assertThatThrownBy(() -> clients.find(Query.is("city", "Köln"), SUPPORT))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("exact = true");
        assertThatThrownBy(() -> clients.find(Query.words("phone", "6789"), SUPPORT))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("words = true");
        assertThatThrownBy(() -> clients.find(Query.endsWith("phone", "89"), SUPPORT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[4]");
        assertThatThrownBy(() -> Waxseal.with(stores, rootKeys)
                        .indexKeyAnnouncement(Duration.ofMinutes(1))
                        .open())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("announce");
        assertThatThrownBy(() -> clients.find(Query.is("since", "x"), SUPPORT))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("@Searchable");
        assertThatThrownBy(() -> clients.find(Query.together("other", Map.of()), SUPPORT))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("nameAndCity");
        assertThatThrownBy(() -> clients.find(Query.together("nameAndCity", Map.of("name", "Ana")), SUPPORT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[name, city]");
        assertThat(Query.is("phone", "+49 1512 3456789").toString()).doesNotContain("1512");
    }

    @Test
    void whoMayNotSeeAComponentMayNotSearchByItNotEvenTogether() {
        waxseal.grants()
                .give(Grant.to("agent-8")
                        .on("client")
                        .purpose("support")
                        .reveal("name")
                        .mask("phone")
                        .by("admin", "desk"));
        Access limited = Access.by("agent-8").purpose("support");
        assertThat(clients.find(Query.endsWith("phone", "5678"), limited).stream()
                        .map(view -> view.text("phone")))
                .containsExactly("••• 5678");
        assertThatThrownBy(() -> clients.find(
                        Query.together("nameAndCity", Map.of("name", "Ana Núñez", "city", "Madrid")), limited))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("'city'");
        for (Query spelling : List.of(Query.startsWith("phone", "+34"), Query.endsWith("phone", "45678"))) {
            assertThatThrownBy(() -> clients.find(spelling, limited))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("spell it out");
            assertThat(found(spelling)).containsExactly("c-3");
        }
        List<String> searched = waxseal.audit().read(AuditTrail.Chain.ACCESSES, 0, 10_000).stream()
                .map(AuditTrail.Entry::event)
                .filter(event -> event.action() == AuditAction.SEARCH)
                .map(event -> event.detail())
                .toList();
        assertThat(searched).startsWith("by phone:suffix4");
    }

    @Test
    void anEntryGoesWithTheDayOfItsValue() {
        assertThat(found(Query.is("code", "A-1"))).containsExactly("c-1");
        clock.move(Duration.ofDays(40));
        assertThat(found(Query.is("code", "A-1"))).isEmpty();
        assertThat(found(Query.words("name", "ortega"))).containsExactly("c-1");
    }

    private List<Integer> versions(String index) {
        return stores.keys().versions(new KeyName("default", KeyKind.INDEX, "client/" + index)).stream()
                .filter(StoredKey::live)
                .map(StoredKey::version)
                .toList();
    }

    private Set<Integer> entryVersions() {
        Set<Integer> versions = new TreeSet<>();
        stores.records()
                .ofType("default", "client", "", Optional.empty(), 1_000)
                .forEach(stored -> stored.sealed().index().stream()
                        .filter(entry -> entry.field().startsWith("phone"))
                        .map(IndexEntry::keyVersion)
                        .forEach(versions::add));
        return versions;
    }

    private void everythingIsFoundByEach(Vault<Client> each) {
        assertThat(found(each, Query.is("phone", "+49 1512 3456789"))).contains("c-1");
        assertThat(found(each, Query.endsWith("phone", "6789"))).contains("c-1", "c-2");
        assertThat(found(each, Query.startsWith("phone", "+34"))).contains("c-3");
    }

    @Test
    void lookUpsWorkInEveryProcessWhileAnIndexKeyRotatesAndTheOldVersionIsDestroyedAtTheEnd() {
        Vault<Client> other = open(stores).vault(Client.class);
        everythingIsFoundByEach(other);
        Indexes.Rotation rotation = clients.indexes().rotate("phone");
        assertThat(rotation.version()).isEqualTo(2);
        assertThat(rotation.writtenFrom()).isEqualTo(NOON.plus(ANNOUNCEMENT));

        // Until it is announced, both write under the old version, and who doesn't know the new one misses nothing.
        clients.put(new Client("c-4", "+49 1512 0006789", "Dora", "Bonn", "C-1", NOON));
        assertThat(entryVersions()).containsExactly(1);
        assertThat(found(other, Query.endsWith("phone", "6789"))).containsExactly("c-1", "c-2", "c-4");
        Indexes.Renewal early = clients.indexes().renew();
        assertThat(early.complete()).isFalse();
        assertThat(early.waiting()).containsEntry("phone", rotation.writtenFrom());
        assertThatThrownBy(() -> clients.indexes().rotate("phone")).hasMessageContaining("under way");

        clock.move(ANNOUNCEMENT);
        Waxseal later = open(stores);
        Vault<Client> third = later.vault(Client.class);
        third.put(new Client("c-5", "+49 1512 1116789", "Eva", "Bonn", "C-2", NOON));
        assertThat(entryVersions()).containsExactly(1, 2);
        for (Vault<Client> each : List.of(clients, third)) {
            assertThat(found(each, Query.endsWith("phone", "6789"))).containsExactly("c-1", "c-2", "c-4", "c-5");
        }
        Indexes.Renewal renewal = clients.indexes().renew();
        assertThat(renewal.renewed()).isEqualTo(4);
        assertThat(renewal.left()).isEmpty();
        assertThat(renewal.waiting()).containsOnlyKeys("phone");
        assertThat(entryVersions()).containsExactly(2);
        assertThat(versions("phone")).containsExactly(1, 2);
        everythingIsFoundByEach(clients);
        everythingIsFoundByEach(third);

        clock.move(ANNOUNCEMENT);
        Indexes.Renewal last = clients.indexes().renew();
        assertThat(last.complete()).isTrue();
        assertThat(last.destroyed()).containsEntry("phone", List.of(1));
        assertThat(versions("phone")).containsExactly(2);
        assertThat(versions("name")).containsExactly(1);
        everythingIsFoundByEach(clients);
        everythingIsFoundByEach(open(stores).vault(Client.class));
        assertThat(clients.indexes().rotate("phone").version()).isEqualTo(3);
    }

    @Test
    void renewingIsStoppedAndGoesOnWhereItStopped() {
        List<Client> many = new ArrayList<>();
        for (int i = 0; i < 450; i++) {
            many.add(new Client("m-" + i, "+49 1512 3456789", "Many", "Ulm", "M-" + i, NOON));
        }
        clients.putAll(many);
        clients.indexes().rotate("phone");
        clock.move(ANNOUNCEMENT);
        Indexes.Renewal stopped = open(stores).vault(Client.class).indexes().renew(progress -> false);
        assertThat(stopped.renewed()).isBetween(1L, 200L);
        assertThat(stopped.left()).containsKey("phone");
        Indexes.Renewal rest = open(stores).vault(Client.class).indexes().renew();
        assertThat(rest.failed()).isZero();
        assertThat(stopped.renewed() + rest.renewed()).isEqualTo(453);
        assertThat(rest.left()).isEmpty();
        assertThat(found(Query.is("phone", "+49 1512 3456789"))).hasSize(451);
    }
}
