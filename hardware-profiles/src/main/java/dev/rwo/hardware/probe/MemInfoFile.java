package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;

/** /proc/meminfo: the memory the kernel manages, and what of it programs can still have. */
final class MemInfoFile {
    private static final String FILE = "proc/meminfo";

    private final Fact<String> text;

    MemInfoFile(MachineTree tree) {
        this(tree.text(FILE, 64 * 1024));
    }

    private MemInfoFile(Fact<String> text) {
        this.text = text;
    }

    static MemInfoFile unknown(String reason) {
        return new MemInfoFile(Fact.unknown(reason));
    }

    Fact<Long> totalBytes() {
        return field("MemTotal");
    }

    Fact<Long> availableBytes() {
        return field("MemAvailable");
    }

    private Fact<Long> field(String name) {
        return text.then(lines -> lines.lines()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .map(line -> bytes(name, line))
                .orElse(Fact.unknown("/" + FILE + " has no field '" + name + "'")));
    }

    private static Fact<Long> bytes(String name, String line) {
        String kibibytes = line.substring(line.indexOf(':') + 1).replace("kB", "");
        return MachineTree.number(kibibytes, "'" + name + "' in /" + FILE)
                .then(value -> value <= 0 || value > Long.MAX_VALUE / 1024
                        ? Fact.unknown("'" + name + "' in /" + FILE + " is out of range")
                        : Fact.known(value * 1024));
    }
}
