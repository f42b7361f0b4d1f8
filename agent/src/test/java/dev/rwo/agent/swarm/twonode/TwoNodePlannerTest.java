package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.agent.swarm.twonode.TwoNodeView.Failure;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Gateway;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Lease;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Peer;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Replica;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TwoNodePlannerTest {

    private static final TwoNodePlanner PLANNER = new TwoNodePlanner(TwoNodeTiming.DEFAULT);
    private static final Duration NOW = Duration.ofSeconds(1000);

    private static Duration ago(long seconds) {
        return NOW.minusSeconds(seconds);
    }

    /** A table's row: what the box sees, as seconds ago; negative for never. */
    private static TwoNodeView view(
            TwoNode mode,
            Role role,
            long peer,
            Gateway gateway,
            Lease lease,
            @Nullable Duration permit,
            boolean suspended,
            boolean confirmed) {
        return new TwoNodeView(
                NOW,
                ago(900),
                mode,
                role,
                true,
                "s1",
                0,
                new Peer("till-1", ago(peer), ago(peer), false, 0, role == Role.STANDBY, mode.name(), false),
                gateway,
                lease,
                new Replica("s1", 0, ago(peer + 3)),
                mode != TwoNode.STANDBY,
                permit,
                suspended,
                Taking.NO,
                false,
                Failure.NONE,
                confirmed);
    }

    private static TwoNodeView taking(TwoNodeView view, Taking taking, boolean back, long started) {
        return taking(view, taking, back, started, false);
    }

    private static TwoNodeView taking(TwoNodeView view, Taking taking, boolean back, long started, boolean restored) {
        Peer peer = view.peer();
        return new TwoNodeView(
                view.now(),
                ago(started),
                view.mode(),
                view.role(),
                view.pair(),
                view.swarmId(),
                view.epoch(),
                new Peer(
                        peer.name(),
                        peer.acknowledged(),
                        peer.heard(),
                        peer.gossip(),
                        peer.epoch(),
                        peer.keeper(),
                        peer.guard(),
                        back),
                view.gateway(),
                view.lease(),
                view.replica(),
                view.armed(),
                view.permit(),
                view.suspended(),
                taking,
                restored,
                view.failure(),
                false);
    }

    /** Its engine is stopped; the other says this of itself. */
    private static TwoNodeView held(TwoNodeView view, String guard, long epoch) {
        Peer peer = view.peer();
        return new TwoNodeView(
                view.now(),
                view.started(),
                view.mode(),
                view.role(),
                view.pair(),
                view.swarmId(),
                view.epoch(),
                new Peer(
                        peer.name(),
                        peer.acknowledged(),
                        peer.heard(),
                        peer.gossip(),
                        epoch,
                        peer.keeper(),
                        guard,
                        peer.back()),
                view.gateway(),
                view.lease(),
                view.replica(),
                true,
                null,
                view.suspended(),
                view.taking(),
                view.restored(),
                view.failure(),
                view.confirmed());
    }

    private static TwoNodeView failed(TwoNodeView view, long ago) {
        return new TwoNodeView(
                view.now(),
                view.started(),
                view.mode(),
                view.role(),
                view.pair(),
                view.swarmId(),
                view.epoch(),
                view.peer(),
                view.gateway(),
                view.lease(),
                view.replica(),
                view.armed(),
                view.permit(),
                view.suspended(),
                view.taking(),
                view.restored(),
                new Failure(ago(ago), "the engine does not start"),
                view.confirmed());
    }

    private static Gateway silentThrough(long seconds) {
        return new Gateway(ago(1), ago(seconds + 1), ago(1), ago(seconds));
    }

    private static Object first(TwoNodeView view) {
        var steps = PLANNER.plan(view).steps();
        return steps.isEmpty() ? "nothing" : steps.getFirst().getClass().getSimpleName();
    }

    @Test
    void theStandbyModeWaitsForAPersonAndSaysSo() {
        TwoNodeView lost = view(TwoNode.STANDBY, Role.STANDBY, 60, Gateway.UNKNOWN, Lease.NONE, null, false, false);
        var plan = PLANNER.plan(lost);
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(StageState.DEGRADED);
        assertThat(plan.verdict().reason())
                .contains("till-1 does not answer since 60 s")
                .contains("tasks here go on");
        assertThat(plan.verdict().hint()).contains("rwo takeover");
        assertThat(first(view(TwoNode.STANDBY, Role.STANDBY, 60, Gateway.UNKNOWN, Lease.NONE, null, false, true)))
                .isEqualTo("TakeOver");
        assertThat(first(view(TwoNode.STANDBY, Role.KEEPER, 60, Gateway.UNKNOWN, Lease.NONE, null, false, false)))
                .isEqualTo("nothing");
    }

    @Test
    void aTakeoverIsRefusedWhileTheOtherIsThere() {
        assertThat(PLANNER.refusal(
                        view(TwoNode.STANDBY, Role.STANDBY, 3, Gateway.UNKNOWN, Lease.NONE, null, false, false)))
                .contains("till-1 is there");
        assertThat(first(view(TwoNode.STANDBY, Role.STANDBY, 3, Gateway.UNKNOWN, Lease.NONE, null, false, true)))
                .isEqualTo("nothing");
    }

    @Test
    void theGatewayDecides() {
        Gateway none = new Gateway(ago(11), ago(100), ago(1), null);
        record Row(Role role, long peer, Gateway gateway, long permit, String step) {}
        for (Row row : new Row[] {
            // The keeper with a gateway goes on, without both it stops.
            new Row(Role.KEEPER, 60, silentThrough(60), 9, "Extend"),
            new Row(Role.KEEPER, 8, none, 9, "Extend"),
            new Row(Role.KEEPER, 60, none, 10, "Fence"),
            // The standby needs the gateway, and the keeper's long silence on both ways.
            new Row(Role.STANDBY, 60, none, 10, "Fence"),
            new Row(Role.STANDBY, 44, silentThrough(60), 9, "Extend"),
            new Row(Role.STANDBY, 60, silentThrough(44), 9, "Extend"),
            new Row(Role.STANDBY, 60, silentThrough(46), 9, "TakeOver"),
            // The switch is broken: the keeper answers through the gateway, or this gateway never passed anything.
            new Row(Role.STANDBY, 60, new Gateway(ago(1), ago(2), ago(1), null), 9, "Extend"),
            new Row(Role.STANDBY, 60, new Gateway(ago(1), null, ago(1), ago(60)), 9, "Extend"),
        }) {
            assertThat(first(view(
                            TwoNode.GATEWAY,
                            row.role(),
                            row.peer(),
                            row.gateway(),
                            Lease.NONE,
                            ago(row.permit()),
                            false,
                            false)))
                    .as(row.toString())
                    .isEqualTo(row.step());
        }
    }

    @Test
    void theWitnessDecides() {
        Lease held = new Lease(ago(1), ago(31), false, ago(1));
        Lease young = new Lease(ago(1), ago(29), false, ago(1));
        record Row(Role role, long peer, Lease lease, long permit, String step) {}
        for (Row row : new Row[] {
            new Row(Role.KEEPER, 60, held, 9, "Extend"),
            new Row(Role.KEEPER, 60, Lease.NONE, 10, "Fence"),
            new Row(Role.STANDBY, 60, Lease.NONE, 10, "Fence"),
            new Row(Role.STANDBY, 60, young, 9, "Extend"),
            new Row(Role.STANDBY, 44, held, 9, "Extend"),
            new Row(Role.STANDBY, 60, held, 9, "TakeOver"),
        }) {
            assertThat(first(view(
                            TwoNode.WITNESS,
                            row.role(),
                            row.peer(),
                            Gateway.UNKNOWN,
                            row.lease(),
                            ago(row.permit()),
                            false,
                            false)))
                    .as(row.toString())
                    .isEqualTo(row.step());
        }
    }

    @Test
    void whatWasAgreedBindsBoth() {
        assertThat(first(view(TwoNode.WITNESS, Role.KEEPER, 60, Gateway.UNKNOWN, Lease.NONE, ago(9), true, false)))
                .isEqualTo("Extend");
        assertThat(first(view(TwoNode.GATEWAY, Role.STANDBY, 60, silentThrough(60), Lease.NONE, ago(9), true, false)))
                .isEqualTo("Extend");
    }

    /** Thawed after so long that the standby may have taken over: the gateway answers both of them. */
    @Test
    void aBoxWhosePermitRanOutIsStoppedAlthoughTheTieBreakAnswersAgain() {
        Lease granted = new Lease(ago(1), ago(1), true, ago(1));
        assertThat(first(view(TwoNode.GATEWAY, Role.KEEPER, 60, silentThrough(1), Lease.NONE, ago(60), false, false)))
                .isEqualTo("Fence");
        assertThat(first(view(TwoNode.GATEWAY, Role.STANDBY, 40, silentThrough(1), Lease.NONE, ago(60), false, false)))
                .isEqualTo("Fence");
        assertThat(first(view(TwoNode.WITNESS, Role.KEEPER, 60, Gateway.UNKNOWN, granted, ago(60), false, false)))
                .isEqualTo("Fence");
        assertThat(first(view(TwoNode.GATEWAY, Role.KEEPER, 60, silentThrough(1), Lease.NONE, ago(60), true, false)))
                .isEqualTo("Fence");
    }

    @Test
    void aBoxWhosePermitRanOutGoesOnWhenTheOtherAnswers() {
        assertThat(first(view(TwoNode.GATEWAY, Role.KEEPER, 1, Gateway.UNKNOWN, Lease.NONE, ago(60), false, false)))
                .isEqualTo("Unfence");
    }

    @Test
    void anUninterruptedLeaseStartsAFencedKeeperAgain() {
        Lease settled = new Lease(ago(1), ago(31), true, ago(1));
        Lease interrupted = new Lease(ago(1), ago(31), false, ago(1));
        assertThat(first(view(TwoNode.WITNESS, Role.KEEPER, 60, Gateway.UNKNOWN, settled, null, false, false)))
                .isEqualTo("Unfence");
        assertThat(first(view(TwoNode.WITNESS, Role.KEEPER, 60, Gateway.UNKNOWN, interrupted, null, false, false)))
                .isEqualTo("nothing");
    }

    @Test
    void aTakeoverIsGivenUpWhenTheKeeperIsBack() {
        TwoNodeView lost = view(TwoNode.STANDBY, Role.STANDBY, 60, Gateway.UNKNOWN, Lease.NONE, null, false, false);
        assertThat(first(taking(lost, Taking.BEGUN, true, 900))).isEqualTo("GiveUp");
        assertThat(first(taking(lost, Taking.PLACED, true, 900))).isEqualTo("GiveUp");
        assertThat(first(taking(lost, Taking.RAISED, true, 900))).isEqualTo("TakeOver");
    }

    /** Otherwise it would wait for ever, its engine stopped, beside a keeper that runs. */
    @Test
    void aFencedBoxGivesARaisedTakeoverUpForAKeeperThatNothingStops() {
        TwoNodeView byHand = view(TwoNode.STANDBY, Role.STANDBY, 1, Gateway.UNKNOWN, Lease.NONE, null, false, false);
        assertThat(first(taking(held(byHand, "", 0), Taking.RAISED, true, 44))).isEqualTo("nothing");
        assertThat(first(taking(held(byHand, "", 0), Taking.RAISED, true, 46))).isEqualTo("GiveUp");
        assertThat(first(taking(held(byHand, "", 0), Taking.RAISED, false, 46))).isEqualTo("TakeOver");
        assertThat(first(taking(held(byHand, "", 1), Taking.RAISED, true, 46))).isEqualTo("TakeOver");
        TwoNodeView alone = view(TwoNode.GATEWAY, Role.STANDBY, 1, Gateway.UNKNOWN, Lease.NONE, null, false, false);
        assertThat(first(taking(held(alone, "", 0), Taking.RAISED, true, 46))).isEqualTo("GiveUp");
        assertThat(first(taking(held(alone, "GATEWAY", 0), Taking.RAISED, true, 46)))
                .isEqualTo("TakeOver");
    }

    /** Both boxes lost power in the middle of it, and both come up. */
    @Test
    void aTakeoverThatWasCutOffFirstListensForTheOther() {
        TwoNodeView lost = view(TwoNode.STANDBY, Role.STANDBY, 60, Gateway.UNKNOWN, Lease.NONE, null, false, false);
        for (Taking stage : new Taking[] {Taking.BEGUN, Taking.PLACED, Taking.RAISED}) {
            assertThat(first(taking(lost, stage, false, 44))).as(stage.name()).isEqualTo("nothing");
            assertThat(first(taking(lost, stage, false, 46))).as(stage.name()).isEqualTo("TakeOver");
        }
    }

    /** Its engine runs, so nothing is decided by listening: the other would only run beside it for longer. */
    @Test
    void anAgentThatRestartsAfterTheNewEpochFinishesTheTakeoverAtOnce() {
        TwoNodeView lost = view(TwoNode.STANDBY, Role.STANDBY, 60, Gateway.UNKNOWN, Lease.NONE, null, false, false);
        assertThat(first(taking(lost, Taking.RAISED, true, 1, true))).isEqualTo("TakeOver");
        assertThat(first(taking(lost, Taking.PLACED, false, 1, true))).isEqualTo("nothing");
        assertThat(first(taking(held(lost, "", 0), Taking.RAISED, true, 1, true)))
                .isEqualTo("nothing");
    }

    @Test
    void aFailedTakeoverIsNotTriedAgainAtOnceAndIsTold() {
        TwoNodeView lost = view(TwoNode.GATEWAY, Role.STANDBY, 60, silentThrough(60), Lease.NONE, ago(2), false, false);
        assertThat(first(failed(lost, 299))).isEqualTo("Extend");
        assertThat(first(failed(lost, 301))).isEqualTo("TakeOver");
        TwoNodeView byHand = view(TwoNode.STANDBY, Role.STANDBY, 60, Gateway.UNKNOWN, Lease.NONE, null, false, false);
        assertThat(PLANNER.plan(failed(byHand, 299)).verdict().reason())
                .contains("the last takeover failed: the engine does not start");
    }

    @Test
    void afterARebootTheKeeperWaitsForTheOther() {
        assertThat(first(view(TwoNode.GATEWAY, Role.KEEPER, 60, silentThrough(1), Lease.NONE, null, false, false)))
                .isEqualTo("nothing");
        assertThat(first(view(TwoNode.GATEWAY, Role.KEEPER, 1, Gateway.UNKNOWN, Lease.NONE, null, false, false)))
                .isEqualTo("Unfence");
        assertThat(first(view(TwoNode.GATEWAY, Role.KEEPER, 60, Gateway.UNKNOWN, Lease.NONE, null, false, true)))
                .isEqualTo("Release");
    }

    @Test
    void timingsThatLetBothRunAreRefused() {
        assertThatThrownBy(() -> new TwoNodeTiming(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(25),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(3)))
                .hasMessageContaining("before the fence");
    }
}
