package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rwo.agent.control.ControlEngine;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.fabric.Fabric;
import dev.rwo.agent.fabric.FabricController;
import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.StageBoard;
import dev.rwo.firstboot.config.ClusterConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fabric on real WireGuard, with real {@code wg} and {@code ip}; only gossip is played. */
class FabricLabIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final List<Node> nodes = new ArrayList<>();
    private WireLab lab;

    @BeforeEach
    void start() throws Exception {
        WireLab.missing().ifPresent(what -> assumeTrue(false, "the fabric's lab " + what));
        lab = WireLab.start();
        for (int each = 1; each <= 3; each++) {
            Node node = new Node("till-" + each, lab.plugIn());
            node.moves("192.0.2." + each);
            nodes.add(node);
        }
    }

    @AfterEach
    void end() {
        nodes.forEach(Node::close);
        if (lab != null) {
            lab.close();
        }
    }

    /** A box with the agent's fabric and nothing else of it. */
    private final class Node implements Membership, AutoCloseable {

        private final WireLab.Box box;
        private final Fabric fabric;
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final ControlEngine controllers;
        private volatile LanAddresses lan = new LanAddresses(List.of(), Set.of(), Set.of());
        private volatile Member self;
        private volatile Set<String> revoked = Set.of();

        Node(String name, WireLab.Box box) throws Exception {
            this.box = box;
            self = new Member(
                    "boot-" + name,
                    "0.0.0.0:8444",
                    MemberState.ALIVE,
                    Instant.EPOCH,
                    MemberDigest.of("id-" + name, name, "", "1"));
            fabric = new Fabric(ClusterConfig.Fabric.WIREGUARD, () -> lan);
            Path root = Files.createDirectories(directory.resolve(name));
            controllers = new ControlEngine(
                    List.of(new FabricController(
                            fabric,
                            new NodeLayout(root),
                            this,
                            () -> "",
                            () -> revoked,
                            box,
                            Clock.systemUTC(),
                            meters,
                            topic -> {})),
                    new StageBoard(new NodeLayout(root), Clock.systemUTC()),
                    Clock.systemUTC(),
                    meters,
                    new Random(1));
        }

        void moves(String address) throws HostCommandException {
            box.lease(address);
            lan = new LanAddresses(
                    List.of(new LanAddress("lan0", InetAddress.ofLiteral(address), 24, true)),
                    Set.of("lan0"),
                    Set.of("lan0"));
            self = new Member(self.boot(), address + ":8444", self.state(), self.since(), self.digest());
        }

        @Override
        public MemberTable members() {
            return new MemberTable(
                    self,
                    nodes.stream()
                            .filter(other -> other != this)
                            .map(other -> other.self)
                            .toList());
        }

        @Override
        public void tell(UnaryOperator<MemberDigest> change) {
            self = new Member(self.boot(), self.address(), self.state(), self.since(), change.apply(self.digest()));
            gossip();
        }

        String address() {
            return fabric.advertised().map(InetAddress::getHostAddress).orElse("");
        }

        boolean reachesAllOthers() {
            return nodes.stream()
                    .filter(other -> other != this)
                    .allMatch(other -> !other.address().isEmpty() && box.reaches(other.address()));
        }

        @Override
        public void close() {
            controllers.close();
        }
    }

    private void gossip() {
        nodes.forEach(node -> node.controllers.trigger(Topic.MEMBERS));
    }

    private void await(String what, BooleanSupplier wanted) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!wanted.getAsBoolean()) {
            assertThat(Instant.now()).as(() -> what + "; last: " + decisions()).isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private String decisions() {
        return nodes.stream().map(node -> "\n" + node.controllers.decisions()).collect(Collectors.joining());
    }

    private void form() {
        nodes.forEach(node -> node.controllers.start());
        gossip();
        await("everybody reaches everybody", () -> nodes.stream().allMatch(Node::reachesAllOthers));
    }

    @Test
    void everyAddressChangesAtOnceAndTheFabricStays() throws Exception {
        form();
        List<String> before = nodes.stream().map(Node::address).toList();

        for (int each = 0; each < nodes.size(); each++) {
            nodes.get(each).moves("198.51.100." + (each + 1));
        }
        assertThat(nodes.getFirst().box.reaches(nodes.getLast().address()))
                .as("until gossip tells the new addresses nobody knows where to send")
                .isFalse();
        Instant told = Instant.now();
        gossip();

        await("everybody reaches everybody again", () -> nodes.stream().allMatch(Node::reachesAllOthers));
        assertThat(Duration.between(told, Instant.now())).isLessThan(Duration.ofSeconds(15));
        assertThat(nodes.stream().map(Node::address)).isEqualTo(before);
    }

    @Test
    void whatSomebodyDeletesIsMadeAgain() throws Exception {
        form();
        Node first = nodes.getFirst();
        String address = first.address();

        first.box.run(PATIENCE, "ip", "link", "delete", "dev", FabricController.DEVICE);
        gossip();
        await("the interface is back with its peers", first::reachesAllOthers);

        first.box.run(PATIENCE, "ip", "route", "flush", "dev", FabricController.DEVICE);
        gossip();
        await("the routes are back", first::reachesAllOthers);

        first.box.run(PATIENCE, "ip", "address", "flush", "dev", FabricController.DEVICE);
        gossip();
        await(
                "the address is back",
                () -> first.address().equals(address) && nodes.getLast().box.reaches(address));
    }

    @Test
    void aMemberWhoseAddressIsNotItsKeysIsRefused() throws Exception {
        Node liar = nodes.getLast();
        form();
        liar.tell(digest -> digest.withFabric(
                digest.wireGuardKey().replaceFirst("^.", "/"), nodes.getFirst().address()));
        Node judge = nodes.get(1);

        await(
                "the lie is counted",
                () -> judge.meters
                                .find("rwo.fabric.refused")
                                .tag("reason", "not-derived")
                                .counter()
                        != null);
        assertThat(judge.box.run(PATIENCE, "wg", "show", FabricController.DEVICE, "allowed-ips"))
                .as("whose address it claimed keeps it")
                .contains(nodes.getFirst().self.digest().wireGuardKey() + "\t"
                        + nodes.getFirst().address());
    }

    @Test
    void aRevokedMemberIsCutOffAtOnce() throws Exception {
        form();
        Node judge = nodes.getFirst();
        Node stolen = nodes.getLast();

        judge.revoked = Set.of(stolen.self.nodeId());
        judge.controllers.trigger(Topic.TRUST);

        await("the stolen box gets no answer", () -> !stolen.box.reaches(judge.address()));
        assertThat(judge.box.run(PATIENCE, "wg", "show", FabricController.DEVICE, "peers"))
                .doesNotContain(stolen.self.digest().wireGuardKey());
    }

    @Test
    void thePrivateKeyIsInNoArgument() throws Exception {
        HostCommands real = nodes.getFirst().box;
        form();
        String secret = Files.readString(
                        new NodeLayout(directory.resolve("till-1")).pki().resolve("wireguard.key"))
                .strip();
        assertThat(real.run(PATIENCE, "wg", "show", FabricController.DEVICE, "private-key")
                        .strip())
                .isEqualTo(secret);
        assertThat(real.run(PATIENCE, "sh", "-c", "cat /proc/[0-9]*/cmdline")).doesNotContain(secret);
    }
}
