package dev.waxseal.jdbc;

import dev.waxseal.audit.AuditStore;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.StoreException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The linked events in {@code waxseal_audit}, each chain held by its row in {@code waxseal_audit_head}. Thread safe. */
final class JdbcAuditStore implements AuditStore {
    private static final int MOST = 10_000;

    private final Transactions transactions;
    private final Statements sql;

    JdbcAuditStore(Transactions transactions, Statements sql) {
        this.transactions = transactions;
        this.sql = sql;
    }

    /** Where a chain stands: its last link, but for the event. */
    private record Head(long sequence, byte @Nullable [] link) {}

    @Override
    public Link append(String tenant, String chain, Next next) {
        return transactions.write("appending to the audit trail", session -> {
            Head head = hold(session, tenant, chain);
            Link link = next.after(last(session, tenant, chain, head));
            if (!link.chain().equals(chain) || link.sequence() != head.sequence() + 1) {
                throw new StoreException("the next link of chain '" + chain + "' must have the sequence number "
                        + (head.sequence() + 1) + ", but was made for chain '" + link.chain() + "' with "
                        + link.sequence());
            }
            session.update(sql.addAuditEvent, tenant, chain, link.sequence(), link.event(), link.link());
            session.update(sql.moveAuditHead, link.sequence(), link.link(), tenant, chain);
            return link;
        });
    }

    @Override
    public List<Link> read(String tenant, String chain, long after, int limit) {
        Limits.check(limit, MOST);
        return transactions.read(
                "reading the audit trail",
                session -> session.list(
                        sql.auditEvents,
                        row -> new Link(chain, row.getLong("sequence"), row.getString("event"), row.getBytes("link")),
                        tenant,
                        chain,
                        after,
                        limit));
    }

    private Head hold(Session session, String tenant, String chain) throws SQLException {
        Optional<Head> held = head(session, tenant, chain);
        if (held.isPresent()) {
            return held.get();
        }
        session.insertIfAbsent(sql.addAuditHead, tenant, chain);
        return head(session, tenant, chain)
                .orElseThrow(() -> new StoreException(
                        "the head of audit chain '" + chain + "' was neither added nor found: try again", true));
    }

    @Override
    public Optional<AuditStore.Head> head(String tenant, String chain) {
        return transactions
                .read(
                        "reading the head of an audit chain",
                        session -> head(session, sql.auditHeadUnheld, tenant, chain))
                .flatMap(head ->
                        Optional.ofNullable(head.link()).map(link -> new AuditStore.Head(head.sequence(), link)));
    }

    private Optional<Head> head(Session session, String tenant, String chain) throws SQLException {
        return head(session, sql.auditHead, tenant, chain);
    }

    private static Optional<Head> head(Session session, String statement, String tenant, String chain)
            throws SQLException {
        return session.first(statement, row -> new Head(row.getLong("sequence"), row.getBytes("link")), tenant, chain);
    }

    /**
     * The head's event, by a statement of its own: joined to the one that waits for the head, it would be looked for as
     * of before the wait, and not be found.
     */
    private Optional<Link> last(Session session, String tenant, String chain, Head head) throws SQLException {
        byte[] link = head.link();
        if (link == null) {
            return Optional.empty();
        }
        String event = session.first(sql.auditEvent, row -> row.getString("event"), tenant, chain, head.sequence())
                .orElseThrow(() -> new IntegrityException("event " + head.sequence() + ", the last one of audit chain '"
                        + chain
                        + "', is missing from waxseal_audit: somebody deleted it. Keep the database as it is for"
                        + " the investigation"));
        return Optional.of(new Link(chain, head.sequence(), event, link));
    }
}
