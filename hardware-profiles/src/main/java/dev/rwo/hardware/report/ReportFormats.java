package dev.rwo.hardware.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.cpu.CpuIdentity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one report of either format. Pure; what a report does not say stays unknown. */
final class ReportFormats {
    /** Larger counts are no counts; the largest machines have some thousand threads. */
    private static final int MAX_COUNT = 65_536;

    private static final Pattern SIGNATURE = Pattern.compile(
            "Family (?<family>\\d{1,4})[, ]+Model (?<model>\\d{1,4})(?:[, ]+Stepping (?<stepping>\\d{1,3}))?",
            Pattern.CASE_INSENSITIVE);

    /** Nothing that names a processor. */
    private static final Pattern JUNK = Pattern.compile(
            "(?i)\\W*(|not specified|not installed|unknown|none|null|n/a|<?bad index>?|<?out of spec>?|other|cpu"
                    + " version|to be filled by o\\.?e\\.?m\\.?|default string|undefined|invalid|[0 .-]+|[A-F]\\d)\\W*");

    private ReportFormats() {}

    /** The processor of a report; empty when it has neither format. */
    static Optional<ReportedProcessor> read(JsonNode report) {
        JsonNode lscpu = report.path("lscpu");
        if (lscpu.isArray()) {
            return Optional.of(lscpu(flattened(lscpu)));
        }
        if (lscpu.isObject()) {
            return Optional.of(lscpu(lscpu));
        }
        if (report.path("processors").isArray()) {
            return Optional.of(dmi(report.path("processors")));
        }
        if (report.has("Model name") || report.has("Vendor ID")) {
            return Optional.of(lscpu(report));
        }
        return report.path("board").isObject() || report.path("system").isObject()
                ? Optional.of(dmi(JsonNodeFactory.instance.arrayNode()))
                : Optional.empty();
    }

    /** The list that {@code lscpu --json} prints, as the object of the collection. */
    private static JsonNode flattened(JsonNode fields) {
        ObjectNode flat = JsonNodeFactory.instance.objectNode();
        flatten(fields, flat, 0);
        return flat;
    }

    private static void flatten(JsonNode fields, ObjectNode flat, int depth) {
        for (JsonNode field : fields) {
            String name = field.path("field").asText().replaceFirst(":$", "");
            if (!name.isEmpty() && field.path("data").isValueNode()) {
                flat.set(name, field.path("data"));
            }
            if (depth < 8) {
                flatten(field.path("children"), flat, depth + 1);
            }
        }
    }

    private static ReportedProcessor lscpu(JsonNode report) {
        Fact<Integer> sockets = count(report, "Socket(s)");
        Fact<Integer> perSocket = count(report, "Core(s) per socket");
        String brand = text(report, "Model name");
        String bios = text(report, "BIOS Model name");
        return new ReportedProcessor(
                new CpuIdentity(
                        JUNK.matcher(text(report, "Vendor ID")).matches()
                                ? text(report, "BIOS Vendor ID")
                                : text(report, "Vendor ID"),
                        JUNK.matcher(brand).matches() ? bios : brand,
                        number(report, "CPU family"),
                        number(report, "Model"),
                        number(report, "Stepping"),
                        flags(text(report, "Flags"))),
                Arrays.asList(brand, bios),
                sockets,
                sockets.then(known -> perSocket.map(cores -> cores * known)),
                count(report, "CPU(s)"));
    }

    private static ReportedProcessor dmi(JsonNode processors) {
        List<JsonNode> populated = new ArrayList<>();
        processors.forEach(processor -> {
            if (isPopulated(processor)) {
                populated.add(processor);
            }
        });
        if (populated.isEmpty()) {
            // Some firmware calls its only processor unpopulated, yet names it.
            processors.forEach(processor -> {
                if (!meaningful(text(processor, "Version")).isEmpty()) {
                    populated.add(processor);
                }
            });
        }
        JsonNode first = populated.isEmpty() ? JsonNodeFactory.instance.objectNode() : populated.getFirst();
        return new ReportedProcessor(
                dmiIdentity(first),
                List.of(meaningful(text(first, "Family"))),
                populated.isEmpty()
                        ? Fact.unknown("the report names no populated processor")
                        : Fact.known(populated.size()),
                sum(populated, "Core Count"),
                sum(populated, "Thread Count"));
    }

    private static CpuIdentity dmiIdentity(JsonNode processor) {
        Matcher signature = SIGNATURE.matcher(text(processor, "Signature"));
        boolean signed = signature.find();
        String stepping = signed ? signature.group("stepping") : null;
        return new CpuIdentity(
                meaningful(text(processor, "Manufacturer")),
                meaningful(text(processor, "Version")),
                signed ? Integer.parseInt(signature.group("family")) : -1,
                signed ? Integer.parseInt(signature.group("model")) : -1,
                stepping == null ? -1 : Integer.parseInt(stepping),
                // SMBIOS's flags are long names such as "FPU (Floating-point unit on-chip)" and end before SSE3.
                flags(""));
    }

    private static boolean isPopulated(JsonNode processor) {
        String status = text(processor, "Status").toLowerCase(Locale.ROOT);
        String version = text(processor, "Version").toLowerCase(Locale.ROOT);
        return processor.isObject() && !status.startsWith("unpopulated") && !version.equals("not installed");
    }

    private static Fact<Integer> sum(List<JsonNode> processors, String key) {
        int sum = 0;
        for (JsonNode processor : processors) {
            Fact<Integer> count = count(processor, key);
            if (!count.isKnown()) {
                return count;
            }
            sum += count.orElse(0);
        }
        return processors.isEmpty() ? Fact.unknown("the report names no populated processor") : Fact.known(sum);
    }

    private static String meaningful(String text) {
        return JUNK.matcher(text).matches() ? "" : text;
    }

    private static SortedSet<String> flags(String flags) {
        SortedSet<String> all = new TreeSet<>(Arrays.asList(flags.strip().split("\\s+")));
        all.remove("");
        return Collections.unmodifiableSortedSet(all);
    }

    private static String text(JsonNode report, String key) {
        return report.path(key).asText("").strip();
    }

    private static int number(JsonNode report, String key) {
        int number = report.path(key).asInt(-1);
        return number >= 0 && number <= 4095 ? number : -1;
    }

    private static Fact<Integer> count(JsonNode report, String key) {
        int count = report.path(key).asInt(0);
        return count > 0 && count <= MAX_COUNT ? Fact.known(count) : Fact.unknown("the report has no '" + key + "'");
    }
}
