package dev.waxseal.testkit.store;

import dev.waxseal.audit.AuditStore;
import dev.waxseal.error.StoreException;
import dev.waxseal.testkit.store.Tables.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The linked events in memory. Thread safe. */
final class InMemoryAuditStore implements AuditStore {
    private static final int MOST = 10_000;

    private final InMemoryTransactions transactions;

    InMemoryAuditStore(InMemoryTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Link append(String tenant, String chain, Next next) {
        Place head = Tables.head(tenant, chain);
        return transactions.call(tables -> {
            Link link = next.after(tables.heads.get(head));
            long sequence = tables.heads.get(head).map(Link::sequence).orElse(0L) + 1;
            if (!link.chain().equals(chain) || link.sequence() != sequence) {
                throw new StoreException("the next link of chain '" + chain + "' must have the sequence number "
                        + sequence + ", but was made for chain '" + link.chain() + "' with " + link.sequence());
            }
            tables.events.put(new Place(tenant, chain, sequence), link);
            tables.heads.put(head, link);
            return link;
        });
    }

    @Override
    public Optional<Head> head(String tenant, String chain) {
        return transactions.call(tables ->
                tables.heads.get(Tables.head(tenant, chain)).map(link -> new Head(link.sequence(), link.link())));
    }

    @Override
    public List<Link> read(String tenant, String chain, long after, int limit) {
        Limits.check(limit, MOST);
        return transactions.call(tables -> tables.events
                .from(new Place(tenant, chain, after), false)
                .takeWhile(row -> row.getKey().tenant().equals(tenant)
                        && row.getKey().chain().equals(chain))
                .map(Map.Entry::getValue)
                .limit(limit)
                .toList());
    }
}
