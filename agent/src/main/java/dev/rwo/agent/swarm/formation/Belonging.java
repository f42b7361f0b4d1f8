package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.firstboot.StageState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a box that is in a swarm belongs there still, and what becomes of it when it does not. */
final class Belonging {

    /** Gossip tells changes of one box in any order; a rival must be in sight for a while. */
    private static final Duration RIVAL_COUNTS = Duration.ofSeconds(5);

    /** How long an engine may be joining before the box starts anew. */
    private static final Duration STUCK = Duration.ofMinutes(2);

    /**
     * An engine that cannot work tries again for ever with the manager through which it joined once, which may be dead
     * (seen in the lab after a promotion); joining anew through a living one mends it.
     */
    private static final Duration BROKEN = Duration.ofSeconds(10);

    private static final Duration ASK_WHEN_WELL = Duration.ofMinutes(2);

    private static final Duration ASK_IN_DOUBT = Duration.ofSeconds(10);

    /** One manager that answers while it falls behind must not send a node away. */
    private static final int UNKNOWN_COUNTS = 2;

    private Belonging() {}

    /** A worker that does not remember its swarm's ID, for example on an upgraded box. */
    static Plan<FormationStep> unknownSwarm(FormationView view) {
        Verdict works = Verdict.done(
                "worker " + view.engine().nodeId() + " at " + view.engine().advertised());
        Optional<Member> manager = SwarmSight.of(view.members()).values().stream()
                .flatMap(sight -> sight.managers().stream())
                .skip(view.joinAttempts())
                .findFirst()
                .or(() -> SwarmSight.of(view.members()).values().stream()
                        .flatMap(sight -> sight.managers().stream())
                        .findFirst());
        if (manager.isEmpty() || !isDue(view, ASK_IN_DOUBT)) {
            return Plan.<FormationStep>nothing(works).lookingAgainIn(ASK_IN_DOUBT);
        }
        return Plan.of(
                        (FormationStep) new FormationStep.Inquire(
                                manager.get(), "this box does not remember which swarm it is in"),
                        works)
                .lookingAgainIn(ASK_IN_DOUBT);
    }

    /** For a box whose engine works in a swarm that counts. */
    static Plan<FormationStep> plan(FormationView view) {
        Place place = view.place();
        Map<String, SwarmSight> sights = SwarmSight.of(view.members());
        SwarmSight own = sights.get(place.swarmId());
        Optional<Plan<FormationStep>> plan =
                own == null ? Optional.empty() : takenOver(view, own).or(() -> orphaned(view, own));
        Plan<FormationStep> decided = plan.or(() -> collision(view, sights)).orElseGet(() -> atHome(view, own));
        return own == null ? decided : telling(view, own, decided);
    }

    /** A swarm that has its majority goes on while somebody tells of a takeover and does not prove it. */
    private static Plan<FormationStep> telling(FormationView view, SwarmSight own, Plan<FormationStep> decided) {
        Place place = view.place();
        if (!place.answered()
                || own.epoch() <= place.epoch()
                || decided.verdict().state() != StageState.DONE) {
            return decided;
        }
        String name = own.managers().getFirst().digest().name();
        Verdict doubt = own.epoch() > EpochRule.mostCredible(place.epoch())
                ? Verdict.degraded(
                        name + " tells of epoch " + own.epoch() + ", and this swarm's is " + place.epoch()
                                + ": so many takeovers are not believed, and this swarm goes on",
                        "look what is wrong with " + name
                                + "; if this box was away for all of them, run on it: docker swarm leave --force")
                : Verdict.degraded(
                        takeover(view, own) + ", as gossip tells, but it does not prove it: this swarm goes on",
                        "see on " + name + ": rwo status");
        return decided.saying(doubt).lookingAgainIn(ASK_IN_DOUBT);
    }

    private static String takeover(FormationView view, SwarmSight own) {
        return "the swarm was taken over by "
                + own.managers().getFirst().digest().name() + " (epoch " + own.epoch() + ", this box "
                + view.place().epoch() + ")";
    }

    private static Optional<Plan<FormationStep>> takenOver(FormationView view, SwarmSight all) {
        boolean answered = view.place().answered();
        // One that tells nonsense must not hide one that is right.
        SwarmSight own = answered ? all.upTo(EpochRule.mostCredible(view.place().epoch())) : all;
        if (own.managers().isEmpty()) {
            return Optional.empty();
        }
        Member manager = own.managers().getFirst();
        String what = takeover(view, own);
        return switch (EpochRule.of(view.place(), own.epoch(), view.standing(), view.uptime())) {
            case STAY -> Optional.empty();
            case ADOPT ->
                Optional.of(Plan.of(
                        new FormationStep.Remember(
                                view.remembered()
                                        .in(new Place(
                                                view.place().role(),
                                                view.place().swarmId(),
                                                view.place().swarmNode(),
                                                view.place().used(),
                                                view.standing().epoch(),
                                                false)),
                                what + ", and this box was taken along"),
                        well(view)));
            case ASK -> {
                if (isDue(view, ASK_IN_DOUBT)) {
                    yield Optional.of(Plan.of(
                                    (FormationStep) new FormationStep.Inquire(manager, what),
                                    Verdict.degraded(what, ""))
                            .lookingAgainIn(answered ? RIVAL_COUNTS : ASK_IN_DOUBT));
                }
                yield answered
                        ? Optional.empty()
                        : Optional.of(Plan.<FormationStep>nothing(Verdict.degraded(what, ""))
                                .lookingAgainIn(ASK_IN_DOUBT));
            }
            case REJOIN ->
                view.lapses().rivalled().compareTo(RIVAL_COUNTS) < 0
                        ? Optional.of(Plan.<FormationStep>nothing(Verdict.degraded(what, ""))
                                .lookingAgainIn(RIVAL_COUNTS))
                        : Optional.of(leave(view, what));
        };
    }

    private static Plan<FormationStep> leave(FormationView view, String reason) {
        return Plan.of(
                new FormationStep.Leave(view.place().swarmId(), reason),
                Verdict.running("leaving the swarm: " + reason));
    }

    /** The swarm has removed this box while it was away. */
    private static Optional<Plan<FormationStep>> orphaned(FormationView view, SwarmSight own) {
        if (view.place().answered() || own.managers().isEmpty()) {
            return Optional.empty();
        }
        boolean unknown = view.standing().kind() == Standing.Kind.UNKNOWN
                && view.standing().swarmId().equals(view.place().swarmId());
        if (unknown && view.standing().inRow() >= UNKNOWN_COUNTS) {
            return Optional.of(leave(view, "the swarm removed this box while it was away"));
        }
        if (!isDue(view, unknown ? ASK_IN_DOUBT : ASK_WHEN_WELL)) {
            return Optional.empty();
        }
        return Optional.of(Plan.of(
                        (FormationStep) new FormationStep.Inquire(
                                own.managers().getFirst(), "asking whether the swarm still knows this box"),
                        well(view))
                .lookingAgainIn(unknown ? ASK_IN_DOUBT : ASK_WHEN_WELL));
    }

    private static boolean isDue(FormationView view, Duration interval) {
        boolean never = view.standing().asked().isZero();
        return never || view.uptime().minus(view.standing().asked()).compareTo(interval) >= 0;
    }

    private static Optional<Plan<FormationStep>> collision(FormationView view, Map<String, SwarmSight> sights) {
        Place place = view.place();
        for (SwarmSight other : sights.values()) {
            if (other.id().equals(place.swarmId())) {
                continue;
            }
            switch (CollisionRule.of(place.swarmId(), place.used(), other.id(), other.used())) {
                case STAY -> {}
                case ASK -> {
                    return Optional.of(Plan.nothing(Verdict.degraded(twoSwarms(view, other), dissolveHint())));
                }
                case GIVE_WAY -> {
                    String what = "the swarm of " + other.names() + " goes on, this one never ran a workload";
                    if (other.managers().isEmpty() || view.lapses().rivalled().compareTo(RIVAL_COUNTS) < 0) {
                        return Optional.of(Plan.<FormationStep>nothing(Verdict.degraded("two swarms: " + what, ""))
                                .lookingAgainIn(RIVAL_COUNTS));
                    }
                    return Optional.of(leave(view, what));
                }
            }
        }
        return Optional.empty();
    }

    private static String twoSwarms(FormationView view, SwarmSight other) {
        SwarmSight own = SwarmSight.of(view.members()).get(view.place().swarmId());
        String mates = view.members().self().digest().name() + (own == null ? "" : ", " + own.names());
        return "two swarms with workloads: " + SwarmSight.shortId(view.place().swarmId()) + " (" + mates + ") and "
                + other.describe();
    }

    /** What an operator does about two swarms that both ran workloads. */
    static String dissolveHint() {
        return "choose the one to give up and run on each of its boxes: rwo swarm dissolve --yes SWARM-ID; its services"
                + " end, volumes stay";
    }

    private static Plan<FormationStep> atHome(FormationView view, @Nullable SwarmSight own) {
        if (view.workRuns() && !view.place().used()) {
            return Plan.of(new FormationStep.MarkUsed("the swarm runs a workload for the first time"), well(view));
        }
        boolean alone = own == null && view.place().role() == SwarmRole.WORKER;
        return Plan.nothing(
                alone && view.members().present().isEmpty()
                        ? Verdict.degraded(
                                "worker " + view.engine().nodeId() + " sees no other box of its swarm",
                                "its containers go on; check cable and switch")
                        : well(view));
    }

    private static Verdict well(FormationView view) {
        EngineState engine = view.engine();
        String what = (engine.manager() ? "manager" : "worker") + " " + engine.nodeId() + " at " + engine.advertised();
        return view.place().leaderless()
                ? Verdict.degraded(
                        what + " finds no leader",
                        "where another box leads, it makes this one a manager anew; otherwise bring the other managers"
                                + " back")
                : Verdict.done(what);
    }

    /** For a box whose engine is in a swarm and does not work in it. */
    static Plan<FormationStep> stuck(FormationView view, String what) {
        boolean failed = view.engine().membership() == EngineState.Membership.ERROR;
        Verdict verdict = failed ? Verdict.failed(what, "see: journalctl -u docker") : Verdict.waiting(what, "");
        Optional<Member> manager = view.remembered().provisional()
                ? Optional.empty()
                : FormationPlanner.welcome(view).values().stream()
                        .filter(sight -> view.place().swarmId().isEmpty()
                                || sight.id().equals(view.place().swarmId())
                                || !view.place().used())
                        .flatMap(sight -> sight.managers().stream())
                        .findFirst();
        if (manager.isEmpty()) {
            return Plan.nothing(verdict);
        }
        Standing standing = view.standing();
        boolean removed = standing.kind() == Standing.Kind.UNKNOWN && standing.inRow() >= UNKNOWN_COUNTS;
        Duration patience = view.engine().membership() == EngineState.Membership.ERROR ? BROKEN : STUCK;
        if (removed || view.lapses().beingStuck().compareTo(patience) >= 0) {
            return leave(
                    view,
                    removed
                            ? "the swarm removed this box while it was away"
                            : what + ", for longer than " + patience.toSeconds() + " s");
        }
        if (isDue(view, ASK_IN_DOUBT)) {
            return Plan.of(
                            (FormationStep) new FormationStep.Inquire(
                                    manager.get(), "asking whether the swarm still knows this box"),
                            verdict)
                    .lookingAgainIn(ASK_IN_DOUBT);
        }
        return Plan.<FormationStep>nothing(verdict).lookingAgainIn(ASK_IN_DOUBT);
    }
}
