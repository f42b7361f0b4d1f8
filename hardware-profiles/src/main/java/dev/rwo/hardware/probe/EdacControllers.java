package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;

/** /sys/devices/system/edac/mc: memory controllers that report corrected errors. */
final class EdacControllers {
    private static final String MC = "sys/devices/system/edac/mc";

    private EdacControllers() {}

    /** True where a controller is driven; otherwise unknown, because most boxes load no EDAC driver at all. */
    static Fact<Boolean> ecc(MachineTree tree) {
        return tree.names(MC)
                .then(names -> names.stream().anyMatch(name -> name.matches("mc\\d+"))
                        ? Fact.known(true)
                        : Fact.unknown("no EDAC driver is loaded"));
    }
}
