package dev.rwo.agent.fabric;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberTable;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides what the fabric's interface shall be like: pure, for the controller and for the simulator. */
public final class FabricPlanner {

    /** Where WireGuard listens: the port that everybody knows it by, so that a firewall's rule is easily written. */
    public static final int PORT = 51820;

    /**
     * What {@code wg-quick} takes for a LAN of 1500: 80 bytes are the most that WireGuard adds, over IPv6. Docker's VXLAN
     * adds 50 more, so overlay networks shall have {@link #OVERLAY_MTU}.
     */
    public static final int MTU = 1420;

    /** The MTU for Docker's networks within the fabric. */
    public static final int OVERLAY_MTU = MTU - 50;

    /** Seconds; what wireguard.com recommends: shorter than the memory of nearly every stateful firewall. */
    static final int KEEPALIVE = 25;

    /** The time after which WireGuard itself forgets a session without a new handshake: REJECT_AFTER_TIME. */
    static final Duration SILENT = Duration.ofMinutes(3);

    /** How long a peer that is gone is kept: it may come back, at the same address, and be expected by Swarm. */
    static final Duration GONE = Duration.ofDays(1);

    /** How long a new peer may take to answer: several handshakes of 5 s each. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration SOON = Duration.ofSeconds(5);

    private FabricPlanner() {}

    /**
     * What decides.
     *
     * @param wireguard whether the site has a fabric of its own
     * @param publicKey this node's key, empty without a fabric
     * @param claimed the address that it had until now, empty in the beginning
     * @param lan the box's addresses
     * @param members everybody, as gossip has it
     * @param peers those of them that may use the fabric
     * @param revoked node IDs that the site does not trust any more
     * @param link the interface as it is
     * @param known what was learned of each peer, by public key
     * @param advertised the address that Swarm knows this node by, empty for none
     * @param rules the rules of {@link Redirects} as they are
     */
    public record View(
            boolean wireguard,
            String publicKey,
            String claimed,
            LanAddresses lan,
            MemberTable members,
            FabricPeers peers,
            Set<String> revoked,
            FabricLink link,
            Map<String, Known> known,
            String advertised,
            List<String> rules) {

        /** Copies. */
        public View {
            rules = List.copyOf(rules);
            revoked = Set.copyOf(revoked);
            known = Map.copyOf(known);
        }

        /** The same with other rules. */
        View withRules(List<String> current) {
            return new View(
                    wireguard, publicKey, claimed, lan, members, peers, revoked, link, known, advertised, current);
        }
    }

    /**
     * What was learned of a peer, which WireGuard does not keep.
     *
     * @param node its node ID, empty for one that was there before the agent
     * @param endpoint the endpoint gossip told when it was last taken over
     * @param added when it was first seen
     * @param present when it was last a present member
     */
    public record Known(String node, String endpoint, Instant added, Instant present) {}

    /** Decides. */
    public static Plan<FabricStep> plan(View view, Instant now) {
        return view.wireguard() ? within(view, now) : without(view);
    }

    private static Plan<FabricStep> without(View view) {
        List<FabricStep> steps = new ArrayList<>();
        if (view.link().exists()) {
            steps.add(new FabricStep.RemoveLink("the site uses the LAN's addresses"));
        }
        redirect(view, redirects(view), steps);
        if (view.lan().primary().isPresent()) {
            tell(view, "", movedFrom(view), steps);
        }
        return new Plan<>(steps, lanVerdict(view));
    }

    /** The address that Swarm knows this node by if it is none of its own any more; only the node itself can tell. */
    private static String movedFrom(View view) {
        return view.lan().all().stream()
                        .anyMatch(own -> own.address().getHostAddress().equals(view.advertised()))
                ? ""
                : view.advertised();
    }

    /** What has to be translated; nothing with a fabric of our own, whose addresses stay. */
    static Redirects redirects(View view) {
        return view.wireguard()
                ? Redirects.NONE
                : Redirects.of(Stream.concat(
                                Stream.of(view.members().self()),
                                FabricPeers.latest(view.members().present()).stream())
                        .filter(member -> !view.revoked().contains(member.nodeId()))
                        .toList());
    }

    private static void redirect(View view, Redirects redirects, List<FabricStep> steps) {
        List<String> wanted = redirects.rules();
        List<String> current = view.rules();
        boolean jumps = current.contains(Redirects.JUMP);
        List<String> inChain =
                current.stream().filter(rule -> !rule.equals(Redirects.JUMP)).toList();
        if (!inChain.equals(wanted) || (!wanted.isEmpty() && !jumps)) {
            steps.add(new FabricStep.Redirect(
                    wanted,
                    List.copyOf(redirects.moved().keySet()),
                    wanted.isEmpty() ? "every node is where the swarm expects it" : "moved: " + redirects.describe()));
        }
    }

    private static Verdict lanVerdict(View view) {
        Redirects redirects = redirects(view);
        if (!redirects.contested().isEmpty()) {
            String old = redirects.contested().firstKey();
            String name = redirects.contested().get(old);
            return Verdict.degraded(
                    "the swarm knows " + name + " by " + old + ", which is another node's address now",
                    "run on " + name + ": docker swarm leave --force; it joins again by itself. DHCP reservations or"
                            + " cluster.fabric: wireguard keep this from happening");
        }
        return Verdict.done(
                redirects.moved().isEmpty()
                        ? ""
                        : "addresses changed, translated for the swarm: " + redirects.describe());
    }

    private static Plan<FabricStep> within(View view, Instant now) {
        if (view.lan().primary().isEmpty() && !view.link().exists()) {
            // Also the choice of the block waits: it depends on the LAN.
            return Plan.nothing(verdict(view, now));
        }
        String address = address(view).getHostAddress();
        List<FabricStep> steps = new ArrayList<>();
        if (!address.equals(view.claimed())) {
            steps.add(new FabricStep.Claim(
                    address,
                    view.claimed().isEmpty()
                            ? "the node has no address in the fabric yet"
                            : view.claimed() + " cannot stay this node's address"));
        }
        link(view, address, steps);
        peers(view, now, steps);
        routes(view, address, steps);
        redirect(view, Redirects.NONE, steps);
        tell(view, view.publicKey(), address, steps);
        Plan<FabricStep> plan = new Plan<>(steps, verdict(view, now));
        return silent(view, now).isEmpty() ? plan : plan.lookingAgainIn(SOON);
    }

    private static InetAddress address(View view) {
        return FabricAddress.choose(
                view.publicKey(),
                view.claimed(),
                FabricAddress.blockBeside(view.lan()),
                FabricPeers.claims(view.members(), view.publicKey()));
    }

    private static void link(View view, String address, List<FabricStep> steps) {
        FabricLink link = view.link();
        if (!link.exists()) {
            steps.add(new FabricStep.CreateLink("there is no interface for the fabric"));
        }
        if (!link.publicKey().equals(view.publicKey()) || link.port() != PORT) {
            steps.add(new FabricStep.SetKey("the interface has not this node's key and port"));
        }
        if (!isReady(link, address)) {
            List<String> wrong = new ArrayList<>(new TreeSet<>(link.addresses()));
            wrong.remove(address + "/32");
            steps.add(new FabricStep.SetAddress(address, wrong, "the interface is not up with address " + address));
        }
    }

    private static boolean isReady(FabricLink link, String address) {
        return link.up() && link.mtu() == MTU && link.addresses().equals(Set.of(address + "/32"));
    }

    /** Whether the interface is as it shall be, peers apart. */
    static boolean isReady(View view) {
        return !view.claimed().isEmpty()
                && isReady(view.link(), view.claimed())
                && view.link().publicKey().equals(view.publicKey());
    }

    private static void peers(View view, Instant now, List<FabricStep> steps) {
        List<FabricStep.PeerSetting> set = new ArrayList<>();
        view.peers().accepted().forEach((key, peer) -> {
            FabricLink.Peer current = view.link().peers().get(key);
            boolean moved =
                    current == null || hasMoved(peer, current, view.known().get(key), now);
            if (current == null
                    || moved
                    || current.keepalive() != KEEPALIVE
                    || !current.addresses().equals(Set.of(peer.address() + "/32"))) {
                set.add(new FabricStep.PeerSetting(key, peer.address(), moved ? peer.endpoint() : ""));
            }
        });
        List<String> remove = view.link().peers().keySet().stream()
                .filter(key -> !view.peers().accepted().containsKey(key) && mayGo(view, key, now))
                .toList();
        if (!set.isEmpty() || !remove.isEmpty()) {
            steps.add(new FabricStep.SetPeers(
                    set, remove, set.size() + " peers are new or changed, " + remove.size() + " shall go"));
        }
    }

    /**
     * Whether WireGuard shall be told where a peer is. It finds out by itself when the peer speaks first, and then knows
     * better than gossip, which can be late: so it is told only news, and when it has lost the peer.
     */
    private static boolean hasMoved(
            FabricPeers.Peer peer, FabricLink.Peer current, @Nullable Known known, Instant now) {
        if (current.endpoint().equals(peer.endpoint())) {
            return false;
        }
        return known == null || !known.endpoint().equals(peer.endpoint()) || isSilent(current, now);
    }

    private static boolean isSilent(FabricLink.Peer peer, Instant now) {
        return peer.handshake().plus(SILENT).isBefore(now);
    }

    private static boolean mayGo(View view, String key, Instant now) {
        Known known = view.known().get(key);
        if (known != null && view.revoked().contains(known.node())) {
            return true;
        }
        FabricLink.Peer current = view.link().peers().get(key);
        for (FabricPeers.Peer successor : view.peers().accepted().values()) {
            if ((known != null && successor.node().equals(known.node()))
                    || (current != null && current.addresses().contains(successor.address() + "/32"))) {
                return true;
            }
        }
        // Who hears nobody is alone himself, and knows nothing of the others.
        return known != null
                && !view.members().present().isEmpty()
                && known.present().plus(GONE).isBefore(now);
    }

    private static void routes(View view, String address, List<FabricStep> steps) {
        Set<String> wanted = new TreeSet<>();
        for (FabricPeers.Peer peer : view.peers().accepted().values()) {
            wanted.add(peer.address());
        }
        Set<String> going = new HashSet<>();
        for (FabricStep step : steps) {
            if (step instanceof FabricStep.SetPeers peers) {
                going.addAll(peers.remove());
            }
        }
        view.link().peers().forEach((key, peer) -> {
            if (!going.contains(key) && !view.peers().accepted().containsKey(key)) {
                peer.addresses().forEach(each -> wanted.add(each.replace("/32", "")));
            }
        });
        // Routes do not outlive an interface that is made, or brought up, anew.
        Set<String> current = isReady(view.link(), address) ? view.link().routes() : Set.of();
        List<String> add =
                wanted.stream().filter(each -> !current.contains(each)).toList();
        List<String> remove = new TreeSet<>(current)
                .stream().filter(each -> !wanted.contains(each)).toList();
        if (!add.isEmpty() || !remove.isEmpty()) {
            steps.add(new FabricStep.SetRoutes(
                    address, add, remove, add.size() + " routes are missing, " + remove.size() + " shall go"));
        }
    }

    private static void tell(View view, String publicKey, String address, List<FabricStep> steps) {
        MemberDigest told = view.members().self().digest();
        if (!told.wireGuardKey().equals(publicKey) || !told.fabricAddress().equals(address)) {
            steps.add(
                    new FabricStep.Tell(publicKey, address, "the others do not know this node's place in the fabric"));
        }
    }

    /** Names and endpoints of peers that should answer and do not, by name. */
    private static SortedMap<String, String> silent(View view, Instant now) {
        SortedMap<String, String> silent = new TreeMap<>();
        view.peers().accepted().forEach((key, peer) -> {
            FabricLink.Peer current = view.link().peers().get(key);
            if (current == null || isSilent(current, now)) {
                silent.put(peer.name(), peer.endpoint());
            }
        });
        return silent;
    }

    /** How the fabric is; without one, done and nothing to say. */
    static Verdict verdict(View view, Instant now) {
        if (!view.wireguard()) {
            return lanVerdict(view);
        }
        if (!isReady(view)) {
            return view.lan().primary().isEmpty()
                    ? Verdict.waiting("the fabric waits for a network address", "")
                    : Verdict.running("the fabric's interface is being made");
        }
        SortedMap<String, String> silent = silent(view, now);
        int peers = view.peers().accepted().size();
        silent.values()
                .removeIf(endpoint -> view.known().values().stream()
                        .anyMatch(known -> known.endpoint().equals(endpoint)
                                && known.added().plus(PATIENCE).isAfter(now)));
        String place = "fabric " + view.claimed() + " with " + peers + (peers == 1 ? " peer" : " peers");
        if (!silent.isEmpty()) {
            return Verdict.degraded(
                    place + ", of which no answer from: " + list(silent),
                    "is UDP port " + PORT + " open between the boxes? switches and access points can keep their"
                            + " clients apart (\"client isolation\")");
        }
        if (!view.peers().refused().isEmpty()) {
            Map.Entry<String, FabricPeers.Refusal> first =
                    view.peers().refused().entrySet().iterator().next();
            return Verdict.degraded(
                    place + ", refused: " + first.getKey() + ": "
                            + first.getValue().words(),
                    "see: rwo why fabric");
        }
        if (!view.peers().without().isEmpty()) {
            return Verdict.degraded(
                    place + ", without a place in it: "
                            + String.join(", ", view.peers().without()),
                    "set cluster.fabric: wireguard in rwo.yaml of every box of the site");
        }
        return Verdict.done(place);
    }

    private static String list(Map<String, String> silent) {
        StringBuilder text = new StringBuilder();
        silent.forEach((name, endpoint) -> text.append(text.isEmpty() ? "" : ", ")
                .append(name)
                .append(" (")
                .append(endpoint)
                .append(')'));
        return text.toString();
    }
}
