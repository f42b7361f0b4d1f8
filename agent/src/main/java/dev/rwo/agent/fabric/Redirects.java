package dev.rwo.agent.fabric;

import dev.rwo.agent.membership.Member;
import dev.rwo.firstboot.config.Ipv4Prefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * With {@code fabric: lan}: where Swarm's packets go whose destination has another address now.
 *
 * <p>An engine is told once which address to advertise, and nothing changes it: not a restart, and not even
 * {@code --force-new-cluster}, after which the others are still told the old one (docker/for-linux#523; seen here with
 * 20.10). So every node translates the addresses that Swarm knows into those that gossip knows, for Swarm's own ports
 * only. Nobody leaves, nobody joins, no label is lost, and it works for all addresses at once and without a quorum.
 *
 * @param moved from the address that Swarm knows to the one that it is now
 * @param names of the nodes behind the old addresses
 * @param contested old addresses that cannot be translated, because somebody else has them now or they are claimed
 *     twice; with the names
 */
record Redirects(SortedMap<String, String> moved, Map<String, String> names, SortedMap<String, String> contested) {

    static final Redirects NONE = new Redirects(new TreeMap<>(), Map.of(), new TreeMap<>());

    /** Our chain in the nat table. */
    static final String CHAIN = "RWO-MOVED";

    static final String JUMP = "-A OUTPUT -j " + CHAIN;

    /**
     * What has to be translated.
     *
     * @param members this node and those present and trusted
     */
    static Redirects of(Collection<Member> members) {
        Map<String, List<Member>> byOld = new HashMap<>();
        Set<String> inPlace = new HashSet<>();
        for (Member member : members) {
            Optional<String> known = address(member.digest().fabricAddress());
            Optional<String> now = address(member.host());
            if (now.isEmpty() || !member.digest().wireGuardKey().isEmpty()) {
                continue;
            }
            if (known.isEmpty() || known.equals(now)) {
                if (member.digest().inSwarm()) {
                    inPlace.add(now.get());
                }
            } else {
                byOld.computeIfAbsent(known.get(), none -> new ArrayList<>()).add(member);
            }
        }
        SortedMap<String, String> moved = new TreeMap<>();
        Map<String, String> names = new TreeMap<>();
        SortedMap<String, String> contested = new TreeMap<>();
        byOld.forEach((old, holders) -> {
            String who =
                    holders.stream().map(each -> each.digest().name()).sorted().collect(Collectors.joining(" and "));
            if (holders.size() > 1 || inPlace.contains(old)) {
                contested.put(old, who);
            } else {
                moved.put(old, holders.getFirst().host());
                names.put(old, who);
            }
        });
        return new Redirects(moved, names, contested);
    }

    private static Optional<String> address(String text) {
        return Ipv4Prefix.parseAddress(text).filter(FabricPeers::canBeSentTo).map(address -> address.getHostAddress());
    }

    /** The rules of our chain, as {@code iptables -S} prints them: management and gossip by TCP, gossip and VXLAN by UDP. */
    List<String> rules() {
        return moved.entrySet().stream()
                .flatMap(each -> Stream.of("tcp -m multiport --dports 2377,7946", "udp -m multiport --dports 7946,4789")
                        .map(what -> "-A " + CHAIN + " -d " + each.getKey() + "/32 -p " + what
                                + " -j DNAT --to-destination " + each.getValue()))
                .toList();
    }

    /** Those of the printed rules that are ours, the jump into our chain first. */
    static List<String> read(String printed) {
        return Stream.concat(
                        printed.lines().filter(JUMP::equals).limit(1),
                        printed.lines().filter(line -> line.startsWith("-A " + CHAIN + " ")))
                .toList();
    }

    /** What {@code iptables-restore --noflush} takes to make the chain so, at once. */
    static String script(List<String> rules) {
        return "*nat\n:" + CHAIN + " - [0:0]\n"
                + rules.stream().map(rule -> rule + "\n").collect(Collectors.joining()) + "COMMIT\n";
    }

    /** For people. */
    String describe() {
        return moved.entrySet().stream()
                .map(each -> names.get(each.getKey()) + " from " + each.getKey() + " to " + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
