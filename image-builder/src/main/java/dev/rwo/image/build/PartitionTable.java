package dev.rwo.image.build;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The GUID partition table of a disk image with sectors of {@value #SECTOR} bytes, as far as it is needed to write
 * into a partition (UEFI specification 2.10, section 5.3).
 *
 * @param partitions in the order of the table, without unused entries
 */
record PartitionTable(List<Partition> partitions) {

    /** Bytes in a sector, for images that are not made for 4K-native disks. */
    static final int SECTOR = 512;

    private static final int MAX_ENTRIES = 1024;

    /**
     * One partition.
     *
     * @param id its own, not that of its type
     * @param name its label in the table
     * @param offset first byte, from the start of the image
     * @param size in bytes
     */
    record Partition(UUID id, String name, long offset, long size) {}

    /** Copies the list. */
    PartitionTable {
        partitions = List.copyOf(partitions);
    }

    /**
     * Reads the primary table.
     *
     * @throws IOException when the file has no table or is cut short
     */
    static PartitionTable read(Path image) throws IOException {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            ByteBuffer header = readFully(channel, image, SECTOR, SECTOR);
            byte[] signature = new byte[8];
            header.get(0, signature);
            if (!new String(signature, StandardCharsets.US_ASCII).equals("EFI PART")) {
                throw new IOException(image + " has no GUID partition table");
            }
            long entriesAt = header.getLong(72) * SECTOR;
            int entryCount = header.getInt(80);
            int entrySize = header.getInt(84);
            if (entryCount < 0 || entryCount > MAX_ENTRIES || entrySize < 128 || entrySize > 4096) {
                throw new IOException(image + " has a damaged partition table");
            }
            ByteBuffer entries = readFully(channel, image, entriesAt, entryCount * entrySize);
            List<Partition> partitions = new ArrayList<>();
            for (int entry = 0; entry < entryCount; entry++) {
                int at = entry * entrySize;
                boolean unused = entries.getLong(at) == 0 && entries.getLong(at + 8) == 0;
                if (!unused) {
                    long first = entries.getLong(at + 32);
                    long last = entries.getLong(at + 40);
                    byte[] name = new byte[72];
                    entries.get(at + 56, name);
                    partitions.add(new Partition(
                            id(entries, at + 16),
                            new String(name, StandardCharsets.UTF_16LE).replaceFirst("\0.*", ""),
                            first * SECTOR,
                            (last - first + 1) * SECTOR));
                }
            }
            return new PartitionTable(partitions);
        }
    }

    /** The partition of that name. */
    Partition named(String name) throws IOException {
        return partitions.stream()
                .filter(partition -> partition.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("the image has no partition " + name));
    }

    /** Its first three fields have the lowest byte first, the rest is in the order in which it is written. */
    private static UUID id(ByteBuffer entries, int at) {
        long high = (entries.getInt(at) & 0xffff_ffffL) << 32
                | (entries.getShort(at + 4) & 0xffffL) << 16
                | (entries.getShort(at + 6) & 0xffffL);
        return new UUID(high, Long.reverseBytes(entries.getLong(at + 8)));
    }

    private static ByteBuffer readFully(FileChannel channel, Path image, long position, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException(image + " ends inside its partition table");
            }
        }
        return buffer.flip();
    }
}
