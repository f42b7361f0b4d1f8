package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.List;

/** /sys/class/net: interfaces with a device behind them. */
final class NetworkDevices {
    private static final String NET = "sys/class/net";

    private NetworkDevices() {}

    static Fact<List<HardwareProfile.Nic>> nics(MachineTree tree) {
        return tree.names(NET)
                .map(names -> names.stream()
                        .filter(name -> tree.exists(path(name, "device")))
                        .map(name -> nic(tree, name))
                        .toList());
    }

    private static HardwareProfile.Nic nic(MachineTree tree, String name) {
        // Reading "carrier" of an interface that is administratively down fails with EINVAL: no link, then.
        Fact<Boolean> link = tree.flag(path(name, "carrier"))
                .or(tree.attribute(path(name, "operstate"))
                        .then(state -> state.equals("down")
                                ? Fact.known(false)
                                : Fact.unknown("/" + path(name, "carrier") + " cannot be read")));
        return new HardwareProfile.Nic(
                name,
                tree.word(path(name, "address")),
                Fact.unknown("not probed yet"),
                Fact.unknown("not probed yet"),
                speed(tree, name),
                link,
                Fact.unknown("not probed yet"));
    }

    private static Fact<Integer> speed(MachineTree tree, String name) {
        return tree.number(path(name, "speed"))
                // -1 or 0xffffffff: the driver does not know (kernel, Documentation/ABI/testing/sysfs-class-net).
                .then(speed -> speed <= 0 || speed >= Integer.MAX_VALUE
                        ? Fact.unknown("the driver of " + name + " does not know its speed")
                        : Fact.known(speed.intValue()));
    }

    private static String path(String name, String attribute) {
        return NET + "/" + name + "/" + attribute;
    }
}
