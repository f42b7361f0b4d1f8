package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One structure of the SMBIOS table (DSP0134, "Structure standards"): a formatted area, whose second byte is its
 * length, then strings that end with a zero each, then one more zero. Reading past the end gives zeros.
 */
final class SmbiosStructure {
    /** Marks the end; what follows is not part of the table. */
    private static final int END_OF_TABLE = 127;

    private final byte[] table;
    private final int start;
    private final int length;
    private final int end;

    private SmbiosStructure(byte[] table, int start, int length, int end) {
        this.table = table;
        this.start = start;
        this.length = length;
        this.end = end;
    }

    /** The structures as far as the table makes sense. */
    static List<SmbiosStructure> parse(byte[] table) {
        List<SmbiosStructure> structures = new ArrayList<>();
        int at = 0;
        while (at + 4 <= table.length) {
            int length = Math.min(table[at + 1] & 0xFF, table.length - at);
            if (length < 4) {
                break;
            }
            int end = at + length;
            while (end + 1 < table.length && (table[end] != 0 || table[end + 1] != 0)) {
                end++;
            }
            end = Math.min(end + 2, table.length);
            SmbiosStructure structure = new SmbiosStructure(table, at, length, end);
            structures.add(structure);
            if (structure.type() == END_OF_TABLE) {
                break;
            }
            at = end;
        }
        return structures;
    }

    int type() {
        return unsigned(0);
    }

    /** Length of the formatted area, as far as the table really has it. */
    int length() {
        return length;
    }

    /** The byte at an offset of the formatted area. */
    int unsigned(int offset) {
        return offset < length ? table[start + offset] & 0xFF : 0;
    }

    /** Two bytes at an offset of the formatted area. */
    int word(int offset) {
        return unsigned(offset) | unsigned(offset + 1) << 8;
    }

    /** The string whose number stands at an offset; empty when the number is 0. */
    Fact<String> string(int offset) {
        int number = unsigned(offset);
        if (number == 0) {
            return Fact.known("");
        }
        int[] place = place(number);
        return place.length == 0
                ? Fact.unknown("/" + SmbiosTable.TABLE + " refers to a string that it does not hold")
                : Fact.known(MachineTree.decode(Arrays.copyOfRange(table, place[0], place[1])));
    }

    /** A copy of the whole structure. */
    byte[] copy() {
        return Arrays.copyOfRange(table, start, end);
    }

    /** Start and end of a string, counted from the start of the structure; empty when there is no such string. */
    int[] placeInCopy(int offset) {
        int[] place = unsigned(offset) == 0 ? new int[0] : place(unsigned(offset));
        return Arrays.stream(place).map(position -> position - start).toArray();
    }

    private int[] place(int number) {
        int from = start + length;
        for (int count = 1; from < end; count++) {
            int to = from;
            while (to < end && table[to] != 0) {
                to++;
            }
            if (to == from) {
                break;
            }
            if (count == number) {
                return new int[] {from, to};
            }
            from = to + 1;
        }
        return new int[0];
    }
}
