package dev.rwo.agent.fabric;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.membership.Membership;
import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.config.ClusterConfig;
import dev.rwo.firstboot.config.Ipv4Prefix;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the fabric's interface: its key, its address, whom it talks to. What somebody deletes is made again, and what is
 * gone after a boot. With {@code fabric: lan} there is no interface, and it keeps the {@link Redirects}.
 *
 * <p>It has no stage of its own: {@link NetworkController} shows {@link Fabric#verdict}.
 */
public final class FabricController implements Controller<FabricPlanner.View, FabricStep> {

    /** The interface's name. */
    public static final String DEVICE = "rwo0";

    private static final Logger LOG = Logger.getLogger(FabricController.class);
    private static final Duration SWEEP = Duration.ofSeconds(30);
    private static final Duration COMMAND = Duration.ofSeconds(5);
    /** wireguard-go needs some 50 ms for its interface. */
    private static final Duration USERSPACE_START = Duration.ofMillis(300);
    /** Marks our routes among others'; any number above 4 that nobody registered in rt_protos. */
    private static final String ROUTE_PROTOCOL = "119";

    private final Fabric fabric;
    private final Path keyFile;
    private final Path addressFile;
    private final Membership membership;
    private final AdvertisedBySwarm advertisedBySwarm;
    private final Supplier<Set<String>> revoked;
    private final Path scriptFile;
    private final HostCommands commands;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Consumer<Topic> news;
    private final AtomicFiles files = new AtomicFiles();

    /** Used only by the controller's own thread. */
    private final Map<String, FabricPlanner.Known> known = new HashMap<>();

    private SortedMap<String, FabricPeers.Refusal> refused = new TreeMap<>();
    private @Nullable WireGuardKey key;
    private boolean absent;
    private String advertised = "";
    private List<String> rules = List.of();
    private boolean rulesSeen;

    /** Asks the engine for the address that Swarm knows this node by. */
    @FunctionalInterface
    public interface AdvertisedBySwarm {

        /**
         * The address, empty outside a swarm.
         *
         * @throws Exception when the engine does not answer
         */
        String get() throws Exception;
    }

    /**
     * For one box.
     *
     * @param fabric where the others read the address
     * @param layout where the node's WireGuard key is kept, {@code pki/wireguard.key}, and its address
     * @param advertisedBySwarm the address that the engine advertises, empty outside a swarm; may throw when the engine
     *     does not answer
     * @param revoked IDs of nodes that the site does not trust any more
     * @param news told {@link Topic#NETWORK} after a change
     */
    public FabricController(
            Fabric fabric,
            NodeLayout layout,
            Membership membership,
            AdvertisedBySwarm advertisedBySwarm,
            Supplier<Set<String>> revoked,
            HostCommands commands,
            Clock clock,
            MeterRegistry meters,
            Consumer<Topic> news) {
        this.fabric = fabric;
        this.keyFile = layout.pki().resolve("wireguard.key");
        this.addressFile = layout.pki().resolve("wireguard.address");
        this.scriptFile = layout.runtime().resolve("moved.iptables");
        this.membership = membership;
        this.advertisedBySwarm = advertisedBySwarm;
        this.revoked = revoked;
        this.commands = commands;
        this.clock = clock;
        this.meters = meters;
        this.news = news;
    }

    @Override
    public Declaration declaration() {
        return new Declaration(
                "fabric",
                null,
                Set.of(Topic.NETWORK, Topic.MEMBERS, Topic.TRUST, Topic.SWARM, Topic.ENGINE),
                Set.of("node.fabric", "node.redirects", "member.fabric"),
                SWEEP);
    }

    @Override
    public FabricPlanner.View observe() throws ObservationException {
        try {
            FabricPlanner.View view = look();
            Optional<InetAddress> address = FabricPlanner.isReady(view)
                    ? Ipv4Prefix.parseAddress(view.claimed()).map(InetAddress.class::cast)
                    : Optional.empty();
            publish(address, FabricPlanner.verdict(view, clock.instant()));
            return view;
        } catch (IOException | HostCommandException | IllegalArgumentException failed) {
            Verdict verdict = Verdict.failed(
                    "the fabric cannot be looked at: " + failed.getMessage(),
                    "are wireguard-tools and iproute2 installed?");
            // The address stays: nothing says that the interface is gone. And a LAN works without these tools.
            publish(fabric.advertised(), fabric.kind() == ClusterConfig.Fabric.LAN ? fabric.verdict() : verdict);
            throw new ObservationException(verdict);
        }
    }

    private void publish(Optional<InetAddress> address, Verdict verdict) {
        if (fabric.publish(address, verdict)) {
            news.accept(Topic.NETWORK);
        }
    }

    private FabricPlanner.View look() throws IOException, HostCommandException {
        var members = membership.members();
        if (fabric.kind() == ClusterConfig.Fabric.LAN) {
            FabricLink link = absent ? FabricLink.ABSENT : link();
            absent = !link.exists();
            FabricPlanner.View view = new FabricPlanner.View(
                    false,
                    "",
                    "",
                    fabric.lan(),
                    members,
                    FabricPeers.NONE,
                    revoked.get(),
                    link,
                    Map.of(),
                    advertised(),
                    rules);
            return view.withRules(rules(!FabricPlanner.redirects(view).moved().isEmpty()));
        }
        String own = key().publicKey();
        Set<String> untrusted = revoked.get();
        FabricPeers peers = FabricPeers.sift(members, own, untrusted);
        report(peers);
        FabricLink link = link();
        learn(link, peers);
        return new FabricPlanner.View(
                true, own, claimed(), fabric.lan(), members, peers, untrusted, link, known, "", rules(false));
    }

    /** An engine that does not answer has not moved. */
    private String advertised() {
        try {
            advertised = advertisedBySwarm.get();
        } catch (Exception unanswered) {
            LOG.debugf("fabric: the engine does not say what it advertises: %s", unanswered.getMessage());
        }
        return advertised;
    }

    /** Looks only if there is, or shall be, something: once at the start, and as long as an address is translated. */
    private List<String> rules(boolean wanted) throws HostCommandException {
        if (wanted || !rulesSeen || !rules.isEmpty()) {
            try {
                rules = Redirects.read(
                        commands.run(COMMAND, "iptables", "--wait", "5", "--table", "nat", "--list-rules"));
            } catch (HostCommandException failed) {
                if (wanted) {
                    throw failed;
                }
                LOG.debugf("fabric: no packet filter to look at: %s", failed.getMessage());
            }
            rulesSeen = true;
        }
        return rules;
    }

    private WireGuardKey key() throws IOException {
        WireGuardKey kept = key;
        if (kept == null) {
            kept = WireGuardKey.keep(keyFile);
            key = kept;
        }
        return kept;
    }

    private String claimed() throws IOException {
        try {
            return Files.readString(addressFile, StandardCharsets.US_ASCII).strip();
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    private FabricLink link() throws HostCommandException {
        String device;
        try {
            device = commands.run(COMMAND, "ip", "-json", "address", "show", "dev", DEVICE);
        } catch (HostCommandException failed) {
            if (failed.lastLine().contains("does not exist")) {
                return FabricLink.ABSENT;
            }
            throw failed;
        }
        if (device.isBlank()) {
            return FabricLink.ABSENT;
        }
        return FabricLink.read(
                device,
                commands.run(COMMAND, "ip", "-json", "-4", "route", "show", "dev", DEVICE),
                commands.run(COMMAND, "wg", "show", DEVICE, "dump"));
    }

    /** Counts and logs each refusal once, and again when its reason changes. */
    private void report(FabricPeers peers) {
        peers.refused().forEach((node, why) -> {
            if (refused.get(node) != why) {
                LOG.warnf("fabric: member %s is refused: %s", node, why.words());
                meters.counter("rwo.fabric.refused", "reason", why.tag()).increment();
            }
        });
        refused = peers.refused();
    }

    /** Keeps what WireGuard does not: who is behind a key, where gossip said it was, when it was last a member. */
    private void learn(FabricLink link, FabricPeers peers) {
        Instant now = clock.instant();
        known.keySet()
                .removeIf(each ->
                        !link.peers().containsKey(each) && !peers.accepted().containsKey(each));
        link.peers()
                .forEach((each, peer) ->
                        known.computeIfAbsent(each, first -> new FabricPlanner.Known("", peer.endpoint(), now, now)));
        peers.accepted().forEach((each, peer) -> {
            FabricPlanner.Known before = known.get(each);
            FabricLink.Peer current = link.peers().get(each);
            boolean taken = current != null && current.endpoint().equals(peer.endpoint());
            String endpoint = before == null || taken ? peer.endpoint() : before.endpoint();
            known.put(each, new FabricPlanner.Known(peer.node(), endpoint, before == null ? now : before.added(), now));
        });
    }

    @Override
    public Plan<FabricStep> plan(FabricPlanner.View view, Instant now) {
        return FabricPlanner.plan(view, now);
    }

    @Override
    public Outcome act(FabricStep step) {
        try {
            return switch (step) {
                case FabricStep.Claim claim ->
                    files.write(
                                    addressFile,
                                    (claim.address() + "\n").getBytes(StandardCharsets.US_ASCII),
                                    AtomicFiles.PRIVATE_FILE)
                            ? Outcome.applied()
                            : Outcome.unchanged();
                case FabricStep.CreateLink ignored -> create();
                case FabricStep.RemoveLink ignored -> run("ip", "link", "delete", "dev", DEVICE);
                case FabricStep.SetKey ignored ->
                    run(
                            "wg",
                            "set",
                            DEVICE,
                            "private-key",
                            keyFile.toString(),
                            "listen-port",
                            String.valueOf(FabricPlanner.PORT));
                case FabricStep.SetAddress address -> address(address);
                case FabricStep.SetPeers peers -> peers(peers);
                case FabricStep.SetRoutes routes -> routes(routes);
                case FabricStep.Redirect redirect -> redirect(redirect);
                case FabricStep.Tell tell -> {
                    membership.tell(digest -> digest.withFabric(tell.publicKey(), tell.address()));
                    yield Outcome.applied();
                }
            };
        } catch (IOException | HostCommandException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }

    private Outcome run(String... command) throws HostCommandException {
        commands.run(COMMAND, command);
        return Outcome.applied();
    }

    private Outcome create() throws HostCommandException {
        try {
            return run("ip", "link", "add", "dev", DEVICE, "type", "wireguard");
        } catch (HostCommandException refusedByKernel) {
            if (refusedByKernel.lastLine().contains("File exists")) {
                return Outcome.unchanged();
            }
            LOG.infof("fabric: no WireGuard in the kernel (%s): using wireguard-go", refusedByKernel.lastLine());
            startInUserSpace();
            return new Outcome.Deferred(USERSPACE_START, "wireguard-go is starting");
        }
    }

    /** Under systemd in a unit of its own: what the agent starts itself would end with the agent. */
    private void startInUserSpace() throws HostCommandException {
        if (Files.isDirectory(Path.of("/run/systemd/system"))) {
            commands.run(
                    COMMAND,
                    "systemd-run",
                    "--quiet",
                    "--collect",
                    "--unit=rwo-fabric",
                    "--property=Restart=on-failure",
                    "wireguard-go",
                    "--foreground",
                    DEVICE);
        } else {
            commands.run(COMMAND, "wireguard-go", DEVICE);
        }
    }

    private Outcome address(FabricStep.SetAddress step) throws HostCommandException {
        for (String wrong : step.wrong()) {
            run("ip", "address", "delete", wrong, "dev", DEVICE);
        }
        run("ip", "address", "replace", step.address() + "/32", "dev", DEVICE);
        return run("ip", "link", "set", "dev", DEVICE, "mtu", String.valueOf(FabricPlanner.MTU), "up");
    }

    private Outcome peers(FabricStep.SetPeers step) throws HostCommandException {
        List<String> command = new ArrayList<>(List.of("wg", "set", DEVICE));
        // First those that go: an address can be with one peer only.
        step.remove().forEach(gone -> command.addAll(List.of("peer", gone, "remove")));
        for (FabricStep.PeerSetting peer : step.set()) {
            command.addAll(List.of("peer", peer.publicKey()));
            if (!peer.endpoint().isEmpty()) {
                command.addAll(List.of("endpoint", peer.endpoint()));
            }
            command.addAll(List.of(
                    "persistent-keepalive",
                    String.valueOf(FabricPlanner.KEEPALIVE),
                    "allowed-ips",
                    peer.address() + "/32"));
        }
        run(command.toArray(String[]::new));
        for (FabricStep.PeerSetting peer : step.set()) {
            if (!peer.endpoint().isEmpty()) {
                known.computeIfPresent(
                        peer.publicKey(),
                        (each, before) -> new FabricPlanner.Known(
                                before.node(), peer.endpoint(), before.added(), before.present()));
            }
        }
        return Outcome.applied();
    }

    private Outcome routes(FabricStep.SetRoutes step) throws HostCommandException {
        for (String gone : step.remove()) {
            run("ip", "route", "delete", gone, "dev", DEVICE);
        }
        for (String missing : step.add()) {
            run(
                    "ip",
                    "route",
                    "replace",
                    missing + "/32",
                    "dev",
                    DEVICE,
                    "src",
                    step.from(),
                    "protocol",
                    ROUTE_PROTOCOL);
        }
        return Outcome.applied();
    }

    private Outcome redirect(FabricStep.Redirect step) throws IOException, HostCommandException {
        files.write(
                scriptFile,
                Redirects.script(step.rules()).getBytes(StandardCharsets.US_ASCII),
                AtomicFiles.PRIVATE_FILE);
        run("iptables-restore", "--wait", "5", "--noflush", scriptFile.toString());
        String[] jump = Redirects.JUMP.split(" ", -1);
        List<String> append = new ArrayList<>(List.of("iptables", "--wait", "5", "--table", "nat"));
        append.addAll(List.of(jump));
        if (!rules.contains(Redirects.JUMP)) {
            run(append.toArray(String[]::new));
        }
        for (String old : step.flows()) {
            forgetFlows(old);
        }
        return Outcome.applied();
    }

    /**
     * A flow that the kernel knows keeps its destination as long as packets come, also those of VXLAN; and a connection
     * from or to an address that is gone hangs for a quarter of an hour, before Raft tries another.
     */
    private void forgetFlows(String old) {
        attempt("conntrack", "--delete", "--orig-dst", old);
        attempt("ss", "--kill", "--tcp", "--numeric", "src = " + old + " or dst = " + old);
    }

    private void attempt(String... command) {
        try {
            run(command);
        } catch (HostCommandException none) {
            LOG.debugf("fabric: %s", none.getMessage());
        }
    }
}
