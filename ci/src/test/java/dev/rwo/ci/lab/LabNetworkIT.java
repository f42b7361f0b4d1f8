package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresLab(RequiresLab.Layer.NETWORK)
class LabNetworkIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SILENCE_MS = 500;

    private LabNetwork network;
    private LabHost first;
    private LabHost second;
    private LabHost third;

    @BeforeEach
    void start() {
        network = LabNetwork.start(3);
        first = network.host(1);
        second = network.host(2);
        third = network.host(3);
    }

    @AfterEach
    void stop() {
        network.close();
    }

    /** Sends a datagram from one to the other; answers whether it arrived. */
    private static boolean hears(LabHost from, LabHost to) throws IOException {
        return hears(from, to, to.address());
    }

    private static boolean hears(LabHost from, LabHost to, InetAddress address) throws IOException {
        try (DatagramSocket receiver = to.call(() -> new DatagramSocket(0));
                DatagramSocket sender = from.call(() -> new DatagramSocket())) {
            sender.send(new DatagramPacket(new byte[] {1}, 1, address, receiver.getLocalPort()));
            receiver.setSoTimeout(SILENCE_MS);
            receiver.receive(new DatagramPacket(new byte[8], 8));
            return true;
        } catch (SocketTimeoutException silent) {
            return false;
        }
    }

    /**
     * Waits until they hear each other: a kernel that asked in vain for a neighbour asks again after a second. They then
     * know each other's hardware address, so that one direction can be looked at alone.
     */
    private static void introduce(LabHost one, LabHost other) {
        awaitTrue(() -> hears(one, other) && hears(other, one), one + " and " + other + " hearing each other");
    }

    private static void awaitTrue(Callable<Boolean> condition, String description) {
        Waiting.await(
                PATIENCE,
                () -> {
                    try {
                        return condition.call() ? Optional.of(true) : Optional.empty();
                    } catch (Exception failed) {
                        throw new LabException(failed.toString(), failed);
                    }
                },
                description);
    }

    private static boolean hasCarrier(LabHost host) {
        return host.call(() -> NetworkInterface.getByName(LabHost.DEVICE).isUp());
    }

    @Test
    void hostsHaveNamesAndHearEachOther() throws IOException {
        assertThat(second.run("hostname")).isEqualTo("node-2");
        assertThat(hears(first, second)).isTrue();
        assertThat(hears(third, first)).isTrue();
    }

    @Test
    void aPartitionSilencesTheOthersUntilItHeals() throws IOException {
        network.partition(List.of(List.of(first, second), List.of(third)));
        assertThat(hears(first, second)).isTrue();
        assertThat(hears(first, third)).isFalse();
        assertThat(hears(third, second)).isFalse();
        network.heal();
        introduce(first, third);
    }

    @Test
    void aLinkCanBeCutOneWay() throws IOException {
        introduce(first, second);
        network.cutOneWay(List.of(first), List.of(second));
        assertThat(hears(first, second)).isFalse();
        assertThat(hears(second, first)).isTrue();
    }

    @Test
    void aDelayedFrameTakesAtLeastItsDelay() throws IOException {
        introduce(first, second);
        network.delay(Duration.ofMillis(100));
        long begun = System.nanoTime();
        assertThat(hears(first, second)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void everythingIsLostAtFullLoss() throws IOException {
        introduce(first, second);
        network.loss(1);
        assertThat(hears(first, second)).isFalse();
        network.loss(0);
        assertThat(hears(first, second)).isTrue();
    }

    @Test
    void aMulticastReachesWhoeverJoined() throws Exception {
        InetSocketAddress group = new InetSocketAddress("224.0.0.251", 5353);
        List<MulticastSocket> listeners = new ArrayList<>();
        for (LabHost host : List.of(second, third)) {
            listeners.add(host.call(() -> {
                MulticastSocket socket = new MulticastSocket(group.getPort());
                socket.joinGroup(group, NetworkInterface.getByName(LabHost.DEVICE));
                return socket;
            }));
        }
        try (DatagramSocket sender = first.call(() -> new DatagramSocket())) {
            sender.send(new DatagramPacket(new byte[] {7}, 1, group));
            for (MulticastSocket listener : listeners) {
                DatagramPacket packet = new DatagramPacket(new byte[8], 8);
                listener.setSoTimeout((int) PATIENCE.toMillis());
                listener.receive(packet);
                assertThat(packet.getAddress()).isEqualTo(first.address());
            }
        } finally {
            listeners.forEach(MulticastSocket::close);
        }
    }

    @Test
    void aNewAddressWorksAtOnceAndTheOldIsGone() throws IOException {
        introduce(first, second);
        InetAddress old = second.address();
        InetAddress now = second.newAddress();
        assertThat(now).isNotEqualTo(old);
        assertThat(hears(first, second, now)).isTrue();
        assertThat(hears(first, second, old)).isFalse();
        assertThatThrownBy(() -> third.newAddress(second.address())).hasMessageContaining("is the address of node-2");
    }

    @Test
    void hostsThatMoveAtOnceGetDifferentAddresses() {
        for (int round = 0; round < 10; round++) {
            LabNetwork.inParallel(List.of(first, second, third), LabHost::newAddress);
            assertThat(List.of(first, second, third).stream()
                            .map(LabHost::address)
                            .distinct())
                    .hasSize(3);
        }
    }

    @Test
    void aPulledCableIsSeenAndSilent() throws IOException {
        second.cut();
        awaitTrue(() -> !hasCarrier(second), "the loss of the carrier");
        assertThat(hears(first, second)).isFalse();
        second.plug();
        awaitTrue(() -> hasCarrier(second), "the carrier");
        introduce(first, second);
    }

    @Test
    void theGatewayAnswersWhomItShall() {
        String[] ping = {"ip", "neighbour", "get", "192.0.2.1", "dev", LabHost.DEVICE};
        first.reachesGateway(false);
        askGateway(first);
        askGateway(second);
        Waiting.await(
                PATIENCE,
                () -> Optional.of(second.run(ping)).filter(entry -> entry.contains("02:00:5e:10:ff:01")),
                "the gateway's hardware address");
        assertThat(first.run(ping)).doesNotContain("02:00:5e:10:ff:01");
    }

    private static void askGateway(LabHost host) {
        host.call(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(new byte[1], 1, LabNetwork.gateway(), 9));
            }
            return true;
        });
    }

    @Test
    void aPausedHostStopsWithAllItsProcesses() throws Exception {
        Process sleeper = second.start(ProcessBuilder.Redirect.DISCARD, "sleep", "1000");
        ProcessHandle itself = Waiting.await(
                PATIENCE,
                () -> sleeper.children()
                        .filter(child -> child.info().command().orElse("").endsWith("sleep"))
                        .findFirst(),
                "the command");
        second.pause();
        awaitState(itself, 'T');
        second.resume();
        awaitState(itself, 'S');
        awaitState(sleeper.toHandle(), 'S');
        assertThat(second.isPaused()).isFalse();
    }

    private static void awaitState(ProcessHandle process, char state) {
        Waiting.await(
                PATIENCE,
                () -> {
                    try {
                        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                                .filter(line -> line.matches("State:\\s+" + state + ".*"))
                                .findFirst();
                    } catch (IOException gone) {
                        throw new LabException("the process ended", gone);
                    }
                },
                "state " + state + " of process " + process.pid());
    }

    @Test
    void aPowerCutEndsWhatRunsAndKeepsTheDisk() throws Exception {
        Process sleeper = second.start(ProcessBuilder.Redirect.DISCARD, "sh", "-c", "sleep 1000 & wait");
        Path file = Files.writeString(second.folder().resolve("file"), "kept");
        second.powerOff();
        assertThat(sleeper.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).isAlive())
                .isFalse();
        assertThatThrownBy(() -> second.run("true")).hasMessage("node-2 is off");
        second.boot();
        assertThat(second.run("cat", file.toString())).isEqualTo("kept");
        introduce(first, second);
    }

    @Test
    void nothingIsLeftWhenTheJvmOfALabIsKilled() throws Exception {
        Process victim = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = victim.inputReader(StandardCharsets.UTF_8)) {
            Path folder = Path.of(lines.readLine());
            long host = Long.parseLong(lines.readLine());
            String itsNetwork =
                    Files.readSymbolicLink(Path.of("/proc/" + host + "/ns/net")).toString();
            victim.destroyForcibly().waitFor();
            awaitTrue(() -> processesOf(folder, itsNetwork).isEmpty(), "the end of all processes of the lab");
            assertThat(folder).exists();
            LabNetwork.create(1, 1).close();
            assertThat(folder).doesNotExist();
        }
        assertThat(NetworkInterface.getByName(LabHost.DEVICE)).isNull();
    }

    /** Those that name its folder, and those that keep its network card alive. */
    private static List<Long> processesOf(Path folder, String network) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder.toString())
                        || networkOf(process).equals(network))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static String networkOf(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/net"))
                    .toString();
        } catch (IOException gone) {
            return "";
        }
    }

    /** A lab that is killed. */
    static final class Victim {
        /** Starts hosts with something that runs, says where, and waits. */
        public static void main(String[] arguments) throws IOException {
            LabNetwork network = LabNetwork.start(2);
            network.host(1).start(ProcessBuilder.Redirect.DISCARD, "sh", "-c", "sleep 1000 & sleep 1000");
            System.out.println(network.folder());
            System.out.println(network.host(1).firstProcess());
            System.in.read();
        }
    }

    @Test
    void aLabThatEndsTakesNoRoomFromOneBesideIt() throws IOException {
        Path limit = Path.of("/proc/sys/net/ipv4/neigh/default/gc_thresh3");
        int before = Integer.parseInt(Files.readAllLines(limit).getFirst());
        LabNetwork.create(100, 1).close();
        assertThat(Integer.parseInt(Files.readAllLines(limit).getFirst()))
                .as("entries that the ARP table of this machine may have")
                .isGreaterThanOrEqualTo(before)
                .isGreaterThan(100 * 100);
    }
}
