package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;

/** /proc/pressure/memory: how much programs wait for memory (kernel, accounting/psi). */
final class PressureFile {
    private static final String FILE = "proc/pressure/memory";
    private static final String FIELD = "avg60=";

    private PressureFile() {}

    /** Share of the last minute in which at least one task waited, 0 to 100. */
    static Fact<Double> memoryStallPercent(MachineTree tree) {
        return tree.attribute(FILE)
                .then(text -> text.lines()
                        .filter(line -> line.startsWith("some "))
                        .flatMap(line -> java.util.Arrays.stream(line.split(" ", -1)))
                        .filter(field -> field.startsWith(FIELD))
                        .findFirst()
                        .map(field -> MachineTree.fraction(field.substring(FIELD.length()), "/" + FILE))
                        .orElse(Fact.unknown("/" + FILE + " has no line 'some' with " + FIELD)))
                .then(percent -> percent < 0 || percent > 100
                        ? Fact.unknown("/" + FILE + " is out of range")
                        : Fact.known(percent));
    }
}
