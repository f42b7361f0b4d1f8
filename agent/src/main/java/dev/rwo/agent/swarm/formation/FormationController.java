package dev.rwo.agent.swarm.formation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.firstboot.Stage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Brings the box into the swarm of its site and keeps it in the right one. */
public final class FormationController implements Controller<FormationView, FormationStep> {

    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final String CLAIM_PATH = "/api/v1/peer/birth/claim";
    private static final String JOIN_PATH = "/api/v1/peer/join";

    private final Formation formation;
    private final Orchestrator orchestrator;
    private final Peers peers;
    private final Function<JoinAnswer, List<String>> ways;
    private final Supplier<Optional<Verdict>> notice;

    /**
     * For one box.
     *
     * @param formation what it knows and has promised
     * @param orchestrator its engine
     * @param peers asks the others
     * @param ways by which addresses of managers the engine joins when it is let in with this answer
     * @param notice what an operator must know of a box whose engine is kept stopped, or of a site of two boxes; empty
     *     when all is well
     */
    public FormationController(
            Formation formation,
            Orchestrator orchestrator,
            Peers peers,
            Function<JoinAnswer, List<String>> ways,
            Supplier<Optional<Verdict>> notice) {
        this.formation = formation;
        this.orchestrator = orchestrator;
        this.peers = peers;
        this.ways = ways;
        this.notice = notice;
    }

    @Override
    public Declaration declaration() {
        return new Declaration(
                "swarm",
                Stage.SWARM,
                Set.of(Topic.ENGINE, Topic.SWARM, Topic.NETWORK, Topic.MEMBERS, Topic.TRUST, Topic.WORKLOAD),
                Set.of("swarm.membership", "digest.swarm"),
                SWEEP);
    }

    @Override
    public FormationView observe() throws ObservationException {
        try {
            return formation.observe();
        } catch (ObservationException engineStopped) {
            throw notice.get().map(ObservationException::new).orElse(engineStopped);
        }
    }

    @Override
    public Plan<FormationStep> plan(FormationView view, Instant now) {
        Plan<FormationStep> plan = FormationPlanner.plan(view, now);
        return plan.steps().isEmpty() && plan.verdict().state().isUsable()
                ? notice.get().map(plan::saying).orElse(plan)
                : plan;
    }

    @Override
    public Outcome act(FormationStep step) {
        try {
            return switch (step) {
                case FormationStep.Tell tell -> formation.tell(tell);
                case FormationStep.AskAll ask -> askAll(ask);
                case FormationStep.Found found -> found(found);
                case FormationStep.Announce announce -> announce(announce);
                case FormationStep.Join join -> join(join);
                case FormationStep.Inquire inquire -> inquire(inquire);
                case FormationStep.Remember remember -> formation.remember(remember);
                case FormationStep.Leave ignored -> formation.leave();
                case FormationStep.MarkUsed ignored -> formation.markUsed();
            };
        } catch (OrchestratorException refused) {
            return refused.outcome();
        } catch (IOException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }

    private Outcome askAll(FormationStep.AskAll step) {
        Optional<Claim> claim = formation.founding().open(step);
        if (claim.isEmpty()) {
            return formation.founding().bound();
        }
        String refusal = poll(claim.get(), step.voters());
        if (!refusal.isEmpty()) {
            withdraw(claim.get(), step.voters());
        }
        return formation.founding().close(refusal);
    }

    private Outcome found(FormationStep.Found step) throws OrchestratorException, IOException {
        formation.founding().prepareFound();
        Outcome obstacle = formation.founding().beforeFound();
        if (obstacle != null) {
            return obstacle;
        }
        return orchestrator.createCluster(step.advertised(), step.overlayPool())
                ? Outcome.applied()
                : formation.founding().foundMember();
    }

    private Outcome announce(FormationStep.Announce step) throws OrchestratorException, IOException {
        Outcome obstacle = formation.founding().beforeAnnounce();
        if (obstacle != null) {
            return obstacle;
        }
        Optional<Claim> claim = formation.founding().open(step);
        // Those who acknowledge keep their word though another refuses: the swarm exists.
        return claim.isEmpty()
                ? formation.founding().bound()
                : formation.founding().closeAnnounce(poll(claim.get(), step.voters()));
    }

    /** Asks all at once; the first refusal, or empty when everybody agreed in time. */
    private String poll(Claim claim, List<Member> voters) {
        List<CompletableFuture<String>> answers =
                voters.stream().map(voter -> new CompletableFuture<String>()).toList();
        for (int i = 0; i < voters.size(); i++) {
            ask(claim, voters.get(i), answers.get(i));
        }
        long deadline = System.nanoTime() + Ballot.FRESH.toNanos();
        String refusal = "";
        for (int i = 0; i < voters.size() && refusal.isEmpty(); i++) {
            String name = voters.get(i).digest().name();
            try {
                refusal = answers.get(i).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                refusal = name + " does not answer";
            } catch (ExecutionException defect) {
                refusal = name + " could not be asked: " + defect.getCause();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                refusal = "the agent stops";
            }
        }
        return refusal;
    }

    private void ask(Claim claim, Member voter, CompletableFuture<String> answer) {
        ObjectNode body = claim.toJson();
        Thread.ofVirtual().name("claim-" + voter.digest().name()).start(() -> {
            try {
                var said = peers.post(voter.digest().api(), CLAIM_PATH, body);
                answer.complete(
                        said.path("granted").asBoolean()
                                ? ""
                                : voter.digest().name() + ": "
                                        + said.path("reason").asText("no reason"));
            } catch (PeerException unanswered) {
                answer.complete(voter.digest().name() + ": " + unanswered.getMessage());
            } catch (RuntimeException defect) {
                answer.completeExceptionally(defect);
            }
        });
    }

    private void withdraw(Claim claim, List<Member> voters) {
        Claim withdrawal =
                new Claim(Claim.Kind.WITHDRAW, claim.candidate(), claim.boot(), claim.number(), claim.visible(), "");
        voters.forEach(voter -> ask(withdrawal, voter, new CompletableFuture<>()));
    }

    private Outcome join(FormationStep.Join step) throws OrchestratorException, IOException {
        formation.countAttempt();
        JoinAnswer answer = askManager(step.manager(), formation.request(""));
        if (answer.kind() != JoinAnswer.Kind.GRANTED) {
            return new Outcome.Failed(
                    step.manager().digest().name() + " does not let this box join: " + answer.reason());
        }
        return orchestrator.joinCluster(ways.apply(answer), answer.token(), step.advertised())
                ? formation.joined(answer)
                : Outcome.unchanged();
    }

    private Outcome inquire(FormationStep.Inquire step) throws OrchestratorException, IOException {
        String node = formation.ownNode();
        JoinAnswer answer = node.isEmpty()
                ? JoinAnswer.refused("this box does not know which node of the swarm it is")
                : askManager(step.manager(), formation.request(node));
        return formation.heard(step.manager(), node, answer);
    }

    private JoinAnswer askManager(Member manager, JoinRequest request) {
        try {
            // Gossip may tell a wrong address, and a wrong epoch: only the manager itself may answer for it.
            return JoinAnswer.fromJson(
                    peers.only(manager.nodeId()).post(manager.digest().api(), JOIN_PATH, request.toJson()));
        } catch (PeerException unanswered) {
            return JoinAnswer.refused(String.valueOf(unanswered.getMessage()));
        } catch (IllegalArgumentException nonsense) {
            return JoinAnswer.refused("its answer makes no sense");
        }
    }
}
