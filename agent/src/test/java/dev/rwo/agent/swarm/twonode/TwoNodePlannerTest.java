package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
                new Peer("till-1", ago(peer), ago(peer), false, 0, role == Role.STANDBY, mode.name()),
                gateway,
                lease,
                new Replica("s1", 0, ago(peer + 3)),
                mode != TwoNode.STANDBY,
                permit,
                suspended,
                false,
                confirmed);
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
        record Row(Role role, long peer, Gateway gateway, String step) {}
        for (Row row : new Row[] {
            // The keeper with a gateway goes on, without both it stops.
            new Row(Role.KEEPER, 60, silentThrough(60), "Extend"),
            new Row(Role.KEEPER, 9, none, "Extend"),
            new Row(Role.KEEPER, 60, none, "Fence"),
            // The standby needs the gateway, and the keeper's long silence on both ways.
            new Row(Role.STANDBY, 60, none, "Fence"),
            new Row(Role.STANDBY, 44, silentThrough(60), "Extend"),
            new Row(Role.STANDBY, 60, silentThrough(44), "Extend"),
            new Row(Role.STANDBY, 60, silentThrough(46), "TakeOver"),
            // The switch is broken: the keeper answers through the gateway, or this gateway never passed anything.
            new Row(Role.STANDBY, 60, new Gateway(ago(1), ago(2), ago(1), null), "Extend"),
            new Row(Role.STANDBY, 60, new Gateway(ago(1), null, ago(1), ago(60)), "Extend"),
        }) {
            assertThat(first(view(
                            TwoNode.GATEWAY, row.role(), row.peer(), row.gateway(), Lease.NONE, ago(12), false, false)))
                    .as(row.toString())
                    .isEqualTo(row.step());
        }
    }

    @Test
    void theWitnessDecides() {
        Lease held = new Lease(ago(1), ago(31), false, ago(1));
        Lease young = new Lease(ago(1), ago(29), false, ago(1));
        record Row(Role role, long peer, Lease lease, String step) {}
        for (Row row : new Row[] {
            new Row(Role.KEEPER, 60, held, "Extend"),
            new Row(Role.KEEPER, 60, Lease.NONE, "Fence"),
            new Row(Role.STANDBY, 60, Lease.NONE, "Fence"),
            new Row(Role.STANDBY, 60, young, "Extend"),
            new Row(Role.STANDBY, 44, held, "Extend"),
            new Row(Role.STANDBY, 60, held, "TakeOver"),
        }) {
            assertThat(first(view(
                            TwoNode.WITNESS,
                            row.role(),
                            row.peer(),
                            Gateway.UNKNOWN,
                            row.lease(),
                            ago(12),
                            false,
                            false)))
                    .as(row.toString())
                    .isEqualTo(row.step());
        }
    }

    @Test
    void whatWasAgreedBindsBoth() {
        assertThat(first(view(TwoNode.WITNESS, Role.KEEPER, 60, Gateway.UNKNOWN, Lease.NONE, ago(12), true, false)))
                .isEqualTo("Extend");
        assertThat(first(view(TwoNode.GATEWAY, Role.STANDBY, 60, silentThrough(60), Lease.NONE, ago(12), true, false)))
                .isEqualTo("Extend");
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
