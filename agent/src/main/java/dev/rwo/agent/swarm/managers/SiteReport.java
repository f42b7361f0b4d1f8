package dev.rwo.agent.swarm.managers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.DrainMark;
import dev.rwo.agent.swarm.OwnedLabels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every node of the site, as gossip and the swarm see it together: what {@code rwo nodes} prints.
 *
 * @param members what gossip sees
 * @param swarmId the swarm that the entries are of, empty when unknown
 * @param entries the swarm's entries; empty when nobody could tell
 * @param problem why nobody could tell, one line; empty when somebody could
 */
public record SiteReport(MemberTable members, String swarmId, List<ClusterNode> entries, String problem) {

    /** Copies the list. */
    public SiteReport {
        entries = List.copyOf(entries);
    }

    /** A box: its member, its entry, or both. */
    private record Row(@Nullable Member member, @Nullable ClusterNode entry) {

        String name() {
            return member == null ? hostname() : member.digest().name();
        }

        private String hostname() {
            return entry == null ? "" : entry.hostname();
        }
    }

    /** As the API shows it. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("askedOn", members.self().digest().name());
        json.putObject("swarm")
                .put("id", swarmId)
                .put("known", problem.isEmpty())
                .put("problem", problem);
        ArrayNode rows = json.putArray("nodes");
        rows().stream()
                .sorted(Comparator.comparing(Row::name, String.CASE_INSENSITIVE_ORDER))
                .forEach(row -> rows.add(json(row)));
        return json;
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        List<Member> unmatched = new ArrayList<>(Stream.concat(Stream.of(members.self()), members.others().stream())
                .toList());
        for (ClusterNode entry : entries) {
            Optional<Member> member = match(entry, unmatched);
            member.ifPresent(unmatched::remove);
            rows.add(new Row(member.orElse(null), entry));
        }
        unmatched.stream()
                .filter(member -> member.isPresent() || isLastOf(member, unmatched))
                .forEach(member -> rows.add(new Row(member, null)));
        return rows;
    }

    /** The present one before those that gossip only remembers. */
    private static Optional<Member> match(ClusterNode entry, List<Member> members) {
        return members.stream()
                .filter(member -> member.digest().swarmNode().equals(entry.id()))
                .max(Comparator.comparing(Member::isPresent).thenComparing(Member::since));
    }

    /** Of a box that is gone, only its last life counts, and none when it lives. */
    private boolean isLastOf(Member gone, List<Member> unmatched) {
        boolean lives = members.everyone().anyMatch(each -> each.nodeId().equals(gone.nodeId()));
        return !lives
                && unmatched.stream()
                        .noneMatch(other -> other.nodeId().equals(gone.nodeId())
                                && other.since().isAfter(gone.since()));
    }

    private ObjectNode json(Row row) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Member member = row.member();
        ClusterNode entry = row.entry();
        json.put("name", row.name());
        json.put("id", member == null ? label(entry, OwnedLabels.NODE_ID) : member.nodeId());
        json.put("address", address(member, entry));
        json.put("role", role(member, entry));
        if (entry != null) {
            json.put("swarmNode", entry.id())
                    .put("availability", entry.availability().word())
                    .put("state", entry.state());
            ClusterNode.ManagerStatus raft = entry.manager();
            if (raft != null) {
                json.put("leader", raft.leader()).put("reachable", raft.reachable());
            }
            json.put("class", label(entry, "edge.cpu.class"));
        }
        if (member != null) {
            json.put("gossip", member.state().name().toLowerCase(Locale.ROOT))
                    .put("since", member.since().toString())
                    .put("version", member.digest().version())
                    .put("swarm", member.digest().swarmId())
                    .put(
                            "self",
                            member.boot().equals(members.self().boot())
                                    && member.nodeId().equals(members.self().nodeId()));
        }
        trouble(row).forEach(json.putArray("trouble")::add);
        return json;
    }

    private static String label(@Nullable ClusterNode entry, String key) {
        return entry == null ? "" : entry.labels().getOrDefault(key, "");
    }

    private static String address(@Nullable Member member, @Nullable ClusterNode entry) {
        if (entry != null && !entry.address().isEmpty() && !entry.address().equals("0.0.0.0")) {
            return entry.address();
        }
        String api = member == null ? "" : member.digest().api();
        return api.contains(":") ? api.substring(0, api.lastIndexOf(':')) : api;
    }

    private static String role(@Nullable Member member, @Nullable ClusterNode entry) {
        if (entry != null) {
            return entry.isLeader() ? "leader" : entry.role();
        }
        SwarmRole role = member == null ? SwarmRole.NONE : member.digest().role();
        return role == SwarmRole.NONE ? "-" : role.name().toLowerCase(Locale.ROOT);
    }

    private List<String> trouble(Row row) {
        List<String> trouble = new ArrayList<>();
        Member member = row.member();
        ClusterNode entry = row.entry();
        if (member != null) {
            troubleInGossip(member, entry, trouble);
        }
        if (entry != null) {
            troubleInSwarm(member, entry, trouble);
        }
        return trouble;
    }

    private void troubleInGossip(Member member, @Nullable ClusterNode entry, List<String> trouble) {
        MemberDigest digest = member.digest();
        if (member.state() != MemberState.ALIVE) {
            trouble.add(
                    switch (member.state()) {
                        case SUSPECT -> "does not answer just now";
                        case LEFT -> "said goodbye at " + member.since();
                        case DEAD -> "has not answered since " + member.since();
                        case ALIVE -> "";
                    });
        }
        if (member.isPresent() && digest.role() != SwarmRole.WITNESS) {
            if (!digest.inSwarm()) {
                trouble.add("is in no swarm yet: its own rwo status says why");
            } else if (!swarmId.isEmpty() && !digest.swarmId().equals(swarmId)) {
                trouble.add("is in another swarm: " + digest.swarmId());
            } else if (entry == null && problem.isEmpty()) {
                trouble.add("the swarm has no entry of it");
            }
        }
        if (members.everyone()
                        .filter(each -> each.nodeId().equals(member.nodeId()))
                        .count()
                > 1) {
            trouble.add("two boxes have this identity: one disk was copied from the other");
        }
    }

    private static void troubleInSwarm(@Nullable Member member, ClusterNode entry, List<String> trouble) {
        if (!entry.isReady()) {
            trouble.add("the swarm says " + entry.state());
        }
        ClusterNode.ManagerStatus raft = entry.manager();
        if (raft != null && !raft.reachable()) {
            trouble.add("the other managers do not reach it");
        } else if (raft != null
                && member != null
                && member.isPresent()
                && member.digest().leaderless()) {
            trouble.add("finds no leader, though the leader reaches it: it will be made a manager anew");
        }
        if (entry.isReady() && (member == null || !member.isPresent())) {
            trouble.add("gossip does not see it: is 8444/tcp blocked?");
        }
        if (!entry.labels().containsKey(OwnedLabels.JOINED)) {
            trouble.add("was never active: it waits for its labels");
        } else if (entry.availability() == Availability.DRAIN
                && DrainMark.of(entry).isPresent()) {
            DrainMark.of(entry).ifPresent(mark -> trouble.add("is drained for " + mark.reason()));
        } else if (entry.availability() != Availability.ACTIVE) {
            trouble.add("an operator set it to " + entry.availability().word());
        }
    }
}
