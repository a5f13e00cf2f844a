package dev.waxseal.testkit.store;

import dev.waxseal.JobStore;
import dev.waxseal.error.StoreException;
import dev.waxseal.testkit.store.Tables.JobName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Positions of long jobs in memory. Thread safe. */
final class InMemoryJobStore implements JobStore {
    private static final int MOST_SHARDS = 1_024;

    private final InMemoryTransactions transactions;

    InMemoryJobStore(InMemoryTransactions transactions) {
        this.transactions = transactions;
    }

    /** A shard as it is kept. */
    record KeptShard(String position, long done, Optional<Instant> finishedAt) {
        static final KeptShard BEGINNING = new KeptShard("", 0, Optional.empty());
    }

    /** A job as it is kept. */
    record Kept(String kind, Instant begunAt, List<KeptShard> shards) {}

    @Override
    public boolean addIfAbsent(String tenant, String name, String kind, int shards, Instant at) {
        Limits.check(shards, MOST_SHARDS);
        JobName key = new JobName(tenant, name);
        return transactions.call(tables -> {
            if (tables.jobs.get(key).isPresent()) {
                return false;
            }
            tables.jobs.put(key, new Kept(kind, at, Collections.nCopies(shards, KeptShard.BEGINNING)));
            return true;
        });
    }

    @Override
    public Optional<Job> find(String tenant, String name) {
        return transactions.call(
                tables -> tables.jobs.get(new JobName(tenant, name)).map(kept -> job(name, kept)));
    }

    private static Job job(String name, Kept kept) {
        List<Instant> finished = kept.shards().stream()
                .flatMap(shard -> shard.finishedAt().stream())
                .toList();
        return new Job(
                name,
                kept.kind(),
                kept.shards().size(),
                finished.size(),
                kept.shards().stream().mapToLong(KeptShard::done).sum(),
                kept.begunAt(),
                finished.size() == kept.shards().size()
                        ? finished.stream().max(Comparator.naturalOrder())
                        : Optional.empty());
    }

    @Override
    public Optional<Shard> hold(String tenant, String name) {
        JobName key = new JobName(tenant, name);
        return transactions.call(tables -> {
            tables.jobs.hold(key);
            return tables.jobs.get(key).stream()
                    .flatMap(kept -> IntStream.range(0, kept.shards().size())
                            .filter(i -> kept.shards().get(i).finishedAt().isEmpty())
                            .mapToObj(i -> new Shard(i, kept.shards().get(i).position())))
                    .findFirst();
        });
    }

    @Override
    public void move(String tenant, String name, Shard shard, long done, Optional<Instant> finished) {
        JobName key = new JobName(tenant, name);
        transactions.<Boolean>call(tables -> {
            Kept kept = tables.jobs
                    .get(key)
                    .filter(job ->
                            shard.number() >= 0 && shard.number() < job.shards().size())
                    .orElseThrow(() -> new StoreException("there is no shard " + shard.number() + " of a job '" + name
                            + "': add the job before it is worked on"));
            List<KeptShard> shards = new ArrayList<>(kept.shards());
            long before = shards.get(shard.number()).done();
            shards.set(shard.number(), new KeptShard(shard.position(), before + done, finished));
            tables.jobs.put(key, new Kept(kept.kind(), kept.begunAt(), List.copyOf(shards)));
            return true;
        });
    }

    @Override
    public boolean restart(String tenant, String name, Instant at) {
        JobName key = new JobName(tenant, name);
        return transactions.call(tables -> {
            Optional<Kept> found = tables.jobs.get(key);
            found.ifPresent(kept -> tables.jobs.put(
                    key,
                    new Kept(kept.kind(), at, Collections.nCopies(kept.shards().size(), KeptShard.BEGINNING))));
            return found.isPresent();
        });
    }
}
