package dev.rwo.hardware.watch;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.rwo.hardware.watch.EventSource.Sink;
import dev.rwo.hardware.watch.EventSource.WatchException;
import java.util.function.Consumer;

/** A socket of netlink(7) that listens to a group. */
final class NetlinkSocket implements AutoCloseable {
    static final int ROUTE = 0;
    static final int KERNEL_EVENTS = 15;

    /** 5,000 events in a burst, each below 2 KiB, were received with this; what is not used costs nothing. */
    static final int RECEIVE_BUFFER = 8 << 20;

    /** errno values of Linux. */
    static final int INTERRUPTED = 4;

    static final int AGAIN = 11;
    static final int NO_BUFFERS = 105;

    /** How many messages one {@link #drain} takes at most. */
    static final int MOST_AT_ONCE = 512;

    private static final int FAMILY = 16;
    private static final int RAW_CLOEXEC_NONBLOCK = 3 | 0x8_0000 | 0x800;
    private static final int ADDRESS_LENGTH = 12;
    private static final int SOCKET_LEVEL = 1;
    private static final int RECEIVE_BUFFER_OPTION = 8;
    private static final int RECEIVE_BUFFER_FORCE_OPTION = 33;

    private final LibC c;
    private final int descriptor;
    // Larger than any uevent (2 KiB) and any link message (the kernel makes them at most 32 KiB).
    private final Memory buffer = new Memory(64 * 1024);
    private final Memory sender = new Memory(ADDRESS_LENGTH);
    private final Memory senderLength = new Memory(4);

    /**
     * Opens a socket and listens from now on.
     *
     * @throws WatchException with one line
     */
    NetlinkSocket(LibC c, int protocol, int groups) throws WatchException {
        this.c = c;
        this.descriptor = c.socket(FAMILY, RAW_CLOEXEC_NONBLOCK, protocol);
        if (descriptor < 0) {
            throw failed("socket");
        }
        Memory size = new Memory(4);
        size.setInt(0, RECEIVE_BUFFER);
        // Beyond the limit for users with CAP_NET_ADMIN, up to it without; failing leaves the default.
        if (c.setsockopt(descriptor, SOCKET_LEVEL, RECEIVE_BUFFER_FORCE_OPTION, size, 4) < 0) {
            c.setsockopt(descriptor, SOCKET_LEVEL, RECEIVE_BUFFER_OPTION, size, 4);
        }
        sender.clear();
        sender.setShort(0, (short) FAMILY);
        sender.setInt(8, groups);
        if (c.bind(descriptor, sender, ADDRESS_LENGTH) < 0) {
            WatchException problem = failed("bind");
            close();
            throw problem;
        }
    }

    private static WatchException failed(String call) {
        return new WatchException(call + " failed with errno " + Native.getLastError());
    }

    int descriptor() {
        return descriptor;
    }

    /** Hands every message of the kernel on; messages that a process sent are thrown away. */
    void drain(Consumer<byte[]> messages, Sink sink) throws WatchException {
        for (int taken = 0; taken < MOST_AT_ONCE; taken++) {
            senderLength.setInt(0, ADDRESS_LENGTH);
            long length = c.recvfrom(descriptor, buffer, buffer.size(), 0, sender, senderLength);
            if (length < 0) {
                int errno = Native.getLastError();
                if (errno == AGAIN) {
                    return;
                }
                if (errno == NO_BUFFERS) {
                    sink.lost();
                } else if (errno != INTERRUPTED) {
                    throw failed("receiving");
                }
            } else if (sender.getInt(4) == 0) {
                // The sender's port id is 0: the kernel itself.
                messages.accept(buffer.getByteArray(0, (int) Math.min(length, buffer.size())));
            }
        }
    }

    @Override
    public void close() {
        c.close(descriptor);
    }
}
