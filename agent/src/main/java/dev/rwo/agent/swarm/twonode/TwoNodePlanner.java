package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Gateway;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Peer;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides who of two boxes goes on.
 *
 * <p>With {@code gateway} and {@code witness} a box's engine runs only on proof that the other has not taken over, and a
 * proof is good for {@link TwoNodeTiming#lost} from the moment it was <em>asked</em> for:
 *
 * <ul>
 *   <li>the other answered: it takes over no sooner than {@link TwoNodeTiming#takeover} after it was asked;
 *   <li>{@code gateway}: the gateway answered: the other takes over only when this box was silent through the gateway
 *       for as long;
 *   <li>{@code witness}: the lease was granted: the other takes over only with the lease.
 * </ul>
 */
public final class TwoNodePlanner {

    private static final String GOES_ON = "the engine may go on";
    private static final String CONFIRM = "if %s is really off: rwo takeover";

    /** Each try stops what runs here: seldom enough that a standby whose tries all fail mostly works. */
    private static final Duration RETRY = Duration.ofMinutes(5);

    private final TwoNodeTiming timing;

    /** With the timing that both boxes use. */
    public TwoNodePlanner(TwoNodeTiming timing) {
        this.timing = timing;
    }

    /**
     * Whether this box should ask the witness for the lease: the keeper always, the standby only when it has lost the
     * keeper.
     */
    public boolean wantsLease(TwoNodeView view) {
        return view.mode() == TwoNode.WITNESS
                && view.pair()
                && (view.role() == Role.KEEPER
                        || (!view.suspended()
                                && !view.peer().gossip()
                                && silence(view).compareTo(timing.lost()) >= 0));
    }

    /** What to do now. */
    public Plan<TwoNodeStep> plan(TwoNodeView view) {
        Plan<TwoNodeStep> plan = decide(view);
        return view.pair() ? plan.lookingAgainIn(timing.interval()) : plan;
    }

    private Plan<TwoNodeStep> decide(TwoNodeView view) {
        if (view.taking() != Taking.NO) {
            return taking(view);
        }
        if (!view.pair() || view.role() == Role.NONE) {
            return free(view, Verdict.done("this swarm does not have exactly two nodes"));
        }
        if (view.confirmed()) {
            return confirmed(view);
        }
        if (view.mode() == TwoNode.STANDBY && mayBeFree(view)) {
            return free(view, unattended(view));
        }
        if (!view.armed()) {
            return Plan.of(
                    new TwoNodeStep.Arm(view.now(), "from now on the engine runs only on proof that it is alone"),
                    Verdict.running("arming the fence"));
        }
        if (view.fenced()) {
            return fenced(view);
        }
        if (view.role() == Role.KEEPER && isOutvoted(view)) {
            return fence(
                    view,
                    view.peer().name() + " is the keeper of epoch "
                            + view.peer().epoch());
        }
        return guarded(view);
    }

    /**
     * A takeover was cut off: by a power failure, a restart of the agent, or because giving it up failed, too. Others may
     * have come back meanwhile: they get as long to be heard as before any takeover. But not where the engine runs with
     * the new epoch: that goes on whoever is heard, and the other leaves only when it is told of the epoch, at the end.
     */
    private Plan<TwoNodeStep> taking(TwoNodeView view) {
        Peer peer = view.peer();
        if (peer.back() && view.taking().canBeGivenUp()) {
            return Plan.of(
                    new TwoNodeStep.GiveUp(peer.name() + " is back as the keeper"),
                    Verdict.running("giving up the takeover: " + peer.name() + " is back as the keeper"));
        }
        boolean goesOn = view.taking() == Taking.RAISED && view.restored() && !view.fenced();
        if (!goesOn && view.now().minus(view.started()).compareTo(timing.takeover()) < 0) {
            return Plan.<TwoNodeStep>nothing(Verdict.degraded(
                            "a takeover was cut off; listening whether " + peer.name() + " is back before it goes on",
                            ""))
                    .lookingAgainIn(timing.interval());
        }
        if (view.fenced() && isRunning(view)) {
            return Plan.of(
                    new TwoNodeStep.GiveUp(peer.name() + " runs as the keeper, and this box does not"),
                    Verdict.running("giving up the takeover: " + peer.name() + " runs as the keeper"));
        }
        return Plan.of(
                new TwoNodeStep.TakeOver(view.epoch() + 1, false, "the takeover that was begun is finished"),
                Verdict.running("taking over from " + peer.name()));
    }

    /**
     * Whether the other runs as the keeper of before, and nothing will stop it. After a power failure the engine here has
     * been stopped for longer than a box takes that leaves because it heard of the new epoch.
     */
    private static boolean isRunning(TwoNodeView view) {
        Peer peer = view.peer();
        return peer.back()
                && peer.epoch() <= view.epoch()
                && (view.mode() == TwoNode.STANDBY
                        || !peer.guard().equals(view.mode().name()));
    }

    /** A keeper first gets the standby's promise not to take over, then stops proving things. */
    private boolean mayBeFree(TwoNodeView view) {
        return !view.armed() || view.role() == Role.STANDBY || (view.suspended() && view.isPermitted(timing.lost()));
    }

    /** Where nothing is decided automatically, nothing keeps the engine from running either. */
    private static Plan<TwoNodeStep> free(TwoNodeView view, Verdict verdict) {
        return view.armed()
                ? Plan.of(new TwoNodeStep.Disarm("no automatic takeover is possible here"), verdict)
                : Plan.nothing(verdict);
    }

    private Verdict unattended(TwoNodeView view) {
        Peer peer = view.peer();
        Duration silent = silence(view);
        boolean lost = !peer.gossip() && silent.compareTo(timing.lost()) >= 0;
        if (view.role() == Role.KEEPER) {
            return lost
                    ? Verdict.degraded(
                            "the standby " + peer.name() + " does not answer since " + silent.toSeconds()
                                    + " s; this box goes on",
                            "repair or replace " + peer.name())
                    : Verdict.done("keeper; " + peer.name() + " stands by");
        }
        boolean ready = view.replica().isOf(view.swarmId(), view.epoch());
        if (lost) {
            String failed = view.failure().reason();
            return Verdict.degraded(
                    "the manager " + peer.name() + " does not answer since " + silent.toSeconds()
                            + " s; tasks here go on"
                            + (failed.isEmpty() ? "" : "; the last takeover failed: " + failed),
                    ready
                            ? CONFIRM.formatted(peer.name())
                            : "bring " + peer.name() + " back: there is no replica here");
        }
        return ready
                ? Verdict.done("stands by for " + peer.name() + " with a replica of its state")
                : Verdict.waiting("waiting for the first replica of " + peer.name() + "'s state", "");
    }

    /** A person vouches that the other box is off; what this box can see must not speak against it. */
    private Plan<TwoNodeStep> confirmed(TwoNodeView view) {
        String against = refusal(view);
        if (!against.isEmpty()) {
            return Plan.nothing(Verdict.degraded(against, "turn " + view.peer().name() + " off first"));
        }
        if (view.role() == Role.KEEPER) {
            return Plan.of(
                    new TwoNodeStep.Release(
                            "an operator says that " + view.peer().name() + " is off"),
                    Verdict.running("going on alone"));
        }
        return Plan.of(
                new TwoNodeStep.TakeOver(
                        view.epoch() + 1,
                        false,
                        "an operator says that " + view.peer().name() + " is off"),
                Verdict.running("taking over from " + view.peer().name()));
    }

    /**
     * Why {@code rwo takeover} is refused now, in one line; empty when it is not.
     *
     * @param view what is known
     */
    public String refusal(TwoNodeView view) {
        if (!view.pair() || view.role() == Role.NONE) {
            return "this box is not one of a swarm of exactly two";
        }
        if (view.role() == Role.KEEPER && !view.fenced() && view.mode() == TwoNode.STANDBY) {
            return "this box is the keeper already, and runs";
        }
        if (view.peer().gossip() || silence(view).compareTo(timing.lost()) < 0) {
            return view.peer().name() + " is there: it was heard "
                    + silence(view).toSeconds() + " s ago";
        }
        if (view.role() == Role.STANDBY && !view.replica().isOf(view.swarmId(), view.epoch())) {
            return "there is no replica of the keeper's state on this box";
        }
        return "";
    }

    private Plan<TwoNodeStep> fenced(TwoNodeView view) {
        Peer peer = view.peer();
        if (peer.keeper() && peer.epoch() > view.epoch()) {
            return Plan.of(
                    new TwoNodeStep.Drop(peer.name() + " took over (epoch " + peer.epoch() + ")"),
                    Verdict.running("joining " + peer.name() + "'s swarm anew"));
        }
        if (acknowledges(view) && peer.acknowledged() != null) {
            return unfence(peer.acknowledged(), peer.name() + " answers and has not taken over");
        }
        if (view.mode() == TwoNode.WITNESS
                && view.role() == Role.KEEPER
                && view.lease().uninterrupted()
                && view.lease().renewed() != null
                && isSettled(view)) {
            return unfence(view.lease().renewed(), "the witness says that nobody else held the lease");
        }
        String why = standsInTheWay(view);
        if (view.role() == Role.STANDBY && why.isEmpty()) {
            return takeOver(view);
        }
        return Plan.nothing(Verdict.degraded(
                "this box stopped its engine, so that " + peer.name() + " can go on alone; it waits for " + peer.name(),
                CONFIRM.formatted(peer.name())));
    }

    private boolean acknowledges(TwoNodeView view) {
        Peer peer = view.peer();
        return isFresh(view, peer.acknowledged())
                && peer.epoch() <= view.epoch()
                && peer.keeper() != (view.role() == Role.KEEPER);
    }

    private Plan<TwoNodeStep> unfence(Duration proof, String reason) {
        return Plan.of(new TwoNodeStep.Unfence(proof, reason), Verdict.running("starting the engine: " + reason));
    }

    private Plan<TwoNodeStep> guarded(TwoNodeView view) {
        if (view.role() == Role.STANDBY && standsInTheWay(view).isEmpty()) {
            return takeOver(view);
        }
        if (!view.isPermitted(timing.lost())) {
            return ranOut(view);
        }
        if (view.suspended()) {
            return suspended(view);
        }
        Duration proof = proof(view);
        Verdict verdict = automatic(view);
        if (view.role() == Role.KEEPER && isFresh(view, view.peer().acknowledged()) && !isFresh(view, tieBreak(view))) {
            return new Plan<>(
                    List.of(
                            new TwoNodeStep.Extend(proof, GOES_ON),
                            new TwoNodeStep.Suspend(
                                    true, tieBreakName(view) + " does not answer: the automatic takeover rests")),
                    verdict);
        }
        return proof.equals(view.permit())
                ? Plan.nothing(verdict)
                : Plan.of(new TwoNodeStep.Extend(proof, GOES_ON), verdict);
    }

    /**
     * A box whose permit ran out was not looking for so long that the other may have taken over: then an answer of the
     * tie-break, which says only that the tie-break is there, no longer proves anything. What opens a fence opens this.
     */
    private Plan<TwoNodeStep> ranOut(TwoNodeView view) {
        Duration acknowledged = view.peer().acknowledged();
        if (acknowledges(view) && acknowledged != null) {
            // Starts the engine, too: the dead man's switch may be stopping it at this moment.
            return unfence(acknowledged, view.peer().name() + " answers and has not taken over");
        }
        Duration permit = view.permit();
        return fence(
                view,
                "no proof since "
                        + view.now()
                                .minus(permit == null ? view.started() : permit)
                                .toSeconds() + " s that " + view.peer().name() + " has not taken over");
    }

    /** While the standby keeps its promise the keeper needs no proof; it takes the risk back before it lifts it. */
    private Plan<TwoNodeStep> suspended(TwoNodeView view) {
        Verdict verdict = automatic(view);
        if (view.role() == Role.KEEPER && isFresh(view, tieBreak(view))) {
            return Plan.of(new TwoNodeStep.Suspend(false, tieBreakName(view) + " answers again"), verdict);
        }
        return Plan.of(new TwoNodeStep.Extend(view.now(), "the automatic takeover rests by agreement"), verdict);
    }

    private Verdict automatic(TwoNodeView view) {
        if (view.suspended()) {
            return Verdict.degraded(
                    tieBreakName(view) + " does not answer, so nobody takes over by itself",
                    "look after " + tieBreakName(view));
        }
        Verdict plain = unattended(view);
        return view.role() == Role.STANDBY && !plain.state().isUsable() ? plain : withWhy(view, plain);
    }

    private Verdict withWhy(TwoNodeView view, Verdict plain) {
        if (view.role() != Role.STANDBY || isFresh(view, view.peer().heard())) {
            return plain;
        }
        return Verdict.degraded(plain.reason() + "; no takeover yet: " + standsInTheWay(view), plain.hint());
    }

    private Plan<TwoNodeStep> fence(TwoNodeView view, String reason) {
        return Plan.of(
                new TwoNodeStep.Fence(reason),
                Verdict.degraded(
                        "stopping the engine: " + reason,
                        CONFIRM.formatted(view.peer().name())));
    }

    private Plan<TwoNodeStep> takeOver(TwoNodeView view) {
        return Plan.of(
                new TwoNodeStep.TakeOver(
                        view.epoch() + 1,
                        true,
                        view.peer().name() + " was silent for " + silence(view).toSeconds() + " s and "
                                + tieBreakName(view) + " is on this side"),
                Verdict.running("taking over from " + view.peer().name()));
    }

    /** Why the standby does not take over by itself; empty when it does. */
    private String standsInTheWay(TwoNodeView view) {
        Peer peer = view.peer();
        if (view.suspended()) {
            return "it was agreed that nobody takes over by itself";
        }
        if (peer.gossip() || silence(view).compareTo(timing.takeover()) < 0) {
            return peer.name() + " was heard less than " + timing.takeover().toSeconds() + " s ago";
        }
        if (peer.epoch() > view.epoch()) {
            return peer.name() + " has a higher epoch";
        }
        if (!view.replica().isOf(view.swarmId(), view.epoch())) {
            return "there is no replica of " + peer.name() + "'s state";
        }
        if (!peer.guard().equals(view.mode().name())) {
            return peer.name() + " does not stop by itself in this mode: set cluster.twoNode alike on both boxes";
        }
        if (isFailing(view)) {
            return "the last one failed, the next try comes " + RETRY.toMinutes() + " minutes after it: "
                    + view.failure().reason();
        }
        Duration checked = view.replica().checked();
        if (checked == null
                || peer.heard() == null
                || peer.heard().minus(checked).compareTo(timing.replica()) > 0) {
            return "the replica may be old";
        }
        return switch (view.mode()) {
            case STANDBY -> "it waits for a person";
            case GATEWAY -> gatewayStandsInTheWay(view);
            case WITNESS -> isSettled(view) ? "" : "the witness has not granted the lease for long enough";
        };
    }

    /**
     * A keeper that reaches the gateway goes on, so silence alone proves nothing: the standby asks it through the
     * gateway, over the very links on which the keeper asks the gateway.
     */
    private String gatewayStandsInTheWay(TwoNodeView view) {
        Gateway gateway = view.gateway();
        if (!isFresh(view, gateway.answered())) {
            return "the gateway does not answer";
        }
        Duration relayed = gateway.relayed();
        Duration heard = view.peer().heard();
        if (relayed == null || heard == null || heard.minus(relayed).compareTo(timing.replica()) > 0) {
            return "this gateway does not pass packets between the boxes, so it is unknown whether "
                    + view.peer().name() + " still reaches it";
        }
        if (!isFresh(view, gateway.tried())
                || gateway.silent() == null
                || view.now().minus(gateway.silent()).compareTo(timing.takeover()) < 0) {
            return view.peer().name() + " answers through the gateway, or did until lately";
        }
        return "";
    }

    private static boolean isFailing(TwoNodeView view) {
        Duration failed = view.failure().at();
        return failed != null && view.now().minus(failed).compareTo(RETRY) < 0;
    }

    private boolean isSettled(TwoNodeView view) {
        Duration since = view.lease().since();
        return isFresh(view, view.lease().renewed())
                && since != null
                && view.now().minus(since).compareTo(timing.settling()) >= 0;
    }

    /** Two keepers know of each other: the one of the lower epoch stops; of the same epoch there cannot be two. */
    private static boolean isOutvoted(TwoNodeView view) {
        return view.peer().keeper() && view.peer().epoch() > view.epoch();
    }

    /** The latest moment at which the other was known not to have taken over. */
    private Duration proof(TwoNodeView view) {
        Duration proof = view.permit() == null ? view.started() : view.permit();
        proof = later(proof, view.peer().acknowledged());
        return later(proof, tieBreak(view));
    }

    private static @Nullable Duration tieBreak(TwoNodeView view) {
        return switch (view.mode()) {
            case STANDBY -> null;
            case GATEWAY -> view.gateway().answered();
            case WITNESS -> view.lease().renewed();
        };
    }

    private static String tieBreakName(TwoNodeView view) {
        return switch (view.mode()) {
            case STANDBY -> "nobody";
            case GATEWAY -> "the gateway";
            case WITNESS -> "the witness";
        };
    }

    private Duration silence(TwoNodeView view) {
        Duration heard = view.peer().heard();
        return view.now().minus(heard == null ? view.started() : heard);
    }

    private boolean isFresh(TwoNodeView view, @Nullable Duration moment) {
        return moment != null && view.now().minus(moment).compareTo(timing.lost()) < 0;
    }

    private static Duration later(Duration one, @Nullable Duration other) {
        return other != null && other.compareTo(one) > 0 ? other : one;
    }
}
