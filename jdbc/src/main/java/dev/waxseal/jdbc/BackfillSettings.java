package dev.waxseal.jdbc;

import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a host says of its table. Not changed any more once the job is built. */
final class BackfillSettings<T> {
    /** Where the sealed form goes. */
    enum Destination {
        /** Not said yet. */
        NOWHERE,
        /** The whole record into one column. */
        COLUMN,
        /** Each component into a column of its own. */
        COLUMNS,
        /** The vault's own tables. */
        VAULT
    }

    final Waxseal waxseal;
    final JdbcStores stores;
    final Class<T> type;

    @Nullable
    String schema;

    String table = "";
    List<String> key = List.of();
    Backfill.@Nullable RowReader<T> reader;
    Destination destination = Destination.NOWHERE;
    String column = "";
    final Map<String, String> columns = new LinkedHashMap<>();
    final Map<String, String> index = new LinkedHashMap<>();
    String subjectReference = "";
    String recordReference = "";
    final Set<String> emptied = new LinkedHashSet<>();
    boolean deleting;
    boolean replacing;
    Backfill.@Nullable Merge<T> merge;

    @Nullable
    Access mergeAccess;

    boolean naming;
    int batch = Backfill.DEFAULT_BATCH;
    int workers = 1;
    Clock clock = Clock.systemUTC();

    BackfillSettings(Waxseal waxseal, JdbcStores stores, Class<T> type) {
        this.waxseal = waxseal;
        this.stores = stores;
        this.type = type;
    }
}
