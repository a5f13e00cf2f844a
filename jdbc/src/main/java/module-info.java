/** Every store on H2 and PostgreSQL. */
module dev.waxseal.jdbc {
    requires transitive dev.waxseal.core;
    requires transitive java.sql;
    requires org.slf4j;
    requires static org.jspecify;
    requires static org.checkerframework.checker.qual;
    requires static org.postgresql.jdbc;

    exports dev.waxseal.jdbc;
}
