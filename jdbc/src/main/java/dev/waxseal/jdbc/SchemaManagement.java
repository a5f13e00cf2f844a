package dev.waxseal.jdbc;

/** Who keeps the tables of Waxseal at the version that the library needs. */
public enum SchemaManagement {
    /**
     * The library: on opening it creates the tables, or brings them to its version. The database user needs the right
     * to create tables.
     */
    APPLY,
    /**
     * The host's own migration tool, with the files {@code dev/waxseal/jdbc/h2/V*__*.sql} or {@code
     * dev/waxseal/jdbc/postgresql/V*__*.sql} from this library's archive. On opening the library only checks the
     * version that these files note in the table {@code waxseal_schema}.
     */
    CHECK
}
