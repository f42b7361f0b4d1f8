package dev.rwo.ci.sim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.ServiceState;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One box's engine: what Docker keeps on the disk, and its verbs as far as the planners use them. */
final class SimEngine implements Orchestrator {

    private static final SortedMap<String, String> NO_LABELS = Collections.emptySortedMap();

    private final Box box;
    private @Nullable RaftGroup group;
    private String node = "";
    private boolean removed;

    SimEngine(Box box) {
        this.box = box;
    }

    boolean isIn(RaftGroup other, String id) {
        return group == other && node.equals(id) && !removed;
    }

    boolean isIn(RaftGroup other) {
        return group == other && !removed;
    }

    String nodeId() {
        return node;
    }

    /** The disk is written anew. */
    void wiped() {
        group = null;
        node = "";
        removed = false;
    }

    /** Whether it would say of itself that it manages its swarm. */
    boolean isManager() {
        RaftGroup.Entry entry = entry();
        return box.engineRuns() && !removed && entry != null && entry.voter;
    }

    void wasRemoved() {
        removed = true;
        box.trace("the engine hears that its node was removed");
        box.look("engine");
    }

    @Nullable
    RaftGroup group() {
        return group;
    }

    RaftGroup.@Nullable Entry entry() {
        return group == null ? null : group.nodes.get(node);
    }

    private void running() throws OrchestratorException {
        if (!box.engineRuns()) {
            throw new OrchestratorException("the engine does not answer");
        }
    }

    private RaftGroup managed() throws OrchestratorException {
        running();
        RaftGroup own = group;
        if (own == null || !isManager()) {
            throw new OrchestratorException("This node is not a swarm manager.");
        }
        if (!own.answers(entry())) {
            throw new OrchestratorException("The swarm does not have a leader.");
        }
        return own;
    }

    @Override
    public EngineState engine() throws OrchestratorException {
        running();
        RaftGroup own = group;
        RaftGroup.Entry entry = entry();
        boolean manager = own != null && !removed && entry != null && entry.voter;
        EngineState.Membership membership = own == null
                ? EngineState.Membership.INACTIVE
                : removed ? EngineState.Membership.ERROR : EngineState.Membership.ACTIVE;
        return new EngineState(
                "26.1.5",
                new TreeMap<>(),
                "",
                "",
                0,
                membership,
                own == null ? "" : node,
                own == null ? "" : box.ip(),
                manager,
                manager && own != null ? own.id : "",
                own == null
                        ? List.of()
                        : own.voters().stream()
                                .map(each -> each.box.ip() + ":2377")
                                .toList(),
                removed ? "node removed" : "");
    }

    @Override
    public boolean createCluster(InetAddress advertised, String overlayPool) throws OrchestratorException {
        running();
        if (group != null) {
            return false;
        }
        RaftGroup made = box.world.newGroup();
        group = made;
        removed = false;
        node = made.add(box, true).id;
        box.trace("made swarm " + made.id);
        return true;
    }

    @Override
    public boolean joinCluster(List<String> managers, String token, InetAddress advertised)
            throws OrchestratorException {
        running();
        if (group != null) {
            return false;
        }
        RaftGroup target = box.world.groupOfToken(token);
        boolean reached = target != null
                && target.leader != null
                && target.hasMajority(target.leader)
                && target.voters().stream()
                        .anyMatch(voter -> target.isHere(voter)
                                && box.world.net.bothWays(voter.box.index, box.index)
                                && managers.contains(voter.box.ip() + ":2377"));
        if (!reached || target == null) {
            throw new OrchestratorException("no manager could be reached");
        }
        box.world.rules.joins(box, target);
        group = target;
        removed = false;
        node = target.add(box, false).id;
        box.trace("joined swarm " + target.id + " as " + node);
        return true;
    }

    @Override
    public void leaveCluster() throws OrchestratorException {
        running();
        if (group != null) {
            box.world.rules.leaves(box, group, removed);
            box.trace("left swarm " + group.id);
        }
        group = null;
        node = "";
        removed = false;
    }

    @Override
    public void forceNewCluster(InetAddress advertised) throws OrchestratorException {
        running();
        RaftGroup old = group;
        RaftGroup.Entry own = entry();
        if (old == null || own == null) {
            throw new OrchestratorException("this node is in no swarm");
        }
        RaftGroup taken = box.world.fork(old);
        for (RaftGroup.Entry entry : old.nodes.values()) {
            RaftGroup.Entry copy = new RaftGroup.Entry(entry.id, entry.box, entry.heard);
            copy.labels = new TreeMap<>(entry.labels);
            copy.availability = entry.availability;
            copy.state = entry.state;
            copy.manager = entry == own;
            copy.voter = entry == own;
            copy.knowsOthers = entry == own;
            taken.nodes.put(copy.id, copy);
        }
        taken.labels = new TreeMap<>(old.labels);
        taken.leader = taken.nodes.get(node);
        taken.counts = true;
        group = taken;
        // Workers go where they find a manager: to whom they reach.
        for (Box other : box.world.boxes) {
            RaftGroup.Entry theirs = old.nodes.get(other.engine.node);
            boolean worker = other.engine.group == old && other != box && theirs != null && !theirs.voter;
            if (worker && box.world.net.bothWays(box.index, other.index) && other.engineRuns()) {
                other.engine.group = taken;
            }
        }
        box.trace("took swarm " + old.id + " over by force");
    }

    @Override
    public String workerToken() throws OrchestratorException {
        return managed().id + "/" + managed().fork;
    }

    @Override
    public void rotateTokens() {}

    @Override
    public void rotateAuthority() {}

    private RaftGroup.Entry current(ClusterNode known) throws OrchestratorException {
        RaftGroup.Entry entry = managed().nodes.get(known.id());
        if (entry == null) {
            throw new OrchestratorException("node " + known.id() + " not found");
        }
        if (entry.version != known.version()) {
            throw new OrchestratorException("update out of sequence");
        }
        return entry;
    }

    @Override
    public void setManager(ClusterNode known, boolean manager) throws OrchestratorException {
        RaftGroup.Entry entry = current(known);
        RaftGroup own = managed();
        box.world.rules.changesRole(own, entry, manager);
        entry.manager = manager;
        entry.promoted = box.world.time.now();
        if (!manager) {
            entry.voter = false;
            entry.knowsOthers = false;
            entry.leaderless = false;
            if (own.leader == entry) {
                own.leader = null;
            }
        }
        entry.version++;
        box.trace((manager ? "promoted " : "demoted ") + entry.id);
    }

    @Override
    public void removeNode(String id) throws OrchestratorException {
        RaftGroup own = managed();
        RaftGroup.Entry entry = own.nodes.get(id);
        if (entry == null) {
            return;
        }
        if (entry.voter) {
            throw new OrchestratorException("node " + id + " is a manager: demote it first");
        }
        own.nodes.remove(id);
        box.trace("removed " + id);
    }

    @Override
    public Cluster cluster() throws OrchestratorException {
        RaftGroup own = managed();
        return new Cluster(own.id, own.version, new TreeMap<>(own.labels));
    }

    @Override
    public void labelCluster(long version, Map<String, String> labels) throws OrchestratorException {
        RaftGroup own = managed();
        if (own.version != version) {
            throw new OrchestratorException("update out of sequence");
        }
        own.labels = new TreeMap<>(labels);
        own.write();
    }

    @Override
    public List<ClusterNode> nodes() throws OrchestratorException {
        RaftGroup own = managed();
        List<ClusterNode> nodes = new ArrayList<>();
        for (RaftGroup.Entry entry : own.nodes.values()) {
            nodes.add(node(own, entry));
        }
        return nodes;
    }

    private static ClusterNode node(RaftGroup own, RaftGroup.Entry entry) {
        RaftGroup.Entry leader = own.leader;
        boolean leads = leader == entry;
        boolean reachable =
                leader != null && own.isHere(entry) && own.world.net.bothWays(leader.box.index, entry.box.index);
        return new ClusterNode(
                entry.id,
                entry.version,
                entry.box.name,
                entry.manager ? "manager" : "worker",
                entry.availability,
                entry.state,
                entry.box.ip(),
                "linux",
                "x86_64",
                entry.labels,
                NO_LABELS,
                entry.voter ? new ClusterNode.ManagerStatus(leads, reachable, entry.box.ip() + ":2377") : null);
    }

    @Override
    public ClusterNode node(String id) throws OrchestratorException {
        RaftGroup own = managed();
        RaftGroup.Entry entry = own.nodes.get(id);
        if (entry == null) {
            throw new OrchestratorException("node " + id + " not found");
        }
        return node(own, entry);
    }

    @Override
    public void updateNode(ClusterNode known, Map<String, String> labels, @Nullable Availability availability)
            throws OrchestratorException {
        RaftGroup.Entry entry = current(known);
        entry.labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        if (availability != null) {
            entry.availability = availability;
        }
        entry.version++;
    }

    @Override
    public List<ServiceState> services() throws OrchestratorException {
        RaftGroup own = managed();
        int running = own.counts && box.world.workWanted
                ? (int) own.nodes.values().stream()
                        .filter(entry -> entry.availability == Availability.ACTIVE && own.isHere(entry))
                        .count()
                : 0;
        return List.of(new ServiceState("s", "till_web", "till", "web", List.of(), 1, Math.min(1, running), List.of()));
    }

    @Override
    public Set<String> movableOn(String node) {
        return Set.of();
    }

    @Override
    public List<String> loadImages(Path archive) {
        return List.of();
    }

    @Override
    public void deployStack(String name, Path composeFile) {}

    @Override
    public void events(Runnable opened, Consumer<JsonNode> listener) {}
}
