package dev.rwo.ci.sim;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Stands for the parts that label and activate nodes: the leader's agent labels each drained node and activates it. */
final class ActivationMind extends Mind {

    static final String JOINED = "edge.joined";

    ActivationMind(Box box) {
        super(box, "activation");
    }

    private record Activate(ClusterNode node, String reason) implements Step {}

    @Override
    Round<? extends Step> round() {
        return new Round<Activate>() {
            @Override
            public Plan<Activate> plan(Instant wall) throws ObservationException {
                return look();
            }

            @Override
            public void act(Activate step, Consumer<Outcome> done) {
                done.accept(activate(step));
            }
        };
    }

    private Plan<Activate> look() throws ObservationException {
        try {
            FormationMind formation = box.world.formation(box);
            if (formation == null || formation.formation.isProvisional()) {
                return Plan.nothing(Verdict.waiting("the swarm does not count yet", ""));
            }
            boolean leads = box.engine.node(box.engine.engine().nodeId()).isLeader();
            Optional<ClusterNode> next = box.engine.nodes().stream()
                    .filter(node -> leads && node.isReady() && !node.labels().containsKey(JOINED))
                    .findFirst();
            Duration soon = Duration.ofSeconds(2);
            return next.map(node -> Plan.of(new Activate(node, "new"), Verdict.done("")))
                    .orElseGet(() -> Plan.<Activate>nothing(Verdict.done("")).lookingAgainIn(soon));
        } catch (OrchestratorException unanswered) {
            throw OwnNode.noAnswer();
        }
    }

    private Outcome activate(Activate step) {
        Map<String, String> labels = new TreeMap<>(step.node().labels());
        RaftGroup.Entry entry = box.engine.group() == null
                ? null
                : box.engine.group().nodes.get(step.node().id());
        labels.put(JOINED, "now");
        if (entry != null) {
            labels.put("edge.node.id", entry.box.nodeId);
        }
        try {
            box.engine.updateNode(step.node(), labels, Availability.ACTIVE);
            box.look("swarm");
            return Outcome.applied();
        } catch (OrchestratorException refused) {
            return new Outcome.Failed(String.valueOf(refused.getMessage()));
        }
    }
}
