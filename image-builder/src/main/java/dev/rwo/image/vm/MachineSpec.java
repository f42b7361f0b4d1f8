package dev.rwo.image.vm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What machine to start. Immutable: each {@code with} method answers a changed copy, so that a test can start the same
 * machine again after a power cut.
 *
 * @param image the raw disk image; it is never written
 * @param directory where this machine's disk, UEFI variables and logs are kept; made if missing
 * @param fresh whether to throw away the disk and variables of earlier runs
 * @param diskGib size of the disk as the guest sees it, in GiB; only for a new disk, 0 for the size of the image
 * @param memoryMib memory in MiB
 * @param cpus number of virtual processors
 * @param bus how the disk is attached
 * @param forwards ports of the guest by the port of 127.0.0.1 that leads there
 * @param restricted whether the guest is kept off the host's network and the internet; forwarded ports still work
 * @param slots free PCI Express slots, into which things can be plugged while it runs; with at least one there is a USB 3
 *     controller for that, too
 * @param acceleration what executes the guest
 * @param extra further QEMU options, verbatim
 */
public record MachineSpec(
        Path image,
        Path directory,
        boolean fresh,
        int diskGib,
        int memoryMib,
        int cpus,
        DiskBus bus,
        Map<Integer, Integer> forwards,
        boolean restricted,
        int slots,
        Acceleration acceleration,
        List<String> extra) {

    /** The port of a node's API. */
    public static final int API_PORT = 8443;

    /** What the machine's own network card hangs on. */
    static final String LAN_ID = "lan";

    /** A machine has one network: its own, or that of {@link #withLan}. */
    private static final String LAN = "-netdev";

    /** The port of a node's ssh. */
    public static final int SSH_PORT = 22;

    /**
     * @throws IllegalArgumentException if a size, number or port is out of range; the message says which
     */
    public MachineSpec {
        image = image.toAbsolutePath().normalize();
        directory = directory.toAbsolutePath().normalize();
        forwards = Map.copyOf(forwards);
        extra = List.copyOf(extra);
        require(diskGib >= 0 && diskGib <= 65_536, "disk of " + diskGib + " GiB: use 0 (as the image) to 65536");
        require(memoryMib >= 256 && memoryMib <= 1 << 20, "memory of " + memoryMib + " MiB: use 256 to 1048576");
        require(cpus >= 1 && cpus <= 255, cpus + " processors: use 1 to 255");
        require(slots >= 0 && slots <= 16, slots + " slots: use 0 to 16");
        forwards.forEach((host, guest) -> {
            require(host >= 1 && host <= 65_535, "port " + host + ": use 1 to 65535");
            require(guest >= 1 && guest <= 65_535, "port " + guest + " of the guest: use 1 to 65535");
        });
    }

    /**
     * A usual small box: 2 GiB memory, 2 processors, a 10 GiB virtio disk kept from run to run, outgoing network, no
     * forwarded port, the best acceleration that works here.
     */
    public static MachineSpec of(Path image, Path directory) {
        return new MachineSpec(
                image, directory, false, 10, 2048, 2, DiskBus.VIRTIO, Map.of(), false, 0, KvmProbe.best(), List.of());
    }

    /** As {@link #fresh()}. */
    public MachineSpec withFresh(boolean value) {
        return new MachineSpec(
                image,
                directory,
                value,
                diskGib,
                memoryMib,
                cpus,
                bus,
                forwards,
                restricted,
                slots,
                acceleration,
                extra);
    }

    /** As {@link #diskGib()}. */
    public MachineSpec withDiskGib(int value) {
        return new MachineSpec(
                image, directory, fresh, value, memoryMib, cpus, bus, forwards, restricted, slots, acceleration, extra);
    }

    /** As {@link #memoryMib()}. */
    public MachineSpec withMemoryMib(int value) {
        return new MachineSpec(
                image, directory, fresh, diskGib, value, cpus, bus, forwards, restricted, slots, acceleration, extra);
    }

    /** As {@link #cpus()}. */
    public MachineSpec withCpus(int value) {
        return new MachineSpec(
                image,
                directory,
                fresh,
                diskGib,
                memoryMib,
                value,
                bus,
                forwards,
                restricted,
                slots,
                acceleration,
                extra);
    }

    /** As {@link #bus()}. */
    public MachineSpec withBus(DiskBus value) {
        return new MachineSpec(
                image,
                directory,
                fresh,
                diskGib,
                memoryMib,
                cpus,
                value,
                forwards,
                restricted,
                slots,
                acceleration,
                extra);
    }

    /** One more forwarded port, from 127.0.0.1 to the guest. */
    public MachineSpec withForward(int hostPort, int guestPort) {
        Map<Integer, Integer> more = new TreeMap<>(forwards);
        more.put(hostPort, guestPort);
        return new MachineSpec(
                image, directory, fresh, diskGib, memoryMib, cpus, bus, more, restricted, slots, acceleration, extra);
    }

    /** As {@link #restricted()}. */
    public MachineSpec withRestricted(boolean value) {
        return new MachineSpec(
                image, directory, fresh, diskGib, memoryMib, cpus, bus, forwards, value, slots, acceleration, extra);
    }

    /** As {@link #slots()}. */
    public MachineSpec withSlots(int value) {
        return new MachineSpec(
                image,
                directory,
                fresh,
                diskGib,
                memoryMib,
                cpus,
                bus,
                forwards,
                restricted,
                value,
                acceleration,
                extra);
    }

    /** As {@link #acceleration()}. */
    public MachineSpec withAcceleration(Acceleration value) {
        return new MachineSpec(
                image, directory, fresh, diskGib, memoryMib, cpus, bus, forwards, restricted, slots, value, extra);
    }

    /**
     * On a network with others instead of one of its own; the forwarded ports are the network's business then.
     *
     * @param number tells the machines of the network from each other, 1..254: makes the card's address
     */
    public MachineSpec withLan(Lan lan, int number) {
        require(number >= 1 && number <= 254, "machine " + number + " of a network: use 1 to 254");
        // 52:54:00 is QEMU's own, and what follows is free for any use.
        return withExtra(
                LAN,
                lan.segment() + ",id=" + LAN_ID,
                "-device",
                "virtio-net-pci,netdev=lan,romfile=,mac=52:54:00:00:17:%02x".formatted(number));
    }

    /** Further QEMU options, verbatim, such as {@code "-smbios", "type=1,manufacturer=Acme"}. */
    public MachineSpec withExtra(String... options) {
        List<String> more = new ArrayList<>(extra);
        more.addAll(List.of(options));
        return new MachineSpec(
                image,
                directory,
                fresh,
                diskGib,
                memoryMib,
                cpus,
                bus,
                forwards,
                restricted,
                slots,
                acceleration,
                more);
    }

    Path disk() {
        return directory.resolve("disk.qcow2");
    }

    Path variables() {
        return directory.resolve("uefi-vars.fd");
    }

    /**
     * The command line. The display has no window but a graphics card, so that the guest has a tty1; the serial port is
     * this process's standard input and output.
     *
     * @param control the socket that QEMU connects to for its control protocol
     */
    List<String> command(Firmware firmware, Path control) {
        List<String> command = new ArrayList<>(
                List.of(QemuMachine.QEMU, "-nodefaults", "-no-user-config", "-name", "rwo", "-machine", "q35"));
        command.addAll(acceleration.options());
        command.addAll(List.of("-smp", "" + cpus, "-m", memoryMib + "M"));
        command.addAll(List.of(
                "-drive",
                "if=pflash,format=raw,unit=0,readonly=on,file=" + escaped(firmware.code()),
                "-drive",
                "if=pflash,format=raw,unit=1,file=" + escaped(variables())));
        // writeback: what the guest flushes is on the host's disk, what it does not flush may be lost when it is
        // killed.
        command.addAll(List.of(
                "-drive", "if=none,id=disk,format=qcow2,cache=writeback,discard=unmap,file=" + escaped(disk())));
        command.addAll(bus.options());
        if (!extra.contains(LAN)) {
            command.addAll(List.of(LAN, network(), "-device", "virtio-net-pci,netdev=lan,romfile="));
        }
        command.addAll(List.of("-device", "virtio-rng-pci", "-vga", "std", "-display", "none"));
        command.addAll(List.of("-chardev", "stdio,id=serial,signal=off", "-serial", "chardev:serial"));
        command.addAll(List.of(
                "-chardev", "socket,id=control,path=" + escaped(control), "-mon", "chardev=control,mode=control"));
        command.addAll(Backplane.options(slots));
        command.addAll(extra);
        return command;
    }

    private String network() {
        StringBuilder network = new StringBuilder("user,id=lan");
        if (restricted) {
            network.append(",restrict=on");
        }
        new TreeMap<>(forwards)
                .forEach((host, guest) -> network.append(",hostfwd=tcp:127.0.0.1:" + host + "-:" + guest));
        return network.toString();
    }

    /** A comma separates options; doubled it stands for itself. */
    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
