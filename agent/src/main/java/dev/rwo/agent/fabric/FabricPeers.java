package dev.rwo.agent.fabric;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.firstboot.config.Ipv4Prefix;
import java.net.Inet4Address;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The present members that may use the fabric, and those that are refused.
 *
 * @param accepted by public key
 * @param refused why, by node ID
 * @param without names of present members that tell no key: they run with {@code fabric: lan}, or have just started
 */
public record FabricPeers(SortedMap<String, Peer> accepted, SortedMap<String, Refusal> refused, List<String> without) {

    /** Nobody. */
    public static final FabricPeers NONE = new FabricPeers(new TreeMap<>(), new TreeMap<>(), List.of());

    /** Copies. */
    public FabricPeers {
        accepted = Collections.unmodifiableSortedMap(new TreeMap<>(accepted));
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
        without = List.copyOf(without);
    }

    /**
     * A member with a place in the fabric.
     *
     * @param node its node ID
     * @param name its name
     * @param address its address in the fabric
     * @param endpoint where its WireGuard listens on the LAN, {@code ip:port}
     */
    public record Peer(String node, String name, String address, String endpoint) {}

    /** Why a member is refused; the word is a metric's tag. */
    public enum Refusal {
        /** The key is none. */
        BAD_KEY("its key is no WireGuard key"),
        /** It tells this node's own key: a copied disk. */
        OWN_KEY("it has this box's own key: was a disk copied?"),
        /** Another node has the same key: a copied disk. */
        DUPLICATE_KEY("another box has the same key: was a disk copied?"),
        /** The address is not one of the key's. */
        NOT_DERIVED("its address does not come from its key"),
        /** A lower key has that address; the member moves as soon as it hears of it. */
        TAKEN_ADDRESS("another box has the same address"),
        /** Nothing can be sent to where it says it is. */
        BAD_ENDPOINT("it tells no usable LAN address"),
        /** The site does not trust it any more. */
        REVOKED("it is revoked");

        private final String words;

        Refusal(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }

        /** For metrics. */
        public String tag() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Looks at every present member.
     *
     * @param ownKey this node's public key
     * @param revoked node IDs that the site does not trust any more
     */
    static FabricPeers sift(MemberTable members, String ownKey, Set<String> revoked) {
        SortedMap<String, Refusal> refused = new TreeMap<>();
        List<String> without = new java.util.ArrayList<>();
        Map<String, List<Member>> byKey = new TreeMap<>();
        for (Member member : latest(members.present())) {
            String key = member.digest().wireGuardKey();
            if (revoked.contains(member.nodeId())) {
                refused.put(member.nodeId(), Refusal.REVOKED);
            } else if (key.isEmpty()) {
                without.add(member.digest().name());
            } else {
                byKey.computeIfAbsent(key, none -> new java.util.ArrayList<>()).add(member);
            }
        }
        SortedMap<String, Peer> accepted = new TreeMap<>();
        Set<String> taken = new HashSet<>();
        // Ascending: where two claim one address, the lower key has it, as FabricAddress.choose says.
        byKey.forEach((key, holders) -> {
            Member member = holders.getFirst();
            holders.stream().skip(1).forEach(other -> refused.put(other.nodeId(), Refusal.DUPLICATE_KEY));
            String endpoint = endpoint(member);
            Optional<Refusal> why = obstacle(member, ownKey, endpoint, taken);
            if (why.isPresent()) {
                refused.put(member.nodeId(), why.get());
            } else {
                taken.add(member.digest().fabricAddress());
                accepted.put(
                        key,
                        new Peer(
                                member.nodeId(),
                                member.digest().name(),
                                member.digest().fabricAddress(),
                                endpoint));
            }
        });
        return new FabricPeers(accepted, refused, without);
    }

    /** One of each node: a restarted agent is present twice until its first run is declared dead. */
    static Collection<Member> latest(List<Member> present) {
        Comparator<Member> better = Comparator.comparing((Member member) -> member.state() == MemberState.ALIVE)
                .thenComparing(Member::since)
                .thenComparing(Member::boot);
        Map<String, Member> latest = new LinkedHashMap<>();
        for (Member member : present) {
            latest.merge(member.nodeId(), member, (one, other) -> better.compare(one, other) >= 0 ? one : other);
        }
        return latest.values();
    }

    private static Optional<Refusal> obstacle(Member member, String ownKey, String endpoint, Set<String> taken) {
        String key = member.digest().wireGuardKey();
        String address = member.digest().fabricAddress();
        if (!WireGuardKey.isPublicKey(key)) {
            return Optional.of(Refusal.BAD_KEY);
        }
        if (key.equals(ownKey)) {
            return Optional.of(Refusal.OWN_KEY);
        }
        if (!FabricAddress.derives(key, address)) {
            return Optional.of(Refusal.NOT_DERIVED);
        }
        if (taken.contains(address)) {
            return Optional.of(Refusal.TAKEN_ADDRESS);
        }
        return endpoint.isEmpty() ? Optional.of(Refusal.BAD_ENDPOINT) : Optional.empty();
    }

    /** The LAN address that gossip reaches it by, with WireGuard's port; empty when it is none. */
    private static String endpoint(Member member) {
        String gossip = member.address();
        int colon = gossip.lastIndexOf(':');
        if (colon < 0) {
            return "";
        }
        return Ipv4Prefix.parseAddress(gossip.substring(0, colon))
                .filter(FabricPeers::canBeSentTo)
                .map(address -> address.getHostAddress() + ":" + FabricPlanner.PORT)
                .orElse("");
    }

    static boolean canBeSentTo(Inet4Address address) {
        return !address.isAnyLocalAddress() && !address.isMulticastAddress() && !address.isLoopbackAddress();
    }

    /** What every other present member claims, by key: what this node's own address must not be. */
    static Map<String, String> claims(MemberTable members, String ownKey) {
        return members.present().stream()
                .map(Member::digest)
                .filter(digest -> !digest.wireGuardKey().equals(ownKey)
                        && FabricAddress.derives(digest.wireGuardKey(), digest.fabricAddress()))
                .collect(Collectors.toMap(
                        digest -> digest.wireGuardKey(),
                        digest -> digest.fabricAddress(),
                        (one, same) -> one,
                        TreeMap::new));
    }
}
