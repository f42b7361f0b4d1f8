package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which hypervisor runs us, without the CPUID instruction: the {@code hypervisor} flag says that there is one; firmware
 * strings, Xen's own directory and the para-virtual clocks say which. Names are those of systemd-detect-virt.
 */
final class Hypervisor {
    private static final String CLOCKS = "sys/devices/system/clocksource/clocksource0/available_clocksource";

    /** Beginnings of sys_vendor, product_name or bios_vendor, lower case (systemd, src/basic/virt.c). */
    private static final List<Map.Entry<String, String>> FIRMWARE = List.of(
            Map.entry("qemu", "qemu"),
            Map.entry("kvm", "kvm"),
            Map.entry("openstack", "kvm"),
            Map.entry("kubevirt", "kvm"),
            Map.entry("amazon ec2", "amazon"),
            Map.entry("google compute engine", "google"),
            Map.entry("vmware", "vmware"),
            Map.entry("vmw", "vmware"),
            Map.entry("innotek gmbh", "oracle"),
            Map.entry("virtualbox", "oracle"),
            Map.entry("oracle corporation virtualbox", "oracle"),
            Map.entry("xen", "xen"),
            Map.entry("hvm domu", "xen"),
            Map.entry("bochs", "bochs"),
            Map.entry("parallels", "parallels"),
            Map.entry("bhyve", "bhyve"),
            Map.entry("apple virtualization", "apple"),
            Map.entry("hyper-v", "microsoft"));

    private Hypervisor() {}

    static Fact<String> guestOf(MachineTree tree, HardwareProfile.Firmware firmware, Fact<Boolean> flag) {
        String xen = tree.attribute("sys/hypervisor/type").orElse("");
        if (!xen.isEmpty()) {
            return Fact.known(xen);
        }
        String byFirmware = byFirmware(firmware);
        if (byFirmware.isEmpty()) {
            return flag.map(set -> set ? byClock(tree, "other") : "none");
        }
        boolean metal = byFirmware.equals("amazon") && !flag.orElse(true);
        return Fact.known(metal ? "none" : byClock(tree, byFirmware));
    }

    private static String byFirmware(HardwareProfile.Firmware firmware) {
        String vendor = firmware.manufacturer().orElse("").toLowerCase(Locale.ROOT);
        String product = firmware.product().orElse("").toLowerCase(Locale.ROOT);
        if (vendor.startsWith("microsoft") && product.startsWith("virtual machine")) {
            return "microsoft";
        }
        List<String> strings =
                List.of(vendor, product, firmware.biosVendor().orElse("").toLowerCase(Locale.ROOT));
        return FIRMWARE.stream()
                .filter(entry -> strings.stream().anyMatch(string -> string.startsWith(entry.getKey())))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse("");
    }

    /** QEMU's firmware strings are the same under KVM and under emulation; only KVM offers its clock. */
    private static String byClock(MachineTree tree, String otherwise) {
        String clocks = tree.attribute(CLOCKS).orElse("");
        if (clocks.contains("kvm-clock") && (otherwise.equals("qemu") || otherwise.equals("other"))) {
            return "kvm";
        }
        return clocks.contains("hyperv_clocksource") && otherwise.equals("other") ? "microsoft" : otherwise;
    }
}
