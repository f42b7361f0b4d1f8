package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class WalCutTest {

    /** Three records as etcd writes them, each 8 bytes of length and a multiple of 8 bytes. */
    private static byte[] log() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        log.writeBytes(record(4, 0, null));
        CRC32C crc = new CRC32C();
        for (byte[] data :
                new byte[][] {new byte[70], "the cluster".getBytes(java.nio.charset.StandardCharsets.UTF_8)}) {
            crc.update(data);
            log.writeBytes(record(2, (int) crc.getValue(), data));
        }
        return log.toByteArray();
    }

    private static byte[] record(int type, int crc, byte @org.jspecify.annotations.Nullable [] data) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(0x08);
        body.write(type);
        body.write(0x10);
        long rest = crc & 0xffffffffL;
        do {
            body.write((int) ((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0)));
            rest >>>= 7;
        } while (rest > 0);
        if (data != null) {
            body.write(0x1a);
            body.write(data.length);
            body.writeBytes(data);
        }
        int padding = (8 - body.size() % 8) % 8;
        long field = padding == 0 ? body.size() : body.size() | (0x80L | padding) << 56;
        return ByteBuffer.allocate(8 + body.size() + padding)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(field)
                .put(body.toByteArray())
                .array();
    }

    private static long whole(byte[] log) throws IOException {
        return WalCut.wholeRecords(new ByteArrayInputStream(log));
    }

    @Test
    void wholeRecordsStayAndReservedSpaceGoes() throws IOException {
        assertThat(whole(log())).isEqualTo(log().length);
        assertThat(whole(Arrays.copyOf(log(), 4096))).isEqualTo(log().length);
        assertThat(whole(new byte[64])).isZero();
    }

    @Test
    void aRecordThatIsStillBeingWrittenIsLeftOut() throws IOException {
        byte[] log = log();
        int last = log.length - 32;
        for (int written = last + 1; written < log.length - 8; written++) {
            byte[] seen = Arrays.copyOf(Arrays.copyOf(log, written), 4096);
            assertThat(whole(seen)).as("%d bytes written", written).isEqualTo(last);
            assertThat(whole(Arrays.copyOf(log, written))).isEqualTo(last);
        }
    }

    @Test
    void anyFlippedByteOfTheLastRecordIsFound() throws IOException {
        byte[] log = log();
        byte[] flipped = log.clone();
        flipped[log.length - 8] ^= 0x40;
        assertThat(whole(flipped)).isLessThan(log.length);
    }
}
