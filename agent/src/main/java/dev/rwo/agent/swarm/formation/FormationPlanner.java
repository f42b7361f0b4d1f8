package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.swarm.EngineState;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decides, from a view alone, how the box comes into the swarm of its site. */
public final class FormationPlanner {

    /** How long a box listens before it founds a swarm; its own jitter comes on top. */
    public static final Duration LISTEN = Duration.ofSeconds(10);
    /** The most jitter on top of {@link #LISTEN}. */
    public static final Duration JITTER = Duration.ofSeconds(3);

    /** How soon a manager that finds no leader looks again: nobody tells it when that is over. */
    private static final Duration LOOK_FOR_LEADER = Duration.ofSeconds(5);

    private FormationPlanner() {}

    /** Decides. */
    public static Plan<FormationStep> plan(FormationView view, Instant now) {
        if (view.witness()) {
            return told(
                    view,
                    new Place(SwarmRole.WITNESS, "", "", false, 0, false),
                    false,
                    Plan.nothing(Verdict.done("witness: holds the tie-break and joins no swarm")));
        }
        String copy = view.surroundings().copy();
        if (!copy.isEmpty() && view.engine().membership() != EngineState.Membership.INACTIVE) {
            // Two engines with one identity take each other's place in the swarm by turns.
            return told(
                    view,
                    view.place(),
                    false,
                    Plan.of(
                            new FormationStep.Leave(view.place().swarmId(), copy),
                            Verdict.failed(copy, "its containers end; the original goes on")));
        }
        return switch (view.engine().membership()) {
            case ACTIVE -> inside(view);
            case PENDING -> stuck(view, "the engine is still joining its swarm");
            case ERROR ->
                stuck(
                        view,
                        "the engine cannot work in its swarm: " + view.engine().error());
            case LOCKED ->
                told(
                        view,
                        view.place(),
                        false,
                        Plan.nothing(Verdict.failed(
                                "the swarm is locked", "unlock it with the key you kept: docker swarm unlock")));
            case INACTIVE -> outside(view);
        };
    }

    /** The plan, after the others have been told where this box stands. */
    static Plan<FormationStep> told(FormationView view, Place place, boolean candidate, Plan<FormationStep> then) {
        MemberDigest digest = view.members().self().digest();
        if (place.isToldBy(digest) && digest.candidate() == candidate) {
            return then;
        }
        List<FormationStep> steps = new ArrayList<>();
        steps.add(new FormationStep.Tell(place, candidate, "the others do not know yet where this box stands"));
        steps.addAll(then.steps());
        return new Plan<>(steps, then.verdict(), then.again());
    }

    private static Plan<FormationStep> outside(FormationView view) {
        if (view.remembered().provisional() && view.uptime().compareTo(view.doubtUntil()) < 0) {
            return Plan.<FormationStep>nothing(
                            Verdict.waiting("finding out whether the engine made the swarm it was asked for", ""))
                    .lookingAgainIn(view.doubtUntil().minus(view.uptime()));
        }
        if (!view.remembered().isNothing()) {
            return Plan.of(
                    new FormationStep.Remember(
                            view.remembered().outside(), "the engine is in no swarm, whatever was remembered"),
                    Verdict.running("this box is in no swarm any more"));
        }
        Plan<FormationStep> then = entering(view);
        return told(view, Place.NONE, isCandidate(view), then);
    }

    private static boolean isCandidate(FormationView view) {
        return !view.site().isEmpty() && obstacle(view).isEmpty() && view.advertised() != null;
    }

    private static String obstacle(FormationView view) {
        return view.surroundings().copy().isEmpty()
                ? view.obstacle()
                : view.surroundings().copy();
    }

    private static Plan<FormationStep> entering(FormationView view) {
        if (view.site().isEmpty()) {
            return Plan.nothing(Verdict.waiting(
                    "this box belongs to no site yet",
                    "put the site's credential on the seed: ./rwo image build --site NAME, or ./rwo site seed NAME"));
        }
        String obstacle = obstacle(view);
        if (!obstacle.isEmpty()) {
            return Plan.nothing(Verdict.waiting(obstacle, ""));
        }
        InetAddress advertised = view.advertised();
        if (advertised == null) {
            return Plan.nothing(Verdict.waiting("waiting for a network address", ""));
        }
        Map<String, SwarmSight> sights = welcome(view);
        return sights.isEmpty() ? Birth.plan(view, advertised) : join(view, advertised, sights);
    }

    /** Swarms in sight without those that an operator gave up here, unless there is no other. */
    static Map<String, SwarmSight> welcome(FormationView view) {
        Map<String, SwarmSight> all = SwarmSight.of(view.members());
        Map<String, SwarmSight> welcome = new TreeMap<>(all);
        welcome.keySet().removeAll(view.remembered().givenUp());
        return welcome.isEmpty() ? all : welcome;
    }

    private static Plan<FormationStep> join(
            FormationView view, InetAddress advertised, Map<String, SwarmSight> sights) {
        List<SwarmSight> used =
                sights.values().stream().filter(SwarmSight::used).toList();
        if (used.size() > 1) {
            return Plan.nothing(Verdict.waiting(
                    "there are two swarms with workloads: " + used.get(0).describe() + " and "
                            + used.get(1).describe(),
                    Belonging.dissolveHint()));
        }
        // The lowest ID is what the collision rule leaves of unused ones.
        SwarmSight target = used.isEmpty() ? sights.values().iterator().next() : used.getFirst();
        List<Member> managers = target.managers();
        if (managers.isEmpty()) {
            return Plan.nothing(Verdict.waiting(
                    "sees " + target.describe() + ", but none of that swarm's managers",
                    "start the other boxes of the site; when they are lost for good, run on one that is left: rwo"
                            + " recover"));
        }
        Member manager = managers.get(view.joinAttempts() % managers.size());
        return Plan.of(
                new FormationStep.Join(
                        target.id(),
                        manager,
                        advertised,
                        manager.digest().name() + " manages the swarm of site " + view.site()),
                Verdict.running("joining through " + manager.digest().name()));
    }

    private static Plan<FormationStep> inside(FormationView view) {
        if (view.remembered().provisional()) {
            return Birth.newborn(view);
        }
        Place place = view.place();
        if (place.swarmId().isEmpty()) {
            return Belonging.unknownSwarm(view);
        }
        List<FormationStep> steps = new ArrayList<>();
        if (!view.remembered().in(place).equals(view.remembered())) {
            steps.add(new FormationStep.Remember(
                    view.remembered().in(place), "what this box remembers of its swarm has changed"));
        }
        Plan<FormationStep> then = Belonging.plan(view);
        steps.addAll(then.steps());
        return told(
                view,
                place,
                false,
                new Plan<>(steps, then.verdict(), view.lapses().leaderless().is() ? LOOK_FOR_LEADER : then.again()));
    }

    private static Plan<FormationStep> stuck(FormationView view, String what) {
        Plan<FormationStep> then = Belonging.stuck(view, what);
        return told(view, view.place(), false, then);
    }
}
