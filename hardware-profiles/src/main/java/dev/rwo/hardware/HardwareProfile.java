package dev.rwo.hardware;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;

/**
 * Everything known of a node's hardware at one moment. Immutable; made by {@link HardwareProbe}.
 *
 * @param gpus display controllers on PCI, ordered by address
 * @param nics network interfaces backed by a device, ordered by name
 */
public record HardwareProfile(
        Cpu cpu,
        Memory memory,
        Storage storage,
        Fact<List<Gpu>> gpus,
        Fact<List<Nic>> nics,
        Virtualization virtualization,
        Firmware firmware,
        Security security,
        OperatingSystem os) {

    /**
     * The processor.
     *
     * @param vendor vendor string of CPUID, for example {@code GenuineIntel}
     * @param brand brand string of CPUID, as the processor says it
     * @param sockets populated packages
     * @param cores physical cores of all packages
     * @param threads logical processors online
     * @param hybrid performance and efficiency cores; both 0 on a processor with one kind of core
     * @param flags feature flags as /proc/cpuinfo writes them
     * @param level psABI level
     */
    public record Cpu(
            Fact<String> vendor,
            Fact<String> brand,
            Fact<Integer> family,
            Fact<Integer> model,
            Fact<Integer> stepping,
            Fact<Integer> sockets,
            Fact<Integer> cores,
            Fact<Integer> threads,
            Fact<Hybrid> hybrid,
            Fact<SortedSet<String>> flags,
            Fact<X86Level> level) {

        /** What the classifier decides by; unknown parts are left out of the decision. */
        public CpuIdentity identity() {
            return new CpuIdentity(
                    vendor.orElse(""),
                    brand.orElse(""),
                    family.orElse(-1),
                    model.orElse(-1),
                    stepping.orElse(-1),
                    flags.<SortedSet<String>>map(known -> known).orElse(CpuIdentity.NO_FLAGS));
        }
    }

    /** Counts of cores by kind; both 0 where there is only one kind. */
    public record Hybrid(int performanceCores, int efficiencyCores) {
        /** Whether there are two kinds of cores. */
        public boolean isHybrid() {
            return performanceCores > 0 && efficiencyCores > 0;
        }
    }

    /**
     * The memory.
     *
     * @param visibleBytes what the kernel manages: installed less what firmware and graphics keep
     * @param installedBytes sum of the modules in the SMBIOS tables
     * @param ecc whether errors are corrected
     */
    public record Memory(Fact<Long> visibleBytes, Fact<Long> installedBytes, Fact<Boolean> ecc) {}

    /**
     * Disks and room on the data file system.
     *
     * @param disks whole disks with a medium, ordered by name
     * @param freeBytes bytes a user process can still write on the file system of /var; changes all the time
     */
    public record Storage(Fact<List<Disk>> disks, Fact<Long> freeBytes) {}

    /**
     * One disk.
     *
     * @param name the kernel's name, for example {@code nvme0n1}
     * @param system whether the running system's data lives on it
     */
    public record Disk(
            String name,
            Fact<DiskKind> kind,
            Fact<Long> bytes,
            Fact<String> model,
            Fact<Boolean> removable,
            Fact<Boolean> system) {}

    /**
     * One display controller.
     *
     * @param address PCI address
     * @param vendor PCI vendor id, four hexadecimal digits
     * @param device PCI device id, four hexadecimal digits
     * @param driver name of the bound kernel driver; empty when none is bound
     */
    public record Gpu(String address, Fact<String> vendor, Fact<String> device, Fact<String> driver) {}

    /**
     * One network interface.
     *
     * @param megabitsPerSecond negotiated speed; unknown while the link is down; changes
     * @param link whether there is a carrier; changes
     */
    public record Nic(String name, Fact<String> mac, Fact<Integer> megabitsPerSecond, Fact<Boolean> link) {}

    /**
     * Virtualisation, from below and to above.
     *
     * @param guestOf the hypervisor under us in the words of systemd-detect-virt ({@code kvm}, {@code qemu},
     *     {@code vmware}, {@code microsoft}, {@code oracle}, {@code xen}, ...), {@code none} on bare metal,
     *     {@code other} in a guest of a hypervisor that does not say its name
     * @param hardwareAssist whether the processor offers VT-x or AMD-V
     * @param kvm whether /dev/kvm opens for reading and writing
     */
    public record Virtualization(Fact<String> guestOf, Fact<Boolean> hardwareAssist, Fact<Boolean> kvm) {}

    /** SMBIOS strings, raw as the vendor left them (trimmed). Junk is dropped where labels are made. */
    public record Firmware(
            Fact<String> manufacturer,
            Fact<String> product,
            Fact<String> serial,
            Fact<String> sku,
            Fact<String> family,
            Fact<String> biosVendor,
            Fact<String> biosVersion) {}

    /** Roots of trust: whether Secure Boot is on, whether there is a TPM 2.0. */
    public record Security(Fact<Boolean> secureBoot, Fact<Boolean> tpm2) {}

    /**
     * The running system.
     *
     * @param kernel release of the kernel
     * @param imageVersion IMAGE_VERSION of os-release: the version of the RWO image
     */
    public record OperatingSystem(Fact<String> kernel, Fact<String> imageVersion) {}

    /** The profile as JSON: keys in a fixed order, a fact as its value or as {@code {"unknown": "reason"}}. */
    public JsonNode toJson() {
        return ProfileJson.write(this);
    }

    /**
     * Reads what {@link #toJson()} wrote. A part that is missing or has another type becomes an unknown fact, so that a
     * profile of another version of the agent can be read.
     *
     * @throws IllegalArgumentException when the JSON is not an object at all
     */
    public static HardwareProfile fromJson(JsonNode json) {
        return ProfileJson.read(json);
    }

    /**
     * Names this state of the hardware: the first 12 hexadecimal digits of the SHA-256 of the JSON without free bytes
     * and link state. Equal hardware, equal revision.
     */
    public String revision() {
        byte[] canonical = ProfileJson.canonical(this).getBytes(StandardCharsets.UTF_8);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(canonical);
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256, this one does not", impossible);
        }
    }
}
