package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import oshi.hardware.CentralProcessor.ProcessorIdentifier;
import oshi.hardware.HWDiskStore;
import oshi.hardware.common.platform.linux.LinuxCentralProcessor;
import oshi.hardware.common.platform.linux.LinuxGlobalMemory;
import oshi.hardware.common.platform.linux.nativefree.LinuxHWDiskStoreNF;

/**
 * The running machine through OSHI's native-free Linux backend: memory, processor topology and disk stores.
 *
 * <p>Takes OSHI's Linux classes one by one instead of {@code oshi.nativefree.SystemInfo}: in 7.5.0 its constructor
 * forks {@code uname}, its processor {@code getconf} and (for the processor id) {@code id}, {@code lshw},
 * {@code dmidecode} and {@code cpuid}, its file system {@code lsblk}. These three fork nothing.
 */
final class OshiMachine {
    /** x86 has no other base page (kernel, arch/x86/include/asm/page_types.h). */
    private static final long PAGE_BYTES = 4096;

    /** USER_HZ, part of the x86 ABI (kernel, include/asm-generic/param.h). */
    private static final long CLOCK_TICKS = 100;

    private OshiMachine() {}

    /** What OSHI's disk store says. */
    record Store(long bytes, String model) {}

    static Fact<Long> memoryBytes() {
        try {
            long total = new LinuxGlobalMemory(PAGE_BYTES).getTotal();
            return total > 0 ? Fact.known(total) : Fact.unknown("OSHI found no memory size");
        } catch (RuntimeException e) {
            return failed("memory size", e);
        }
    }

    static Fact<CpuTopology.Counts> topology() {
        try {
            Processor processor = new Processor();
            int sockets = processor.getPhysicalPackageCount();
            int cores = processor.getPhysicalProcessorCount();
            int threads = processor.getLogicalProcessorCount();
            return sockets > 0 && cores >= sockets && threads >= cores
                    ? Fact.known(new CpuTopology.Counts(sockets, cores, threads))
                    : Fact.unknown("OSHI found no consistent processor topology");
        } catch (RuntimeException e) {
            return failed("processor topology", e);
        }
    }

    /** Disk stores by kernel name ({@code sda}). */
    static Map<String, Store> diskStores() {
        try {
            Map<String, Store> stores = new HashMap<>();
            for (HWDiskStore disk : LinuxHWDiskStoreNF.getDisks()) {
                String name = disk.getName().substring(disk.getName().lastIndexOf('/') + 1);
                stores.put(name, new Store(disk.getSize(), disk.getModel().strip()));
            }
            return stores;
        } catch (RuntimeException e) {
            // Nothing is lost: the caller reads the same attributes from sysfs for every disk not named here.
            return Map.of();
        }
    }

    private static <T> Fact<T> failed(String what, RuntimeException e) {
        return Fact.unknown("OSHI could not read the " + what + ": " + e);
    }

    /** OSHI's processor without the parts that fork. */
    private static final class Processor extends LinuxCentralProcessor {
        private Processor() {
            super(CLOCK_TICKS);
        }

        @Override
        @SuppressWarnings("NullAway") // OSHI's own native-free class returns null here: "no udev, read sysfs"
        protected @Nullable List<String> enumerateCpuSyspathsViaUdev() {
            return null;
        }

        @Override
        protected int getloadavgNative(double[] averages, int count) {
            return -1;
        }

        /** Never asked for: {@link CpuInfoFile} reads the identity, because OSHI forks four commands for it. */
        @Override
        protected ProcessorIdentifier queryProcessorId() {
            return new ProcessorIdentifier("", "", "", "", "", "", true);
        }
    }
}
