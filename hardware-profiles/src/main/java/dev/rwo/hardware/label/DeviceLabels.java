package dev.rwo.hardware.label;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code edge.gpu.*}, {@code edge.npu*}, {@code edge.display.*} and {@code edge.net.*}. */
final class DeviceLabels {
    /** Megabits a second and the name of the step. */
    static final Map<Integer, String> LINK_STEPS = linkSteps();

    /** PCI vendor ids of those who make graphics that workloads ask for. */
    private static final Map<String, String> GPU_VENDORS =
            Map.of("8086", "intel", "10de", "nvidia", "1002", "amd", "1022", "amd");

    /** Which driver names the box when there are several: the stronger first, then by PCI address. */
    private static final List<String> STRONG_DRIVERS = List.of("nvidia", "nouveau", "amdgpu", "xe", "i915");

    private static final String NPU = "edge.npu";

    private DeviceLabels() {}

    private static Map<Integer, String> linkSteps() {
        Map<Integer, String> steps = new LinkedHashMap<>();
        steps.put(1000, "1g");
        steps.put(2500, "2g5");
        steps.put(10000, "10g");
        return steps;
    }

    static void write(HardwareProfile profile, LabelSheet sheet) {
        gpus(profile.gpus(), sheet);
        accelerators(profile.accelerators(), sheet);
        sheet.value("edge.display.connected", profile.displays().then(DeviceLabels::anyConnected));
        links(profile.nics(), sheet);
    }

    private static void gpus(Fact<List<HardwareProfile.Gpu>> gpus, LabelSheet sheet) {
        boolean everyVendorIsKnown =
                gpus.orElse(List.of()).stream().allMatch(gpu -> gpu.vendor().isKnown());
        if (!gpus.isKnown() || !everyVendorIsKnown) {
            GPU_VENDORS.values().forEach(vendor -> sheet.unknown("edge.gpu." + vendor));
        }
        for (HardwareProfile.Gpu gpu : gpus.orElse(List.of())) {
            String vendor = GPU_VENDORS.get(gpu.vendor().orElse(""));
            if (vendor != null) {
                sheet.mark("edge.gpu." + vendor, true);
            }
        }
        sheet.text("edge.gpu.driver", gpus.then(DeviceLabels::strongestDriver));
    }

    /** The driver that names the box; empty when nothing is driven. One unknown driver might be the strongest. */
    static Fact<String> strongestDriver(List<HardwareProfile.Gpu> gpus) {
        for (HardwareProfile.Gpu gpu : gpus) {
            if (gpu.driver() instanceof Fact.Unknown<String> unknown) {
                return unknown;
            }
        }
        List<String> drivers = gpus.stream()
                .map(gpu -> gpu.driver().orElse(""))
                .filter(driver -> !driver.isEmpty())
                .toList();
        return Fact.known(STRONG_DRIVERS.stream()
                .filter(drivers::contains)
                .findFirst()
                .or(() -> drivers.stream().findFirst())
                .orElse(""));
    }

    /**
     * One label for each kind, not one label with the kind as its value: a stick that is plugged in beside a built-in
     * NPU must not change what tasks asked for.
     */
    private static void accelerators(Fact<List<HardwareProfile.Accelerator>> accelerators, LabelSheet sheet) {
        if (!accelerators.isKnown()) {
            sheet.unknownBelow(NPU + ".");
        }
        sheet.mark(NPU, accelerators.map(known -> !known.isEmpty()));
        for (HardwareProfile.Accelerator accelerator : accelerators.orElse(List.of())) {
            LabelSanitizer.keyPart(accelerator.kind()).ifPresent(kind -> sheet.mark(NPU + "." + kind, true));
        }
    }

    static Fact<Boolean> anyConnected(List<HardwareProfile.Display> displays) {
        Fact<Boolean> any = Fact.known(false);
        for (HardwareProfile.Display display : displays) {
            if (display.connected().orElse(false)) {
                return display.connected();
            }
            any = display.connected().isKnown() ? any : display.connected();
        }
        return any;
    }

    private static void links(Fact<List<HardwareProfile.Nic>> nics, LabelSheet sheet) {
        LINK_STEPS.forEach(
                (speed, name) -> sheet.mark("edge.net.link.ge." + name, nics.then(known -> reaches(known, speed))));
    }

    /**
     * Whether a cable carries at least so much. A radio does not count: its rate is no promise and sysfs tells none. An
     * interface that has a link and keeps its speed to itself (many virtual ones) leaves the higher steps unknown.
     */
    private static Fact<Boolean> reaches(List<HardwareProfile.Nic> nics, int megabitsPerSecond) {
        Fact<Boolean> reached = Fact.known(false);
        for (HardwareProfile.Nic nic : nics) {
            if (nic.wireless().orElse(false) || !nic.link().orElse(true)) {
                continue;
            }
            Fact<Boolean> here = nic.megabitsPerSecond().map(speed -> speed >= megabitsPerSecond);
            if (here.orElse(false)) {
                return here;
            }
            reached = here.isKnown() ? reached : here;
        }
        return reached;
    }

    /** The fastest cable with a link, in megabits a second; 0 for none. */
    static Fact<Integer> fastestLink(HardwareProfile profile) {
        return profile.nics()
                .map(nics -> nics.stream()
                        .filter(nic ->
                                nic.link().orElse(true) && !nic.wireless().orElse(false))
                        .mapToInt(nic -> nic.megabitsPerSecond().orElse(0))
                        .max()
                        .orElse(0));
    }
}
