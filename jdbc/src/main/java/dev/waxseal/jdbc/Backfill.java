package dev.waxseal.jdbc;

import dev.waxseal.Progress;
import dev.waxseal.Vault;
import dev.waxseal.View;
import dev.waxseal.Waxseal;
import dev.waxseal.access.Access;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.seal.RecordKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Seals a table of the host that stands in clear, in place, while the application goes on reading and writing it. Thread
 * safe.
 *
 * <p>Each row becomes an object of the annotated class, which is sealed; the sealed form is written and the columns in
 * clear are emptied by one statement, batch by batch, each in a transaction of its own. A row is pending as long as its
 * sealed column is NULL or a column to be emptied isn't empty, so the job needs no tables of its own: it goes on where it
 * was stopped or killed, several threads or processes share it, and what the application wrote in clear meanwhile is found.
 * Rows are locked while they are sealed ({@code FOR UPDATE SKIP LOCKED}): a row that the application holds is left for
 * later, and no sealed value is ever older than the row that it replaces.
 *
 * <pre>{@code
 * Backfill.Result result = Backfill.of(waxseal, stores, Customer.class)
 *         .table("customer")
 *         .rows(row -> new Customer(row.getString("id"), row.getString("phone"), row.getString("name")))
 *         .into("sealed")
 *         .index("phone", "phone_entry")
 *         .emptying("phone", "name")
 *         .build()
 *         .run();
 * }</pre>
 *
 * <p>Rows that can't be sealed (a phone number that is none, an erased subject) are counted and named, stay as they are and
 * stay pending; they don't stop the others, and the next call tries them again.
 *
 * <p>When it is complete, the old values still stand in dead rows, in the write-ahead log and in backups. On PostgreSQL
 * {@code VACUUM FULL} of the table rewrites it without dead rows (plain {@code VACUUM} frees their space, but leaves their
 * bytes until they are overwritten); on H2 {@code SHUTDOWN DEFRAG} does. Log segments, replicas' copies and backups from
 * before are to be deleted like any other copy of data in clear.
 *
 * @param <T> the annotated class
 */
public final class Backfill<T> {
    /** The most refused rows that a result names; it counts them all. */
    public static final int MAX_FAILURES = 100;

    /** How many rows a batch has unless said otherwise. */
    public static final int DEFAULT_BATCH = 500;

    /** The most threads that work on the table in one call. */
    public static final int MAX_WORKERS = 16;

    private final BackfillSettings<T> settings;
    private final RowReader<T> reader;

    private Backfill(BackfillSettings<T> settings, RowReader<T> reader) {
        this.settings = settings;
        this.reader = reader;
    }

    /**
     * Makes an object of a row in clear.
     *
     * @param <T> the annotated class
     */
    @FunctionalInterface
    public interface RowReader<T> {
        /**
         * Reads the row that the result set stands on; must not move it. Called by several threads where there are several
         * workers. What this throws refuses the row. Its message is
         * withheld, since drivers and parsers put values there.
         *
         * @param row the row, with all columns of the table
         * @return the object to seal
         * @throws SQLException when a column can't be read
         */
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Says what counts where a row is sealed already and was written in clear again.
     *
     * @param <T> the annotated class
     */
    @FunctionalInterface
    public interface Merge<T> {
        /**
         * Makes the object to seal.
         *
         * @param sealed what is sealed, as far as the access sees it; read only what must be kept
         * @param clear what stands in clear, with nothing in the components whose columns are empty
         * @return the object to seal, with the same ids
         */
        T merge(View<T> sealed, T clear);
    }

    /**
     * A row that was refused.
     *
     * @param record its record's references; empty where its ids can't be ones or it could not be read
     * @param row its key in the table, where the host asked for it by {@link Builder#namingRows}; otherwise empty
     * @param reason why; no personal value
     */
    public record Failure(Optional<RecordKey> record, String row, String reason) {}

    /**
     * What a call did.
     *
     * @param sealed how many rows it sealed
     * @param failed how many rows it could not seal, at the last attempt
     * @param failures the first {@value #MAX_FAILURES} of them
     * @param complete whether no row was pending any more when the call ended; false too where rows were refused, the
     *     call was stopped, or others held rows
     */
    public record Result(long sealed, long failed, List<Failure> failures, boolean complete) {
        /** Takes a defensive copy. */
        public Result {
            failures = List.copyOf(failures);
        }
    }

    /**
     * Begins to describe a table.
     *
     * @param waxseal whose vault seals; opened on the stores
     * @param stores the stores, in the database that holds the table. Each thread that runs the job uses two connections
     * @param type the annotated class
     * @param <T> the annotated class
     * @return a builder
     */
    public static <T> Builder<T> of(Waxseal waxseal, JdbcStores stores, Class<T> type) {
        return new Builder<>(new BackfillSettings<>(waxseal, stores, type));
    }

    /**
     * Seals pending rows until none is left that can be sealed.
     *
     * @return what was done
     * @throws InvalidInputException when the table, a column or its type isn't what was said; nothing is changed
     * @throws dev.waxseal.error.StoreException when the database fails or refuses; what was sealed so far is durable, call
     *     again to go on
     * @throws dev.waxseal.error.KeyUnavailableException when the root key is out of reach; call again to go on
     */
    public Result run() {
        return run(Progress.Listener.NONE);
    }

    /**
     * Seals pending rows until none is left that can be sealed, or the listener stops it.
     *
     * @param listener is told after every batch, and may stop the work; call again to go on
     * @return what was done
     * @throws InvalidInputException when the table, a column or its type isn't what was said; nothing is changed
     * @throws dev.waxseal.error.StoreException when the database fails or refuses; what was sealed so far is durable, call
     *     again to go on
     * @throws dev.waxseal.error.KeyUnavailableException when the root key is out of reach; call again to go on
     */
    public Result run(Progress.Listener listener) {
        Vault<T> vault = settings.waxseal.vault(settings.type);
        return new BackfillRun<>(settings, reader, vault).run(listener);
    }

    /**
     * Gathers what there is to know of a table; not thread safe. Names of tables and columns are found in the database
     * exactly as given or, where only one fits, whatever the case of their letters.
     *
     * @param <T> the annotated class
     */
    public static final class Builder<T> {
        private final BackfillSettings<T> settings;

        private Builder(BackfillSettings<T> settings) {
            this.settings = settings;
        }

        /**
         * The table.
         *
         * @param name its name
         * @return this
         */
        public Builder<T> table(String name) {
            settings.table = name;
            return this;
        }

        /**
         * The schema of the table. Default: the one that is current on the data source's connections.
         *
         * @param name its name
         * @return this
         */
        public Builder<T> schema(String name) {
            settings.schema = name;
            return this;
        }

        /**
         * The columns that say which row it is. Default: the primary key.
         *
         * @param columns the columns of a unique index, all NOT NULL
         * @return this
         */
        public Builder<T> key(String... columns) {
            settings.key = List.of(columns);
            return this;
        }

        /**
         * How a row becomes an object.
         *
         * @param reader reads a row
         * @return this
         */
        public Builder<T> rows(RowReader<T> reader) {
            settings.reader = reader;
            return this;
        }

        /**
         * Where the whole sealed record goes, as {@link dev.waxseal.seal.SealedRecord#toBytes} gives it.
         *
         * @param column a nullable column of bytes
         * @return this
         */
        public Builder<T> into(String column) {
            destination(BackfillSettings.Destination.COLUMN);
            settings.column = column;
            return this;
        }

        /**
         * Where one sealed component goes, with {@code Layout.FIELDS}; every personal component needs a column. {@link
         * dev.waxseal.seal.SealedRecord#ofColumns} reads them. A component whose day had come already leaves an empty value,
         * which is not NULL.
         *
         * @param component the component
         * @param column a nullable column of bytes
         * @return this
         */
        public Builder<T> intoColumn(String component, String column) {
            destination(BackfillSettings.Destination.COLUMNS);
            settings.columns.put(component, column);
            return this;
        }

        /**
         * Into the vault's own tables, as {@code Vault.putAll} does, in the transaction that empties or deletes the row. A
         * row whose record is in the vault already is refused: what the application put there is newer.
         *
         * @return this
         */
        public Builder<T> intoVault() {
            destination(BackfillSettings.Destination.VAULT);
            return this;
        }

        private void destination(BackfillSettings.Destination destination) {
            if (settings.destination != BackfillSettings.Destination.NOWHERE
                    && (settings.destination != destination || destination != BackfillSettings.Destination.COLUMNS)) {
                throw new InvalidInputException(
                        "the sealed form has one destination: say one of into, intoColumn or intoVault");
            }
            settings.destination = destination;
        }

        /**
         * Where the blind-index entry of a component goes, so that rows are found by an ordinary index on that column: look
         * for {@code Vault.indexEntries(…)}.
         *
         * @param component a searchable component
         * @param column a nullable column: of bytes, or of text for hexadecimal digits in lower case
         * @return this
         */
        public Builder<T> index(String component, String column) {
            settings.index.put(component, column);
            return this;
        }

        /**
         * Where the data subject's reference goes, by which all rows of an erased subject are found.
         *
         * @param column a column of text with room for 32 characters
         * @return this
         */
        public Builder<T> subjectReference(String column) {
            settings.subjectReference = column;
            return this;
        }

        /**
         * Where the record's reference goes.
         *
         * @param column a column of text with room for 32 characters
         * @return this
         */
        public Builder<T> recordReference(String column) {
            settings.recordReference = column;
            return this;
        }

        /**
         * The columns in clear that are emptied: set to NULL, or to an empty text where they are NOT NULL. Without any, the
         * values in clear stay, and writes in clear to sealed rows are not noticed.
         *
         * @param columns the columns
         * @return this
         */
        public Builder<T> emptying(String... columns) {
            settings.emptied.addAll(List.of(columns));
            return this;
        }

        /**
         * Deletes each row whose record is in the vault, instead of emptying columns. For {@link #intoVault} only.
         *
         * @return this
         */
        public Builder<T> deletingRows() {
            settings.deleting = true;
            return this;
        }

        /**
         * Lets a row in clear replace what is sealed in it already: for applications that write whole rows. Without this or
         * {@link #merging}, such rows are refused.
         *
         * @return this
         */
        public Builder<T> replacingSealed() {
            settings.replacing = true;
            return this;
        }

        /**
         * Makes one object of what is sealed in a row already and what was written in clear since: for applications that
         * write single columns.
         *
         * @param access who opens what is sealed, and what for; decided and recorded like any access
         * @param merge makes the object
         * @return this
         */
        public Builder<T> merging(Access access, Merge<T> merge) {
            settings.mergeAccess = access;
            settings.merge = merge;
            return this;
        }

        /**
         * Names refused rows by their keys in {@link Failure#row}. Only for keys that are not personal: results are written
         * to logs. Without it, the rows that are left pending are the refused ones.
         *
         * @return this
         */
        public Builder<T> namingRows() {
            settings.naming = true;
            return this;
        }

        /**
         * How many rows a transaction seals. Default: {@value Backfill#DEFAULT_BATCH}.
         *
         * @param rows 1 to 1,000
         * @return this
         * @throws InvalidInputException when it is out of bounds
         */
        public Builder<T> batch(int rows) {
            Limits.check(rows, Vault.MAX_BATCH);
            settings.batch = rows;
            return this;
        }

        /**
         * How many threads work on the table in a call, the calling one among them: some seal while the database works for
         * others. Each uses two connections. Default: 1.
         *
         * @param threads 1 to {@value Backfill#MAX_WORKERS}
         * @return this
         * @throws InvalidInputException when it is out of bounds
         */
        public Builder<T> workers(int threads) {
            Limits.check(threads, MAX_WORKERS);
            settings.workers = threads;
            return this;
        }

        /**
         * What time it is.
         *
         * @param clock the clock, the system's unless said otherwise
         * @return this
         */
        public Builder<T> clock(Clock clock) {
            settings.clock = clock;
            return this;
        }

        /**
         * Ends the description. The database is asked when the job runs. The builder can't be used any more.
         *
         * @return the job
         * @throws InvalidInputException when something is missing or contradicts itself
         */
        public Backfill<T> build() {
            RowReader<T> reader = settings.reader;
            if (settings.table.isBlank() || reader == null) {
                throw new InvalidInputException(
                        "say which table it is with table(…) and how to read a row with rows(…)");
            }
            boolean vault = settings.destination == BackfillSettings.Destination.VAULT;
            if (settings.destination == BackfillSettings.Destination.NOWHERE) {
                throw new InvalidInputException(
                        "say where the sealed form goes: with into(…), intoColumn(…) or intoVault()");
            }
            boolean columns = !settings.index.isEmpty()
                    || !settings.subjectReference.isEmpty()
                    || !settings.recordReference.isEmpty()
                    || settings.replacing
                    || settings.merge != null;
            if (vault && columns) {
                throw new InvalidInputException("what goes into the vault has its index and references there: leave out"
                        + " index, subjectReference, recordReference, replacingSealed and merging");
            }
            if (settings.deleting && (!vault || !settings.emptied.isEmpty())) {
                throw new InvalidInputException(
                        "rows are only deleted where they go into the vault, and then no column of them is emptied");
            }
            if (settings.replacing && settings.merge != null) {
                throw new InvalidInputException("say either replacingSealed() or merging(…)");
            }
            return new Backfill<>(settings, reader);
        }
    }
}
