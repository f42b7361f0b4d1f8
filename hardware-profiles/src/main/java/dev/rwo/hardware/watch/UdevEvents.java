package dev.rwo.hardware.watch;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** Events that udev has processed: the device's node is there and may be opened. */
final class UdevEvents implements EventSource {
    private final LibUdev udev;
    private final Pointer context;
    private final Pointer monitor;

    /**
     * Listens from now on.
     *
     * @param group {@code udev}; {@code kernel} for the events before udev has seen them
     */
    UdevEvents(LibUdev udev, String group) throws WatchException {
        this.udev = udev;
        context = made(udev.udev_new(), "udev_new");
        Pointer made = udev.udev_monitor_new_from_netlink(context, group);
        if (made == null) {
            WatchException problem = failed("udev_monitor_new_from_netlink", Native.getLastError());
            udev.udev_unref(context);
            throw problem;
        }
        monitor = made;
        // Fails without CAP_NET_ADMIN: then bursts may be lost, which is noticed.
        udev.udev_monitor_set_receive_buffer_size(monitor, NetlinkSocket.RECEIVE_BUFFER);
        int result = udev.udev_monitor_enable_receiving(monitor);
        if (result < 0) {
            close();
            throw failed("udev_monitor_enable_receiving", -result);
        }
    }

    private static Pointer made(@Nullable Pointer pointer, String call) throws WatchException {
        if (pointer == null) {
            throw failed(call, Native.getLastError());
        }
        return pointer;
    }

    private static WatchException failed(String call, int errno) {
        return new WatchException(call + " failed with errno " + errno);
    }

    @Override
    public String name() {
        return "udev events";
    }

    @Override
    public int descriptor() {
        return udev.udev_monitor_get_fd(monitor);
    }

    @Override
    public void drain(Sink sink) throws WatchException {
        for (int taken = 0; taken < NetlinkSocket.MOST_AT_ONCE; taken++) {
            Pointer device = udev.udev_monitor_receive_device(monitor);
            if (device != null) {
                tell(device, sink);
                continue;
            }
            switch (Native.getLastError()) {
                case NetlinkSocket.NO_BUFFERS -> sink.lost();
                case NetlinkSocket.INTERRUPTED -> {}
                // Nothing left, or a message that libudev does not believe: poll tells whether there is more.
                default -> {
                    return;
                }
            }
        }
    }

    private void tell(Pointer device, Sink sink) {
        try {
            DeviceEvent event = new DeviceEvent(
                    text(udev.udev_device_get_action(device)),
                    text(udev.udev_device_get_devpath(device)),
                    text(udev.udev_device_get_subsystem(device)),
                    text(udev.udev_device_get_devtype(device)));
            if (event.isMeaningful()) {
                sink.event(event.cause());
            }
        } finally {
            udev.udev_device_unref(device);
        }
    }

    private static String text(@Nullable String property) {
        return property == null ? "" : property;
    }

    @Override
    public void close() {
        udev.udev_monitor_unref(monitor);
        udev.udev_unref(context);
    }
}
