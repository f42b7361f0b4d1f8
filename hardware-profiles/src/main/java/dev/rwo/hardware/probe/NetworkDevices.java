package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.ArrayList;
import java.util.List;

/** /sys/class/net: interfaces with a device behind them (kernel, Documentation/ABI/testing/sysfs-class-net). */
final class NetworkDevices {
    private static final String NET = "sys/class/net";

    private final MachineTree tree;
    private final Asking asking;

    NetworkDevices(MachineTree tree, Asking asking) {
        this.tree = tree;
        this.asking = asking;
    }

    Fact<List<HardwareProfile.Nic>> nics() {
        Fact<List<String>> names = asking.ask(
                "the list of network interfaces",
                () -> tree.names(NET, name -> tree.exists(path(name, "device"))),
                Fact::unknown);
        return names.map(known -> {
            List<HardwareProfile.Nic> nics = new ArrayList<>();
            for (String name : known) {
                // The speed is asked of the driver, under the kernel's lock for all interfaces.
                nics.add(asking.ask("network interface " + name, () -> nic(name), reason -> unknown(name, reason)));
            }
            return List.copyOf(nics);
        });
    }

    /** What an interface is, as against how it does. */
    private record Make(Fact<String> driver, Fact<Boolean> wireless, Fact<Integer> virtualFunctions) {}

    private HardwareProfile.Nic nic(String name) {
        // The index is never used twice while the system runs.
        Make make =
                asking.keep("nic " + name, tree.attribute(path(name, "ifindex")).orElse(""), () -> make(name));
        // Reading "carrier" of an interface that is administratively down fails with EINVAL: no link, then.
        Fact<Boolean> link = tree.flag(path(name, "carrier"))
                .or(tree.attribute(path(name, "operstate"))
                        .then(state -> state.equals("down")
                                ? Fact.known(false)
                                : Fact.unknown("/" + path(name, "carrier") + " cannot be read")));
        return new HardwareProfile.Nic(
                name,
                tree.word(path(name, "address")),
                make.driver(),
                make.wireless(),
                speed(name, link),
                link,
                make.virtualFunctions());
    }

    private Make make(String name) {
        String total = path(name, "device/sriov_totalvfs");
        return new Make(
                tree.driver(path(name, "device")),
                tree.present(path(name, "phy80211"))
                        .then(radio -> radio ? Fact.known(true) : tree.present(path(name, "wireless"))),
                tree.present(total).then(able -> able ? tree.count(total) : Fact.known(0)));
    }

    private Fact<Integer> speed(String name, Fact<Boolean> link) {
        if (!link.orElse(true)) {
            return Fact.unknown(name + " has no link");
        }
        return tree.number(path(name, "speed"))
                // -1 or 0xffffffff: the driver does not know.
                .then(speed -> speed <= 0 || speed >= Integer.MAX_VALUE
                        ? Fact.unknown("the driver of " + name + " does not know its speed")
                        : Fact.known(speed.intValue()));
    }

    private static HardwareProfile.Nic unknown(String name, String reason) {
        return new HardwareProfile.Nic(
                name,
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason));
    }

    private static String path(String name, String attribute) {
        return NET + "/" + name + "/" + attribute;
    }
}
