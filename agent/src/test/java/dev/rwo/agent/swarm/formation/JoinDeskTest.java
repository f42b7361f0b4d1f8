package dev.rwo.agent.swarm.formation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState.Membership;
import dev.rwo.agent.swarm.OrchestratorException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A manager is asked by till-8, whose node ID is id8. */
class JoinDeskTest {

    private static final Member ASKER = Views.member("till-8");

    private final FakeManager engine = new FakeManager();
    private final JoinDesk desk = new JoinDesk(engine);

    private static JoinRequest request(String swarmNode) {
        return new JoinRequest(ASKER.nodeId(), "till-8", ASKER.boot(), swarmNode);
    }

    private static MemberTable seeing(Member... others) {
        return new MemberTable(Views.member("till-7"), List.of(others));
    }

    private JoinAnswer letIn(Member... others) throws OrchestratorException {
        return desk.answer(request(""), ASKER.nodeId(), seeing(others), false);
    }

    private JoinAnswer belongs(String swarmNode) throws OrchestratorException {
        return desk.answer(request(swarmNode), ASKER.nodeId(), seeing(ASKER), false);
    }

    private static void assertRefused(JoinAnswer answer, String reason) {
        assertThat(answer.kind()).isEqualTo(JoinAnswer.Kind.REFUSED);
        assertThat(answer.reason()).contains(reason);
        assertThat(answer.token()).isEmpty();
    }

    // ---- who wants to join ----

    @Test
    void aBoxThatProvesToBeWhoItSaysGetsTheToken() throws Exception {
        engine.labelled(SwarmLabels.USED, "true").labelled(SwarmLabels.EPOCH, "3");
        assertThat(letIn(ASKER))
                .isEqualTo(new JoinAnswer(
                        JoinAnswer.Kind.GRANTED,
                        "",
                        FakeManager.SWARM,
                        3,
                        true,
                        List.of("192.0.2.10:2377"),
                        FakeManager.TOKEN));
    }

    @Test
    void aBoxThatGossipHasNotSeenYetIsLetInAsWell() throws Exception {
        assertThat(letIn().kind()).isEqualTo(JoinAnswer.Kind.GRANTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "node8"})
    void aBoxWithTheCertificateOfAnotherGetsNothing(String swarmNode) throws Exception {
        engine.withWorker("node8", "ready");
        assertRefused(
                desk.answer(request(swarmNode), "id9", seeing(ASKER), false),
                "the certificate is of node id9, but node id8 asks");
    }

    @Test
    void theManagerThatAnswersComesFirstAndThoseThatAreNotReachedAreLeftOut() throws Exception {
        engine.withManager("node1", "192.0.2.11:2377", true)
                .withManager("node-self", "192.0.2.10:2377", true)
                .withManager("node2", "192.0.2.12:2377", false)
                .withManager("node3", "", true)
                .withWorker("node4", "ready");
        assertThat(letIn(ASKER).managers()).containsExactly("192.0.2.10:2377", "192.0.2.11:2377");
    }

    @Test
    void aSwarmThatDoesNotCountYetLetsNobodyInAndKnowsNobody() throws Exception {
        engine.withWorker("node8", "ready");
        assertRefused(desk.answer(request(""), "id8", seeing(ASKER), true), "being founded");
        assertRefused(desk.answer(request("node8"), "id8", seeing(ASKER), true), "being founded");
    }

    @Test
    void aCopyOfADiskIsNotLetInWhileTheOtherRuns() throws Exception {
        assertRefused(letIn(ASKER, Views.boot("another-boot", ASKER)), "two boxes that are both running");
        assertRefused(letIn(Views.boot("another-boot", ASKER)), "flash that one anew");
    }

    @ParameterizedTest
    @EnumSource(
            value = MemberState.class,
            names = {"SUSPECT", "DEAD", "LEFT"})
    void aBoxThatRestartedIsLetInThoughItsLastBootIsRemembered(MemberState state) throws Exception {
        assertThat(letIn(ASKER, Views.as(state, Views.boot("last-boot", ASKER))).kind())
                .isEqualTo(JoinAnswer.Kind.GRANTED);
    }

    @Test
    void aWorkerLetsNobodyIn() throws Exception {
        engine.asWorker();
        assertRefused(letIn(ASKER), "no manager");
    }

    @ParameterizedTest
    @EnumSource(
            value = Membership.class,
            names = {"INACTIVE", "PENDING", "ERROR", "LOCKED"})
    void anEngineThatIsNotInItsSwarmLetsNobodyIn(Membership membership) throws Exception {
        engine.in(membership);
        assertRefused(letIn(ASKER), "no manager");
    }

    @Test
    void aSwarmWithoutAMajorityAnswersNobodyRatherThanWrongly() {
        engine.withWorker("node8", "ready").withoutQuorum();
        assertThatThrownBy(() -> letIn(ASKER)).isInstanceOf(OrchestratorException.class);
        assertThatThrownBy(() -> belongs("node8")).isInstanceOf(OrchestratorException.class);
    }

    // ---- who asks whether it still belongs ----

    @ParameterizedTest
    @CsvSource({"ready,KNOWN", "down,AWAY", "disconnected,AWAY", "unknown,AWAY"})
    void aBoxThatTheSwarmHasIsKnownOrAway(String state, JoinAnswer.Kind kind) throws Exception {
        engine.withWorker("node8", state).labelled(SwarmLabels.EPOCH, "1");
        assertThat(belongs("node8")).isEqualTo(new JoinAnswer(kind, "", FakeManager.SWARM, 1, false, List.of(), ""));
    }

    @Test
    void aBoxThatTheSwarmRemovedIsUnknownAndGetsNoToken() throws Exception {
        engine.withWorker("node9", "ready");
        JoinAnswer answer = belongs("node8");
        assertThat(answer.kind()).isEqualTo(JoinAnswer.Kind.UNKNOWN);
        assertThat(answer.swarmId()).isEqualTo(FakeManager.SWARM);
        assertThat(answer.token()).isEmpty();
    }

    @Test
    void aBoxLearnsThatItIsUnknownThoughItsDiskWasCopied() throws Exception {
        assertThat(desk.answer(request("node8"), "id8", seeing(Views.boot("another-boot", ASKER)), false)
                        .kind())
                .isEqualTo(JoinAnswer.Kind.UNKNOWN);
    }

    // ---- over the wire ----

    @Test
    void theAnswerIsReadAsItWasGivenAndTheTokenIsInNoLog() throws Exception {
        JoinAnswer given = letIn(ASKER);
        assertThat(JoinAnswer.fromJson(given.toJson())).isEqualTo(given);
        assertThat(given.toString()).contains(FakeManager.SWARM).doesNotContain(FakeManager.TOKEN);
    }

    @Test
    void theRequestIsReadAsItWasMade() {
        assertThat(JoinRequest.fromJson(request("node8").toJson())).isEqualTo(request("node8"));
        assertThat(JoinRequest.fromJson(request("").toJson())).isEqualTo(request(""));
    }

    @ParameterizedTest
    @CsvSource({"nodeId,''", "name,'till 8'", "boot,''", "swarmNode,'a/b'"})
    void aRequestThatMakesNoSenseIsRefusedWithWhatIsWrong(String field, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JoinRequest.fromJson(request("").toJson().put(field, value)))
                .withMessageContaining(field);
    }
}
