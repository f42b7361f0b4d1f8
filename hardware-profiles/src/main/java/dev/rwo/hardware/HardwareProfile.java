package dev.rwo.hardware;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SortedSet;

/**
 * Everything known of a node's hardware at one moment. Immutable; made by {@code dev.rwo.hardware.probe.HardwareProbe}.
 *
 * <p>A part that may fail to be known is a {@link Fact}; a part that changes while the hardware stays the same is
 * {@link Momentary}. Lists are ordered by address or name, so that equal hardware makes equal profiles.
 *
 * @param gpus display controllers on PCI, ordered by address
 * @param accelerators NPUs and other inference accelerators on PCI or USB, ordered by address
 * @param nics network interfaces backed by a device, ordered by name
 * @param pci all PCI functions, ordered by address
 * @param usb all USB devices except hubs of the host controllers, ordered by bus path
 * @param displays connectors of display controllers, ordered by name
 * @param power mains adapters, batteries and UPSes
 * @param readings what changes all the time
 */
public record HardwareProfile(
        Cpu cpu,
        Memory memory,
        Storage storage,
        Fact<List<Gpu>> gpus,
        Fact<List<Accelerator>> accelerators,
        Fact<List<Nic>> nics,
        Fact<List<PciDevice>> pci,
        Fact<List<UsbDevice>> usb,
        Fact<List<Display>> displays,
        Power power,
        Virtualization virtualization,
        Firmware firmware,
        Security security,
        OperatingSystem os,
        @Momentary Readings readings) {

    /**
     * The processor.
     *
     * @param vendor vendor string of CPUID, for example {@code GenuineIntel}
     * @param brand brand string of CPUID, as the processor says it
     * @param family CPUID display family
     * @param model CPUID display model
     * @param stepping CPUID stepping
     * @param microcode revision of the loaded microcode as the kernel writes it, for example {@code 0xf0}
     * @param sockets populated packages
     * @param cores physical cores of all packages
     * @param threads logical processors online
     * @param hybrid performance and efficiency cores; both 0 on a processor with one kind of core
     * @param maxMegahertz highest frequency of any core
     * @param caches every cache of the machine, summed by level and kind; ordered by level, then kind
     * @param flags feature flags as /proc/cpuinfo writes them
     * @param level psABI level
     */
    public record Cpu(
            Fact<String> vendor,
            Fact<String> brand,
            Fact<Integer> family,
            Fact<Integer> model,
            Fact<Integer> stepping,
            Fact<String> microcode,
            Fact<Integer> sockets,
            Fact<Integer> cores,
            Fact<Integer> threads,
            Fact<Hybrid> hybrid,
            Fact<Integer> maxMegahertz,
            Fact<List<Cache>> caches,
            Fact<SortedSet<String>> flags,
            Fact<X86Level> level) {}

    /** Counts of cores by kind; both 0 where there is only one kind. */
    public record Hybrid(int performanceCores, int efficiencyCores) {
        /** Whether there are two kinds of cores. */
        public boolean isHybrid() {
            return performanceCores > 0 && efficiencyCores > 0;
        }
    }

    /**
     * All caches of one level and kind.
     *
     * @param level 1 to 4
     * @param kind {@code data}, {@code instruction} or {@code unified}
     * @param count how many there are; cores share the larger ones
     * @param bytes size of all of them together
     */
    public record Cache(int level, String kind, int count, long bytes) {}

    /**
     * The memory.
     *
     * @param visibleBytes what the kernel manages: installed less what firmware and graphics keep
     * @param installedBytes sum of the modules in the SMBIOS tables
     * @param ecc whether errors are corrected
     * @param numaNodes how many NUMA nodes have processors or memory
     * @param modules the populated slots in the order of the SMBIOS tables
     */
    public record Memory(
            Fact<Long> visibleBytes,
            Fact<Long> installedBytes,
            Fact<Boolean> ecc,
            Fact<Integer> numaNodes,
            Fact<List<MemoryModule>> modules) {}

    /**
     * One memory module.
     *
     * @param slot the board's name of the slot, raw
     * @param bytes size
     * @param type for example {@code DDR4}, in the words of dmidecode
     * @param megatransfersPerSecond configured speed, MT/s
     */
    public record MemoryModule(
            Fact<String> slot, long bytes, Fact<String> type, Fact<Integer> megatransfersPerSecond) {}

    /**
     * Disks.
     *
     * @param disks whole disks with a medium, ordered by name
     */
    public record Storage(Fact<List<Disk>> disks) {}

    /**
     * One disk.
     *
     * @param name the kernel's name, for example {@code nvme0n1}
     * @param transport how it is attached, in lower case: nvme, sata, sas, usb, mmc, virtio, xen, iscsi, fc, or scsi for
     *     anything else that speaks it
     * @param serial the drive's serial number
     * @param system whether the running system's data lives on it
     */
    public record Disk(
            String name,
            Fact<DiskKind> kind,
            Fact<Long> bytes,
            Fact<String> model,
            Fact<String> transport,
            Fact<String> serial,
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
     * One accelerator for inference.
     *
     * @param address PCI address, or USB bus path
     * @param kind {@code intel-npu}, {@code amd-xdna}, {@code coral}, {@code hailo}, {@code movidius} ... : what it is
     * @param vendor PCI or USB vendor id, four hexadecimal digits
     * @param device PCI or USB product id, four hexadecimal digits
     * @param driver name of the bound kernel driver; empty when none is bound
     */
    public record Accelerator(String address, String kind, String vendor, String device, Fact<String> driver) {}

    /**
     * One network interface.
     *
     * @param mac hardware address
     * @param driver name of the bound kernel driver
     * @param wireless whether it is a radio
     * @param megabitsPerSecond negotiated speed; unknown while the link is down
     * @param link whether there is a carrier
     * @param virtualFunctions how many SR-IOV functions the device can offer; 0 for none
     */
    public record Nic(
            String name,
            Fact<String> mac,
            Fact<String> driver,
            Fact<Boolean> wireless,
            @Momentary Fact<Integer> megabitsPerSecond,
            @Momentary Fact<Boolean> link,
            Fact<Integer> virtualFunctions) {}

    /**
     * One PCI function.
     *
     * @param address domain, bus, device and function, for example {@code 0000:00:02.0}
     * @param deviceClass class, subclass and programming interface, six hexadecimal digits
     * @param vendor vendor id, four hexadecimal digits
     * @param device device id, four hexadecimal digits
     * @param driver name of the bound kernel driver; empty when none is bound
     */
    public record PciDevice(
            String address, Fact<String> deviceClass, Fact<String> vendor, Fact<String> device, Fact<String> driver) {}

    /**
     * One USB device.
     *
     * @param path the kernel's name of the port, for example {@code 1-2.3}
     * @param vendor vendor id, four hexadecimal digits
     * @param product product id, four hexadecimal digits
     * @param classes class codes of the device and its interfaces, two hexadecimal digits each, without 00 (per
     *     interface) and 09 (hub) of the device
     * @param manufacturerName what the device says, raw
     * @param productName what the device says, raw
     * @param serial what the device says, raw
     */
    public record UsbDevice(
            String path,
            Fact<String> vendor,
            Fact<String> product,
            Fact<SortedSet<String>> classes,
            Fact<String> manufacturerName,
            Fact<String> productName,
            Fact<String> serial) {}

    /**
     * One connector for a display.
     *
     * @param connector the kernel's name without the card, for example {@code HDMI-A-1}
     * @param connected whether something is plugged in; also true of a panel that is built in
     */
    public record Display(String connector, Fact<Boolean> connected) {}

    /**
     * Where the current comes from.
     *
     * @param supplies what /sys/class/power_supply lists, ordered by name
     * @param upsOnUsb whether a USB device is a known uninterruptible power supply
     */
    public record Power(Fact<List<PowerSupply>> supplies, Fact<Boolean> upsOnUsb) {}

    /**
     * One power supply.
     *
     * @param type {@code Mains}, {@code Battery}, {@code UPS}, {@code USB} ...
     * @param online whether it delivers (mains, UPS); unknown of a battery
     * @param chargePercent 0 to 100 (battery, UPS)
     * @param status {@code Charging}, {@code Discharging}, {@code Full} ... of a battery
     */
    public record PowerSupply(
            String name,
            Fact<String> type,
            @Momentary Fact<Boolean> online,
            @Momentary Fact<Integer> chargePercent,
            @Momentary Fact<String> status) {}

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

    /**
     * SMBIOS strings, raw as the vendor left them (trimmed). Junk is dropped where labels are made.
     *
     * @param chassis kind of case in the words of SMBIOS: {@code Desktop}, {@code Mini PC}, {@code Stick PC} ...
     */
    public record Firmware(
            Fact<String> manufacturer,
            Fact<String> product,
            Fact<String> serial,
            Fact<String> sku,
            Fact<String> family,
            Fact<String> boardManufacturer,
            Fact<String> boardProduct,
            Fact<String> chassis,
            Fact<String> biosVendor,
            Fact<String> biosVersion,
            Fact<String> biosDate) {}

    /** Roots of trust: whether Secure Boot is on, whether there is a TPM 2.0, whether UEFI booted the box. */
    public record Security(Fact<Boolean> secureBoot, Fact<Boolean> tpm2, Fact<Boolean> uefi) {}

    /**
     * The running system.
     *
     * @param kernel release of the kernel
     * @param id ID of os-release, for example {@code debian}
     * @param versionId VERSION_ID of os-release
     * @param imageVersion IMAGE_VERSION of os-release: the version of the RWO image
     * @param slot {@code A} or {@code B}: the copy of the image that runs
     */
    public record OperatingSystem(
            Fact<String> kernel,
            Fact<String> id,
            Fact<String> versionId,
            Fact<String> imageVersion,
            Fact<String> slot) {}

    /**
     * What changes all the time.
     *
     * @param freeBytes bytes a user process can still write on the file system of /var
     * @param availableBytes memory that can be given to programs without swapping
     * @param memoryStallPercent share of the last minute in which at least one task waited for memory (kernel,
     *     accounting/psi: "some avg60"), 0 to 100
     * @param correctedErrors memory errors corrected since boot
     * @param uncorrectedErrors memory errors that could not be corrected since boot
     * @param temperatures of every sensor that tells one
     * @param throttleEvents how often any core was throttled for heat since boot
     * @param diskHealth of every disk that tells it
     */
    public record Readings(
            @Momentary Fact<Long> freeBytes,
            @Momentary Fact<Long> availableBytes,
            @Momentary Fact<Double> memoryStallPercent,
            @Momentary Fact<Long> correctedErrors,
            @Momentary Fact<Long> uncorrectedErrors,
            @Momentary Fact<List<Temperature>> temperatures,
            @Momentary Fact<Long> throttleEvents,
            @Momentary Fact<List<DiskHealth>> diskHealth) {}

    /**
     * One temperature.
     *
     * @param sensor the chip and its input, for example {@code coretemp/Package id 0}; the chip alone when it does not
     *     answer at all
     * @param celsius now; unknown when the sensor is there and cannot be read
     * @param highCelsius where the maker says it gets hot; unknown when it says nothing
     * @param criticalCelsius where the machine protects itself; unknown when it says nothing
     */
    public record Temperature(
            String sensor, Fact<Double> celsius, Fact<Double> highCelsius, Fact<Double> criticalCelsius) {}

    /**
     * What a disk says of its own health.
     *
     * @param disk the kernel's name, as in {@link Disk}
     * @param warning the drive (or the file system on it) itself warns; the reason, empty for none
     * @param failed the drive does not work any more; the reason, empty for none
     * @param wearPercent share of the rated endurance that is used up, 0 to 255; may exceed 100
     */
    public record DiskHealth(String disk, Fact<String> warning, Fact<String> failed, Fact<Integer> wearPercent) {}

    /** The profile as JSON: keys in a fixed order, a fact as its value or as {@code {"unknown": "reason"}}. */
    public JsonNode toJson() {
        return RecordJson.write(this);
    }

    /**
     * Reads what {@link #toJson()} wrote. A part that is missing or has another type becomes an unknown fact, so that a
     * profile of another version of the agent can be read.
     *
     * @throws IllegalArgumentException when the JSON is not an object at all
     */
    public static HardwareProfile fromJson(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException(
                    "a hardware profile is a JSON object, this is " + json.getNodeType() + "; probe the machine again");
        }
        return RecordJson.read(json, HardwareProfile.class);
    }

    /**
     * Names this state of the hardware: the first 12 hexadecimal digits of the SHA-256 of the profile without its
     * {@link Momentary} parts. Equal hardware, equal revision.
     */
    public String revision() {
        return RecordJson.digest(this).substring(0, 12);
    }
}
