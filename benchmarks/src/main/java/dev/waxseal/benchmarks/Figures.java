package dev.waxseal.benchmarks;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What a command measured: printed as a table, written as JSON. */
final class Figures {
    private final List<Figure> figures = new ArrayList<>();

    /** A measured value beside its reference, both from the same run. */
    record Figure(String figure, double value, String unit, double reference) {
        /** Nothing beside nothing is as good as it gets. */
        double ratio() {
            return value == reference ? 1 : value / reference;
        }
    }

    void add(String figure, long value, String unit, long reference) {
        add(figure, (double) value, unit, (double) reference);
    }

    void add(String figure, double value, String unit, double reference) {
        figures.add(new Figure(figure, value, unit, reference));
    }

    List<Figure> all() {
        return List.copyOf(figures);
    }

    String table() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT, "%-52s %14s %-8s %14s %8s%n", "figure", "value", "unit", "reference", "ratio"));
        for (Figure figure : figures) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-52s %14.1f %-8s %14.1f %8.2f%n",
                    figure.figure(),
                    figure.value(),
                    figure.unit(),
                    figure.reference(),
                    figure.ratio()));
        }
        return table.toString();
    }

    void write(Path file) throws IOException {
        StringWriter written = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(ObjectWriteContext.empty(), written)) {
            out.writeStartArray();
            for (Figure figure : figures) {
                out.writeStartObject();
                out.writeStringProperty("figure", figure.figure());
                out.writeNumberProperty("value", figure.value());
                out.writeStringProperty("unit", figure.unit());
                out.writeNumberProperty("reference", figure.reference());
                out.writeNumberProperty("ratio", figure.ratio());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, written.toString());
    }
}
