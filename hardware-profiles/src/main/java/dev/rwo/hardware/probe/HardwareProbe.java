package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.X86Level;
import java.nio.file.Path;
import java.util.Map;

/**
 * Looks at the machine once and says what it is.
 *
 * <p>Memory, processor topology and disk stores come from OSHI on the running machine; the rest, and everything of a
 * recorded tree, from small readers of one kernel file each. Forks no command, loads no native library, never throws:
 * what cannot be read is an unknown fact. Blocks only as long as the kernel's files do (here about 0.1 s cold).
 */
public final class HardwareProbe {
    private final MachineTree tree;

    /** @param root where /proc, /sys, /dev and /etc are: "/" in production, a recorded tree in tests */
    public HardwareProbe(Path root) {
        this.tree = new MachineTree(root);
    }

    /** Reads everything now. */
    public HardwareProfile probe() {
        HardwareProfile.Cpu cpu = cpu();
        HardwareProfile.Firmware firmware = DmiId.firmware(tree);
        Fact<String> guestOf =
                Hypervisor.guestOf(tree, firmware, cpu.flags().map(flags -> flags.contains("hypervisor")));
        return new HardwareProfile(
                cpu,
                memory(guestOf),
                new HardwareProfile.Storage(
                        new BlockDevices(tree, tree.isLive() ? OshiMachine.diskStores() : Map.of()).disks()),
                PciDevices.gpus(tree),
                notProbed(),
                NetworkDevices.nics(tree),
                notProbed(),
                notProbed(),
                notProbed(),
                new HardwareProfile.Power(notProbed(), notProbed()),
                new HardwareProfile.Virtualization(
                        guestOf,
                        cpu.flags().map(flags -> flags.contains("vmx") || flags.contains("svm")),
                        KvmDevice.opens(tree)),
                firmware,
                TrustRoots.read(tree),
                SystemFiles.read(tree),
                new HardwareProfile.Readings(
                        DataFileSystem.freeBytes(tree),
                        notProbed(),
                        notProbed(),
                        notProbed(),
                        notProbed(),
                        notProbed(),
                        notProbed(),
                        notProbed()));
    }

    private static <T> Fact<T> notProbed() {
        return Fact.unknown("not probed yet");
    }

    private HardwareProfile.Cpu cpu() {
        CpuInfoFile info = new CpuInfoFile(tree);
        Fact<CpuTopology.Counts> byOshi =
                tree.isLive() ? OshiMachine.topology() : Fact.unknown("OSHI reads only the running machine");
        Fact<CpuTopology.Counts> counts = byOshi.or(CpuTopology.counts(tree));
        return new HardwareProfile.Cpu(
                info.vendor(),
                info.brand(),
                info.family(),
                info.model(),
                info.stepping(),
                notProbed(),
                counts.map(CpuTopology.Counts::sockets),
                counts.map(CpuTopology.Counts::cores),
                counts.map(CpuTopology.Counts::threads).or(info.processors()),
                CpuTopology.hybrid(tree),
                notProbed(),
                notProbed(),
                info.flags(),
                info.flags()
                        .then(flags -> X86Level.of(flags)
                                .map(Fact::known)
                                .orElse(Fact.unknown("the processor has no 64-bit mode"))));
    }

    private HardwareProfile.Memory memory(Fact<String> guestOf) {
        Fact<Long> byOshi =
                tree.isLive() ? OshiMachine.memoryBytes() : Fact.unknown("OSHI reads only the live machine");
        SmbiosTable smbios = new SmbiosTable(tree);
        // A hypervisor's table describes no real module: QEMU claims multi-bit ECC everywhere.
        Fact<Boolean> ecc = guestOf.then(hypervisor -> hypervisor.equals("none")
                ? EdacControllers.ecc(tree).or(smbios.ecc())
                : Fact.unknown("a guest cannot see whether its host's memory corrects errors"));
        return new HardwareProfile.Memory(
                byOshi.or(MemInfoFile.totalBytes(tree)), smbios.installedBytes(), ecc, notProbed(), notProbed());
    }
}
