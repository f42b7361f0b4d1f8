package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.ArrayList;
import java.util.List;

/** /sys/class/power_supply (kernel, Documentation/ABI/testing/sysfs-class-power). */
final class PowerSupplies {
    private static final String CLASS = "sys/class/power_supply";

    private final MachineTree tree;
    private final Asking asking;

    PowerSupplies(MachineTree tree, Asking asking) {
        this.tree = tree;
        this.asking = asking;
    }

    /** What feeds the box; the battery of a mouse does not. */
    Fact<List<HardwareProfile.PowerSupply>> read() {
        Fact<List<String>> names = asking.ask(
                "the list of power supplies",
                () -> tree.namesIfAny(
                        CLASS,
                        name -> !tree.attribute(CLASS + "/" + name + "/scope")
                                .orElse("")
                                .equals("Device")),
                Fact::unknown);
        return names.map(known -> {
            List<HardwareProfile.PowerSupply> supplies = new ArrayList<>();
            for (String name : known) {
                // Batteries answer through the embedded controller, which may take its time.
                supplies.add(asking.ask("power supply " + name, () -> supply(name), reason -> unknown(name, reason)));
            }
            return List.copyOf(supplies);
        });
    }

    private HardwareProfile.PowerSupply supply(String name) {
        String directory = CLASS + "/" + name + "/";
        Fact<String> type = tree.word(directory + "type");
        Fact<Boolean> online = type.orElse("").equals("Battery")
                ? Fact.unknown("a battery is not online or offline")
                : tree.flag(directory + "online");
        Fact<Integer> charge = tree.count(directory + "capacity")
                .then(percent -> percent > 100
                        ? Fact.unknown("/" + directory + "capacity is out of range")
                        : Fact.known(percent));
        return new HardwareProfile.PowerSupply(name, type, online, charge, tree.word(directory + "status"));
    }

    private static HardwareProfile.PowerSupply unknown(String name, String reason) {
        return new HardwareProfile.PowerSupply(
                name, Fact.unknown(reason), Fact.unknown(reason), Fact.unknown(reason), Fact.unknown(reason));
    }
}
