package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.formation.SwarmLabels;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps one of two boxes going when the other is lost, and never both. */
public final class TwoNodeController implements Controller<TwoNodeView, TwoNodeStep> {

    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final TwoNodeService service;
    private final TwoNodePlanner planner;

    TwoNodeController(TwoNodeService service) {
        this.service = service;
        this.planner = service.planner();
    }

    @Override
    public Declaration declaration() {
        return new Declaration(
                "two-node",
                null,
                Set.of(Topic.ENGINE, Topic.SWARM, Topic.MEMBERS),
                Set.of("swarm.replica", "engine.permit"),
                SWEEP);
    }

    @Override
    public TwoNodeView observe() throws ObservationException {
        try {
            lookAtPlace();
        } catch (UncheckedIOException full) {
            throw new ObservationException(Verdict.failed(
                    "what two boxes agree on cannot be remembered: " + full.getMessage(), "look after the data disk"));
        }
        TwoNodeView view = service.view();
        service.sight(view);
        return view;
    }

    /** An engine that does not answer leaves what is remembered: it may be stopped by ourselves. */
    private void lookAtPlace() {
        PairLink link = service.link();
        if (link.memory().taking() != Taking.NO) {
            return;
        }
        try {
            EngineState engine = service.parts().orchestrator().engine();
            switch (engine.membership()) {
                case INACTIVE -> link.place(Role.NONE, false, "", 0);
                case ACTIVE -> {
                    if (engine.manager()) {
                        keeper(link, engine);
                    } else {
                        standby(link);
                    }
                }
                case PENDING, ERROR, LOCKED -> {}
            }
        } catch (OrchestratorException unanswered) {
            // What was remembered stays.
        }
    }

    private void keeper(PairLink link, EngineState engine) throws OrchestratorException {
        Cluster cluster = service.parts().orchestrator().cluster();
        List<ClusterNode> nodes = service.parts().orchestrator().nodes();
        link.place(Role.KEEPER, nodes.size() == 2, cluster.id(), SwarmLabels.epoch(cluster));
        nodes.stream()
                .filter(node -> !node.id().equals(engine.nodeId()))
                .findFirst()
                .filter(ignored -> nodes.size() == 2)
                .flatMap(other -> members().present().stream()
                        .filter(member -> member.digest().swarmNode().equals(other.id()))
                        .findFirst())
                .ifPresent(this::meet);
    }

    private void standby(PairLink link) {
        MemberDigest own = members().self().digest();
        String swarm = own.swarmId().isEmpty() ? link.memory().swarmId() : own.swarmId();
        PairMemory memory = link.memory();
        boolean same = swarm.equals(memory.swarmId()) && memory.role() == Role.STANDBY;
        link.place(Role.STANDBY, same && memory.pair(), swarm, same ? memory.epoch() : own.epoch());
        members().present().stream()
                .filter(member -> !swarm.isEmpty() && member.digest().swarmId().equals(swarm))
                .filter(member -> member.digest().role() == SwarmRole.LEADER
                        || member.digest().role() == SwarmRole.MANAGER)
                .findFirst()
                .ifPresent(this::meet);
    }

    private void meet(Member other) {
        PairLink link = service.link();
        link.remember(link.memory()
                .withPeer(other.nodeId(), other.digest().name(), other.digest().api()));
    }

    private MemberTable members() {
        return service.parts().membership().members();
    }

    @Override
    public Plan<TwoNodeStep> plan(TwoNodeView view, Instant now) {
        return planner.plan(view);
    }

    @Override
    public Outcome act(TwoNodeStep step) {
        EngineGate gate = service.gate();
        PairLink link = service.link();
        try {
            return switch (step) {
                case TwoNodeStep.Arm arm -> {
                    gate.arm(arm.proof());
                    yield Outcome.applied();
                }
                case TwoNodeStep.Extend extend -> {
                    gate.extend(extend.proof());
                    yield Outcome.unchanged();
                }
                case TwoNodeStep.Disarm ignored -> {
                    boolean wasFenced = service.isFenced();
                    gate.disarm();
                    if (wasFenced) {
                        gate.start();
                    }
                    yield Outcome.applied();
                }
                case TwoNodeStep.Fence ignored -> {
                    gate.close();
                    service.tell(Topic.ENGINE);
                    yield Outcome.applied();
                }
                case TwoNodeStep.Unfence unfence -> {
                    gate.extend(unfence.proof());
                    gate.start();
                    service.tell(Topic.ENGINE);
                    yield Outcome.applied();
                }
                case TwoNodeStep.Drop ignored -> {
                    gate.stop();
                    service.directory().delete();
                    link.dropped();
                    gate.disarm();
                    gate.start();
                    service.tell(Topic.ENGINE);
                    yield Outcome.applied();
                }
                case TwoNodeStep.Suspend suspend -> {
                    link.suspend(suspend.wanted());
                    yield Outcome.unchanged();
                }
                case TwoNodeStep.Release ignored -> release();
                case TwoNodeStep.TakeOver takeOver -> takeOver(takeOver);
                case TwoNodeStep.GiveUp ignored -> {
                    service.takeover().giveUp(isGuarded());
                    service.tell(Topic.ENGINE);
                    yield Outcome.applied();
                }
            };
        } catch (IOException | UncheckedIOException | HostCommandException | ReplicaException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }

    private Outcome release() throws IOException, HostCommandException {
        service.used();
        service.link().release();
        boolean wasFenced = service.isFenced();
        service.gate().disarm();
        if (wasFenced) {
            service.gate().start();
        }
        service.tell(Topic.ENGINE);
        return Outcome.applied();
    }

    private Outcome takeOver(TwoNodeStep.TakeOver step) throws IOException {
        PairLink link = service.link();
        Duration silent = step.automatic()
                ? service.timing().takeover()
                : service.timing().lost();
        Optional<InetAddress> address = service.parts().advertised().get();
        if (address.isEmpty()) {
            return new Outcome.Deferred(service.timing().interval(), "waiting for a network address");
        }
        service.used();
        try {
            if (link.memory().taking() == Taking.NO) {
                service.takeover().check(link.memory().swarmId());
            }
            if (!link.beginTakeover(silent, service.now())) {
                return new Outcome.Deferred(
                        service.timing().interval(), link.memory().peerName() + " was heard again");
            }
            service.takeover()
                    .run(
                            link.memory().swarmId(),
                            step.epoch(),
                            address.get(),
                            guard(isGuarded(), service.parts().mode()));
        } catch (Takeover.TakeoverException | ReplicaException failed) {
            return failed(String.valueOf(failed.getMessage()));
        }
        // With standby a person vouched that the other is off; otherwise it may still be there: this box goes on
        // proving.
        link.tookOver(step.epoch(), isGuarded());
        if (isGuarded()) {
            service.gate().extend(service.now());
        } else {
            service.gate().disarm();
        }
        service.succeeded();
        service.tell(Topic.SWARM);
        service.tell(Topic.ENGINE);
        return Outcome.applied();
    }

    /** What failed for good would be tried for ever, and neither box would run meanwhile. */
    private Outcome failed(String reason) throws IOException {
        service.failed(reason);
        if (!service.link().memory().taking().canBeGivenUp()) {
            return new Outcome.Failed(reason);
        }
        try {
            service.takeover().giveUp(isGuarded());
        } catch (ReplicaException | HostCommandException | UncheckedIOException also) {
            return new Outcome.Failed(reason + "; giving up failed, too: " + also.getMessage());
        }
        service.tell(Topic.ENGINE);
        return new Outcome.Failed(reason);
    }

    /** Whether the engine runs only on proof in this mode. */
    private boolean isGuarded() {
        return service.parts().mode() != TwoNode.STANDBY;
    }

    /** The mode in which this box's engine runs only on proof; empty for none. */
    static String guard(boolean armed, TwoNode mode) {
        return armed ? mode.name() : "";
    }

    /** The address without the port. */
    static @Nullable String host(String api) {
        int colon = api.lastIndexOf(':');
        return colon <= 0 ? null : api.substring(0, colon);
    }
}
