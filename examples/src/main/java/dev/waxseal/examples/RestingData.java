package dev.waxseal.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Looks at the database as somebody with a stolen copy would: rows and raw files, without a key. */
final class RestingData {
    private final DataSource database;
    private final Path home;

    RestingData(DataSource database, Path home) {
        this.database = database;
        this.home = home;
    }

    List<String> someRows() {
        List<String> rows = new ArrayList<>();
        query(
                "SELECT record_type, name, expiry_day, sealed FROM waxseal_compartment"
                        + " ORDER BY record_type, name FETCH FIRST 4 ROWS ONLY",
                row -> {
                    String sealed = HexFormat.of().formatHex(row.getBytes("sealed"));
                    rows.add(String.format(
                            "%-14s %-28s expires %-10s %s… (%d bytes)",
                            row.getString("record_type"),
                            row.getString("name"),
                            row.getString("expiry_day"),
                            sealed.substring(0, Math.min(40, sealed.length())),
                            sealed.length() / 2));
                });
        return rows;
    }

    List<String> counts() {
        List<String> counts = new ArrayList<>();
        for (String table : List.of("waxseal_record", "waxseal_compartment", "waxseal_index", "waxseal_audit")) {
            query("SELECT COUNT(*) FROM " + table, row -> counts.add(row.getLong(1) + " rows in " + table));
        }
        query(
                "SELECT COUNT(*) FROM waxseal_key WHERE wrapped IS NULL",
                row -> counts.add(row.getLong(1) + " keys destroyed"));
        return counts;
    }

    /** How many files below the home directory hold one of these texts. */
    int filesWith(List<String> texts) {
        try (Stream<Path> files = Files.walk(home)) {
            return (int) files.filter(Files::isRegularFile)
                    .filter(file -> texts.stream().anyMatch(text -> contains(file, text)))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            // Byte for byte: every byte is one character of ISO 8859-1.
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            return bytes.contains(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                    || bytes.contains(
                            new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, Row each) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                each.read(rows);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the tour's own look at its database failed", e);
        }
    }
}
