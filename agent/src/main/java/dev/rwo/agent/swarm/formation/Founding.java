package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.OrchestratorException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How one box founds its site's swarm: it asks all for their word, makes the swarm while that is fresh, and tells all of
 * it; when all acknowledged it, it counts. Each part may be put off, and begins anew then.
 */
public final class Founding {

    /** Between two claims of one box; the jitter keeps two boxes from asking in step. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final long AGAIN_JITTER_MILLIS = 2000;
    /** An engine that was asked to make a swarm and did not answer may still make it. */
    private static final Duration DOUBT = Duration.ofSeconds(20);

    private final Formation.Wiring wiring;
    private final FormationAnswers answers;
    private final AtomicReference<Lapses> lapses;
    private final AtomicReference<Duration> doubtUntil;

    private volatile @Nullable Duration wordSince;

    /**
     * For one box.
     *
     * @param answers what this box itself answers others
     * @param lapses its {@link Formation}'s
     * @param doubtUntil until when its engine may still make the swarm that it was asked for
     */
    Founding(
            Formation.Wiring wiring,
            FormationAnswers answers,
            AtomicReference<Lapses> lapses,
            AtomicReference<Duration> doubtUntil) {
        this.wiring = wiring;
        this.answers = answers;
        this.lapses = lapses;
        this.doubtUntil = doubtUntil;
    }

    /** From now on the engine may be making a swarm. */
    void doubt() {
        doubtUntil.set(wiring.uptime().get().plus(DOUBT));
    }

    /** What to ask every voter; empty when this box's word is another's. */
    public Optional<Claim> open(FormationStep.AskAll step) {
        return open(Claim.Kind.CLAIM, step.voters(), "");
    }

    /** What to ask every voter about the swarm that this box made; empty when its word is another's. */
    public Optional<Claim> open(FormationStep.Announce step) throws OrchestratorException {
        return open(
                Claim.Kind.BORN, step.voters(), wiring.orchestrator().cluster().id());
    }

    private Optional<Claim> open(Claim.Kind kind, List<Member> voters, String swarmId) {
        OptionalLong number = wiring.ballots().claim(answers.sight(""));
        if (number.isEmpty()) {
            wordSince = null;
            return Optional.empty();
        }
        wordSince = wiring.uptime().get();
        Member self = wiring.membership().members().self();
        return Optional.of(new Claim(
                kind,
                self.nodeId(),
                self.boot(),
                number.getAsLong(),
                voters.stream().map(Member::nodeId).toList(),
                swarmId));
    }

    /**
     * After a claim.
     *
     * @param refusal why not everybody agreed, empty when everybody did
     */
    public Outcome close(String refusal) {
        lapses.updateAndGet(before -> before.asking(wiring.uptime().get()));
        return refusal.isEmpty() ? Outcome.applied() : again(refusal);
    }

    /** After a claim that was not even made. */
    public Outcome bound() {
        return putOff("this box has given its word to another");
    }

    /** Marks on the disk that a swarm is about to be made. */
    public void prepareFound() throws IOException {
        wiring.memory().set(wiring.memory().get().founding());
    }

    /** The last look before the engine is asked: what stands in the way, null for nothing. */
    public @Nullable Outcome beforeFound() {
        // Writing to a worn disk can take seconds: the word is looked at last.
        if (!isFresh()) {
            return putOff("the word of the others is too old");
        }
        doubt();
        return null;
    }

    /** After the engine said that it is in a swarm already: an operator was faster. */
    public Outcome foundMember() throws IOException {
        wiring.memory().set(wiring.memory().get().outside());
        return Outcome.applied();
    }

    /**
     * Before the newborn swarm is announced to those who were in sight at the last look: what stands in the way, null
     * for nothing. While this box stood still, boxes of which it knows nothing may have listened long enough to found a
     * swarm themselves.
     */
    public @Nullable Outcome beforeAnnounce() {
        // An engine may take seconds to make a swarm; who came into sight meanwhile may know an older one.
        if (!SwarmSight.of(wiring.membership().members()).isEmpty()) {
            return putOff("a swarm came into sight meanwhile");
        }
        Duration age = wiring.uptime().get().minus(lapses.get().uptime());
        return age.compareTo(FormationPlanner.LISTEN) < 0 ? null : putOff("this box stood still meanwhile");
    }

    private boolean isFresh() {
        Duration since = wordSince;
        return since != null && wiring.uptime().get().minus(since).compareTo(Ballot.FRESH) < 0;
    }

    /**
     * After the newborn swarm was announced: it counts from here on, if everybody agreed.
     *
     * @param refusal why not everybody agreed, empty when everybody did
     */
    public Outcome closeAnnounce(String refusal) throws OrchestratorException, IOException {
        lapses.updateAndGet(before -> before.asking(wiring.uptime().get()));
        if (!refusal.isEmpty()) {
            return again(refusal);
        }
        Cluster cluster = wiring.orchestrator().cluster();
        Place place = new Place(
                SwarmRole.LEADER,
                cluster.id(),
                wiring.orchestrator().engine().nodeId(),
                SwarmLabels.used(cluster),
                SwarmLabels.epoch(cluster),
                true);
        if (!isFresh()) {
            return again("the acknowledgements came too late");
        }
        wiring.memory().set(wiring.memory().get().in(place));
        wiring.tell(place, false);
        wiring.news().accept(Topic.SWARM);
        return Outcome.applied();
    }

    private Outcome again(String why) {
        Duration wait = untilNext();
        wiring.ballots().refused(why, wiring.uptime().get().plus(wait));
        return deferred(wait, why);
    }

    private Outcome putOff(String why) {
        Duration wait = untilNext();
        wiring.ballots().putOff(why, wiring.uptime().get().plus(wait));
        return deferred(wait, why);
    }

    private Duration untilNext() {
        return AGAIN.plusMillis(wiring.random().nextLong(AGAIN_JITTER_MILLIS));
    }

    private Outcome deferred(Duration wait, String why) {
        wordSince = null;
        return new Outcome.Deferred(wait, "not every box agrees yet: " + why);
    }
}
