package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** /sys/class/drm: connectors as {@code card0-HDMI-A-1} (kernel, gpu/drm-uapi). */
final class Displays {
    private static final String DRM = "sys/class/drm";

    /** Write-back connectors lead into memory, not to a display. */
    private static final Pattern CONNECTOR = Pattern.compile("card\\d+-((?!Writeback).+)");

    private Displays() {}

    /**
     * All connectors. Without the graphics subsystem nobody knows what is plugged into a display controller; with no
     * controller there is nothing to plug in.
     */
    static Fact<List<HardwareProfile.Display>> read(MachineTree tree, Fact<List<HardwareProfile.Gpu>> gpus) {
        return tree.present(DRM)
                .then(drm -> drm
                        ? connectors(tree)
                        : gpus.then(known -> known.isEmpty()
                                ? Fact.known(List.of())
                                : Fact.unknown("no driver tells what is connected to the display controller")));
    }

    private static Fact<List<HardwareProfile.Display>> connectors(MachineTree tree) {
        return tree.names(DRM, name -> CONNECTOR.matcher(name).matches())
                .map(names -> names.stream().map(name -> display(tree, name)).toList());
    }

    private static HardwareProfile.Display display(MachineTree tree, String name) {
        Matcher parts = CONNECTOR.matcher(name);
        String connector = parts.matches() ? parts.group(1) : name;
        Fact<Boolean> connected = tree.word(DRM + "/" + name + "/status").then(status -> switch (status) {
            case "connected" -> Fact.known(true);
            case "disconnected" -> Fact.known(false);
            default -> Fact.unknown("the driver cannot tell whether something is on " + name);
        });
        return new HardwareProfile.Display(connector, connected);
    }
}
