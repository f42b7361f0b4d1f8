package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberTable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a box that sees no swarm comes to found one, and how the swarm comes to count. */
final class Birth {

    /** While members come and go every second, more may come. */
    private static final Duration SETTLED = Duration.ofSeconds(3);

    /** A member that comes and goes for ever must not prevent the birth for ever. */
    private static final Duration SETTLED_ANYHOW = Duration.ofMinutes(2);

    /** A box without a swarm looks so often that it notices when it stood still. */
    private static final Duration LOOKS = Duration.ofSeconds(1);

    private Birth() {}

    /** For a box that is in no swarm and sees none. */
    static Plan<FormationStep> plan(FormationView view, InetAddress advertised) {
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

    private static Plan<FormationStep> waiting(FormationView view, String what, @Nullable Duration again) {
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

    /** This box made a swarm of which the others do not know yet. */
    static Plan<FormationStep> newborn(FormationView view) {
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
            return FormationPlanner.told(
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
        return FormationPlanner.told(
                view,
                Place.NONE,
                false,
                Plan.of(
                        new FormationStep.Announce(
                                voters(view.members()), "the swarm counts when every box in sight knows it"),
                        Verdict.running("telling the other boxes of the new swarm")));
    }
}
