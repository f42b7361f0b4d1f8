package dev.rwo.ci.lab.net;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A router as far as the boxes of a LAN can tell without a way out: it answers who has its address (ARP, RFC 826) and
 * echo requests to it (RFC 792), and passes on what one box sends to another through it.
 */
public final class Gateway implements FrameSink {

    private static final int ETHERNET = 14;
    private static final int TYPE = 12;
    private static final short ARP = 0x0806;
    private static final short IPV4 = 0x0800;
    private static final int ARP_BYTES = 28;
    private static final byte ICMP = 1;
    private static final byte ECHO_REQUEST = 8;

    private static final int IP_BYTES = 20;
    private static final int TTL = 8;

    private final Map<Integer, byte[]> known = new ConcurrentHashMap<>();
    private final byte[] hardware;
    private final byte[] address;
    private final Consumer<ByteBuffer> cable;

    /**
     * A router with one cable.
     *
     * @param hardware its Ethernet address, 6 bytes
     * @param cable takes what it answers
     */
    public Gateway(byte[] hardware, Inet4Address address, Consumer<ByteBuffer> cable) {
        this.hardware = hardware.clone();
        this.address = address.getAddress();
        this.cable = cable;
    }

    @Override
    public void send(ByteBuffer frame) {
        byte[] bytes = new byte[frame.limit()];
        frame.get(0, bytes);
        ByteBuffer answer = ByteBuffer.wrap(bytes);
        boolean answered = switch (answer.getShort(TYPE)) {
            case ARP -> answerArp(bytes, answer);
            case IPV4 -> answerEcho(bytes, answer) || passOn(bytes, answer);
            default -> false;
        };
        if (answered) {
            System.arraycopy(hardware, 0, bytes, 6, 6);
            cable.accept(answer);
        }
    }

    private boolean answerArp(byte[] bytes, ByteBuffer frame) {
        if (bytes.length < ETHERNET + ARP_BYTES) {
            return false;
        }
        // Whoever asks for anybody says who it is itself.
        known.put(frame.getInt(ETHERNET + 14), Arrays.copyOfRange(bytes, ETHERNET + 8, ETHERNET + 14));
        if (frame.getShort(ETHERNET + 6) != 1 || !isOurs(bytes, ETHERNET + 24)) {
            return false;
        }
        backTo(bytes);
        frame.putShort(ETHERNET + 6, (short) 2);
        System.arraycopy(bytes, ETHERNET + 8, bytes, ETHERNET + 18, 10);
        System.arraycopy(hardware, 0, bytes, ETHERNET + 8, 6);
        System.arraycopy(address, 0, bytes, ETHERNET + 14, 4);
        return true;
    }

    private boolean answerEcho(byte[] bytes, ByteBuffer frame) {
        int header = (bytes[ETHERNET] & 0x0F) * 4;
        int icmp = ETHERNET + header;
        if (bytes.length < icmp + 8
                || bytes[ETHERNET + 9] != ICMP
                || bytes[icmp] != ECHO_REQUEST
                || !isOurs(bytes, ETHERNET + 16)) {
            return false;
        }
        backTo(bytes);
        System.arraycopy(bytes, ETHERNET + 12, bytes, ETHERNET + 16, 4);
        System.arraycopy(address, 0, bytes, ETHERNET + 12, 4);
        bytes[icmp] = 0;
        // Only the type changed, from 8 to 0: the ones' complement sum grows by as much (RFC 1624).
        int sum = (frame.getShort(icmp + 2) & 0xFFFF) + (ECHO_REQUEST << 8);
        frame.putShort(icmp + 2, (short) (sum + (sum >>> 16)));
        return true;
    }

    private boolean passOn(byte[] bytes, ByteBuffer frame) {
        if (bytes.length < ETHERNET + IP_BYTES
                || !Arrays.equals(bytes, 0, 6, hardware, 0, 6)
                || isOurs(bytes, ETHERNET + 16)
                || bytes[ETHERNET + TTL] <= 1) {
            return false;
        }
        byte[] next = known.get(frame.getInt(ETHERNET + 16));
        if (next == null) {
            return false;
        }
        System.arraycopy(next, 0, bytes, 0, 6);
        bytes[ETHERNET + TTL]--;
        // One less in the upper half of its word: the sum grows by as much (RFC 1624).
        int sum = (frame.getShort(ETHERNET + 10) & 0xFFFF) + 0x100;
        frame.putShort(ETHERNET + 10, (short) (sum + (sum >>> 16)));
        return true;
    }

    private static void backTo(byte[] bytes) {
        System.arraycopy(bytes, 6, bytes, 0, 6);
    }

    private boolean isOurs(byte[] bytes, int offset) {
        return Arrays.equals(bytes, offset, offset + 4, address, 0, 4);
    }
}
