package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.List;

/** /sys/bus/pci/devices: every function, and the display controllers among them. */
final class PciDevices {
    private static final String DEVICES = "sys/bus/pci/devices";

    /** PCI base class 03h, "display controller" (PCI Code and ID Assignment Specification). */
    private static final String DISPLAY_CLASS = "03";

    private PciDevices() {}

    /** All functions; a machine whose kernel knows no PCI bus has none. */
    static Fact<List<HardwareProfile.PciDevice>> all(MachineTree tree) {
        return tree.present("sys/bus/pci")
                .then(bus -> bus ? tree.names(DEVICES) : Fact.known(List.of()))
                .map(addresses -> addresses.stream()
                        .filter(address -> tree.exists(DEVICES + "/" + address))
                        .map(address -> device(tree, address))
                        .toList());
    }

    /** The display controllers among them; unknown when a function does not tell its class. */
    static Fact<List<HardwareProfile.Gpu>> gpus(Fact<List<HardwareProfile.PciDevice>> pci) {
        return pci.then(functions -> {
            for (HardwareProfile.PciDevice function : functions) {
                if (function.deviceClass() instanceof Fact.Unknown<String>(String reason)) {
                    return Fact.unknown(reason);
                }
            }
            return Fact.known(functions.stream()
                    .filter(function -> function.deviceClass().orElse("").startsWith(DISPLAY_CLASS))
                    .map(function -> new HardwareProfile.Gpu(
                            function.address(), function.vendor(), function.device(), function.driver()))
                    .toList());
        });
    }

    private static HardwareProfile.PciDevice device(MachineTree tree, String address) {
        String directory = DEVICES + "/" + address;
        return new HardwareProfile.PciDevice(
                address,
                tree.hexadecimal(directory + "/class", 6),
                tree.hexadecimal(directory + "/vendor", 4),
                tree.hexadecimal(directory + "/device", 4),
                tree.driver(directory));
    }
}
