package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.List;

/** /sys/bus/pci/devices: the display controllers. */
final class PciDevices {
    private static final String DEVICES = "sys/bus/pci/devices";

    /** PCI base class 03h, "display controller" (PCI Code and ID Assignment Specification). */
    private static final String DISPLAY_CLASS = "0x03";

    private PciDevices() {}

    static Fact<List<HardwareProfile.Gpu>> gpus(MachineTree tree) {
        if (tree.isDirectory("sys/bus") && !tree.exists("sys/bus/pci")) {
            return Fact.known(List.of());
        }
        return tree.names(DEVICES)
                .map(addresses -> addresses.stream()
                        .filter(address -> tree.attribute(path(address, "class"))
                                .orElse("")
                                .startsWith(DISPLAY_CLASS))
                        .map(address -> gpu(tree, address))
                        .toList());
    }

    private static HardwareProfile.Gpu gpu(MachineTree tree, String address) {
        Fact<String> driver =
                tree.exists(path(address, "driver")) ? tree.linkedName(path(address, "driver")) : Fact.known("");
        return new HardwareProfile.Gpu(address, id(tree, address, "vendor"), id(tree, address, "device"), driver);
    }

    private static Fact<String> id(MachineTree tree, String address, String attribute) {
        return tree.word(path(address, attribute)).map(text -> text.replaceFirst("^0x", ""));
    }

    private static String path(String address, String attribute) {
        return DEVICES + "/" + address + "/" + attribute;
    }
}
