package dev.waxseal.jdbc;

import dev.waxseal.access.Grant;
import dev.waxseal.access.GrantStore;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Grants in {@code waxseal_grant}. Thread safe. */
final class JdbcGrantStore implements GrantStore {
    private final Transactions transactions;
    private final Statements sql;

    JdbcGrantStore(Transactions transactions, Statements sql) {
        this.transactions = transactions;
        this.sql = sql;
    }

    @Override
    public void add(String tenant, Grant grant) {
        transactions.<Integer>write(
                "adding a grant",
                session -> session.update(
                        sql.addGrant,
                        tenant,
                        grant.id(),
                        grant.principal(),
                        grant.recordType(),
                        grant.purpose(),
                        array(session, grant.revealed()),
                        array(session, grant.masked()),
                        grant.from(),
                        grant.until().orElse(null),
                        grant.grantedBy(),
                        grant.reason()));
    }

    @Override
    public boolean revoke(String tenant, String id, Instant at) {
        return transactions.write(
                "revoking a grant", session -> session.update(sql.revokeGrant, at, tenant, id, at) > 0);
    }

    @Override
    public List<Grant> of(String tenant, String principal, String recordType) {
        return transactions.read(
                "reading grants",
                session -> session.list(sql.grants, JdbcGrantStore::grant, tenant, principal, recordType));
    }

    private static Array array(Session session, Set<String> names) throws SQLException {
        return session.connection().createArrayOf("varchar", new TreeSet<>(names).toArray());
    }

    private static Grant grant(ResultSet row) throws SQLException {
        return new Grant(
                row.getString("id"),
                row.getString("principal"),
                row.getString("record_type"),
                row.getString("purpose"),
                names(row, "revealed"),
                names(row, "masked"),
                Session.instant(row, "valid_from"),
                Session.optionalInstant(row, "valid_until"),
                row.getString("granted_by"),
                row.getString("reason"));
    }

    private static Set<String> names(ResultSet row, String column) throws SQLException {
        Set<String> names = new TreeSet<>();
        for (Object name : (Object[]) row.getArray(column).getArray()) {
            names.add((String) name);
        }
        return names;
    }
}
