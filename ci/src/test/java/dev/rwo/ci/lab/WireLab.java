package dev.rwo.ci.lab;

import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Boxes that are nothing but a network, on one switch: each in namespaces of its own, which end with the JVM because they
 * read from a pipe that it holds. The machine's own network is not touched.
 */
final class WireLab implements AutoCloseable {

    private static final Duration COMMAND = Duration.ofSeconds(10);

    private final Process hub;
    private final List<Box> boxes = new ArrayList<>();

    private WireLab(Process hub) {
        this.hub = hub;
    }

    /** What this machine lacks for it, in one line that says what to do; empty when nothing. */
    static Optional<String> missing() {
        return LabEngine.missing()
                .or(() -> Stream.of("wg:wireguard-tools", "wireguard-go:wireguard-go")
                        .map(program -> program.split(":", 2))
                        .filter(program -> Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin")
                                .noneMatch(folder -> Files.isExecutable(Path.of(folder, program[0]))))
                        .findFirst()
                        .map(program -> "needs " + program[0] + ": apt-get install " + program[1]));
    }

    /** A switch without boxes. */
    static WireLab start() throws IOException, HostCommandException {
        WireLab lab = new WireLab(namespaces());
        lab.onHub("ip", "link", "add", "switch", "type", "bridge");
        lab.onHub("ip", "link", "set", "switch", "up");
        return lab;
    }

    private static Process namespaces() throws IOException {
        Process process = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        "sh",
                        "-c",
                        "mount -t tmpfs tmpfs /run && ip link set lo up && echo ready && exec cat >/dev/null")
                .redirectErrorStream(true)
                .start();
        String said = process.inputReader(StandardCharsets.UTF_8).readLine();
        if (!"ready".equals(said)) {
            throw new LabException("no namespaces for the lab: " + said);
        }
        return process;
    }

    /** Plugs in a box without an address. */
    Box plugIn() throws IOException, HostCommandException {
        Box box = new Box(namespaces());
        String port = "port" + boxes.size();
        onHub("ip", "link", "add", port, "type", "veth", "peer", "name", "lan0", "netns", String.valueOf(box.init()));
        onHub("ip", "link", "set", port, "master", "switch", "up");
        box.run(COMMAND, "ip", "link", "set", "lan0", "up");
        boxes.add(box);
        return box;
    }

    /** The link to {@link LabEngine}s: gives a network namespace an interface on the switch. */
    void plugIn(LabEngine engine, String device) throws HostCommandException {
        String pid = String.valueOf(networkOf(engine));
        onHub("ip", "link", "add", "e" + pid, "type", "veth", "peer", "name", device, "netns", pid);
        onHub("ip", "link", "set", "e" + pid, "master", "switch", "up");
    }

    private static long networkOf(LabEngine engine) {
        String namespace = engine.inItsNetwork("true").get(1);
        return Long.parseLong(namespace.replaceAll("\\D", ""));
    }

    private void onHub(String... command) throws HostCommandException {
        // Not its process namespace: the boxes are named by their process ids out here.
        run(List.of("nsenter", "--target", String.valueOf(hub.pid()), "--net", "--"), COMMAND, command);
    }

    private static String run(List<String> prefix, Duration deadline, String... command) throws HostCommandException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        return HostCommands.system().run(deadline, whole.toArray(String[]::new));
    }

    @Override
    public void close() {
        boxes.forEach(Box::close);
        end(hub);
    }

    private static void end(Process process) {
        process.children().forEach(ProcessHandle::destroyForcibly);
        try {
            if (!process.waitFor(COMMAND.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException hurried) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** A box: runs commands within its network and its {@code /run}. */
    static final class Box implements HostCommands, AutoCloseable {

        private final Process process;

        private Box(Process process) {
            this.process = process;
        }

        private long init() {
            return process.children().findFirst().orElseThrow().pid();
        }

        @Override
        public String run(Duration deadline, String... command) throws HostCommandException {
            return WireLab.run(
                    List.of("nsenter", "--target", String.valueOf(init()), "--net", "--mount", "--pid", "--"),
                    deadline,
                    command);
        }

        /** What DHCP would do: this address and no other. */
        void lease(String address) throws HostCommandException {
            run(COMMAND, "ip", "-4", "address", "flush", "dev", "lan0");
            run(COMMAND, "ip", "address", "add", address + "/24", "dev", "lan0");
        }

        /** Whether an address answers within a second: a port that nobody listens on is refused by whoever has it. */
        boolean reaches(String address) {
            try {
                run(COMMAND, "timeout", "1", "bash", "-c", "echo >/dev/tcp/" + address + "/9");
                return true;
            } catch (HostCommandException answer) {
                return String.valueOf(answer.getMessage()).contains("Connection refused");
            }
        }

        @Override
        public void close() {
            end(process);
        }
    }
}
