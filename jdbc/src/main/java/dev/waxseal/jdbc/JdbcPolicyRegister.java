package dev.waxseal.jdbc;

import dev.waxseal.error.StoreException;
import dev.waxseal.policy.PolicyRegister;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Registered policies in {@code waxseal_policy}. Thread safe. */
final class JdbcPolicyRegister implements PolicyRegister {
    private final Transactions transactions;
    private final Statements sql;

    JdbcPolicyRegister(Transactions transactions, Statements sql) {
        this.transactions = transactions;
        this.sql = sql;
    }

    @Override
    public Registered addIfAbsent(String tenant, Registered candidate) {
        return transactions.write("registering a policy", session -> {
            session.insertIfAbsent(
                    sql.addPolicy,
                    tenant,
                    candidate.recordType(),
                    candidate.version(),
                    candidate.fingerprint(),
                    candidate.description(),
                    candidate.registeredAt());
            return find(session, tenant, candidate.recordType(), candidate.version())
                    .orElseThrow(() -> new StoreException(
                            "version " + candidate.version() + " of the policy of '" + candidate.recordType()
                                    + "' was neither added nor found: another transaction changes it, try again",
                            true));
        });
    }

    @Override
    public Optional<Registered> find(String tenant, String recordType, int version) {
        return transactions.read("reading a policy", session -> find(session, tenant, recordType, version));
    }

    private Optional<Registered> find(Session session, String tenant, String recordType, int version)
            throws SQLException {
        return session.first(sql.policy, JdbcPolicyRegister::registered, tenant, recordType, version);
    }

    @Override
    public Optional<Registered> newest(String tenant, String recordType) {
        return transactions.read(
                "reading the newest policy",
                session -> session.first(sql.newestPolicy, JdbcPolicyRegister::registered, tenant, recordType));
    }

    private static Registered registered(ResultSet row) throws SQLException {
        return new Registered(
                row.getString("record_type"),
                row.getInt("version"),
                row.getString("fingerprint"),
                row.getString("description"),
                Session.instant(row, "registered_at"));
    }
}
