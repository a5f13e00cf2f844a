package dev.waxseal.jdbc;

import dev.waxseal.JobStore;
import dev.waxseal.Stores;
import dev.waxseal.access.GrantStore;
import dev.waxseal.audit.AuditStore;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.StoreException;
import dev.waxseal.key.KeyStore;
import dev.waxseal.policy.PolicyRegister;
import dev.waxseal.seal.RecordStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Every store on PostgreSQL (from version 13) or H2 (from version 2), through the host's own data source. Thread safe.
 *
 * <p>Connections come from the data source only, and go back to it as they came. The data source must give connections
 * in auto-commit mode (the default of JDBC and of pools), with isolation READ COMMITTED; under a stricter isolation
 * calls that meet concurrent ones fail with a retryable {@link StoreException} more often. {@link #separately} needs a
 * second connection while the first is in use, so a pool must hold at least two for each thread that works at once.
 *
 * <p>Transactions belong to the thread that began them: work handed to other threads runs outside of them. Inside an
 * outer transaction, {@link #atomically} is undone alone when it throws. After any other failure half-way through a
 * call, the transaction can only be undone.
 *
 * <p>A transaction of the host is joined by {@link #within}, so that the host's rows and Waxseal's become durable
 * together:
 *
 * <pre>{@code
 * stores.within(connection, () -> customers.put(customer));
 * }</pre>
 *
 * <p>Instants are kept to the microsecond; what is finer is cut off. The JSON of operational components comes back as
 * equal JSON, not as the same text. On H2 each such JSON text and each audit event is bounded to 1,048,576 characters,
 * and writes of one tenant that share an expiry day run one after the other, since H2 has no shared row locks. Opening
 * sets {@code WRITE_DELAY} to 0 on H2, without which it acknowledges commits up to half a second before they are in its
 * file. H2 forgets that when its last connection closes: keep one open, or append {@code ;WRITE_DELAY=0} to its URL.
 * Then an acknowledged write outlives the process being killed; to outlive a loss of power, use PostgreSQL.
 */
public final class JdbcStores implements Stores {
    private final Transactions transactions;
    private final Announcements announcements;
    private final KeyStore keys;
    private final RecordStore records;
    private final AuditStore audit;
    private final GrantStore grants;
    private final PolicyRegister policies;
    private final JobStore jobs;

    private JdbcStores(Builder builder) {
        Dialect dialect = dialect(builder.dataSource);
        Schema schema = new Schema(builder.dataSource, dialect, builder.schema);
        switch (builder.schemaManagement) {
            case APPLY -> schema.apply();
            case CHECK -> schema.check();
        }
        schema.writeBeforeAcknowledging();
        this.transactions = new Transactions(builder.dataSource, dialect, builder.statementTimeoutSeconds);
        Statements sql = new Statements(dialect, builder.schema);
        this.announcements = new Announcements(builder.dataSource, dialect, builder.schema, builder.listening);
        this.keys = new JdbcKeyStore(transactions, sql, announcements);
        this.records = new JdbcRecordStore(transactions, sql, dialect);
        this.audit = new JdbcAuditStore(transactions, sql);
        this.grants = new JdbcGrantStore(transactions, sql);
        this.policies = new JdbcPolicyRegister(transactions, sql);
        this.jobs = new JdbcJobStore(transactions, sql);
    }

    /**
     * Opens the stores with the default settings, and makes their tables where they are missing.
     *
     * @param dataSource leads to a PostgreSQL or H2 database
     * @return the stores
     * @throws StoreException when the database can't be reached, is another product, or holds tables of a newer version
     */
    public static JdbcStores on(DataSource dataSource) {
        return builder(dataSource).open();
    }

    /**
     * Begins with the default settings.
     *
     * @param dataSource leads to a PostgreSQL or H2 database
     * @return a builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    @Override
    public KeyStore keys() {
        return keys;
    }

    @Override
    public RecordStore records() {
        return records;
    }

    @Override
    public AuditStore audit() {
        return audit;
    }

    @Override
    public GrantStore grants() {
        return grants;
    }

    @Override
    public PolicyRegister policies() {
        return policies;
    }

    @Override
    public JobStore jobs() {
        return jobs;
    }

    @Override
    public <R> R atomically(Supplier<R> work) {
        return transactions.atomically(work);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Work that touches what the surrounding transaction has written (the same record, or the same chain of the audit
     * trail) waits for it in vain, and fails after the statement timeout or H2's lock timeout.
     */
    @Override
    public <R> R separately(Supplier<R> work) {
        return transactions.separately(work);
    }

    /**
     * Runs work in a transaction that the host has open: all that the calling thread does with these stores meanwhile,
     * but for {@link #separately}, becomes durable when the host commits, and is undone when the host rolls back.
     * Waxseal neither commits nor rolls back nor closes the connection. When a call that writes fails, what it wrote is
     * undone (to a savepoint), and the host may go on with its transaction; when a read fails, PostgreSQL lets the
     * transaction only be rolled back.
     *
     * <p>Keep the transaction short: from its first write on, other writes of the same tenant wait for its end, since all
     * of them are on one chain of the audit trail. Keys and events of accesses take a second connection of the pool.
     *
     * @param hostConnection the host's connection, with auto-commit off, to the database that the data source leads to
     * @param work the work
     * @param <R> what it returns
     * @return what the work returned
     * @throws StoreException when the connection is in auto-commit mode, closed, or isolated more strictly than READ
     *     COMMITTED
     */
    public <R> R within(Connection hostConnection, Supplier<R> work) {
        return transactions.within(hostConnection, work);
    }

    /**
     * Runs work in a transaction that the host has open, like {@link #within(Connection, Supplier)}.
     *
     * @param hostConnection the host's connection, with auto-commit off, to the database that the data source leads to
     * @param work the work
     * @throws StoreException when the connection is in auto-commit mode or closed
     */
    public void within(Connection hostConnection, Runnable work) {
        transactions.<Boolean>within(hostConnection, () -> {
            work.run();
            return true;
        });
    }

    /** Ends the listening for destroyed keys. The data source stays the host's. */
    @Override
    public void close() {
        announcements.close();
    }

    private static Dialect dialect(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return Dialect.of(connection);
        } catch (SQLException e) {
            throw SqlFailure.noConnection(e);
        }
    }

    /** Gathers settings; not thread safe. */
    public static final class Builder {
        private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
        private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

        private final DataSource dataSource;
        private SchemaManagement schemaManagement = SchemaManagement.APPLY;
        private int statementTimeoutSeconds = 30;
        private String schema = "";
        private boolean listening = true;

        private Builder(DataSource dataSource) {
            this.dataSource = dataSource;
        }

        /**
         * Who keeps the tables at the library's version. Default: {@link SchemaManagement#APPLY}.
         *
         * @param schemaManagement who
         * @return this
         */
        public Builder schemaManagement(SchemaManagement schemaManagement) {
            this.schemaManagement = schemaManagement;
            return this;
        }

        /**
         * How long one statement may take on PostgreSQL, waiting for locks included, before it fails with a retryable
         * {@link StoreException}. Default: 30 seconds. On H2 its own {@code LOCK_TIMEOUT}, a setting of the database
         * URL, bounds the waiting instead.
         *
         * @param timeout 1 second to 1 hour; rounded up to whole seconds
         * @return this
         * @throws InvalidInputException when it is shorter or longer
         */
        public Builder statementTimeout(Duration timeout) {
            if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
                throw new InvalidInputException(
                        "a statement timeout of " + timeout + " is out of bounds: give 1 second to 1 hour");
            }
            this.statementTimeoutSeconds =
                    Math.toIntExact(timeout.plusNanos(999_999_999).toSeconds());
            return this;
        }

        /**
         * The schema that holds the tables. Default: the one that is current on the data source's connections.
         *
         * @param schema lower-case letters, digits and underscores, not beginning with a digit, 1 to 63 characters
         * @return this
         * @throws InvalidInputException when it is anything else
         */
        public Builder schema(String schema) {
            if (!SCHEMA.matcher(schema).matches()) {
                throw new InvalidInputException(
                        "'" + schema + "' can't be the name of the schema: give lower-case letters,"
                                + " digits and underscores, not beginning with a digit, 1 to 63 characters");
            }
            this.schema = schema;
            return this;
        }

        /**
         * Whether to hear of keys that other processes destroy, at once, by PostgreSQL's LISTEN. It takes one connection
         * of the pool for good, a daemon thread, PostgreSQL's own JDBC driver, and a connection that leads to one session
         * (behind a pooler that switches sessions between transactions, turn it off). Without it, and on H2, such keys
         * leave the cache by age. Default: true.
         *
         * @param listening whether to listen
         * @return this
         */
        public Builder listening(boolean listening) {
            this.listening = listening;
            return this;
        }

        /**
         * Opens the stores.
         *
         * @return the stores
         * @throws StoreException when the database can't be reached, is another product, lacks tables that it was not
         *     asked to make, or holds tables of a newer version
         */
        public JdbcStores open() {
            return new JdbcStores(this);
        }
    }
}
