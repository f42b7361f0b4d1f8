package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;

/** /sys/class/dmi/id: the SMBIOS strings the kernel has picked out. */
final class DmiId {
    private static final String ID = "sys/class/dmi/id";

    private DmiId() {}

    static HardwareProfile.Firmware firmware(MachineTree tree, SmbiosTable smbios) {
        return new HardwareProfile.Firmware(
                string(tree, "sys_vendor"),
                string(tree, "product_name"),
                string(tree, "product_serial"),
                string(tree, "product_sku"),
                string(tree, "product_family"),
                string(tree, "board_vendor"),
                string(tree, "board_name"),
                tree.number(ID + "/chassis_type").then(SmbiosTable::chassisName).or(smbios.chassis()),
                string(tree, "bios_vendor"),
                string(tree, "bios_version"),
                string(tree, "bios_date"));
    }

    static HardwareProfile.Firmware unknown(String reason) {
        Fact<String> none = Fact.unknown(reason);
        return new HardwareProfile.Firmware(none, none, none, none, none, none, none, none, none, none, none);
    }

    private static Fact<String> string(MachineTree tree, String name) {
        return tree.attribute(ID + "/" + name);
    }
}
