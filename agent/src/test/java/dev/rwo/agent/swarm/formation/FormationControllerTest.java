package dev.rwo.agent.swarm.formation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is asked of whom. */
class FormationControllerTest {

    private static final JoinAnswer TAKEN_OVER =
            new JoinAnswer(JoinAnswer.Kind.UNKNOWN, "", FakeManager.SWARM, 1, true, List.of(), "");

    /** Whoever is asked, this node answers that it took the swarm over. */
    private record Liar(String certificate, String asked) implements Peers {

        @Override
        public Peers only(String nodeId) {
            return new Liar(certificate, nodeId);
        }

        @Override
        public JsonNode get(String api, String path) throws PeerException {
            throw new PeerException(PeerException.Kind.REFUSED, "only told, never asked");
        }

        @Override
        public JsonNode post(String api, String path, JsonNode body) throws PeerException {
            if (!asked.isEmpty() && !asked.equals(certificate)) {
                throw new PeerException(PeerException.Kind.NOT_ALLOWED, api + " is node " + certificate);
            }
            return TAKEN_OVER.toJson();
        }
    }

    private static Standing afterAsking(Member teller, Peers peers) throws Exception {
        FakeManager engine = new FakeManager().withManager("node-self", "192.0.2.10:2377", true);
        Place own = new Place(SwarmRole.LEADER, FakeManager.SWARM, "node-self", true, 0, true);
        Formation formation = new Formation(new Formation.Wiring(
                engine,
                new Solitude(Views.member(Views.SELF).digest(), "boot", Instant.EPOCH),
                SwarmMemory.of(Remembered.NOTHING.in(own)),
                BallotBox.of(null, Views.UPTIME),
                Views.SITE,
                false,
                () -> Optional.of(Views.ADDRESS),
                () -> Views.OVERLAY_POOL,
                () -> "",
                Surroundings::quiet,
                () -> Views.UPTIME,
                new Random(1),
                topic -> {}));
        FormationController controller =
                new FormationController(formation, engine, peers, JoinAnswer::managers, Optional::empty);
        controller.act(new FormationStep.Inquire(teller, "it tells of a takeover"));
        return formation.observe().standing();
    }

    private static Member teller() {
        return Views.takenOver(Views.in(FakeManager.SWARM, SwarmRole.LEADER, "till-8"), 1);
    }

    @Test
    void theTellerAnswersForItself() throws Exception {
        Standing standing = afterAsking(teller(), new Liar(teller().nodeId(), ""));
        assertThat(standing.isAnswered()).isTrue();
        assertThat(standing.epoch()).isEqualTo(1);
    }

    @Test
    void aBoxThatTellsATakeoverInTheNameOfAnotherProvesNothing() throws Exception {
        Standing standing = afterAsking(teller(), new Liar(Views.nodeId("till-9"), ""));
        assertThat(standing.isAnswered()).isFalse();
    }
}
