package dev.rwo.hardware.watch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What rtnetlink(7) says of one network interface.
 *
 * @param gone whether it was removed
 * @param index the kernel's number of it
 * @param name the kernel's name of it, empty when the message does not say it
 * @param kind the software that makes it ({@code veth}, {@code bridge}, ...), empty for a real device
 * @param loopback whether it is the loopback
 * @param carrier whether it is up and has a carrier
 * @param operstate the kernel's number (RFC 2863), -1 when the message does not say it
 */
record LinkMessage(
        boolean gone, int index, String name, String kind, boolean loopback, boolean carrier, int operstate) {
    private static final int HEADER = 16;
    private static final int LINK = 16;
    private static final int NEW_LINK = 16;
    private static final int DELETE_LINK = 17;
    private static final int FAMILY_ANY = 0;
    private static final int HARDWARE_LOOPBACK = 772;
    private static final int UP_AND_LOWER_UP = 0x1_0001;
    private static final int NAME = 3;
    private static final int OPERSTATE = 16;
    private static final int LINK_INFO = 18;
    private static final int INFO_KIND = 1;

    /** Reads all link messages of a datagram; whatever is cut or not a link message is left out. */
    static List<LinkMessage> parse(byte[] datagram) {
        ByteBuffer bytes = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        List<LinkMessage> messages = new ArrayList<>();
        int start = 0;
        while (start <= datagram.length - HEADER) {
            int length = bytes.getInt(start);
            if (length < HEADER || length > datagram.length - start) {
                break;
            }
            int type = bytes.getShort(start + 4);
            if ((type == NEW_LINK || type == DELETE_LINK)
                    && length >= HEADER + LINK
                    && bytes.get(start + HEADER) == FAMILY_ANY) {
                messages.add(message(type == DELETE_LINK, bytes.slice(start + HEADER, length - HEADER)));
            }
            start += aligned(length);
        }
        return messages;
    }

    private static LinkMessage message(boolean gone, ByteBuffer slice) {
        ByteBuffer link = slice.order(ByteOrder.nativeOrder());
        int operstate = attribute(link, LINK, OPERSTATE)
                .map(value -> value.hasRemaining() ? (int) value.get(0) : -1)
                .orElse(-1);
        String kind = attribute(link, LINK, LINK_INFO)
                .flatMap(info -> attribute(info, 0, INFO_KIND))
                .map(LinkMessage::text)
                .orElse("");
        return new LinkMessage(
                gone,
                link.getInt(4),
                attribute(link, LINK, NAME).map(LinkMessage::text).orElse(""),
                kind,
                link.getShort(2) == HARDWARE_LOOPBACK,
                (link.getInt(8) & UP_AND_LOWER_UP) == UP_AND_LOWER_UP,
                operstate);
    }

    private static Optional<ByteBuffer> attribute(ByteBuffer bytes, int from, int wanted) {
        int start = from;
        while (start <= bytes.limit() - 4) {
            int length = Short.toUnsignedInt(bytes.getShort(start));
            int type = bytes.getShort(start + 2) & 0x3fff;
            if (length < 4 || length > bytes.limit() - start) {
                break;
            }
            if (type == wanted) {
                return Optional.of(bytes.slice(start + 4, length - 4).order(ByteOrder.nativeOrder()));
            }
            start += aligned(length);
        }
        return Optional.empty();
    }

    private static String text(ByteBuffer value) {
        String text = StandardCharsets.UTF_8.decode(value.duplicate()).toString();
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }

    /** Whether a device is behind it; containers and bridges bring the others by the dozen. */
    boolean isHardware() {
        return kind.isEmpty() && !loopback;
    }

    /** For example {@code link eth1 down}. */
    String cause() {
        String state = gone ? "gone" : carrier ? "up" : "down";
        return "link " + (name.isEmpty() ? String.valueOf(index) : DeviceEvent.shown(name)) + ' ' + state;
    }
}
