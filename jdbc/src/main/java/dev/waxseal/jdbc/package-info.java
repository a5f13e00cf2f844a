/**
 * Every store on H2 and PostgreSQL, through the host's own {@link javax.sql.DataSource}. Begin with {@link
 * dev.waxseal.jdbc.JdbcStores#on}.
 */
@NullMarked
package dev.waxseal.jdbc;

import org.jspecify.annotations.NullMarked;
