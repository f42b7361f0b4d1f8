package dev.rwo.hardware.probe;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The SMBIOS table without what names one single machine: keeps only structures that the probe reads, and blanks serial
 * numbers, asset tags and the UUID in them. Vendors hide serial numbers in many others (OEM strings, batteries).
 */
final class SmbiosRedaction {
    /** BIOS, system, board, enclosure, processor, memory array and device, end of table. */
    private static final Set<Integer> KEPT = Set.of(0, 1, 2, 3, 4, 16, 17, 127);

    /** Offsets of the numbers of identifying strings, by structure type (DSP0134). */
    private static final Map<Integer, List<Integer>> IDENTITIES = Map.of(
            1, List.of(0x07),
            2, List.of(0x07, 0x08),
            3, List.of(0x07, 0x08),
            4, List.of(0x20, 0x21),
            17, List.of(0x18, 0x19));

    private static final int SYSTEM = 1;
    private static final int UUID_START = 0x08;
    private static final int UUID_END = 0x18;

    private SmbiosRedaction() {}

    /** The identifying strings. */
    static List<String> identities(byte[] table) {
        List<String> found = new ArrayList<>();
        for (SmbiosStructure structure : SmbiosStructure.parse(table)) {
            for (int offset : IDENTITIES.getOrDefault(structure.type(), List.of())) {
                if (offset < structure.length()) {
                    structure.string(offset).ifKnown(found::add);
                }
            }
        }
        return found;
    }

    /** The table without them; blanks keep the strings' places. */
    static byte[] redact(byte[] table) {
        ByteArrayOutputStream redacted = new ByteArrayOutputStream();
        for (SmbiosStructure structure : SmbiosStructure.parse(table)) {
            if (KEPT.contains(structure.type())) {
                redacted.writeBytes(redact(structure));
            }
        }
        return redacted.toByteArray();
    }

    private static byte[] redact(SmbiosStructure structure) {
        byte[] copy = structure.copy();
        for (int offset : IDENTITIES.getOrDefault(structure.type(), List.of())) {
            int[] place = offset < structure.length() ? structure.placeInCopy(offset) : new int[0];
            if (place.length == 2) {
                Arrays.fill(copy, place[0], place[1], (byte) ' ');
            }
        }
        if (structure.type() == SYSTEM) {
            Arrays.fill(
                    copy, Math.min(UUID_START, structure.length()), Math.min(UUID_END, structure.length()), (byte) 0);
        }
        return copy;
    }
}
