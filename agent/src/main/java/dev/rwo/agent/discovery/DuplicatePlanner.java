package dev.rwo.agent.discovery;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.peer.PeerAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out that this node's disk was copied: another agent with the same node ID is there, at another address, for
 * longer than a reboot can look so. Pure; both boxes come to the same answer, each by itself.
 */
public final class DuplicatePlanner {

    /**
     * Longer than gossip takes to notice that the earlier start of a rebooted box is gone: 10 s at 30 members, more
     * under load.
     */
    public static final Duration CERTAIN_AFTER = Duration.ofSeconds(30);

    private DuplicatePlanner() {}

    /** What it comes to. */
    public sealed interface Verdict {

        /** Nobody else has this node's ID. */
        record Unique() implements Verdict {}

        /** There is a copy, and it is the other. */
        record Original(Twin copy) implements Verdict {}

        /** This is the copy. */
        record Copy(Twin original) implements Verdict {}
    }

    /** The others with this node's ID that gossip sees alive. */
    public static List<Twin> twins(MemberTable members) {
        Member self = members.self();
        return members.others().stream()
                .filter(other -> other.nodeId().equals(self.nodeId()))
                .filter(other ->
                        other.state() == MemberState.ALIVE && !other.boot().equals(self.boot()))
                .filter(other -> !host(other.address()).equals(host(self.address())))
                .map(other -> new Twin(
                        other.boot(),
                        other.digest().name(),
                        other.address(),
                        other.digest().hardware(),
                        other.digest().inSwarm(),
                        other.since()))
                .toList();
    }

    private static String host(String address) {
        return PeerAddress.parse(address, 0).map(PeerAddress::host).orElse(address);
    }

    /**
     * Decides.
     *
     * @param self this node as it tells the others of itself
     * @param firstSeen hash of the machine in which this disk was used first, empty when not known
     * @param twins whoever has the same ID
     */
    public static Verdict plan(Member self, String firstSeen, List<Twin> twins, Instant now) {
        Optional<Twin> certain = twins.stream()
                .filter(twin -> Duration.between(twin.since(), now).compareTo(CERTAIN_AFTER) >= 0)
                .min(Comparator.comparing(Twin::boot));
        if (certain.isEmpty()) {
            return new Verdict.Unique();
        }
        // With several copies, all but one give way.
        List<Twin> all = Stream.concat(Stream.of(asTwin(self)), twins.stream()).toList();
        Twin original = all.stream().min(byClaim(firstSeen)).orElseThrow();
        return original.boot().equals(self.boot()) ? new Verdict.Original(certain.get()) : new Verdict.Copy(original);
    }

    private static Twin asTwin(Member self) {
        return new Twin(
                self.boot(),
                self.digest().name(),
                self.address(),
                self.digest().hardware(),
                self.digest().inSwarm(),
                Instant.MIN);
    }

    /**
     * The machine that the disk was made in, then the one that is in a swarm, since services depend on it; and where all
     * that is equal, the same one on both sides.
     */
    private static Comparator<Twin> byClaim(String firstSeen) {
        return Comparator.comparing(
                        (Twin twin) -> firstSeen.isEmpty() || !twin.hardware().equals(firstSeen))
                .thenComparing(twin -> !twin.inSwarm())
                .thenComparing(Twin::boot);
    }
}
