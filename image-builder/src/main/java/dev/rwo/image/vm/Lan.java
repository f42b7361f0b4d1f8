package dev.rwo.image.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A shop's network for several machines: one segment, with a router that gives addresses (DHCP, 10.0.2.15 and up), is
 * the gateway (10.0.2.2) and forwards ports of 127.0.0.1 to machines. The router is a QEMU without a machine, so that
 * no machine's end takes it away. Machines join by {@link MachineSpec#withLan}.
 *
 * <p>The segment is a multicast group on the loopback interface: nothing leaves this computer.
 */
public final class Lan implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String segment;
    private final Process router;
    private final Control control;
    private final Thread lastResort;

    private Lan(String segment, Process router, Control control) {
        this.segment = segment;
        this.router = router;
        this.control = control;
        this.lastResort = Thread.ofPlatform().unstarted(router::destroyForcibly);
    }

    /**
     * Starts the router.
     *
     * @param directory where its log is kept; made if missing
     * @param port a free UDP port that tells this segment from others on this computer
     * @throws VmException if QEMU is missing or does not start
     */
    public static Lan start(Path directory, int port) {
        String segment = "socket,mcast=230.0.0.1:" + port + ",localaddr=127.0.0.1";
        Control control = Control.listen();
        Process router;
        try {
            Files.createDirectories(directory);
            router = new ProcessBuilder(List.of(
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
                            segment + ",id=segment",
                            "-netdev",
                            "hubport,id=up,hubid=0,netdev=world",
                            "-netdev",
                            "hubport,id=down,hubid=0,netdev=segment",
                            "-chardev",
                            "socket,id=control,path=" + control.socket(),
                            "-mon",
                            "chardev=control,mode=control"))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("router.log").toFile())
                    .start();
        } catch (IOException e) {
            control.close();
            throw new VmException(QemuMachine.QEMU + " cannot be started; run: apt-get install qemu-system-x86", e);
        }
        Lan lan = new Lan(segment, router, control);
        Runtime.getRuntime().addShutdownHook(lan.lastResort);
        try {
            control.awaitReady(router.onExit(), PATIENCE);
            return lan;
        } catch (VmException e) {
            lan.close();
            throw e;
        }
    }

    /** The segment as QEMU's {@code -netdev} takes it, without an id. */
    String segment() {
        return segment;
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

    @Override
    public void close() {
        router.destroyForcibly();
        try {
            router.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        control.close();
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException e) {
            // The JVM is on its way out; the hook has run or will, on a process that is gone.
        }
    }
}
