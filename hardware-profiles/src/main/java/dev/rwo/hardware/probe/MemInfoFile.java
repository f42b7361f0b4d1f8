package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;

/** /proc/meminfo: the memory the kernel manages. */
final class MemInfoFile {
    private static final String FILE = "proc/meminfo";

    private MemInfoFile() {}

    static Fact<Long> totalBytes(MachineTree tree) {
        return tree.text(FILE, 64 * 1024)
                .then(text -> text.lines()
                        .filter(line -> line.startsWith("MemTotal:"))
                        .findFirst()
                        .map(MemInfoFile::bytes)
                        .orElse(Fact.unknown("/" + FILE + " has no field 'MemTotal'")));
    }

    private static Fact<Long> bytes(String line) {
        String kibibytes = line.substring(line.indexOf(':') + 1).replace("kB", "");
        return MachineTree.number(kibibytes, "'MemTotal' in /" + FILE)
                .then(value -> value <= 0 || value > Long.MAX_VALUE / 1024
                        ? Fact.unknown("'MemTotal' in /" + FILE + " is out of range")
                        : Fact.known(value * 1024));
    }
}
