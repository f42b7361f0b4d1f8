package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.image.build.PartitionTable.Partition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionTableTest {

    private static final long MIB = 1L << 20;

    private static final UUID ID = UUID.fromString("0a1b2c3d-4e5f-8071-92a3-b4c5d6e7f809");

    @TempDir
    private Path directory;

    /** Header at LBA 1, 128 entries of 128 bytes from LBA 2, as every partitioning tool makes them. */
    private final byte[] disk = new byte[34 * 512];

    private final ByteBuffer fields = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);

    @BeforeEach
    void anEmptyTable() {
        fields.put(512, "EFI PART".getBytes(StandardCharsets.US_ASCII));
        fields.putLong(512 + 72, 2);
        fields.putInt(512 + 80, 128);
        fields.putInt(512 + 84, 128);
    }

    @Test
    void partitionsAreFoundByNameWithIdOffsetAndSizeInBytes() throws IOException {
        addPartition(0, "esp", 2048, 2048 + 1024 * 1024 - 1);
        addPartition(2, "RWO-SEED", 1050624, 1050624 + 128 * 2048 - 1);

        PartitionTable table = PartitionTable.read(written());

        assertThat(table.partitions()).hasSize(2);
        assertThat(table.named("esp")).isEqualTo(new Partition(ID, "esp", MIB, 512 * MIB));
        assertThat(table.named("RWO-SEED")).isEqualTo(new Partition(ID, "RWO-SEED", 513 * MIB, 128 * MIB));
    }

    @Test
    void aMissingPartitionIsNamed() throws IOException {
        PartitionTable table = PartitionTable.read(written());

        assertThatThrownBy(() -> table.named("RWO-SEED"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("RWO-SEED");
    }

    @Test
    void aFileWithoutATableIsRefused() throws IOException {
        Path file = directory.resolve("zeros.raw");
        Files.write(file, new byte[64 * 1024]);

        assertThatThrownBy(() -> PartitionTable.read(file)).hasMessageContaining("has no GUID partition table");
    }

    @Test
    void aFileCutShortIsRefused() throws IOException {
        Path file = directory.resolve("short.raw");
        Files.write(file, Arrays.copyOf(disk, 3 * 512));

        assertThatThrownBy(() -> PartitionTable.read(file)).hasMessageContaining("ends inside its partition table");
    }

    @Test
    void anAbsurdEntryCountIsRefusedInsteadOfRead() throws IOException {
        fields.putInt(512 + 80, Integer.MAX_VALUE);

        assertThatThrownBy(() -> PartitionTable.read(written())).hasMessageContaining("damaged partition table");
    }

    private Path written() throws IOException {
        return Files.write(directory.resolve("disk.raw"), disk);
    }

    private void addPartition(int entry, String name, long first, long last) {
        int at = 2 * 512 + entry * 128;
        fields.putLong(at, 0x11D2F81FC12A7328L);
        fields.putLong(at + 8, 0x3BC93EC9A0004BBAL);
        fields.putInt(at + 16, 0x0a1b2c3d).putShort(at + 20, (short) 0x4e5f).putShort(at + 22, (short) 0x8071);
        fields.putLong(at + 24, 0x09f8e7d6c5b4a392L);
        fields.putLong(at + 32, first);
        fields.putLong(at + 40, last);
        fields.put(at + 56, name.getBytes(StandardCharsets.UTF_16LE));
    }
}
