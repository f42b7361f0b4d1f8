package dev.rwo.hardware.label;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the labels of a node say of one of them. */
final class FactsOfLabels {
    private static final String FLAGS = "feature.cpu-cpuid.";

    private final Map<String, String> labels;

    FactsOfLabels(Map<String, String> labels) {
        this.labels = labels;
    }

    Optional<String> of(String key) {
        if (key.startsWith("edge.")) {
            return Optional.of(ours(key));
        }
        if (key.startsWith("feature.")) {
            return Optional.of(mirrored(key));
        }
        return key.startsWith("site.") ? Optional.of(site(key)) : Optional.empty();
    }

    private String ours(String key) {
        if (key.startsWith("edge.cpu.ge.")) {
            return processor();
        }
        if (key.startsWith("edge.cpu.cores.ge.")) {
            return plain("edge.cpu.cores");
        }
        if (key.startsWith("edge.mem.ge.")) {
            return plain("edge.mem.gib");
        }
        if (key.startsWith("edge.disk.free.ge.")) {
            return ladder(
                    "edge.disk.free.ge.", CapacityLabels.DISK_STEPS.stream().map(String::valueOf));
        }
        if (key.startsWith("edge.net.link.ge.")) {
            return ladder("edge.net.link.ge.", DeviceLabels.LINK_STEPS.values().stream());
        }
        if (key.startsWith("edge.gpu.")) {
            return graphics();
        }
        return key.startsWith("edge.npu") ? present("edge.npu", "an accelerator for inference") : plain(key);
    }

    private String processor() {
        String rank = labels.get("edge.cpu.rank");
        if (rank == null) {
            return missing("edge.cpu.rank");
        }
        String who = Stream.of("edge.cpu.class", "edge.cpu.brand")
                .filter(labels::containsKey)
                .map(labels::get)
                .collect(Collectors.joining(", "));
        return "edge.cpu.rank is " + rank + (who.isEmpty() ? "" : " (" + who + ")");
    }

    private String plain(String key) {
        String value = labels.get(key);
        return value == null ? missing(key) : key + " is " + value;
    }

    private static String missing(String key) {
        return "no label " + key + ": not known there, or not there";
    }

    private String ladder(String prefix, Stream<String> steps) {
        return steps.filter(step -> "true".equals(labels.get(prefix + step)))
                .reduce((lower, higher) -> higher)
                .map(highest -> "the highest step reached is " + prefix + highest)
                .orElse("no step of " + prefix + "* is reached");
    }

    private String graphics() {
        String driver = labels.get("edge.gpu.driver");
        String vendors = Stream.of("intel", "nvidia", "amd")
                .filter(vendor -> "true".equals(labels.get("edge.gpu." + vendor)))
                .collect(Collectors.joining(", "));
        return (driver == null ? "no label of a graphics driver" : "edge.gpu.driver is " + driver)
                + (vendors.isEmpty() ? "" : ", graphics by " + vendors);
    }

    private String mirrored(String key) {
        if (key.startsWith(FLAGS)) {
            return flag(key.substring(FLAGS.length()));
        }
        if (key.startsWith("feature.pci-")) {
            return present("feature.pci-", "a PCI device of the classes that are labelled");
        }
        return key.startsWith("feature.usb-")
                ? present("feature.usb-", "a USB device of the classes that are labelled")
                : plain(key);
    }

    private String flag(String name) {
        String brand = labels.getOrDefault("edge.cpu.brand", "of unknown brand");
        if (!NfdNames.isPublished(name)) {
            return "RWO makes no label of the flag " + name + "; " + plain("edge.cpu.level");
        }
        if (labels.containsKey(FLAGS + name)) {
            return "the processor (" + brand + ") has the flag " + name;
        }
        boolean others = labels.keySet().stream().anyMatch(other -> other.startsWith(FLAGS));
        return others
                ? "the processor (" + brand + ") has no flag " + name
                : "no label of any processor flag: not known there, or none is there";
    }

    private String present(String prefix, String what) {
        String found = labels.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .sorted()
                .collect(Collectors.joining(", "));
        return found.isEmpty() ? "no label of " + what : "the node has " + found;
    }

    private String site(String key) {
        String value = labels.get(key);
        return value == null
                ? "no label " + key
                        + ": no rule in the node's /etc/rwo/profiles.d gives it, nor has the operator set it"
                : key + " is " + value + " by a rule in the node's /etc/rwo/profiles.d, or set by the operator";
    }
}
