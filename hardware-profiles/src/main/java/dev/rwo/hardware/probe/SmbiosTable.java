package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;

/**
 * /sys/firmware/dmi/tables/DMI: what only the raw table tells, memory modules and error correction. Offsets are those
 * of the SMBIOS specification (DSP0134), structures 16 "Physical Memory Array" and 17 "Memory Device".
 */
final class SmbiosTable {
    private static final String TABLE = "sys/firmware/dmi/tables/DMI";

    /** Tables of large servers have some 20 KiB; the 32-bit entry point cannot describe more than 64 KiB. */
    private static final int LIMIT = 1024 * 1024;

    private static final int SYSTEM_MEMORY = 3;

    private final Fact<Long> installedBytes;
    private final Fact<Boolean> ecc;

    SmbiosTable(MachineTree tree) {
        Fact<byte[]> table = tree.bytes(TABLE, LIMIT);
        this.installedBytes = table.then(SmbiosTable::sumOfModules);
        this.ecc = table.then(SmbiosTable::errorCorrection);
    }

    Fact<Long> installedBytes() {
        return installedBytes;
    }

    Fact<Boolean> ecc() {
        return ecc;
    }

    private static Fact<Long> sumOfModules(byte[] table) {
        long sum = 0;
        for (int at = 0; at >= 0; at = next(table, at)) {
            if (unsigned(table, at) == 17) {
                sum += moduleBytes(table, at);
            }
        }
        return sum > 0 ? Fact.known(sum) : Fact.unknown("/" + TABLE + " describes no memory module");
    }

    private static long moduleBytes(byte[] table, int at) {
        // Form factor 05h and memory type 0Ah..: flash and other odd devices are left out by type (offset 12h).
        int type = length(table, at) > 0x12 ? unsigned(table, at + 0x12) : 0;
        boolean notRandomAccess = type >= 0x09 && type <= 0x0C;
        if (length(table, at) < 0x0E || notRandomAccess) {
            return 0;
        }
        int size = word(table, at + 0x0C);
        if (size == 0xFFFF) {
            return 0;
        }
        if (size == 0x7FFF && length(table, at) >= 0x20) {
            return (word(table, at + 0x1C) | (long) (word(table, at + 0x1E) & 0x7FFF) << 16) << 20;
        }
        return (size & 0x8000) != 0 ? (size & 0x7FFFL) << 10 : (long) size << 20;
    }

    private static Fact<Boolean> errorCorrection(byte[] table) {
        for (int at = 0; at >= 0; at = next(table, at)) {
            boolean mainMemory = unsigned(table, at) == 16
                    && length(table, at) >= 0x0B
                    && unsigned(table, at + 0x05) == SYSTEM_MEMORY;
            int correction = mainMemory ? unsigned(table, at + 0x06) : 0;
            if (correction == 3 || correction == 4) { // none, parity
                return Fact.known(false);
            }
            if (correction >= 5 && correction <= 7) { // single-bit ECC, multi-bit ECC, CRC
                return Fact.known(true);
            }
        }
        return Fact.unknown("/" + TABLE + " does not say whether memory errors are corrected");
    }

    /** Start of the structure after this one, or -1: past the formatted area and the strings' double zero. */
    private static int next(byte[] table, int at) {
        int length = length(table, at);
        if (length < 4) {
            return -1;
        }
        int end = at + length;
        while (end + 1 < table.length && (table[end] != 0 || table[end + 1] != 0)) {
            end++;
        }
        return end + 2 + 4 <= table.length ? end + 2 : -1;
    }

    /** Length of the formatted area as far as the table really has it. */
    private static int length(byte[] table, int at) {
        return Math.min(unsigned(table, at + 1), table.length - at);
    }

    private static int unsigned(byte[] table, int at) {
        return at >= 0 && at < table.length ? table[at] & 0xFF : 0;
    }

    private static int word(byte[] table, int at) {
        return unsigned(table, at) | unsigned(table, at + 1) << 8;
    }
}
