package dev.rwo.ci.sim;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.formation.Ballot;
import dev.rwo.agent.swarm.formation.Claim;
import dev.rwo.agent.swarm.formation.Formation;
import dev.rwo.agent.swarm.formation.FormationPlanner;
import dev.rwo.agent.swarm.formation.FormationStep;
import dev.rwo.agent.swarm.formation.FormationView;
import dev.rwo.agent.swarm.formation.JoinAnswer;
import dev.rwo.agent.swarm.formation.JoinRequest;
import dev.rwo.agent.swarm.formation.Surroundings;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Formation as the agent runs it; only the talking is simulated. */
final class FormationMind extends Mind {

    private static final String POOL = "10.208.0.0/12";

    final Formation formation;

    FormationMind(Box box) {
        super(box, "swarm");
        formation = new Formation(new Formation.Wiring(
                box.engine,
                box.gossip,
                box.memory,
                box.ballots,
                "shop-17",
                false,
                () -> Optional.of(InetAddress.ofLiteral(box.ip())),
                () -> POOL,
                () -> box.engineUp ? "" : "waiting for the container engine",
                () -> new Surroundings(Duration.ofMillis(box.listened()), List.of(), box.gossip.introducing(), ""),
                box::uptime,
                box.world.random,
                topic -> box.look("news")));
    }

    @Override
    Round<FormationStep> round() {
        return new Round<>() {
            @Override
            public Plan<FormationStep> plan(Instant wall) throws ObservationException {
                return FormationPlanner.plan(mutated(formation.observe()), wall);
            }

            @Override
            public void act(FormationStep step, Consumer<Outcome> done) {
                FormationMind.this.act(step, done);
            }
        };
    }

    private FormationView mutated(FormationView view) {
        return box.world.mutation == Mutation.NO_LISTENING
                ? new FormationView(
                        view.uptime(),
                        view.site(),
                        view.witness(),
                        view.obstacle(),
                        view.advertised(),
                        view.overlayPool(),
                        Duration.ZERO,
                        view.members(),
                        view.surroundings(),
                        view.engine(),
                        view.place(),
                        view.remembered(),
                        view.ballot(),
                        view.lapses(),
                        view.standing(),
                        view.doubtUntil(),
                        view.joinAttempts(),
                        view.workRuns())
                : view;
    }

    /** What may fail on the way. */
    private interface Part {
        Outcome run() throws OrchestratorException, IOException;
    }

    private static Outcome attempt(Part part) {
        try {
            return part.run();
        } catch (OrchestratorException | IOException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }

    private void act(FormationStep step, Consumer<Outcome> done) {
        switch (step) {
            case FormationStep.Tell tell -> done.accept(formation.tell(tell));
            case FormationStep.AskAll ask -> {
                Optional<Claim> claim = formation.founding().open(ask);
                if (claim.isEmpty()) {
                    done.accept(formation.founding().bound());
                    return;
                }
                poll(claim.get(), ask.voters(), refusal -> {
                    if (!refusal.isEmpty()) {
                        withdraw(claim.get(), ask.voters());
                    }
                    done.accept(formation.founding().close(refusal));
                });
            }
            case FormationStep.Found found -> found(found, done);
            case FormationStep.Announce announce -> announce(announce, done);
            case FormationStep.Join join -> join(join, done);
            case FormationStep.Inquire inquire -> inquire(inquire, done);
            case FormationStep.Remember remember -> done.accept(attempt(() -> formation.remember(remember)));
            case FormationStep.Leave ignored ->
                attemptOnEngine(
                        () -> {
                            box.engine.leaveCluster();
                            return Outcome.applied();
                        },
                        left -> done.accept(left instanceof Outcome.Applied ? attempt(formation::leave) : left));
            case FormationStep.MarkUsed ignored -> attemptOnEngine(formation::markUsed, done);
        }
    }

    private void attemptOnEngine(Part part, Consumer<Outcome> done) {
        onEngine(() -> attempt(part), done);
    }

    private void found(FormationStep.Found step, Consumer<Outcome> done) {
        Outcome marked = attempt(() -> {
            formation.founding().prepareFound();
            return Outcome.applied();
        });
        if (marked instanceof Outcome.Failed) {
            done.accept(marked);
            return;
        }
        // The disk takes its time.
        box.later(box.world.random.nextInt(50), () -> {
            Outcome obstacle = formation.founding().beforeFound();
            if (obstacle != null) {
                done.accept(obstacle);
                return;
            }
            attemptOnEngine(
                    () -> {
                        return box.engine.createCluster(step.advertised(), step.overlayPool())
                                ? Outcome.applied()
                                : Outcome.unchanged();
                    },
                    made -> done.accept(
                            made instanceof Outcome.Unchanged ? attempt(formation.founding()::foundMember) : made));
        });
    }

    private void announce(FormationStep.Announce step, Consumer<Outcome> done) {
        Outcome obstacle = formation.founding().beforeAnnounce();
        if (obstacle != null) {
            done.accept(obstacle);
            return;
        }
        Outcome opened = attempt(() -> {
            Optional<Claim> claim = formation.founding().open(step);
            if (claim.isEmpty()) {
                return formation.founding().bound();
            }
            poll(
                    claim.get(),
                    step.voters(),
                    refusal -> done.accept(
                            attempt(() -> counted(formation.founding().closeAnnounce(refusal), step.voters()))));
            return Outcome.unchanged();
        });
        if (!(opened instanceof Outcome.Unchanged)) {
            done.accept(opened);
        }
    }

    private Outcome counted(Outcome outcome, List<Member> voters) {
        if (outcome instanceof Outcome.Applied) {
            RaftGroup group = box.engine.group();
            if (group != null) {
                box.world.rules.counts(box, group, voters);
            }
        }
        return outcome;
    }

    private void poll(Claim claim, List<Member> voters, Consumer<String> done) {
        if (voters.isEmpty() || box.world.mutation == Mutation.NO_ACKNOWLEDGEMENT) {
            done.accept("");
            return;
        }
        int[] missing = {voters.size()};
        Consumer<String> heard = refusal -> {
            if (missing[0] > 0 && !refusal.isEmpty()) {
                missing[0] = 0;
                done.accept(refusal);
            } else if (missing[0] > 0 && --missing[0] == 0) {
                done.accept("");
            }
        };
        box.later(Ballot.FRESH.toMillis(), () -> heard.accept("somebody does not answer"));
        for (Member voter : voters) {
            Box other = box.world.byApi(voter.digest().api());
            box.world.net.<String>call(
                    box,
                    other,
                    () -> voice(other, claim),
                    said -> heard.accept(said == null ? other.name + " does not answer" : said));
        }
    }

    private static @Nullable String voice(Box voter, Claim claim) {
        FormationMind mind = voter.world.formation(voter);
        if (mind == null) {
            return null;
        }
        if (voter.world.mutation == Mutation.EASY_VOTERS) {
            return "";
        }
        Ballot.Answer answer = mind.formation.answers().claim(claim);
        if (claim.kind() != Claim.Kind.WITHDRAW) {
            voter.trace(
                    answer.granted()
                            ? "gives its word to " + claim.candidate().substring(0, 4) + " " + claim.kind()
                            : "refuses " + claim.candidate().substring(0, 4) + ": " + answer.reason());
        }
        return answer.granted() ? "" : voter.name + ": " + answer.reason();
    }

    private void withdraw(Claim claim, List<Member> voters) {
        Claim withdrawal =
                new Claim(Claim.Kind.WITHDRAW, claim.candidate(), claim.boot(), claim.number(), claim.visible(), "");
        for (Member voter : voters) {
            Box other = box.world.byApi(voter.digest().api());
            box.world.net.<String>call(box, other, () -> voice(other, withdrawal), said -> {});
        }
    }

    private void askManager(Member manager, JoinRequest request, Consumer<JoinAnswer> done) {
        Box other = box.world.byApi(manager.digest().api());
        box.world.net.<JoinAnswer>call(
                box,
                other,
                () -> desk(other, request),
                said -> done.accept(said == null ? JoinAnswer.refused("does not answer") : said));
    }

    private static @Nullable JoinAnswer desk(Box other, JoinRequest request) {
        FormationMind mind = other.world.formation(other);
        if (mind == null) {
            return null;
        }
        try {
            return mind.formation.answers().join(request, request.nodeId());
        } catch (OrchestratorException unanswered) {
            return JoinAnswer.refused(String.valueOf(unanswered.getMessage()));
        }
    }

    private void join(FormationStep.Join step, Consumer<Outcome> done) {
        formation.countAttempt();
        askManager(step.manager(), formation.request(""), answer -> {
            if (answer.kind() != JoinAnswer.Kind.GRANTED) {
                done.accept(new Outcome.Failed(answer.reason()));
                return;
            }
            box.engineLater(engineLatency(), () -> {
                Outcome joined =
                        attempt(() -> box.engine.joinCluster(answer.managers(), answer.token(), step.advertised())
                                ? Outcome.applied()
                                : Outcome.unchanged());
                box.later(
                        1,
                        () -> done.accept(
                                joined instanceof Outcome.Applied ? attempt(() -> formation.joined(answer)) : joined));
            });
        });
    }

    private void inquire(FormationStep.Inquire step, Consumer<Outcome> done) {
        String node;
        try {
            node = formation.ownNode();
        } catch (OrchestratorException unanswered) {
            done.accept(new Outcome.Failed(String.valueOf(unanswered.getMessage())));
            return;
        }
        if (node.isEmpty()) {
            done.accept(attempt(() -> formation.heard(step.manager(), "", JoinAnswer.refused("unknown"))));
            return;
        }
        askManager(
                step.manager(),
                formation.request(node),
                answer -> done.accept(attempt(() -> formation.heard(step.manager(), node, answer))));
    }
}
