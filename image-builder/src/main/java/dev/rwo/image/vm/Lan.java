package dev.rwo.image.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A shop's network for several machines: a switch (VDE), and a router that gives addresses (DHCP, 10.0.2.15 and up), is
 * the gateway (10.0.2.2) and forwards ports of 127.0.0.1 to machines. The router is a QEMU without a machine, so that
 * no machine's end takes it away. Machines join by {@link MachineSpec#withLan}.
 *
 * <p>A switch and not a hub, as QEMU's multicast segments are: QEMU's user network resets connections that it hears and
 * that are not its own. Nothing leaves this computer.
 */
public final class Lan implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SWITCH = "vde_switch";

    private final Path folder;
    private final Process wires;
    private final Process router;
    private final Control control;
    private final Thread lastResort;

    private Lan(Path folder, Process wires, Process router, Control control) {
        this.folder = folder;
        this.wires = wires;
        this.router = router;
        this.control = control;
        this.lastResort = Thread.ofPlatform().unstarted(this::unplug);
    }

    /**
     * Starts switch and router.
     *
     * @param directory where their logs are kept; made if missing
     * @throws VmException if VDE or QEMU are missing or do not start
     */
    public static Lan start(Path directory) {
        Path folder;
        try {
            Files.createDirectories(directory);
            // Not below the directory: a socket's path holds only 107 bytes.
            folder = Files.createTempDirectory("rwo-lan");
        } catch (IOException e) {
            throw new VmException("a network cannot be made: " + e, e);
        }
        // It ends when its input does, so also with this program.
        Process wires = run("vde2", directory.resolve("switch.log"), List.of(SWITCH, "--sock", segment(folder)));
        Control control = Control.listen();
        List<String> command = List.of(
                QemuMachine.QEMU,
                "-nodefaults",
                "-no-user-config",
                "-name",
                "rwo-lan",
                "-machine",
                "none",
                "-display",
                "none",
                "-netdev",
                // The machines reach each other and the router, and nothing beyond.
                "user,id=world,restrict=on",
                "-netdev",
                "vde,sock=" + segment(folder) + ",id=segment",
                "-netdev",
                "hubport,id=up,hubid=0,netdev=world",
                "-netdev",
                "hubport,id=down,hubid=0,netdev=segment",
                "-chardev",
                "socket,id=control,path=" + control.socket(),
                "-mon",
                "chardev=control,mode=control");
        Process router;
        try {
            awaitSwitch(folder, wires);
            router = run("qemu-system-x86", directory.resolve("router.log"), command);
        } catch (VmException e) {
            wires.destroyForcibly();
            control.close();
            throw e;
        }
        Lan lan = new Lan(folder, wires, router, control);
        Runtime.getRuntime().addShutdownHook(lan.lastResort);
        try {
            control.awaitReady(router.onExit(), PATIENCE);
            return lan;
        } catch (VmException e) {
            lan.close();
            throw e;
        }
    }

    private static Process run(String debianPackage, Path log, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new VmException(command.getFirst() + " cannot be started; run: apt-get install " + debianPackage, e);
        }
    }

    /** The switch says nothing when it is ready, but makes its control socket. */
    private static void awaitSwitch(Path folder, Process wires) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!Files.exists(Path.of(segment(folder), "ctl"))) {
                if (System.nanoTime() > deadline || wires.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw new VmException(SWITCH + " does not start; see switch.log");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted while the network started", e);
        }
    }

    private static String segment(Path folder) {
        return folder.resolve("switch").toString();
    }

    /** The segment as QEMU's {@code -netdev} takes it, without an id. */
    String segment() {
        return "vde,sock=" + segment(folder);
    }

    /**
     * Forwards a port of 127.0.0.1 to a machine.
     *
     * @throws VmException if the port is taken or the router has ended
     */
    public void forward(int hostPort, String address, int guestPort) {
        String answer = control.execute(
                        "human-monitor-command",
                        Control.arguments()
                                .put(
                                        "command-line",
                                        "hostfwd_add world tcp:127.0.0.1:" + hostPort + "-" + address + ":"
                                                + guestPort),
                        PATIENCE)
                .asText()
                .strip();
        if (!answer.isEmpty()) {
            throw new VmException("port " + hostPort + " of 127.0.0.1 cannot be forwarded: " + answer);
        }
    }

    private void unplug() {
        router.destroyForcibly();
        wires.destroy();
    }

    @Override
    public void close() {
        unplug();
        try {
            router.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            wires.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            // The switch removes its own sockets.
            Files.deleteIfExists(folder);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (IOException left) {
            throw new VmException("the network's folder cannot be removed: " + left, left);
        }
        control.close();
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException e) {
            // The JVM is on its way out; the hook has run or will, on a process that is gone.
        }
    }
}
