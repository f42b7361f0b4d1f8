package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A swarm as its members, other than this node, tell of it.
 *
 * @param id its ID
 * @param used whether it ever ran a workload
 * @param epoch the highest epoch that one of its managers tells; 0 without managers
 * @param members those in it
 */
public record SwarmSight(String id, boolean used, long epoch, List<Member> members) {

    /** Every swarm that others are in, by ID. */
    public static Map<String, SwarmSight> of(MemberTable table) {
        Map<String, List<Member>> groups = new TreeMap<>();
        for (Member member : table.others()) {
            if (member.isPresent() && member.digest().inSwarm()) {
                groups.computeIfAbsent(member.digest().swarmId(), id -> new ArrayList<>())
                        .add(member);
            }
        }
        Map<String, SwarmSight> sights = new TreeMap<>();
        groups.forEach((id, members) -> sights.put(id, of(id, members)));
        return sights;
    }

    private static SwarmSight of(String id, List<Member> members) {
        boolean used = members.stream().anyMatch(member -> member.digest().swarmUsed());
        long epoch = members.stream()
                .map(Member::digest)
                .filter(SwarmSight::isManager)
                .mapToLong(MemberDigest::epoch)
                .max()
                .orElse(0);
        return new SwarmSight(id, used, epoch, List.copyOf(members));
    }

    /** The same without those who tell a higher epoch than this. */
    SwarmSight upTo(long most) {
        return of(
                id,
                members.stream()
                        .filter(member -> member.digest().epoch() <= most)
                        .toList());
    }

    private static boolean isManager(MemberDigest digest) {
        return digest.role() == SwarmRole.MANAGER || digest.role() == SwarmRole.LEADER;
    }

    /** Its managers of the highest epoch, the leader first; those that gossip does not suspect before the others. */
    public List<Member> managers() {
        return members.stream()
                .filter(member -> isManager(member.digest()) && member.digest().epoch() == epoch)
                .sorted(Comparator.comparing(Member::state)
                        .thenComparingInt(member -> member.digest().role() == SwarmRole.LEADER ? 0 : 1)
                        .thenComparing(Member::nodeId))
                .toList();
    }

    /** For example {@code s1x2 (till-1, till-2)}. */
    public String describe() {
        return shortId(id) + " (" + names() + ")";
    }

    /** Names of its members, at most five. */
    public String names() {
        String names =
                members.stream().limit(5).map(member -> member.digest().name()).collect(Collectors.joining(", "));
        return members.size() > 5 ? names + " and " + (members.size() - 5) + " more" : names;
    }

    /** Enough of an ID for a person to tell two apart; an ID of Swarm's has 25 characters. */
    static String shortId(String id) {
        return id.length() > 12 ? id.substring(0, 12) : id;
    }
}
