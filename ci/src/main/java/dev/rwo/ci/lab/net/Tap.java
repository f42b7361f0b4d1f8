package dev.rwo.ci.lab.net;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.rwo.ci.lab.LabException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A network card of another network namespace whose cable ends here (kernel, Documentation/networking/tuntap). It is
 * gone when it is closed, and when this process ends.
 */
public final class Tap implements FrameSink, AutoCloseable {

    private static final int READ_WRITE_CLOEXEC_NONBLOCK = 2 | 0x8_0000 | 0x800;
    private static final int EVENTFD_CLOEXEC_NONBLOCK = 0x8_0000 | 0x800;
    /** include/uapi/linux/if_tun.h: TUNSETIFF, TUNSETCARRIER. */
    private static final long SET_INTERFACE = 0x4004_54CAL;

    private static final long SET_CARRIER = 0x4004_54E2L;
    /** IFF_TAP | IFF_NO_PI. */
    private static final short ETHERNET_WITHOUT_HEADER = 0x1002;

    private static final int INTERFACE_REQUEST_BYTES = 40;
    private static final int INTERFACE_NAME_BYTES = 16;
    /** Larger than any frame the kernel makes without offloading. */
    private static final int FRAME_BYTES = 65_536;

    private static final int POLL_ENTRY = 8;
    private static final short POLL_IN = 1;

    private final String name;
    private final int descriptor;
    private final int stopDescriptor;
    private final ReentrantLock sending = new ReentrantLock();
    private final ByteBuffer copy = ByteBuffer.allocateDirect(FRAME_BYTES);
    private @Nullable Thread reader;
    private boolean closed;

    private Tap(String name, int descriptor, int stopDescriptor) {
        this.name = name;
        this.descriptor = descriptor;
        this.stopDescriptor = stopDescriptor;
    }

    /**
     * Makes the card in a network. It is down, and its cable is in.
     *
     * @throws LabException when the kernel refuses
     */
    public static Tap open(NetworkNamespace network, String name) {
        return network.call(() -> open(name));
    }

    private static Tap open(String name) {
        int descriptor = LibC.open("/dev/net/tun", READ_WRITE_CLOEXEC_NONBLOCK);
        if (descriptor < 0) {
            throw new LabException(
                    "cannot open /dev/net/tun: errno " + Native.getLastError() + "; is the module tun there?", null);
        }
        try (Memory request = new Memory(INTERFACE_REQUEST_BYTES)) {
            request.clear();
            byte[] text = name.getBytes(StandardCharsets.US_ASCII);
            request.write(0, text, 0, Math.min(text.length, INTERFACE_NAME_BYTES - 1));
            request.setShort(INTERFACE_NAME_BYTES, ETHERNET_WITHOUT_HEADER);
            if (LibC.ioctl(descriptor, SET_INTERFACE, request) < 0) {
                int errno = Native.getLastError();
                LibC.close(descriptor);
                throw new LabException("cannot make the network card " + name + ": errno " + errno);
            }
        }
        return new Tap(name, descriptor, LibC.eventfd(0, EVENTFD_CLOEXEC_NONBLOCK));
    }

    /**
     * Begins to take what the namespace sends.
     *
     * @param receiver called on a thread of this card, with a buffer that is used again afterwards
     */
    public void start(Consumer<ByteBuffer> receiver) {
        reader = Thread.ofPlatform().daemon().name("lab-cable-" + name).start(() -> read(receiver));
    }

    /** Reads until nothing is left, and only then asks the kernel to wake it. */
    private void read(Consumer<ByteBuffer> receiver) {
        ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_BYTES);
        try (Memory polled = new Memory(2L * POLL_ENTRY)) {
            while (true) {
                frame.clear();
                long length = LibC.read(descriptor, frame, FRAME_BYTES);
                if (length > 0) {
                    receiver.accept(frame.limit((int) length));
                } else if (Native.getLastError() == LibC.AGAIN) {
                    if (!awaitFrame(polled)) {
                        return;
                    }
                } else if (Native.getLastError() != LibC.INTERRUPTED && !awaitStop(polled)) {
                    return;
                }
            }
        }
    }

    /** Answers false when the card is to be closed. */
    private boolean awaitFrame(Memory polled) {
        polled.clear();
        polled.setInt(0, stopDescriptor);
        polled.setShort(4, POLL_IN);
        polled.setInt(POLL_ENTRY, descriptor);
        polled.setShort(POLL_ENTRY + 4L, POLL_IN);
        LibC.poll(polled, 2, -1);
        return polled.getShort(6) == 0;
    }

    /** A card whose namespace died, or that is down, gives errors: there is nothing to do until it is closed. */
    private boolean awaitStop(Memory polled) {
        polled.clear();
        polled.setInt(0, stopDescriptor);
        polled.setShort(4, POLL_IN);
        return LibC.poll(polled, 1, 100) == 0;
    }

    @Override
    public void send(ByteBuffer frame) {
        sending.lock();
        try {
            if (closed) {
                return;
            }
            ByteBuffer direct = frame;
            if (!frame.isDirect()) {
                direct = copy.clear().put(0, frame, 0, frame.limit());
            }
            // A card that is down refuses: the frame is lost, as on a real one.
            LibC.write(descriptor, direct, frame.limit());
        } finally {
            sending.unlock();
        }
    }

    /** Plugs the cable in or pulls it out, as the namespace sees it: the card loses its carrier. */
    public void setCarrier(boolean on) {
        sending.lock();
        try (Memory value = new Memory(Integer.BYTES)) {
            value.setInt(0, on ? 1 : 0);
            if (!closed && LibC.ioctl(descriptor, SET_CARRIER, value) < 0) {
                throw new LabException("cannot switch the cable of " + name + ": errno " + Native.getLastError());
            }
        } finally {
            sending.unlock();
        }
    }

    /** Takes the card out of its namespace. */
    @Override
    public void close() {
        sending.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            LibC.write(stopDescriptor, copy.clear().putLong(0, Long.reverseBytes(1)), Long.BYTES);
        } finally {
            sending.unlock();
        }
        Thread last = reader;
        try {
            if (last != null && last != Thread.currentThread()) {
                last.join();
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        LibC.close(descriptor);
        LibC.close(stopDescriptor);
    }
}
