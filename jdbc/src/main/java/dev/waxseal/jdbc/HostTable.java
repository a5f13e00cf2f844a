package dev.waxseal.jdbc;

import dev.waxseal.error.InvalidInputException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table of the host as the database describes it. Names come from the database's own answers and are quoted, so no text
 * that the host gives becomes part of a statement. Immutable.
 *
 * @param schema the schema's name
 * @param name the table's name
 * @param columns the columns by their names, in the table's order
 * @param primaryKey the names of the primary key's columns, in the key's order; empty where there is none
 * @param uniques the columns of each unique index
 */
record HostTable(
        String schema, String name, Map<String, Column> columns, List<String> primaryKey, List<Set<String>> uniques) {

    private static final Set<Integer> TEXT =
            Set.of(Types.VARCHAR, Types.LONGVARCHAR, Types.CHAR, Types.CLOB, Types.NVARCHAR, Types.NCHAR);
    private static final Set<Integer> BYTES = Set.of(Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB);
    private static final Set<Integer> KEYS = Set.of(
            Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL, Types.VARCHAR, Types.CHAR);
    private static final Map<String, String> SERIALS =
            Map.of("smallserial", "int2", "serial", "int4", "bigserial", "int8");

    /**
     * A column.
     *
     * @param name its name
     * @param type the database's name of its type
     * @param jdbcType its type as {@link Types} numbers it
     * @param size the most characters or bytes that it holds, where it is text or bytes
     * @param nullable whether it may be NULL
     * @param generated whether the database computes it
     */
    record Column(String name, String type, int jdbcType, int size, boolean nullable, boolean generated) {
        String quoted() {
            return HostTable.quoted(name);
        }

        boolean text() {
            return TEXT.contains(jdbcType);
        }

        boolean bytes() {
            return BYTES.contains(jdbcType) || type.equals("bytea");
        }

        boolean canBeKey() {
            return KEYS.contains(jdbcType) || type.equalsIgnoreCase("uuid");
        }

        /** The type for casts and arrays on PostgreSQL. */
        String castType() {
            return SERIALS.getOrDefault(type, type);
        }
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    String quoted() {
        return quoted(schema) + "." + quoted(name);
    }

    /** Finds a table by its name: exactly, or else whatever the case of its letters, where only one fits. */
    static HostTable find(Connection connection, @Nullable String wantedSchema, String wanted) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        String schema = wantedSchema == null
                ? String.valueOf(connection.getSchema())
                : pick(schemas(data), wantedSchema, Function.identity(), "the database has no schema");
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = data.getTables(connection.getCatalog(), escaped(data, schema), "%", null)) {
            while (rows.next()) {
                String type = String.valueOf(rows.getString("TABLE_TYPE"));
                if (schema.equals(rows.getString("TABLE_SCHEM"))
                        && (type.equals("TABLE") || type.equals("BASE TABLE") || type.equals("PARTITIONED TABLE"))) {
                    tables.add(rows.getString("TABLE_NAME"));
                }
            }
        }
        String name = pick(tables, wanted, Function.identity(), "schema '" + schema + "' has no table");
        return new HostTable(
                schema,
                name,
                columns(data, connection.getCatalog(), schema, name),
                primaryKey(data, connection.getCatalog(), schema, name),
                uniques(data, connection.getCatalog(), schema, name));
    }

    private static List<String> schemas(DatabaseMetaData data) throws SQLException {
        List<String> schemas = new ArrayList<>();
        try (ResultSet rows = data.getSchemas()) {
            while (rows.next()) {
                schemas.add(rows.getString("TABLE_SCHEM"));
            }
        }
        return schemas;
    }

    private static String escaped(DatabaseMetaData data, String name) throws SQLException {
        String escape = data.getSearchStringEscape();
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }

    private static Map<String, Column> columns(DatabaseMetaData data, String catalog, String schema, String table)
            throws SQLException {
        Map<String, Column> columns = new LinkedHashMap<>();
        try (ResultSet rows = data.getColumns(catalog, escaped(data, schema), escaped(data, table), "%")) {
            while (rows.next()) {
                if (!schema.equals(rows.getString("TABLE_SCHEM")) || !table.equals(rows.getString("TABLE_NAME"))) {
                    continue;
                }
                Column column = new Column(
                        rows.getString("COLUMN_NAME"),
                        rows.getString("TYPE_NAME"),
                        rows.getInt("DATA_TYPE"),
                        rows.getInt("COLUMN_SIZE"),
                        rows.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls,
                        "YES".equals(rows.getString("IS_GENERATEDCOLUMN")));
                columns.put(column.name(), column);
            }
        }
        return columns;
    }

    private static List<String> primaryKey(DatabaseMetaData data, String catalog, String schema, String table)
            throws SQLException {
        Map<Integer, String> key = new TreeMap<>();
        try (ResultSet rows = data.getPrimaryKeys(catalog, schema, table)) {
            while (rows.next()) {
                key.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(key.values());
    }

    private static List<Set<String>> uniques(DatabaseMetaData data, String catalog, String schema, String table)
            throws SQLException {
        Map<String, Set<String>> indexes = new HashMap<>();
        Set<String> partial = new TreeSet<>();
        try (ResultSet rows = data.getIndexInfo(catalog, schema, table, true, true)) {
            while (rows.next()) {
                String index = rows.getString("INDEX_NAME");
                String column = rows.getString("COLUMN_NAME");
                if (index == null || column == null) {
                    continue;
                }
                // PostgreSQL's driver quotes names that need it.
                String plain = column.length() > 1 && column.startsWith("\"") && column.endsWith("\"")
                        ? column.substring(1, column.length() - 1).replace("\"\"", "\"")
                        : column;
                indexes.computeIfAbsent(index, i -> new TreeSet<>()).add(plain);
                if (rows.getString("FILTER_CONDITION") != null
                        && !rows.getString("FILTER_CONDITION").isEmpty()) {
                    partial.add(index);
                }
            }
        }
        indexes.keySet().removeAll(partial);
        return List.copyOf(indexes.values());
    }

    /** A column by its name: exactly, or else whatever the case of its letters, where only one fits. */
    Column column(String wanted) {
        return pick(columns.values(), wanted, Column::name, "table '" + name + "' has no column");
    }

    private static <E> E pick(Iterable<E> all, String wanted, Function<E, String> name, String none) {
        List<E> similar = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (E each : all) {
            if (name.apply(each).equals(wanted)) {
                return each;
            }
            if (name.apply(each).equalsIgnoreCase(wanted)) {
                similar.add(each);
            }
            names.add(name.apply(each));
        }
        if (similar.size() == 1) {
            return similar.get(0);
        }
        throw new InvalidInputException(none + " '" + wanted + "'"
                + (similar.isEmpty() ? "" : ", but several that differ from it by the case of letters only")
                + ": give one of " + (names.size() > 100 ? names.subList(0, 100) + " and more" : names));
    }
}
