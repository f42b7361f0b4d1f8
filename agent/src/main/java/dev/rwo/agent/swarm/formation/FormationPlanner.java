package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Decides, from a view alone, how the box comes into the swarm of its site. */
public final class FormationPlanner {

    /** How long a box listens before it founds a swarm; its own jitter comes on top. */
    public static final Duration LISTEN = Duration.ofSeconds(10);
    /** The most jitter on top of {@link #LISTEN}. */
    public static final Duration JITTER = Duration.ofSeconds(3);

    /** While members come and go every second, more may come. */
    private static final Duration SETTLED = Duration.ofSeconds(3);
    /** A member that comes and goes for ever must not prevent the birth for ever. */
    private static final Duration SETTLED_ANYHOW = Duration.ofMinutes(2);
    /** Gossip tells changes of one box in any order; a rival must be in sight for a while. */
    private static final Duration RIVAL_COUNTS = Duration.ofSeconds(5);
    /** How long an engine may be joining before the box starts anew. */
    private static final Duration STUCK = Duration.ofMinutes(2);
    /**
     * An engine that cannot work tries again for ever with the manager through which it joined once, which may be dead
     * (seen in the lab after a promotion); joining anew through a living one mends it.
     */
    private static final Duration BROKEN = Duration.ofSeconds(10);

    /** A box without a swarm looks so often that it notices when it stood still. */
    private static final Duration LOOKS = Duration.ofSeconds(1);

    private static final Duration ASK_WHEN_WELL = Duration.ofMinutes(2);
    private static final Duration ASK_IN_DOUBT = Duration.ofSeconds(10);
    /** One manager that answers while it falls behind must not send a node away. */
    private static final int UNKNOWN_COUNTS = 2;

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
    private static Plan<FormationStep> told(
            FormationView view, Place place, boolean candidate, Plan<FormationStep> then) {
        MemberDigest digest = view.members().self().digest();
        if (place.isToldBy(digest) && digest.candidate() == candidate) {
            return then;
        }
        List<FormationStep> steps = new ArrayList<>();
        steps.add(new FormationStep.Tell(place, candidate, "the others do not know yet where this box stands"));
        steps.addAll(then.steps());
        return new Plan<>(steps, then.verdict(), then.again());
    }

    // ---- in no swarm ----

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
        return !view.site().isEmpty() && view.obstacle().isEmpty() && view.advertised() != null;
    }

    private static Plan<FormationStep> entering(FormationView view) {
        if (view.site().isEmpty()) {
            return Plan.nothing(Verdict.waiting(
                    "this box belongs to no site yet",
                    "put the site's credential on the RWO-SEED partition: ./rwo image build --site NAME"));
        }
        if (!view.obstacle().isEmpty()) {
            return Plan.nothing(Verdict.waiting(view.obstacle(), ""));
        }
        InetAddress advertised = view.advertised();
        if (advertised == null) {
            return Plan.nothing(Verdict.waiting("waiting for a network address", ""));
        }
        Map<String, SwarmSight> sights = welcome(view);
        return sights.isEmpty() ? birth(view, advertised) : join(view, advertised, sights);
    }

    /** Swarms in sight without those that an operator gave up here, unless there is no other. */
    private static Map<String, SwarmSight> welcome(FormationView view) {
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
                    dissolveHint()));
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

    private static Plan<FormationStep> birth(FormationView view, InetAddress advertised) {
        Optional<Plan<FormationStep>> reason = reasonToWait(view);
        if (reason.isPresent()) {
            return reason.get();
        }
        List<Member> voters = voters(view.members());
        String why = "no swarm of site " + view.site() + " is in sight, and this box comes first";
        return new Plan<>(
                List.of(
                        new FormationStep.AskAll(voters, why),
                        new FormationStep.Found(advertised, view.overlayPool(), "every box in sight agreed"),
                        new FormationStep.Announce(voters, "the swarm counts when every box in sight knows it")),
                Verdict.running("founding the swarm of site " + view.site()));
    }

    /** Why the swarm is not founded by this box just now; empty when it is. */
    private static Optional<Plan<FormationStep>> reasonToWait(FormationView view) {
        Duration left = view.window().minus(listened(view));
        if (left.isPositive()) {
            return Optional.of(waiting(view, "listening for other boxes for " + seconds(left) + " more", left));
        }
        Optional<Ballot.Born> born = view.ballot().newborn(view.uptime());
        if (born.isPresent()) {
            return Optional.of(waiting(
                    view,
                    Ballot.name(born.get().founder(), view.members()) + " founded swarm "
                            + SwarmSight.shortId(born.get().swarmId()),
                    Duration.ofSeconds(1)));
        }
        Optional<Lapses.Seen> seen = view.lapses().lately(view.uptime());
        if (seen.isPresent()) {
            Duration rest =
                    Lapses.WAITED_FOR.minus(view.uptime().minus(seen.get().at()));
            return Optional.of(waiting(
                    view,
                    "waiting for " + seen.get().name() + " to come back with swarm "
                            + SwarmSight.shortId(seen.get().id()) + ", for " + seconds(rest) + " more",
                    rest));
        }
        Optional<Ballot.Promise> word = view.ballot()
                .standing(view.uptime(), view.members())
                .filter(given -> !given.candidate().equals(view.members().self().nodeId()));
        if (word.isPresent()) {
            return Optional.of(waiting(
                    view,
                    "acknowledged " + Ballot.name(word.get().candidate(), view.members())
                            + ", which is about to found the swarm",
                    Duration.ofSeconds(2)));
        }
        if (view.surroundings().introducing() && listened(view).compareTo(SETTLED_ANYHOW) < 0) {
            return Optional.of(waiting(view, "another box is being let in", Duration.ofSeconds(1)));
        }
        Duration unsettled = SETTLED.minus(view.lapses().settled());
        if (unsettled.isPositive() && listened(view).compareTo(SETTLED_ANYHOW) < 0) {
            return Optional.of(waiting(
                    view,
                    "boxes are still appearing: " + view.members().present().size() + " seen",
                    unsettled));
        }
        Member first = first(view);
        if (!first.boot().equals(view.members().self().boot())) {
            return Optional.of(waiting(view, "waiting for " + first.digest().name() + " to found the swarm", null));
        }
        Duration backoff = view.ballot().notBefore().minus(view.uptime());
        return backoff.isPositive()
                ? Optional.of(waiting(
                        view, "not every box agrees yet: " + view.ballot().refusal(), backoff))
                : Optional.empty();
    }

    private static Member first(FormationView view) {
        Member self = view.members().self();
        return view.members().present().stream()
                .filter(member -> member.digest().candidate())
                .filter(member -> Precedence.of(view.site()).compare(member, self) < 0)
                .min(Precedence.of(view.site()))
                .orElse(self);
    }

    private static Plan<FormationStep> waiting(
            FormationView view, String what, @org.jspecify.annotations.Nullable Duration again) {
        List<String> troubles = view.surroundings().troubles();
        String reason = troubles.isEmpty() ? what : what + "; " + troubles.getFirst();
        String hint = troubles.isEmpty() && view.members().present().isEmpty()
                ? "no other box is seen: a site of one needs none; otherwise check cable, switch, site and seeds"
                : "";
        Duration soon = again == null || again.compareTo(LOOKS) > 0 ? LOOKS : again;
        return new Plan<>(List.of(), Verdict.waiting(reason, hint), soon);
    }

    /** All others that are present: none of them tells of a swarm when this is asked. */
    private static List<Member> voters(MemberTable members) {
        return members.present();
    }

    /** A box that stood still, frozen or suspended, has not listened meanwhile. */
    private static Duration listened(FormationView view) {
        Duration awake = view.lapses().awake();
        Duration listened = view.surroundings().listened();
        return awake.compareTo(listened) < 0 ? awake : listened;
    }

    private static String seconds(Duration left) {
        return (left.toMillis() + 999) / 1000 + " s";
    }

    // ---- in a swarm ----

    private static Plan<FormationStep> inside(FormationView view) {
        if (view.remembered().provisional()) {
            return newborn(view);
        }
        Place place = view.place();
        if (place.swarmId().isEmpty()) {
            return unknownSwarm(view);
        }
        List<FormationStep> steps = new ArrayList<>();
        if (!view.remembered().in(place).equals(view.remembered())) {
            steps.add(new FormationStep.Remember(
                    view.remembered().in(place), "what this box remembers of its swarm has changed"));
        }
        Plan<FormationStep> then = belonging(view);
        steps.addAll(then.steps());
        return told(view, place, false, new Plan<>(steps, then.verdict(), then.again()));
    }

    /** This box made a swarm of which the others do not know yet. */
    private static Plan<FormationStep> newborn(FormationView view) {
        Map<String, SwarmSight> sights = SwarmSight.of(view.members());
        if (!sights.isEmpty()) {
            return Plan.of(
                    new FormationStep.Leave(
                            "",
                            "another swarm was founded meanwhile: "
                                    + sights.values().iterator().next().describe()),
                    Verdict.running("giving up a swarm that never counted"));
        }
        Duration left = view.window().minus(listened(view));
        if (left.isPositive()) {
            // The agent was restarted between founding and telling: the others may have gone on without it.
            return told(
                    view,
                    Place.NONE,
                    false,
                    waiting(view, "listening for other boxes for " + seconds(left) + " more", left));
        }
        Duration backoff = view.ballot().notBefore().minus(view.uptime());
        if (backoff.isPositive()) {
            return waiting(
                    view,
                    "not every box knows the new swarm yet: " + view.ballot().refusal(),
                    backoff);
        }
        return told(
                view,
                Place.NONE,
                false,
                Plan.of(
                        new FormationStep.Announce(
                                voters(view.members()), "the swarm counts when every box in sight knows it"),
                        Verdict.running("telling the other boxes of the new swarm")));
    }

    /** A worker that does not remember its swarm's ID, for example on an upgraded box. */
    private static Plan<FormationStep> unknownSwarm(FormationView view) {
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

    private static Plan<FormationStep> belonging(FormationView view) {
        Place place = view.place();
        Map<String, SwarmSight> sights = SwarmSight.of(view.members());
        SwarmSight own = sights.get(place.swarmId());
        Optional<Plan<FormationStep>> plan =
                own == null ? Optional.empty() : takenOver(view, own).or(() -> orphaned(view, own));
        return plan.or(() -> collision(view, sights)).orElseGet(() -> atHome(view, own));
    }

    private static Optional<Plan<FormationStep>> takenOver(FormationView view, SwarmSight own) {
        if (own.managers().isEmpty()) {
            return Optional.empty();
        }
        Member manager = own.managers().getFirst();
        String what = "the swarm was taken over by " + manager.digest().name() + " (epoch " + own.epoch()
                + ", this box " + view.place().epoch() + ")";
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
                                                own.epoch(),
                                                false)),
                                what + ", and this box was taken along"),
                        well(view)));
            case ASK ->
                Optional.of(
                        isDue(view, ASK_IN_DOUBT)
                                ? Plan.of(
                                                (FormationStep) new FormationStep.Inquire(manager, what),
                                                Verdict.degraded(what, ""))
                                        .lookingAgainIn(ASK_IN_DOUBT)
                                : Plan.<FormationStep>nothing(Verdict.degraded(what, ""))
                                        .lookingAgainIn(ASK_IN_DOUBT));
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

    private static String dissolveHint() {
        return "choose the one to give up and run on each of its boxes: rwo swarm dissolve --yes SWARM-ID; its services"
                + " end, volumes stay";
    }

    private static Plan<FormationStep> atHome(FormationView view, @org.jspecify.annotations.Nullable SwarmSight own) {
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
        return Verdict.done(
                (engine.manager() ? "manager" : "worker") + " " + engine.nodeId() + " at " + engine.advertised());
    }

    // ---- in a swarm that does not work ----

    private static Plan<FormationStep> stuck(FormationView view, String what) {
        Plan<FormationStep> then = unstuck(view, what);
        return told(view, view.place(), false, then);
    }

    private static Plan<FormationStep> unstuck(FormationView view, String what) {
        boolean failed = view.engine().membership() == EngineState.Membership.ERROR;
        Verdict verdict = failed ? Verdict.failed(what, "see: journalctl -u docker") : Verdict.waiting(what, "");
        Optional<Member> manager = view.remembered().provisional()
                ? Optional.empty()
                : welcome(view).values().stream()
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
