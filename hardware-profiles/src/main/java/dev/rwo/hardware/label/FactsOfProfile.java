package dev.rwo.hardware.label;

import dev.rwo.hardware.DiskKind;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.X86Level;
import dev.rwo.hardware.cpu.CpuClassification;
import dev.rwo.hardware.cpu.CpuClassifier;
import dev.rwo.hardware.cpu.CpuIdentity;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a profile says of one label: a sentence, or the reason why its fact is unknown. */
final class FactsOfProfile {
    private static final String FLAGS = "feature.cpu-cpuid.";

    private final HardwareProfile profile;

    FactsOfProfile(HardwareProfile profile) {
        this.profile = profile;
    }

    Optional<Fact<String>> of(String key) {
        if (key.startsWith("edge.cpu.")) {
            return Optional.of(processor(key));
        }
        if (key.startsWith("edge.mem.") || key.startsWith("edge.disk.")) {
            return Optional.of(capacity(key));
        }
        if (key.startsWith("feature.")) {
            return mirrored(key);
        }
        return device(key).or(() -> platform(key));
    }

    private Fact<String> processor(String key) {
        HardwareProfile.Cpu cpu = profile.cpu();
        if (key.startsWith("edge.cpu.cores")) {
            return cpu.cores().map(cores -> cores + " cores");
        }
        return switch (key) {
            case "edge.cpu.threads" -> cpu.threads().map(threads -> threads + " threads");
            case "edge.cpu.level" ->
                cpu.level().map(X86Level::label).map(level -> "the processor's flags make " + level);
            case "edge.cpu.hybrid" ->
                cpu.hybrid()
                        .map(cores -> cores.isHybrid()
                                ? cores.performanceCores() + " performance and " + cores.efficiencyCores()
                                        + " efficiency cores"
                                : "all cores are of one kind");
            default -> cpu.vendor().map(vendor -> classified(CpuIdentity.of(cpu)));
        };
    }

    private static String classified(CpuIdentity cpu) {
        CpuClassification found = CpuClassifier.standard().classify(cpu);
        return "rank " + found.rank() + " (" + found.cpuClass().label() + ", " + cpu.shortBrand() + ") by the rule "
                + found.ruleId();
    }

    private Fact<String> capacity(String key) {
        if (key.startsWith("edge.disk.free.")) {
            return CapacityLabels.freeGibibytes(profile).map(gibibytes -> gibibytes + " GiB are free on /var");
        }
        return switch (key) {
            case "edge.disk.kind" ->
                CapacityLabels.systemDiskKind(profile).map(DiskKind::label).map(kind -> "/var lives on " + kind);
            case "edge.mem.ecc" ->
                profile.memory().ecc().map(ecc -> "the memory " + (ecc ? "corrects errors" : "corrects no errors"));
            default -> MemorySize.spokenGibibytes(profile.memory()).map(gibibytes -> gibibytes + " GiB of memory");
        };
    }

    private Optional<Fact<String>> device(String key) {
        if (key.startsWith("edge.gpu.")) {
            return Optional.of(listed("display controller", profile.gpus(), FactsOfProfile::gpu));
        }
        if (key.startsWith("edge.npu")) {
            return Optional.of(
                    listed("accelerator", profile.accelerators(), device -> device.kind() + " at " + device.address()));
        }
        if (key.startsWith("edge.net.link.")) {
            return Optional.of(listed("network interface", profile.nics(), FactsOfProfile::nic));
        }
        return key.startsWith("edge.display.")
                ? Optional.of(listed("display connector", profile.displays(), FactsOfProfile::display))
                : Optional.empty();
    }

    private static <T> Fact<String> listed(String what, Fact<List<T>> devices, Function<T, String> description) {
        return devices.map(known -> known.isEmpty()
                ? "no " + what
                : known.stream().map(description).collect(Collectors.joining(", ", what + ": ", "")));
    }

    private static String gpu(HardwareProfile.Gpu gpu) {
        String driver = shown(gpu.driver());
        return gpu.address() + " of vendor " + shown(gpu.vendor())
                + (driver.isEmpty() ? " without a driver" : " with driver " + driver);
    }

    private static String nic(HardwareProfile.Nic nic) {
        if (nic.wireless().orElse(false)) {
            return nic.name() + " wireless";
        }
        return nic.link().orElse(true)
                ? nic.name() + " " + shown(nic.megabitsPerSecond()) + " Mb/s"
                : nic.name() + " without link";
    }

    private static String display(HardwareProfile.Display display) {
        return display.connector() + " " + shown(display.connected().map(plugged -> plugged ? "connected" : "empty"));
    }

    private static String shown(Fact<?> fact) {
        return switch (fact) {
            case Fact.Known<?>(Object value) -> value.toString();
            case Fact.Unknown<?>(String reason) -> "unknown (" + reason + ")";
        };
    }

    private Optional<Fact<String>> platform(String key) {
        HardwareProfile.Virtualization virtualization = profile.virtualization();
        HardwareProfile.OperatingSystem os = profile.os();
        return Optional.ofNullable(
                switch (key) {
                    case "edge.virt.kvm" ->
                        virtualization.kvm().map(opens -> "/dev/kvm " + (opens ? "opens" : "does not open"));
                    case "edge.virt.guest" ->
                        virtualization
                                .guestOf()
                                .map(guest -> guest.equals("none") ? "bare metal" : "a guest of " + guest);
                    case "edge.sec.tpm2" ->
                        profile.security().tpm2().map(there -> there ? "a TPM 2.0 is there" : "no TPM 2.0 is there");
                    case "edge.sec.secureboot" ->
                        profile.security().secureBoot().map(on -> "Secure Boot is " + (on ? "on" : "off"));
                    case "edge.os.version" -> os.imageVersion().map(version -> "IMAGE_VERSION is " + version);
                    case "edge.slot" -> os.slot().map(slot -> "slot " + slot + " runs");
                    case "edge.profile.rev" -> Fact.known("the profile's revision is " + profile.revision());
                    default -> null;
                });
    }

    private Optional<Fact<String>> mirrored(String key) {
        if (key.startsWith(FLAGS)) {
            String name = key.substring(FLAGS.length());
            return NfdNames.kernelFlag(name)
                    .map(kernel -> profile.cpu()
                            .flags()
                            .map(flags -> "the processor has "
                                    + (flags.contains(kernel) ? "the flag " : "no flag ")
                                    + kernel + (NfdNames.isPublished(name) ? "" : ", of which RWO makes no label")));
        }
        if (key.startsWith("feature.pci-")) {
            return Optional.of(listed(
                    "PCI device", profile.pci(), device -> shown(device.deviceClass()) + "_" + shown(device.vendor())));
        }
        if (key.startsWith("feature.usb-")) {
            return Optional.of(listed("USB device", profile.usb(), FactsOfProfile::usb));
        }
        return Optional.ofNullable(source(key)).map(fact -> fact.map(text -> key + " is made of " + text));
    }

    private static String usb(HardwareProfile.UsbDevice device) {
        return shown(device.vendor()) + ":" + shown(device.product()) + " with classes " + shown(device.classes());
    }

    private @Nullable Fact<String> source(String key) {
        if (key.startsWith("feature.kernel-version.")) {
            return profile.os().kernel();
        }
        if (key.startsWith("feature.system-os_release.")) {
            return key.endsWith(".ID") ? profile.os().id() : profile.os().versionId();
        }
        return switch (key) {
            case "feature.cpu-model.vendor_id" -> profile.cpu().vendor();
            case "feature.cpu-model.family" -> profile.cpu().family().map(family -> "family " + family);
            case "feature.cpu-model.id" -> profile.cpu().model().map(model -> "model " + model);
            case "feature.cpu-hardware_multithreading" ->
                profile.cpu()
                        .cores()
                        .then(cores ->
                                profile.cpu().threads().map(threads -> threads + " threads on " + cores + " cores"));
            case "feature.memory-numa" -> profile.memory().numaNodes().map(nodes -> nodes + " NUMA nodes");
            case "feature.network-sriov.capable" ->
                listed(
                        "network interface",
                        profile.nics(),
                        nic -> nic.name() + " with " + shown(nic.virtualFunctions()) + " virtual functions");
            case "feature.storage-nonrotationaldisk" ->
                listed(
                        "disk",
                        profile.storage().disks(),
                        disk -> disk.name() + " " + shown(disk.kind().map(DiskKind::label)));
            default -> null;
        };
    }
}
