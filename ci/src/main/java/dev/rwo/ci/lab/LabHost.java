package dev.rwo.ci.lab;

import dev.rwo.ci.lab.net.EthernetSwitch;
import dev.rwo.ci.lab.net.LinkRule;
import dev.rwo.ci.lab.net.NetworkNamespace;
import dev.rwo.ci.lab.net.Tap;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A host on a lab's network: host name, network card, process numbers and mounts of its own, any commands. It shares the
 * files of this machine but {@code /run} and {@code /proc}.
 *
 * <p>One thread at a time may switch it on and off.
 */
public final class LabHost {

    /** The network card of every host. */
    public static final String DEVICE = "lab0";

    private static final Duration BOOT = Duration.ofSeconds(30);
    private static final Duration COMMAND = Duration.ofMinutes(2);

    private final LabNetwork network;
    private final int number;
    private final String name;
    private final Path folder;
    private volatile Inet4Address address;
    private volatile boolean plugged = true;
    private volatile boolean paused;
    private volatile @Nullable Running running;

    LabHost(LabNetwork network, int number, String name, Path folder, Inet4Address address) {
        this.network = network;
        this.number = number;
        this.name = name;
        this.folder = folder;
        this.address = address;
    }

    /**
     * A host that is on.
     *
     * @param process unshare, whose only child is the host's first process
     * @param first the number of that process on this machine
     */
    private record Running(Process process, long first, Tap card) {}

    /** 1 for the first; also its port of the switch. */
    public int number() {
        return number;
    }

    /** Its host name. */
    public String name() {
        return name;
    }

    /** Its address on the lab's network. */
    public Inet4Address address() {
        return address;
    }

    /** A directory for what belongs to it; stays when it is off, and goes with the lab. */
    public Path folder() {
        return folder;
    }

    /** Whether it is on. */
    public boolean isUp() {
        Running now = running;
        return now != null && now.process().isAlive();
    }

    /** Whether its processes are stopped by {@link #pause}. */
    public boolean isPaused() {
        return paused;
    }

    /** Whether its cable is in. */
    public boolean isPlugged() {
        return plugged;
    }

    private Running running() {
        Running now = running;
        if (now == null || !now.process().isAlive()) {
            throw new LabException(name + " is off");
        }
        return now;
    }

    /** The number, on this machine, of its first process: {@code /proc/NUMBER/ns} has its namespaces. */
    public long firstProcess() {
        return running().first();
    }

    /**
     * Switches it on; nothing happens when it is on.
     *
     * @throws LabException when it does not come up
     */
    public synchronized void boot() {
        if (isUp()) {
            return;
        }
        try {
            Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(
                            "unshare",
                            "--net",
                            "--uts",
                            "--mount",
                            "--pid",
                            "--fork",
                            "--kill-child",
                            "--mount-proc",
                            "bash",
                            network.bootScript().toString(),
                            name)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("host.log").toFile()));
            builder.environment().put("PATH", Requirements.path());
            Process process = builder.start();
            try {
                running = plugIn(process, awaitFirst(process));
                paused = false;
            } catch (RuntimeException failed) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                throw failed;
            }
            setAddress();
        } catch (IOException failed) {
            throw new LabException(name + " cannot be started: " + failed.getMessage(), failed);
        }
    }

    private long awaitFirst(Process process) {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                line.complete(String.valueOf(lines.readLine()));
            } catch (IOException broken) {
                line.completeExceptionally(broken);
            }
        });
        try {
            String said = line.get(BOOT.toMillis(), TimeUnit.MILLISECONDS);
            if (said.equals("ready")) {
                return process.children().findFirst().orElseThrow().pid();
            }
            throw new LabException(name + " does not start; see " + folder.resolve("host.log"), null);
        } catch (ExecutionException | TimeoutException failed) {
            throw new LabException(name + " does not start: " + failed, failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while " + name + " started", stop);
        }
    }

    private Running plugIn(Process process, long first) {
        EthernetSwitch lan = network.lan();
        Tap card = Tap.open(NetworkNamespace.of(first), DEVICE);
        card.setCarrier(plugged);
        if (plugged) {
            lan.plug(number, card);
        }
        card.start(frame -> {
            if (plugged) {
                lan.receive(number, frame);
            }
        });
        return new Running(process, first, card);
    }

    /** As a DHCP client does after a lease; also tells the neighbours (arp_notify). */
    private void setAddress() {
        String batch = """
                link set lab0 address 02:00:5e:10:00:%02x
                address flush dev lab0
                address add %s/%d broadcast + dev lab0
                link set lab0 up
                route replace default via %s
                route replace 224.0.0.0/4 dev lab0
                """.formatted(
                        number,
                        address.getHostAddress(),
                        LabNetwork.PREFIX_LENGTH,
                        LabNetwork.gateway().getHostAddress());
        Commands.run(COMMAND, Map.of(), batch, inside("ip", "-batch", "-"));
    }

    /**
     * Gives it another address at once, as a DHCP server may: connections from the old one die.
     *
     * @param wanted an address of the lab's network
     */
    public synchronized void newAddress(Inet4Address wanted) {
        running();
        network.claim(this, wanted);
        moveTo(wanted);
    }

    /** Gives it another address that is free. */
    public synchronized Inet4Address newAddress() {
        running();
        Inet4Address free = network.claimFree();
        moveTo(free);
        return free;
    }

    private void moveTo(Inet4Address wanted) {
        address = wanted;
        setAddress();
    }

    /** A power cut: everything that runs on it ends at once, and its card is gone. What is on disk stays. */
    public synchronized void powerOff() {
        Running last = running;
        if (last == null) {
            return;
        }
        running = null;
        network.lan().unplug(number);
        ProcessHandle.of(last.first()).ifPresent(ProcessHandle::destroyForcibly);
        try {
            // unshare ends when the kernel has ended all of the host.
            if (!last.process().waitFor(BOOT.toMillis(), TimeUnit.MILLISECONDS)) {
                last.process().destroyForcibly();
            }
        } catch (InterruptedException hurried) {
            last.process().destroyForcibly();
            Thread.currentThread().interrupt();
        }
        last.card().close();
        LabFolder.removeCgroups(cgroup());
    }

    /** The control group for containers on it, relative to each controller's root. */
    Path cgroup() {
        return network.cgroup().resolve(name);
    }

    /** Power off and on. */
    public void reboot() {
        powerOff();
        boot();
    }

    /** Stops all its processes, containers too; the kernel still answers for it, as on a box that hangs. */
    public void pause() {
        Commands.run(COMMAND, Map.of(), "", inside("bash", "-c", "kill -STOP -1"));
        paused = true;
    }

    /** Lets them go on. */
    public void resume() {
        // An nsenter that waits for a stopped child stops itself, so that it has to be woken too, before its child is.
        List<String> waking = new ArrayList<>(List.of("kill", "-CONT"));
        nsenters().forEach(pid -> waking.add(String.valueOf(pid)));
        Commands.run(COMMAND, Map.of(), "", inside("bash", "-c", "kill -CONT -1"));
        if (waking.size() > 2) {
            try {
                Commands.run(COMMAND, Map.of(), "", waking);
            } catch (LabException oneEnded) {
                // The others were woken.
            }
        }
        paused = false;
    }

    private Stream<Long> nsenters() {
        String target = "--target=" + firstProcess();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).contains(target))
                        .isPresent())
                .map(ProcessHandle::pid);
    }

    /** Pulls its network cable: no carrier. */
    public synchronized void cut() {
        plugged = false;
        network.lan().unplug(number);
        Running now = running;
        if (now != null) {
            now.card().setCarrier(false);
        }
    }

    /** Plugs its network cable in again. */
    public synchronized void plug() {
        plugged = true;
        Running now = running;
        if (now != null) {
            network.lan().plug(number, now.card());
            now.card().setCarrier(true);
        }
    }

    /** Decides whether the gateway answers it. */
    public void reachesGateway(boolean reaches) {
        network.lan().change(number, LabNetwork.GATEWAY_PORT, rule -> rule.withCut(!reaches));
        network.lan().change(LabNetwork.GATEWAY_PORT, number, rule -> rule.withCut(!reaches));
    }

    /** What happens to frames from here to another host. */
    public LinkRule rule(LabHost to) {
        return network.lan().rule(number, to.number);
    }

    /** The command that runs another one on this host, for whoever starts processes. */
    public List<String> inside(String... command) {
        List<String> whole = new ArrayList<>(List.of(
                "nsenter",
                "--target=" + firstProcess(),
                "--net",
                "--uts",
                "--mount",
                "--pid",
                "--",
                // nsenter stays outside; what it started must not survive it.
                "setpriv",
                "--pdeathsig",
                "KILL",
                // The clock is this machine's: a box that believes to know better must not set it.
                "--bounding-set",
                "-sys_time"));
        whole.addAll(List.of(command));
        return whole;
    }

    /**
     * Starts a command on this host. {@code toHandle().children()} is the process itself, for its figures and for
     * signals; destroying what is returned kills it.
     */
    public Process start(ProcessBuilder.Redirect output, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(inside(command))
                    .redirectErrorStream(true)
                    .redirectOutput(output);
            builder.environment().put("PATH", Requirements.path());
            return builder.start();
        } catch (IOException failed) {
            throw new LabException("'" + String.join(" ", command) + "' cannot be started on " + name, failed);
        }
    }

    /**
     * Runs a command on this host to its end.
     *
     * @return what it printed on its standard output, without blanks around it
     * @throws LabException when it fails or takes longer than two minutes
     */
    public String run(String... command) {
        return run(COMMAND, command);
    }

    /** As {@link #run(String...)} with another deadline. */
    public String run(Duration deadline, String... command) {
        return Commands.run(deadline, Map.of(), "", inside(command));
    }

    /** Works in this host's network from within this process: see {@link NetworkNamespace#call}. */
    public <T> T call(Callable<T> work) {
        return NetworkNamespace.of(firstProcess()).call(work);
    }

    @Override
    public String toString() {
        return name;
    }
}
