package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.List;
import java.util.regex.Pattern;

/** /sys/devices/system/edac/mc: memory controllers that report corrected errors (kernel, driver-api/edac). */
final class EdacControllers {
    private static final String MC = "sys/devices/system/edac/mc";
    private static final Pattern CONTROLLER = Pattern.compile("mc\\d+");

    private final MachineTree tree;
    private final Fact<List<String>> controllers;

    EdacControllers(MachineTree tree) {
        this(
                tree,
                tree.names(MC, name -> CONTROLLER.matcher(name).matches())
                        .then(names -> names.isEmpty() ? Fact.unknown("no EDAC driver is loaded") : Fact.known(names)));
    }

    private EdacControllers(MachineTree tree, Fact<List<String>> controllers) {
        this.tree = tree;
        this.controllers = controllers;
    }

    static EdacControllers unknown(MachineTree tree, String reason) {
        return new EdacControllers(tree, Fact.unknown(reason));
    }

    /** True where a controller is driven; otherwise unknown, because most boxes load no EDAC driver at all. */
    Fact<Boolean> ecc() {
        return controllers.map(names -> true);
    }

    /** Errors corrected since boot. */
    Fact<Long> corrected() {
        return sum("ce_count");
    }

    /** Errors since boot that could not be corrected. */
    Fact<Long> uncorrected() {
        return sum("ue_count");
    }

    private Fact<Long> sum(String counter) {
        return controllers.then(names -> Sums.of(names.stream()
                .map(name -> tree.count(MC + "/" + name + "/" + counter))
                .toList()));
    }
}
