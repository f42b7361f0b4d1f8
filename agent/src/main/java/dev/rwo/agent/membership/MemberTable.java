package dev.rwo.agent.membership;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All members as this node sees them at one moment.
 *
 * @param self this node
 * @param others all others that are present, or were and are remembered for a while; sorted by node ID
 */
public record MemberTable(Member self, List<Member> others) {

    /** Sorts and copies. */
    public MemberTable {
        others = others.stream()
                .sorted(Comparator.comparing(Member::nodeId).thenComparing(Member::boot))
                .toList();
    }

    /** The others that count as present. */
    public List<Member> present() {
        return others.stream().filter(Member::isPresent).toList();
    }

    /** This node and the others that count as present. */
    public Stream<Member> everyone() {
        return Stream.concat(Stream.of(self), others.stream().filter(Member::isPresent));
    }

    /** A present member by its node ID in the swarm, this node included. */
    public Optional<Member> bySwarmNode(String id) {
        return everyone()
                .filter(member -> member.digest().swarmNode().equals(id))
                .findFirst();
    }

    /** A present member by its node ID, this node included. */
    public Optional<Member> byNodeId(String id) {
        return everyone().filter(member -> member.nodeId().equals(id)).findFirst();
    }
}
