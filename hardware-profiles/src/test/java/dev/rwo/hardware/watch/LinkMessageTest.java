package dev.rwo.hardware.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** rtnetlink's messages, laid out as in linux/rtnetlink.h. */
class LinkMessageTest {

    private static byte[] attribute(int type, byte[] value) {
        return ByteBuffer.allocate((4 + value.length + 3) & ~3)
                .order(ByteOrder.nativeOrder())
                .putShort((short) (4 + value.length))
                .putShort((short) type)
                .put(value)
                .array();
    }

    private static byte[] text(int type, String value) {
        return attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] message(int type, int hardware, int flags, byte[]... attributes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(attributes).forEach(all::writeBytes);
        return ByteBuffer.allocate(32 + all.size())
                .order(ByteOrder.nativeOrder())
                .putInt(32 + all.size())
                .putShort((short) type)
                .putShort((short) 0)
                .putLong(0)
                .putShort((short) 0)
                .putShort((short) hardware)
                .putInt(7)
                .putInt(flags)
                .putInt(0)
                .put(all.toByteArray())
                .array();
    }

    @Test
    void aCableThatIsPulledIsTold() {
        byte[] up = message(16, 1, 0x1_1043, text(3, "eth1"), attribute(16, new byte[] {6}));
        byte[] down = message(16, 1, 0x1003, text(3, "eth1"), attribute(16, new byte[] {2}));
        byte[] both =
                ByteBuffer.allocate(up.length + down.length).put(up).put(down).array();

        assertThat(LinkMessage.parse(both))
                .containsExactly(
                        new LinkMessage(false, 7, "eth1", "", false, true, 6),
                        new LinkMessage(false, 7, "eth1", "", false, false, 2))
                .extracting(LinkMessage::cause)
                .containsExactly("link eth1 up", "link eth1 down");
    }

    @Test
    void softwareIsNoHardware() {
        assertThat(LinkMessage.parse(message(16, 1, 1, text(3, "veth0"), attribute(18 | 0x8000, text(1, "veth")))))
                .singleElement()
                .satisfies(message -> {
                    assertThat(message.kind()).isEqualTo("veth");
                    assertThat(message.isHardware()).isFalse();
                });
        assertThat(LinkMessage.parse(message(16, 772, 1, text(3, "lo")))).noneMatch(LinkMessage::isHardware);
        assertThat(LinkMessage.parse(message(17, 1, 1, text(3, "eth1"))))
                .extracting(LinkMessage::cause)
                .containsExactly("link eth1 gone");
    }

    @Test
    void otherMessagesAreLeftOut() {
        assertThat(LinkMessage.parse(message(20, 1, 1, text(3, "eth1")))).isEmpty();
    }

    @Test
    void damagedMessagesNeverThrow() {
        byte[] whole = message(16, 1, 1, text(3, "eth1"), attribute(18, text(1, "veth")), attribute(16, new byte[0]));
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int hits = random.nextInt(4); hits > 0 && damaged.length > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            assertThatCode(() -> LinkMessage.parse(damaged).forEach(LinkMessage::cause))
                    .doesNotThrowAnyException();
        }
    }
}
