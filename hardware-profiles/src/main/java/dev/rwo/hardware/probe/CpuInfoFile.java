package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** /proc/cpuinfo: the first processor's block, and how many blocks there are. */
final class CpuInfoFile {
    /** A block is about 1.5 KiB; this holds those of more than 2,000 processors. */
    private static final int LIMIT = 4 * 1024 * 1024;

    private static final String FILE = "proc/cpuinfo";

    private final Fact<Map<String, String>> first;
    private final Fact<Integer> processors;

    CpuInfoFile(MachineTree tree) {
        Fact<String> text = tree.text(FILE, LIMIT);
        this.first = text.map(CpuInfoFile::firstBlock);
        this.processors = text.then(CpuInfoFile::count);
    }

    Fact<String> vendor() {
        return field("vendor_id");
    }

    Fact<String> brand() {
        return field("model name");
    }

    Fact<Integer> family() {
        return numberField("cpu family");
    }

    Fact<Integer> model() {
        return numberField("model");
    }

    Fact<Integer> stepping() {
        return numberField("stepping");
    }

    /** Revision of the loaded microcode; hypervisors show one of their own. */
    Fact<String> microcode() {
        return field("microcode");
    }

    Fact<Integer> processors() {
        return processors;
    }

    Fact<SortedSet<String>> flags() {
        return field("flags")
                .map(flags -> Collections.unmodifiableSortedSet(new TreeSet<>(List.of(flags.split("\\s+")))));
    }

    private Fact<String> field(String key) {
        return first.then(fields -> {
            String value = fields.getOrDefault(key, "");
            return value.isEmpty() ? Fact.unknown("/" + FILE + " has no field '" + key + "'") : Fact.known(value);
        });
    }

    private Fact<Integer> numberField(String key) {
        return field(key).then(text -> MachineTree.count(text, "'" + key + "' in /" + FILE));
    }

    private static Map<String, String> firstBlock(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String line : text.lines().takeWhile(line -> !line.isBlank()).toList()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private static Fact<Integer> count(String text) {
        long blocks = text.lines()
                .filter(line -> line.startsWith("processor") && line.contains(":"))
                .count();
        return blocks == 0 ? Fact.unknown("/" + FILE + " lists no processor") : Fact.known((int) blocks);
    }
}
