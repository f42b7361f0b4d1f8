package dev.rwo.hardware.watch;

/** The kernel's own events of devices; they come before udev has made the device's node and name. */
final class KernelEvents implements EventSource {
    private static final int KERNEL_GROUP = 1;

    private final NetlinkSocket socket;

    KernelEvents(LibC c) throws WatchException {
        socket = new NetlinkSocket(c, NetlinkSocket.KERNEL_EVENTS, KERNEL_GROUP);
    }

    @Override
    public String name() {
        return "kernel events";
    }

    @Override
    public int descriptor() {
        return socket.descriptor();
    }

    @Override
    public void drain(Sink sink) throws WatchException {
        socket.drain(
                message -> DeviceEvent.parse(message)
                        .filter(DeviceEvent::isMeaningful)
                        .ifPresent(event -> sink.event(event.cause())),
                sink);
    }

    @Override
    public void close() {
        socket.close();
    }
}
