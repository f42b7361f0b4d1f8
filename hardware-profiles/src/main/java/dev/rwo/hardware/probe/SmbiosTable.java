package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile.MemoryModule;
import java.util.ArrayList;
import java.util.List;

/**
 * /sys/firmware/dmi/tables/DMI: what only the raw table tells. Offsets are those of the SMBIOS specification (DSP0134),
 * structures 3 "System Enclosure", 4 "Processor", 16 "Physical Memory Array" and 17 "Memory Device"; words are those of
 * dmidecode.
 */
final class SmbiosTable {
    static final String TABLE = "sys/firmware/dmi/tables/DMI";

    /** Tables of large servers have some 20 KiB; the 32-bit entry point cannot describe more than 64 KiB. */
    private static final int LIMIT = 1024 * 1024;

    private static final int ENCLOSURE = 3;
    private static final int PROCESSOR = 4;
    private static final int MEMORY_ARRAY = 16;
    private static final int MEMORY_DEVICE = 17;

    /** Use of a memory array: 03h, "system memory". */
    private static final int SYSTEM_MEMORY = 3;

    private static final List<String> CHASSIS = List.of(
            "Other",
            "Unknown",
            "Desktop",
            "Low Profile Desktop",
            "Pizza Box",
            "Mini Tower",
            "Tower",
            "Portable",
            "Laptop",
            "Notebook",
            "Hand Held",
            "Docking Station",
            "All In One",
            "Sub Notebook",
            "Space-saving",
            "Lunch Box",
            "Main Server Chassis",
            "Expansion Chassis",
            "Sub Chassis",
            "Bus Expansion Chassis",
            "Peripheral Chassis",
            "RAID Chassis",
            "Rack Mount Chassis",
            "Sealed-case PC",
            "Multi-system",
            "CompactPCI",
            "AdvancedTCA",
            "Blade",
            "Blade Enclosing",
            "Tablet",
            "Convertible",
            "Detachable",
            "IoT Gateway",
            "Embedded PC",
            "Mini PC",
            "Stick PC");

    /** From 01h; a dash for what the specification reserves. */
    private static final List<String> MEMORY_TYPES = List.of(
            "Other",
            "Unknown",
            "DRAM",
            "EDRAM",
            "VRAM",
            "SRAM",
            "RAM",
            "ROM",
            "Flash",
            "EEPROM",
            "FEPROM",
            "EPROM",
            "CDRAM",
            "3DRAM",
            "SDRAM",
            "SGRAM",
            "RDRAM",
            "DDR",
            "DDR2",
            "DDR2 FB-DIMM",
            "-",
            "-",
            "-",
            "DDR3",
            "FBD2",
            "DDR4",
            "LPDDR",
            "LPDDR2",
            "LPDDR3",
            "LPDDR4",
            "Logical non-volatile device",
            "HBM",
            "HBM2",
            "DDR5",
            "LPDDR5",
            "HBM3");

    private final Fact<List<SmbiosStructure>> structures;

    SmbiosTable(MachineTree tree) {
        this(tree.bytes(TABLE, LIMIT));
    }

    SmbiosTable(Fact<byte[]> table) {
        this.structures = table.map(SmbiosStructure::parse);
    }

    /** The populated slots; a table that describes none leaves them unknown. */
    Fact<List<MemoryModule>> modules() {
        return of(MEMORY_DEVICE).then(devices -> {
            List<MemoryModule> modules = new ArrayList<>();
            for (SmbiosStructure device : devices) {
                if (moduleBytes(device) > 0) {
                    modules.add(new MemoryModule(
                            device.string(0x10).then(slot -> slot.isEmpty() ? nothing("slot name") : Fact.known(slot)),
                            moduleBytes(device),
                            memoryType(device),
                            speed(device)));
                }
            }
            return modules.isEmpty()
                    ? Fact.unknown("/" + TABLE + " describes no memory module")
                    : Fact.known(List.copyOf(modules));
        });
    }

    Fact<Long> installedBytes() {
        return modules()
                .map(modules -> modules.stream().mapToLong(MemoryModule::bytes).sum());
    }

    /** Whether the main memory's errors are corrected. */
    Fact<Boolean> ecc() {
        return of(MEMORY_ARRAY).then(arrays -> {
            for (SmbiosStructure array : arrays) {
                int correction =
                        array.length() >= 0x0B && array.unsigned(0x05) == SYSTEM_MEMORY ? array.unsigned(0x06) : 0;
                if (correction == 3 || correction == 4) { // none, parity
                    return Fact.known(false);
                }
                if (correction >= 5 && correction <= 7) { // single-bit ECC, multi-bit ECC, CRC
                    return Fact.known(true);
                }
            }
            return Fact.unknown("/" + TABLE + " does not say whether memory errors are corrected");
        });
    }

    /** The highest frequency that a socket's processor is said to reach. */
    Fact<Integer> maxMegahertz() {
        return of(PROCESSOR).then(processors -> {
            int highest = processors.stream()
                    .filter(processor -> processor.length() >= 0x16)
                    .mapToInt(processor -> processor.word(0x14))
                    .max()
                    .orElse(0);
            return highest > 0 ? Fact.known(highest) : nothing("maximum speed of a processor");
        });
    }

    /** The kind of the first case that tells one. */
    Fact<String> chassis() {
        return of(ENCLOSURE)
                .then(cases -> cases.stream()
                        .filter(one -> one.length() >= 0x06)
                        .findFirst()
                        .map(one -> chassisName(one.unsigned(0x05)))
                        .orElse(nothing("case")));
    }

    /** The word for a type of case; the highest bit says only whether it has a lock. */
    static Fact<String> chassisName(long type) {
        int code = (int) (type & 0x7F);
        return code >= 1 && code <= CHASSIS.size()
                ? Fact.known(CHASSIS.get(code - 1))
                : Fact.unknown("SMBIOS has no word for chassis type " + type);
    }

    private Fact<List<SmbiosStructure>> of(int type) {
        return structures.map(
                all -> all.stream().filter(one -> one.type() == type).toList());
    }

    private static long moduleBytes(SmbiosStructure device) {
        // Memory types 08h..0Ch are ROM and flash, 1Fh is persistent storage.
        int type = device.length() > 0x12 ? device.unsigned(0x12) : 0;
        boolean notRandomAccess = (type >= 0x08 && type <= 0x0C) || type == 0x1F;
        if (device.length() < 0x0E || notRandomAccess) {
            return 0;
        }
        int size = device.word(0x0C);
        if (size == 0xFFFF) {
            return 0;
        }
        if (size == 0x7FFF && device.length() >= 0x20) {
            return (device.word(0x1C) | (long) (device.word(0x1E) & 0x7FFF) << 16) << 20;
        }
        return (size & 0x8000) != 0 ? (size & 0x7FFFL) << 10 : (long) size << 20;
    }

    private static Fact<String> memoryType(SmbiosStructure device) {
        int code = device.length() > 0x12 ? device.unsigned(0x12) : 0;
        String word = code >= 1 && code <= MEMORY_TYPES.size() ? MEMORY_TYPES.get(code - 1) : "-";
        return word.equals("-") || word.equals("Unknown") ? nothing("memory type") : Fact.known(word);
    }

    /** The configured speed, or the rated one in tables older than SMBIOS 2.7. */
    private static Fact<Integer> speed(SmbiosStructure device) {
        int speed = device.length() >= 0x22 ? device.word(0x20) : 0;
        if (speed == 0xFFFF && device.length() >= 0x5C) {
            speed = device.word(0x58) | (device.word(0x5A) & 0x7FFF) << 16;
        }
        if (speed == 0 && device.length() >= 0x17) {
            speed = device.word(0x15);
        }
        return speed > 0 && speed != 0xFFFF ? Fact.known(speed) : nothing("speed of a memory module");
    }

    private static <T> Fact<T> nothing(String what) {
        return Fact.unknown("/" + TABLE + " tells no " + what);
    }
}
