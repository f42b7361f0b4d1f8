package dev.rwo.hardware.label;

import dev.rwo.hardware.DiskKind;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.X86Level;
import dev.rwo.hardware.cpu.CpuClassification;
import dev.rwo.hardware.cpu.CpuClassifier;
import dev.rwo.hardware.cpu.CpuIdentity;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The {@code edge.*} labels that a profile's facts earn. Pure. Every label, its fact and its rule stand in
 * docs/labels.md.
 *
 * <p>An unknown fact makes no label; {@link #unknownKeys} names the labels which are missing for that reason, so that a
 * caller that had one can keep it instead of evicting a task.
 */
public final class NodeLabels {
    private static final String TRUE = "true";
    private static final List<Integer> RANKS = List.of(1, 2, 3, 4, 5, 6);
    private static final List<Integer> CORE_STEPS = List.of(2, 4, 8, 16, 32);
    private static final List<Integer> MEMORY_STEPS = List.of(2, 4, 8, 16, 32, 64, 128);
    private static final List<Integer> DISK_STEPS = List.of(10, 50, 100, 500);
    private static final Map<Integer, String> LINK_STEPS = Map.of(1000, "1g", 2500, "2g5", 10000, "10g");
    private static final Map<String, String> GPU_VENDORS =
            Map.of("8086", "intel", "10de", "nvidia", "1002", "amd", "1022", "amd");

    /** Which driver names the box when there are several: the stronger first, then by PCI address. */
    private static final List<String> STRONG_DRIVERS = List.of("nvidia", "nouveau", "amdgpu", "xe", "i915");

    private final SortedMap<String, String> labels = new TreeMap<>();
    private final SortedSet<String> unknown = new TreeSet<>();

    private NodeLabels(HardwareProfile profile) {
        processor(profile.cpu());
        memory(profile.memory());
        storage(profile.storage(), profile.readings());
        gpus(profile.gpus());
        value("edge.virt.kvm", profile.virtualization().kvm());
        text("edge.virt.guest", profile.virtualization().guestOf(), false);
        links(profile.nics());
        value("edge.sec.tpm2", profile.security().tpm2());
        value("edge.sec.secureboot", profile.security().secureBoot());
        text("edge.os.version", profile.os().imageVersion(), true);
        labels.put("edge.profile.rev", profile.revision());
    }

    private NodeLabels(HardwareProfile.Cpu cpu, CpuClassification found) {
        identity(cpu, found);
        counts(cpu);
    }

    /** The labels of a processor alone, which somebody has classified already; sorted by key. */
    public static SortedMap<String, String> ofProcessor(HardwareProfile.Cpu cpu, CpuClassification found) {
        return Collections.unmodifiableSortedMap(new NodeLabels(cpu, found).labels);
    }

    /** The labels, sorted by key; values are sanitised. */
    public static SortedMap<String, String> of(HardwareProfile profile) {
        return Collections.unmodifiableSortedMap(new NodeLabels(profile).labels);
    }

    /** Keys on which {@link #of} is silent because a fact is unknown; those keys may or may not deserve a label. */
    public static SortedSet<String> unknownKeys(HardwareProfile profile) {
        NodeLabels made = new NodeLabels(profile);
        made.unknown.removeAll(made.labels.keySet());
        return Collections.unmodifiableSortedSet(made.unknown);
    }

    private void processor(HardwareProfile.Cpu cpu) {
        List<String> byIdentity =
                List.of("edge.cpu.class", "edge.cpu.rank", "edge.cpu.vendor", "edge.cpu.gen", "edge.cpu.brand");
        if (cpu.vendor() instanceof Fact.Unknown<String> && cpu.brand() instanceof Fact.Unknown<String>) {
            unknown.addAll(byIdentity);
            RANKS.forEach(step -> unknown.add("edge.cpu.ge." + step));
        } else {
            identity(cpu, CpuClassifier.standard().classify(CpuIdentity.of(cpu)));
        }
        counts(cpu);
    }

    private void identity(HardwareProfile.Cpu cpu, CpuClassification found) {
        labels.put("edge.cpu.class", found.cpuClass().label());
        labels.put("edge.cpu.rank", String.valueOf(found.rank()));
        labels.put("edge.cpu.vendor", found.vendor());
        sanitized("edge.cpu.gen", found.generation());
        sanitized("edge.cpu.brand", CpuIdentity.of(cpu).shortBrand());
        steps("edge.cpu.ge.", RANKS, found.rank());
    }

    private void counts(HardwareProfile.Cpu cpu) {
        value("edge.cpu.cores", cpu.cores());
        value("edge.cpu.threads", cpu.threads());
        value("edge.cpu.hybrid", cpu.hybrid().map(HardwareProfile.Hybrid::isHybrid));
        value("edge.cpu.level", cpu.level().map(X86Level::label));
        steps("edge.cpu.cores.ge.", CORE_STEPS, cpu.cores().map(Integer::longValue));
    }

    private void memory(HardwareProfile.Memory memory) {
        Fact<Long> gibibytes = MemorySize.spokenGibibytes(memory);
        value("edge.mem.gib", gibibytes);
        steps("edge.mem.ge.", MEMORY_STEPS, gibibytes);
        value("edge.mem.ecc", memory.ecc());
    }

    private void storage(HardwareProfile.Storage storage, HardwareProfile.Readings readings) {
        Fact<DiskKind> kind = storage.disks().then(NodeLabels::systemDiskKind);
        value("edge.disk.kind", kind.map(DiskKind::label));
        steps("edge.disk.free.ge.", DISK_STEPS, readings.freeBytes().map(bytes -> bytes >> 30));
    }

    /** With several disks under the system (RAID) the slowest kind is promised. */
    private static Fact<DiskKind> systemDiskKind(List<HardwareProfile.Disk> disks) {
        List<DiskKind> slowestFirst = List.of(
                DiskKind.SD, DiskKind.USB, DiskKind.VIRTUAL, DiskKind.HDD, DiskKind.EMMC, DiskKind.SSD, DiskKind.NVME);
        List<Fact<DiskKind>> kinds = disks.stream()
                .filter(disk -> disk.system().orElse(false))
                .map(HardwareProfile.Disk::kind)
                .toList();
        return kinds.stream()
                .filter(kind -> !kind.isKnown())
                .findFirst()
                .or(() -> kinds.stream()
                        .min(Comparator.comparingInt(
                                kind -> kind.map(slowestFirst::indexOf).orElse(0))))
                .orElse(Fact.unknown("the system disk is not known"));
    }

    private void gpus(Fact<List<HardwareProfile.Gpu>> gpus) {
        switch (gpus) {
            case Fact.Unknown<List<HardwareProfile.Gpu>> none -> {
                GPU_VENDORS.values().forEach(vendor -> unknown.add("edge.gpu." + vendor));
                unknown.add("edge.gpu.driver");
            }
            case Fact.Known<List<HardwareProfile.Gpu>>(List<HardwareProfile.Gpu> known) -> {
                for (HardwareProfile.Gpu gpu : known) {
                    gpuVendor(gpu.vendor());
                }
                gpuDriver(known);
            }
        }
    }

    private void gpuVendor(Fact<String> id) {
        switch (id) {
            case Fact.Unknown<String> none -> GPU_VENDORS.values().forEach(vendor -> unknown.add("edge.gpu." + vendor));
            case Fact.Known<String>(String vendor) -> {
                if (GPU_VENDORS.containsKey(vendor)) {
                    labels.put("edge.gpu." + GPU_VENDORS.get(vendor), TRUE);
                }
            }
        }
    }

    private void gpuDriver(List<HardwareProfile.Gpu> gpus) {
        List<String> drivers = gpus.stream()
                .map(gpu -> gpu.driver().orElse(""))
                .filter(driver -> !driver.isEmpty())
                .toList();
        if (gpus.stream().anyMatch(gpu -> !gpu.driver().isKnown())) {
            unknown.add("edge.gpu.driver");
        }
        STRONG_DRIVERS.stream()
                .filter(drivers::contains)
                .findFirst()
                .or(() -> drivers.stream().findFirst())
                .ifPresent(driver -> sanitized("edge.gpu.driver", driver));
    }

    private void links(Fact<List<HardwareProfile.Nic>> nics) {
        Fact<Integer> fastest = nics.then(known -> {
            List<HardwareProfile.Nic> linked =
                    known.stream().filter(nic -> nic.link().orElse(true)).toList();
            int speed = linked.stream()
                    .mapToInt(nic -> nic.megabitsPerSecond().orElse(0))
                    .max()
                    .orElse(0);
            boolean silent =
                    linked.stream().anyMatch(nic -> !nic.megabitsPerSecond().isKnown());
            return silent && speed == 0 ? Fact.unknown("no linked interface tells its speed") : Fact.known(speed);
        });
        LINK_STEPS.forEach((speed, name) -> {
            String key = "edge.net.link.ge." + name;
            switch (fastest) {
                case Fact.Known<Integer>(Integer known) -> put(known >= speed, key);
                case Fact.Unknown<Integer> none -> unknown.add(key);
            }
        });
    }

    private void steps(String prefix, List<Integer> steps, Fact<Long> reached) {
        switch (reached) {
            case Fact.Known<Long>(Long known) -> steps(prefix, steps, known);
            case Fact.Unknown<Long> none -> steps.forEach(step -> unknown.add(prefix + step));
        }
    }

    private void steps(String prefix, List<Integer> steps, long reached) {
        steps.forEach(step -> put(reached >= step, prefix + step));
    }

    private void put(boolean earned, String key) {
        if (earned) {
            labels.put(key, TRUE);
        }
    }

    private void value(String key, Fact<?> fact) {
        switch (fact) {
            case Fact.Known<?>(Object value) -> labels.put(key, value.toString());
            case Fact.Unknown<?> none -> unknown.add(key);
        }
    }

    private void text(String key, Fact<String> fact, boolean junkPossible) {
        switch (fact) {
            case Fact.Known<String>(String value) -> {
                if (junkPossible) {
                    sanitized(key, value);
                } else {
                    labels.put(key, value);
                }
            }
            case Fact.Unknown<String> none -> unknown.add(key);
        }
    }

    private void sanitized(String key, String raw) {
        LabelSanitizer.sanitize(raw).ifPresent(value -> labels.put(key, value));
    }
}
