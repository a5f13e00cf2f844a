package dev.waxseal.jdbc;

import dev.waxseal.JobStore;
import dev.waxseal.error.StoreException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Positions of long jobs in {@code waxseal_job} and {@code waxseal_job_shard}. Thread safe. */
final class JdbcJobStore implements JobStore {
    private static final int MOST_SHARDS = 1_024;

    private final Transactions transactions;
    private final Statements sql;

    JdbcJobStore(Transactions transactions, Statements sql) {
        this.transactions = transactions;
        this.sql = sql;
    }

    @Override
    public boolean addIfAbsent(String tenant, String name, String kind, int shards, Instant at) {
        Limits.check(shards, MOST_SHARDS);
        return transactions.write("adding a job", session -> {
            boolean added = session.insertIfAbsent(sql.addJob, tenant, name, kind, at);
            if (added) {
                try (PreparedStatement insert = session.prepare(sql.addJobShard)) {
                    for (int shard = 0; shard < shards; shard++) {
                        Session.bind(insert, tenant, name, shard);
                        insert.addBatch();
                    }
                    insert.executeBatch();
                }
            }
            return added;
        });
    }

    @Override
    public Optional<Job> find(String tenant, String name) {
        return transactions.read(
                "reading a job", session -> session.first(sql.job, row -> job(name, row), tenant, name));
    }

    private static Job job(String name, ResultSet row) throws SQLException {
        int shards = row.getInt("shards");
        int finished = row.getInt("finished");
        return new Job(
                name,
                row.getString("kind"),
                shards,
                finished,
                row.getLong("done"),
                Session.instant(row, "begun_at"),
                finished == shards ? Session.optionalInstant(row, "finished_at") : Optional.empty());
    }

    @Override
    public Optional<Shard> hold(String tenant, String name) {
        return transactions.write(
                "holding a shard of a job",
                session -> session.first(
                        sql.holdJobShard,
                        row -> new Shard(row.getInt("shard"), row.getString("position")),
                        tenant,
                        name));
    }

    @Override
    public void move(String tenant, String name, Shard shard, long done, Optional<Instant> finished) {
        transactions.<Boolean>write("moving a shard of a job", session -> {
            int moved = session.update(
                    sql.moveJobShard, shard.position(), done, finished.orElse(null), tenant, name, shard.number());
            if (moved == 0) {
                throw new StoreException("there is no shard " + shard.number() + " of a job '" + name
                        + "': add the job before it is worked on");
            }
            return true;
        });
    }

    @Override
    public boolean restart(String tenant, String name, Instant at) {
        return transactions.write("restarting a job", session -> {
            boolean found = session.update(sql.restartJob, at, tenant, name) == 1;
            if (found) {
                session.update(sql.restartJobShards, tenant, name);
            }
            return found;
        });
    }
}
