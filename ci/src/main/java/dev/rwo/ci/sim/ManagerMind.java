package dev.rwo.ci.sim;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.managers.ManagerController;
import dev.rwo.agent.swarm.managers.ManagerStep;
import dev.rwo.agent.swarm.managers.ManagerView;
import dev.rwo.agent.swarm.managers.SiteNode;
import dev.rwo.firstboot.config.ClusterConfig;
import java.net.InetAddress;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The agent's own controller of the managers. */
final class ManagerMind extends Mind {

    private final ManagerController controller;

    ManagerMind(Box box) {
        super(box, "managers");
        controller = new ManagerController(
                box.engine, box.gossip, ClusterConfig.DEFAULT, box.steadyClock(), topic -> box.look("news"));
    }

    @Override
    Round<ManagerStep> round() {
        return new Round<>() {
            @Override
            public Plan<ManagerStep> plan(Instant wall) throws ObservationException {
                ManagerView view;
                try {
                    view = controller.observe();
                } catch (ObservationException unanswered) {
                    takeOverAlone();
                    throw unanswered;
                }
                return mutated(view, controller.plan(view, wall));
            }

            @Override
            public void act(ManagerStep step, Consumer<Outcome> done) {
                onEngine(() -> ManagerMind.this.act(step), done);
            }
        };
    }

    private Outcome act(ManagerStep step) {
        if (box.world.mutation != Mutation.KEEPS_NOTHING || !(step instanceof ManagerStep.Remove)) {
            return controller.act(step);
        }
        try {
            box.engine.removeNode(step.node().id());
            return Outcome.applied();
        } catch (OrchestratorException refused) {
            return new Outcome.Failed(String.valueOf(refused.getMessage()));
        }
    }

    private void takeOverAlone() {
        if (box.world.mutation == Mutation.TAKES_OVER_ALONE && box.engine.isManager()) {
            try {
                box.engine.forceNewCluster(InetAddress.ofLiteral(box.ip()));
            } catch (OrchestratorException refused) {
                box.trace(String.valueOf(refused.getMessage()));
            }
        }
    }

    private Plan<ManagerStep> mutated(ManagerView view, Plan<ManagerStep> plan) {
        long managers =
                view.nodes().stream().filter(each -> each.node().isManager()).count();
        return switch (box.world.mutation) {
            case IGNORES_QUORUM ->
                view.nodes().stream().anyMatch(each -> each.node().isManager() && !each.up())
                        ? first(view, plan, each -> isFollower(each) && each.up(), false)
                        : plan;
            case FORGETS_LEADERLESS ->
                plan.steps().stream().anyMatch(step -> isOfLeaderless(view, step))
                        ? Plan.nothing(plan.verdict())
                        : plan;
            case PROMOTES_ALL -> first(view, plan, each -> !each.node().isManager() && each.up(), true);
            case STOPS_AT_TWO ->
                managers == 2 && plan.steps().stream().anyMatch(ManagerStep.Promote.class::isInstance)
                        ? Plan.nothing(plan.verdict())
                        : plan;
            default -> plan;
        };
    }

    private static boolean isOfLeaderless(ManagerView view, ManagerStep step) {
        return view.nodes().stream()
                .anyMatch(each ->
                        each.leaderless() && each.node().id().equals(step.node().id()));
    }

    private static boolean isFollower(SiteNode each) {
        return each.node().isManager() && !each.node().isLeader();
    }

    private static Plan<ManagerStep> first(
            ManagerView view, Plan<ManagerStep> otherwise, Predicate<SiteNode> which, boolean manager) {
        return view.nodes().stream()
                .filter(each -> view.leads() && which.test(each))
                .findFirst()
                .map(each -> Plan.<ManagerStep>of(
                        manager
                                ? new ManagerStep.Promote(each.node(), "a defect")
                                : new ManagerStep.Demote(each.node(), false, "a defect"),
                        otherwise.verdict()))
                .orElse(otherwise);
    }
}
