package dev.rwo.hardware.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.X86Level;
import dev.rwo.hardware.cpu.CpuClass;
import dev.rwo.hardware.cpu.CpuClassification;
import dev.rwo.hardware.cpu.CpuClassifier;
import dev.rwo.hardware.cpu.CpuIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Classifies the processors of a file of reports, in either format and mixed, plain or gzip. Streams: needs the memory of
 * one line. A line that cannot be used becomes an error and the next one is read.
 */
public final class ReportClassifier {
    private final CpuClassifier classifier;
    private final ObjectReader json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    /**
     * How a file went.
     *
     * @param records reports that were classified
     * @param other those of them that ended in class {@code other}
     * @param errors lines that are no report
     */
    public record Summary(int records, int other, int errors) {

        /** One line for people. */
        @Override
        public String toString() {
            return records + " records classified, " + other + " of them as other; " + errors + " lines cannot be used";
        }
    }

    /** A line that could not be used: its number from 1 and why. */
    public record Unusable(int line, String error) {

        /** One JSON object with {@code line} and {@code error}. */
        public ObjectNode toJson() {
            return JsonNodeFactory.instance.objectNode().put("line", line).put("error", error);
        }
    }

    /** With the rules of the caller's choice. */
    public ReportClassifier(CpuClassifier classifier) {
        this.classifier = classifier;
    }

    /**
     * Classifies with RWO's own rules and writes one JSON object a line.
     *
     * @param reports plain or gzip; read to its end, not closed
     * @throws IOException when reading or writing fails; a damaged gzip is an error in the summary instead
     */
    public static Summary classify(InputStream reports, Appendable out) throws IOException {
        return new ReportClassifier(CpuClassifier.standard()).write(reports, out);
    }

    /** As {@link #classify}, with this classifier's rules. */
    public Summary write(InputStream reports, Appendable out) throws IOException {
        try {
            return read(reports, report -> line(out, report.toJson()), unusable -> line(out, unusable.toJson()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void line(Appendable out, ObjectNode object) {
        try {
            out.append(object.toString()).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Classifies and hands over each line's result in the file's order; blank lines are passed over.
     *
     * @throws IOException when reading fails; a damaged gzip is told to {@code unusable} instead
     */
    public Summary read(InputStream reports, Consumer<ClassifiedReport> classified, Consumer<Unusable> unusable)
            throws IOException {
        Count count = new Count();
        Consumer<Unusable> counted = bad -> {
            count.errors++;
            unusable.accept(bad);
        };
        int number = 0;
        try {
            Lines lines = Lines.of(reports);
            for (Optional<Lines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                number = line.get().number();
                one(line.get(), counted).ifPresent(report -> {
                    count.records++;
                    count.other += report.found().cpuClass() == CpuClass.OTHER ? 1 : 0;
                    classified.accept(report);
                });
            }
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            counted.accept(new Unusable(number + 1, "the gzip is damaged or cut off: " + e.getMessage()));
        }
        return new Summary(count.records, count.other, count.errors);
    }

    private static final class Count {
        private int records;
        private int other;
        private int errors;
    }

    private Optional<ClassifiedReport> one(Lines.Line line, Consumer<Unusable> unusable) {
        if (line.text().isBlank()) {
            return Optional.empty();
        }
        if (line.tooLong()) {
            unusable.accept(new Unusable(line.number(), "longer than " + Lines.MAX_LINE + " bytes"));
            return Optional.empty();
        }
        try {
            JsonNode report = json.readValue(line.text());
            Optional<ReportedProcessor> processor = ReportFormats.read(report);
            if (processor.isEmpty()) {
                unusable.accept(new Unusable(
                        line.number(), "neither an lscpu report (key 'lscpu') nor a dmi report (key 'processors')"));
            }
            return processor.map(found -> classified(line.number(), found));
        } catch (JsonProcessingException e) {
            unusable.accept(new Unusable(line.number(), "no JSON object: " + e.getOriginalMessage()));
            return Optional.empty();
        }
    }

    private ClassifiedReport classified(int line, ReportedProcessor processor) {
        CpuIdentity identity = processor.identity();
        CpuClassification found = classifier.classify(identity);
        for (String hint : processor.hints()) {
            if (found.cpuClass() != CpuClass.OTHER || found.ruleId().equals("not-x86") || hint.isBlank()) {
                break;
            }
            CpuIdentity hinted = named(identity, hint);
            CpuClassification second = classifier.classify(hinted);
            if (second.cpuClass() != CpuClass.OTHER) {
                found = second;
                identity = identity.brand().isBlank() ? hinted : identity;
            }
        }
        Fact<X86Level> level = identity.flags().isEmpty()
                ? found.level()
                : X86Level.of(identity.flags())
                        .map(Fact::known)
                        .orElse(Fact.unknown("the processor is older than x86-64"));
        return new ClassifiedReport(
                line,
                identity,
                found,
                level,
                found.hybrid(),
                processor.sockets(),
                processor.cores(),
                processor.threads());
    }

    private static CpuIdentity named(CpuIdentity identity, String brand) {
        return new CpuIdentity(
                identity.vendor(), brand, identity.family(), identity.model(), identity.stepping(), identity.flags());
    }
}
