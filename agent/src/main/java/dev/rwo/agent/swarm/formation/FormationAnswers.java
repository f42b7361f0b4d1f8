package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.control.Topic;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.OrchestratorException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** What one box answers a candidate that wants to found the swarm, and a box that wants to join it. */
public final class FormationAnswers {

    private static final Logger LOG = Logger.getLogger(FormationAnswers.class);

    private final Formation.Wiring wiring;
    private final JoinDesk desk;
    private final AtomicReference<Lapses> lapses;
    private final Supplier<Duration> doubtUntil;

    /**
     * For one box.
     *
     * @param lapses its {@link Formation}'s
     * @param doubtUntil until when its engine may still make the swarm that it was asked for
     */
    FormationAnswers(Formation.Wiring wiring, AtomicReference<Lapses> lapses, Supplier<Duration> doubtUntil) {
        this.wiring = wiring;
        this.desk = new JoinDesk(wiring.orchestrator());
        this.lapses = lapses;
        this.doubtUntil = doubtUntil;
    }

    /** A candidate asks for this box's word, or tells of the swarm that it made. */
    public Ballot.Answer claim(Claim claim) {
        Ballot.Answer answer = wiring.ballots().hear(claim, sight(ownSwarm()));
        if (answer.granted() && claim.kind() == Claim.Kind.BORN) {
            MemberTable members = wiring.membership().members();
            Lapses.Seen born = new Lapses.Seen(
                    claim.swarmId(),
                    Ballot.name(claim.candidate(), members),
                    wiring.uptime().get());
            lapses.updateAndGet(before -> before.hearing(born));
            await(born);
        }
        if (answer.granted()) {
            wiring.news().accept(Topic.SWARM);
        }
        return answer;
    }

    /**
     * Writes down a swarm that this box has acknowledged: after a power cut of the whole site it may be back before any
     * box that has joined. On a worn disk that takes seconds; then the founder asks again.
     */
    private void await(Lapses.Seen born) {
        try {
            // The controller may be joining at this moment.
            wiring.memory().update(known -> known.isNothing() ? known.awaiting(born.id()) : known);
        } catch (IOException unwritable) {
            LOG.warnf("swarm %s would not be waited for after a power cut: %s", born.id(), unwritable.getMessage());
        }
    }

    /**
     * What this box goes by when it gives its word.
     *
     * @param swarm why it counts as being in a swarm, empty when it does not
     */
    Ballot.Sight sight(String swarm) {
        Duration uptime = wiring.uptime().get();
        return new Ballot.Sight(
                uptime,
                wiring.site(),
                swarm,
                lapses.get().lately(uptime).map(Lapses.Seen::id).orElse(""),
                wiring.membership().members());
    }

    private String ownSwarm() {
        Remembered remembered = wiring.memory().get();
        if (remembered.provisional() && wiring.uptime().get().compareTo(doubtUntil.get()) < 0) {
            return "is founding a swarm itself";
        }
        try {
            EngineState engine = wiring.orchestrator().engine();
            return engine.membership() == EngineState.Membership.INACTIVE ? "" : "is in a swarm";
        } catch (OrchestratorException unanswered) {
            return remembered.isNothing() ? "" : "was in a swarm when its engine last answered";
        }
    }

    /**
     * A box wants to join, or asks whether it still belongs.
     *
     * @param caller node ID in the asker's certificate
     * @throws OrchestratorException when this box's swarm cannot answer
     */
    public JoinAnswer join(JoinRequest request, String caller) throws OrchestratorException {
        return desk.answer(
                request,
                caller,
                wiring.membership().members(),
                wiring.memory().get().provisional());
    }
}
