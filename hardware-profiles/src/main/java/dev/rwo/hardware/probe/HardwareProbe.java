package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.X86Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the machine and says what it is.
 *
 * <p>Memory, processor topology and disk stores come from OSHI on the running machine; the rest, and everything of a
 * recorded tree, from small readers of one kernel file each. Forks no command, loads no native library, never throws:
 * what cannot be read, or does not answer within five seconds, is an unknown fact. A call takes as long as the kernel's
 * files do, and five seconds more for each thing that hangs, once: the same thing is not asked again until it answers.
 *
 * <p>{@link #probe()} reads everything; {@link #sweep()} again only what changes, or has changed. May be used from
 * several threads, one at a time. What the drives say of their own health is asked by {@link DiskHealthProbe}.
 */
public final class HardwareProbe {
    /** Drives waking from sleep answer in less, and so does every group of a box that just boots under emulation. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    /** Stamp of what stays until the machine boots again. */
    private static final String BOOT = "boot";

    private final MachineTree tree;
    private final Asking asking;

    /** @param root where /proc, /sys, /dev and /etc are: "/" in production, a recorded tree in tests */
    public HardwareProbe(Path root) {
        this(new MachineTree(root), new Asking(DEADLINE));
    }

    HardwareProbe(Path root, @Nullable Witness witness) {
        this(new MachineTree(root, witness), new Asking(DEADLINE));
    }

    HardwareProbe(MachineTree tree, Asking asking) {
        this.tree = tree;
        this.asking = asking;
    }

    /** Reads everything now. */
    public synchronized HardwareProfile probe() {
        asking.forget();
        return look();
    }

    /**
     * Reads what can change without a reboot and takes the rest from the last look. Sees devices come and go, also
     * those whose event was lost; not a changed binding of a PCI driver.
     */
    public synchronized HardwareProfile sweep() {
        return look();
    }

    /** Makes the next {@link #sweep()} read everything. */
    public synchronized void forget() {
        asking.forget();
    }

    private boolean byOshi() {
        return tree.isLive() && !tree.isWitnessed();
    }

    private HardwareProfile look() {
        HardwareProfile.Cpu cpu = asking.ask("the processor", this::cpu, HardwareProbe::unknownCpu);
        SmbiosTable smbios = asking.ask(
                "the SMBIOS table",
                () -> asking.keep("smbios", BOOT, () -> new SmbiosTable(tree)),
                reason -> new SmbiosTable(Fact.<byte[]>unknown(reason)));
        HardwareProfile.Firmware firmware = asking.ask(
                "the firmware's strings",
                () -> asking.keep("dmi", BOOT, () -> DmiId.firmware(tree, smbios)),
                DmiId::unknown);
        Fact<String> guestOf = asking.ask("the hypervisor", () -> guestOf(cpu, firmware), Fact::unknown);
        EdacControllers edac = asking.ask(
                "memory controllers", () -> new EdacControllers(tree), reason -> EdacControllers.unknown(tree, reason));
        Fact<BlockDevices.Devices> block = new BlockDevices(tree, asking, this::diskStores).read();
        Fact<List<HardwareProfile.PciDevice>> pci = asking.ask("PCI devices", this::pci, Fact::unknown);
        Fact<List<HardwareProfile.UsbDevice>> usb =
                asking.ask("USB devices", () -> new UsbDevices(tree, asking).all(), Fact::unknown);
        Fact<List<HardwareProfile.Gpu>> gpus = PciDevices.gpus(pci);
        MemInfoFile memInfo = asking.ask("/proc/meminfo", () -> new MemInfoFile(tree), MemInfoFile::unknown);
        return new HardwareProfile(
                withSpeed(cpu, smbios),
                memory(memInfo, smbios, edac, guestOf),
                new HardwareProfile.Storage(block.map(BlockDevices.Devices::disks)),
                gpus,
                asking.ask("accelerators", () -> Accelerators.read(tree, pci, usb), Fact::unknown),
                new NetworkDevices(tree, asking).nics(),
                pci,
                usb,
                asking.ask("displays", () -> Displays.read(tree, gpus), Fact::unknown),
                new HardwareProfile.Power(new PowerSupplies(tree, asking).read(), UsbDevices.hasUps(usb)),
                new HardwareProfile.Virtualization(
                        guestOf,
                        cpu.flags().map(flags -> flags.contains("vmx") || flags.contains("svm")),
                        asking.ask("/dev/kvm", () -> KvmDevice.opens(tree), Fact::unknown)),
                firmware,
                // Firmware variables are read by a call into the firmware.
                asking.ask(
                        "roots of trust",
                        () -> asking.keep("trust", BOOT, () -> TrustRoots.read(tree)),
                        TrustRoots::unknown),
                asking.ask(
                        "the system's files",
                        () -> asking.keep("os", BOOT, () -> SystemFiles.read(tree)),
                        SystemFiles::unknown),
                readings(memInfo, edac, block));
    }

    private HardwareProfile.Cpu cpu() {
        // Processors can be taken offline and, in a virtual machine, be added.
        String online = tree.attribute(CpuTopology.CPUS + "/online").orElse("");
        return asking.keep("cpu", online, this::readCpu);
    }

    private HardwareProfile.Cpu readCpu() {
        CpuInfoFile info = new CpuInfoFile(tree);
        Fact<CpuTopology.Counts> counts =
                byOshi() ? OshiMachine.topology().or(CpuTopology.counts(tree)) : CpuTopology.counts(tree);
        return new HardwareProfile.Cpu(
                info.vendor(),
                info.brand(),
                info.family(),
                info.model(),
                info.stepping(),
                info.microcode(),
                counts.map(CpuTopology.Counts::sockets),
                counts.map(CpuTopology.Counts::cores),
                counts.map(CpuTopology.Counts::threads).or(info.processors()),
                CpuTopology.hybrid(tree),
                CpuFrequencies.maxMegahertz(tree),
                CpuCaches.read(tree),
                info.flags(),
                info.flags()
                        .then(flags -> X86Level.of(flags)
                                .map(Fact::known)
                                .orElse(Fact.unknown("the processor has no 64-bit mode"))));
    }

    private static HardwareProfile.Cpu unknownCpu(String reason) {
        return new HardwareProfile.Cpu(
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason));
    }

    /** Where no frequency driver is loaded, the firmware's table says what the processor can do. */
    private static HardwareProfile.Cpu withSpeed(HardwareProfile.Cpu cpu, SmbiosTable smbios) {
        return new HardwareProfile.Cpu(
                cpu.vendor(),
                cpu.brand(),
                cpu.family(),
                cpu.model(),
                cpu.stepping(),
                cpu.microcode(),
                cpu.sockets(),
                cpu.cores(),
                cpu.threads(),
                cpu.hybrid(),
                cpu.maxMegahertz().or(smbios.maxMegahertz()),
                cpu.caches(),
                cpu.flags(),
                cpu.level());
    }

    private Fact<String> guestOf(HardwareProfile.Cpu cpu, HardwareProfile.Firmware firmware) {
        Fact<Boolean> flag = cpu.flags().map(flags -> flags.contains("hypervisor"));
        return asking.keep("hypervisor", List.of(flag, firmware), () -> Hypervisor.guestOf(tree, firmware, flag));
    }

    private HardwareProfile.Memory memory(
            MemInfoFile memInfo, SmbiosTable smbios, EdacControllers edac, Fact<String> guestOf) {
        // A hypervisor's table describes no real module: QEMU claims multi-bit ECC everywhere.
        Fact<Boolean> ecc = guestOf.then(hypervisor -> hypervisor.equals("none")
                ? edac.ecc().or(smbios.ecc())
                : Fact.unknown("a guest cannot see whether its host's memory corrects errors"));
        return new HardwareProfile.Memory(
                asking.ask("the memory's size", () -> visibleBytes(memInfo), Fact::unknown),
                smbios.installedBytes(),
                ecc,
                asking.ask("NUMA nodes", () -> asking.keep("numa", BOOT, () -> NumaNodes.count(tree)), Fact::unknown),
                smbios.modules());
    }

    private Fact<Long> visibleBytes(MemInfoFile memInfo) {
        // A hypervisor may add and take memory: OSHI is asked again when the kernel's own figure moves.
        return byOshi()
                ? asking.keep("memory", memInfo.totalBytes(), OshiMachine::memoryBytes)
                        .or(memInfo.totalBytes())
                : memInfo.totalBytes();
    }

    private Map<String, OshiMachine.Store> diskStores() {
        return byOshi() ? asking.keep("stores", diskStamp(), OshiMachine::diskStores) : Map.of();
    }

    /** A disk that appears makes OSHI look again, once for all that appear together. */
    private Object diskStamp() {
        return tree.names("sys/block").orElse(List.of());
    }

    private Fact<List<HardwareProfile.PciDevice>> pci() {
        List<String> addresses = tree.names("sys/bus/pci/devices").orElse(List.of());
        return asking.keep("pci", addresses, () -> PciDevices.all(tree));
    }

    private HardwareProfile.Readings readings(
            MemInfoFile memInfo, EdacControllers edac, Fact<BlockDevices.Devices> block) {
        return new HardwareProfile.Readings(
                asking.ask("the file system of /var", () -> DataFileSystem.freeBytes(tree), Fact::unknown),
                memInfo.availableBytes(),
                asking.ask("memory pressure", () -> PressureFile.memoryStallPercent(tree), Fact::unknown),
                asking.ask("corrected errors", edac::corrected, Fact::unknown),
                asking.ask("uncorrected errors", edac::uncorrected, Fact::unknown),
                new Temperatures(tree, asking).read(),
                asking.ask("throttle counters", this::throttleEvents, Fact::unknown),
                block.map(devices -> new DiskHealthFiles(tree, asking)
                        .read(
                                devices.disks().stream()
                                        .map(HardwareProfile.Disk::name)
                                        .toList(),
                                devices.under())));
    }

    private Fact<Long> throttleEvents() {
        String online = tree.attribute(CpuTopology.CPUS + "/online").orElse("");
        return ThrottleCounters.sum(tree, asking.keep("throttle", online, () -> ThrottleCounters.files(tree)));
    }
}
