package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Two boxes that take over from each other by themselves: the cable of the one that leads is pulled, it stops its engine,
 * and only then does the other lead.
 */
@RequiresLab
class TwoBoxesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @Test
    void withAGatewayTheBoxThatReachesItTakesOverAfterTheOtherStoppedItsEngine() {
        try (LabSite site = LabSite.builder()
                .nodes(2)
                .rwoYaml("cluster:\n  twoNode: gateway\n")
                .start()) {
            theStandbyTakesOverWhenTheKeeperIsCutOff(site);
        }
    }

    @Test
    void withAWitnessTheBoxThatHasItsWordTakesOverAfterTheOtherStoppedItsEngine() {
        try (LabSite site = LabSite.builder()
                .nodes(3)
                .rwoYaml(number -> "cluster:\n  " + (number == 3 ? "witness: true" : "twoNode: witness") + "\n")
                .start()) {
            theStandbyTakesOverWhenTheKeeperIsCutOff(site);
            assertThat(site.node(3).rwo("status")).contains("a witness takes no work");
        }
    }

    private static void theStandbyTakesOverWhenTheKeeperIsCutOff(LabSite site) {
        List<SiteNode> boxes = site.nodes().subList(0, 2);
        SiteView before = SiteView.await(
                boxes, view -> view.working() == 2 && view.hasManagers(1), "two working boxes, one of them the keeper");
        SiteNode keeper = before.leader().equals("node-1") ? site.node(1) : site.node(2);
        SiteNode standby = keeper.equals(site.node(1)) ? site.node(2) : site.node(1);
        site.await(
                PATIENCE,
                () -> keeper.rwo("takeover", "--status").contains("done: keeper")
                        && standby.rwo("takeover", "--status")
                                .contains("done: stands by for " + keeper.host().name() + " with a replica"),
                "both boxes and the tie-break are ready");

        keeper.host().cut();
        site.await(
                PATIENCE,
                () -> {
                    boolean leads = SiteView.of(standby)
                            .filter(view -> view.leader().equals(standby.host().name()))
                            .isPresent();
                    if (leads) {
                        assertThat(keeper.isActive("docker"))
                                .as("the engine of the box that is cut off, when the other leads")
                                .isFalse();
                    }
                    return leads;
                },
                "the standby leads");
        assertThat(SiteView.of(standby).orElseThrow().swarm()).isEqualTo(before.swarm());

        keeper.host().plug();
        SiteView after = SiteView.await(
                List.of(standby),
                view -> view.working() == 2
                        && view.hasManagers(1)
                        && view.hosts().size() == 2,
                "the box that was cut off is a worker now");
        assertThat(after.leader()).isEqualTo(standby.host().name());
        assertThat(after.swarm()).isEqualTo(before.swarm());
    }
}
