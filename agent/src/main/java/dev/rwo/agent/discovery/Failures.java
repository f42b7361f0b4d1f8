package dev.rwo.agent.discovery;

import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.firstboot.config.ClusterConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Why this node is alone, or not with everybody it heard of, in an operator's words. */
final class Failures {

    private final Sources from;
    private final ClusterConfig cluster;
    private final Supplier<Optional<LanAddress>> own;
    private final Supplier<String> waitingForCertificate;

    /** What discovery knows. */
    record Sources(
            Sightings sightings,
            AddressBook book,
            Seeds seeds,
            RememberedPeers remembered,
            Twins twins,
            Multicast multicast) {}

    /**
     * Of this node.
     *
     * @param own this box's address on the LAN
     * @param waitingForCertificate why the node has no certificate of its site yet; empty when it has one
     */
    Failures(
            Sources from,
            ClusterConfig cluster,
            Supplier<Optional<LanAddress>> own,
            Supplier<String> waitingForCertificate) {
        this.from = from;
        this.cluster = cluster;
        this.own = own;
        this.waitingForCertificate = waitingForCertificate;
    }

    /** What matters most first. */
    List<Failure> all(Instant now, boolean alone) {
        List<Failure> all = new ArrayList<>();
        String waiting = waitingForCertificate.get();
        if (!waiting.isEmpty()) {
            all.add(new Failure(
                    Failure.Reason.AWAITING_APPROVAL, "", waiting, "run rwo approve on a box of the site", now));
        }
        Set<String> heard = from.sightings().justHeard(now).stream()
                .map(sighting -> sighting.address().toString())
                .collect(Collectors.toSet());
        Optional<Failure> twin = from.twins().failure(now);
        twin.ifPresent(all::add);
        from.book().failures().stream()
                // Once it is known which of the two is the copy, that says it all.
                .filter(failure -> twin.isEmpty() || failure.reason() != Failure.Reason.DUPLICATE)
                .forEach(failure -> all.add(heard.contains(failure.address()) ? heardBut(failure) : failure));
        from.seeds()
                .unknown()
                .values()
                .forEach(text -> all.add(
                        new Failure(Failure.Reason.UNREACHABLE, "", text, "correct cluster.seeds in rwo.yaml", now)));
        if (alone && all.isEmpty()) {
            all.add(nobodySeen(now));
        }
        all.sort(Comparator.comparing(Failure::reason).thenComparing(Failure::address));
        return List.copyOf(all);
    }

    /** Whoever announces itself is on: when its port does not answer, something is in the way. */
    private static Failure heardBut(Failure failure) {
        if (failure.reason() != Failure.Reason.UNREACHABLE) {
            return failure;
        }
        int colon = failure.address().lastIndexOf(':');
        return new Failure(
                Failure.Reason.BLOCKED,
                failure.address(),
                "a box is heard at " + failure.address().substring(0, colon) + ", but its port "
                        + failure.address().substring(colon + 1) + " is blocked: " + failure.text(),
                "is there a firewall, or client isolation in the switch or access point?",
                failure.at());
    }

    private Failure nobodySeen(Instant now) {
        Optional<LanAddress> address = own.get();
        if (address.isEmpty()) {
            return new Failure(
                    Failure.Reason.NO_PEER_SEEN, "", "no peer seen: this box has no network address yet", "", now);
        }
        List<String> ways = new ArrayList<>();
        if (cluster.multicast()) {
            String problem = from.multicast().problem();
            ways.add(
                    problem.isEmpty()
                            ? "by multicast on " + address.get().describe()
                            : "not by multicast (" + problem + ")");
        }
        ways.add("at " + cluster.seeds().size() + " seeds");
        ways.add("at " + from.remembered().addresses().size() + " remembered addresses");
        String since = from.multicast()
                .listened()
                .map(time -> " for " + time.toSeconds() + " s")
                .orElse("");
        return new Failure(
                Failure.Reason.NO_PEER_SEEN,
                "",
                "no peer seen" + since + "; looked " + String.join(", ", ways),
                "are all boxes on one network? where multicast is blocked, name another box under cluster.seeds in"
                        + " rwo.yaml",
                now);
    }
}
