package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Accelerators for inference among the PCI functions and USB devices, and those that /sys/class/accel shows. */
final class Accelerators {
    private static final String ACCEL = "sys/class/accel";
    private static final Pattern ACCEL_NAME = Pattern.compile("accel\\d+");

    /** PCI class 12h 00h, "processing accelerator": NPUs, but also FPGAs and others. */
    private static final String PROCESSING_ACCELERATOR = "1200";

    /** Meteor, Arrow, Lunar and Panther Lake (kernel, drivers/accel/ivpu/ivpu_drv.h). */
    private static final Set<String> INTEL_NPUS = Set.of("7d1d", "ad1d", "643e", "b03e");

    /** Phoenix and Hawk Point; Strix and Krackan (kernel, drivers/accel/amdxdna). */
    private static final Set<String> AMD_XDNA = Set.of("1502", "17f0");

    private Accelerators() {}

    static Fact<List<HardwareProfile.Accelerator>> read(
            MachineTree tree, Fact<List<HardwareProfile.PciDevice>> pci, Fact<List<HardwareProfile.UsbDevice>> usb) {
        return pci.then(functions -> usb.then(devices -> {
            Set<String> driven = withAccelNode(tree);
            List<HardwareProfile.Accelerator> found = new ArrayList<>();
            for (HardwareProfile.PciDevice function : functions) {
                if (!(function.vendor().isKnown() && function.device().isKnown())) {
                    return Fact.unknown(function.address() + " does not tell what it is");
                }
                String kind = kind(function, driven.contains(function.address()));
                if (!kind.isEmpty()) {
                    found.add(accelerator(function, kind));
                }
            }
            for (HardwareProfile.UsbDevice device : devices) {
                if (!(device.vendor().isKnown() && device.product().isKnown())) {
                    return Fact.unknown("USB device " + device.path() + " does not tell what it is");
                }
                String kind = kind(device.vendor().orElse(""), device.product().orElse(""));
                if (!kind.isEmpty()) {
                    found.add(accelerator(tree, device, kind));
                }
            }
            return Fact.known(List.copyOf(found));
        }));
    }

    private static String kind(HardwareProfile.PciDevice function, boolean accelNode) {
        String vendor = function.vendor().orElse("");
        String device = function.device().orElse("");
        boolean accelerator = function.deviceClass().orElse("").startsWith(PROCESSING_ACCELERATOR);
        boolean intelNpu = INTEL_NPUS.contains(device)
                || (accelerator && function.driver().orElse("").equals("intel_vpu"));
        if (vendor.equals("8086") && intelNpu) {
            return "intel-npu";
        }
        if (vendor.equals("1022") && AMD_XDNA.contains(device)) {
            return "amd-xdna";
        }
        if (vendor.equals("1ac1") && device.equals("089a")) {
            return "coral";
        }
        if (vendor.equals("1e60")) {
            return "hailo";
        }
        return accelNode ? "other" : "";
    }

    private static String kind(String vendor, String product) {
        return switch (vendor + ":" + product) {
            // Before and after its firmware is loaded (Coral USB Accelerator datasheet).
            case "1a6e:089a", "18d1:9302" -> "coral";
            default -> vendor.equals("03e7") ? "movidius" : "";
        };
    }

    private static HardwareProfile.Accelerator accelerator(HardwareProfile.PciDevice function, String kind) {
        return new HardwareProfile.Accelerator(
                function.address(),
                kind,
                function.vendor().orElse(""),
                function.device().orElse(""),
                function.driver());
    }

    /** On USB, drivers bind to interfaces; these devices have one, most often driven from user space. */
    private static HardwareProfile.Accelerator accelerator(
            MachineTree tree, HardwareProfile.UsbDevice device, String kind) {
        String first = UsbDevices.DEVICES + "/" + device.path() + ":1.0";
        return new HardwareProfile.Accelerator(
                device.path(),
                kind,
                device.vendor().orElse(""),
                device.product().orElse(""),
                tree.exists(first) ? tree.driver(first) : Fact.known(""));
    }

    /** PCI addresses of the devices behind the nodes of the accel subsystem (kernel, accel/introduction). */
    private static Set<String> withAccelNode(MachineTree tree) {
        Set<String> addresses = new HashSet<>();
        for (String name :
                tree.namesIfAny(ACCEL, one -> ACCEL_NAME.matcher(one).matches()).orElse(List.of())) {
            tree.linkedName(ACCEL + "/" + name + "/device").ifKnown(addresses::add);
        }
        return addresses;
    }
}
