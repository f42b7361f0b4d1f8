package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Five boxes with real engines and the packaged agent: plugged in together, and everything that befalls them then. */
@RequiresLab
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FiveBoxesIT {

    private static final List<String> ALL = List.of("node-1", "node-2", "node-3", "node-4", "node-5");
    private static LabSite site;
    private static String swarm = "";

    @BeforeAll
    static void plugIn() {
        site = LabSite.builder().nodes(5).start();
    }

    @AfterAll
    static void pullOut() {
        if (site != null) {
            site.close();
        }
    }

    private static SiteView await(java.util.function.Predicate<SiteView> wanted, String description) {
        return SiteView.await(site.nodes(), wanted, description);
    }

    private static boolean isWhole(SiteView view) {
        return view.working() == 5 && view.hasManagers(3) && view.hosts().equals(ALL);
    }

    private static List<SiteNode> allBut(SiteNode gone) {
        List<SiteNode> rest = new ArrayList<>(site.nodes());
        rest.remove(gone);
        return rest;
    }

    private static SiteNode named(String host) {
        return site.node(ALL.indexOf(host) + 1);
    }

    @Test
    @Order(1)
    void switchedOnTogetherTheyAreOneSwarmWithThreeManagers() {
        SiteView view = await(FiveBoxesIT::isWhole, "five working nodes, three of them managers");
        swarm = view.swarm();
        assertThat(SiteView.swarmsOf(site.nodes())).containsExactly(swarm);
    }

    @Test
    @Order(2)
    void everyNodeHasItsLabels() throws IOException {
        SiteNode leader = named(await(FiveBoxesIT::isWhole, "a whole site").leader());
        for (String host : ALL) {
            assertThat(leader.docker("node", "inspect", "--format", "{{json .Spec.Labels}}", host))
                    .as(host)
                    .contains("\"edge.cpu.class\"", "\"edge.node.id\"", "\"edge.joined\"");
        }
    }

    @Test
    @Order(3)
    void aLeaderThatLosesItsPowerIsReplacedAndComesBackAsOneEntry() {
        SiteNode dead = named(await(FiveBoxesIT::isWhole, "a whole site").leader());
        dead.kill();
        SiteView.await(
                allBut(dead),
                view -> view.working() >= 4
                        && view.nodes().stream()
                                        .filter(node -> node.manager().equals("reachable")
                                                || node.manager().equals("leader"))
                                        .count()
                                == 3,
                "three managers again without " + dead.host().name());
        dead.boot();
        await(FiveBoxesIT::isWhole, "five nodes again");
    }

    @Test
    @Order(4)
    void aBoxThatStandsStillForTwentySecondsCostsNobodyElseAnything() {
        SiteNode slow = named(await(FiveBoxesIT::isWhole, "a whole site").leader());
        slow.host().pause();
        SiteView.await(
                allBut(slow),
                view -> !view.leader().isEmpty()
                        && !view.leader().equals(slow.host().name()),
                "another leader while " + slow.host().name() + " stands still");
        slow.host().resume();
        SiteView after = await(FiveBoxesIT::isWhole, "five nodes after the pause");
        assertThat(after.swarm()).isEqualTo(swarm);
    }

    @Test
    @Order(5)
    @SuppressWarnings("unchecked")
    void aPartedSiteGoesOnWhereTheMajorityIsAndGrowsTogether() {
        await(FiveBoxesIT::isWhole, "a whole site");
        site.partition(List.of(1, 2), List.of(3, 4, 5));
        site.await(
                java.time.Duration.ofMinutes(2),
                () -> site.nodes().stream()
                        .map(SiteView::of)
                        .flatMap(java.util.Optional::stream)
                        .anyMatch(view -> view.nodes().stream()
                                        .filter(node -> !node.state().equals("ready"))
                                        .count()
                                >= 2),
                "the majority, if it has the managers, sees two nodes gone");
        site.heal();
        SiteView after = await(FiveBoxesIT::isWhole, "five nodes after the cable is back");
        assertThat(after.swarm()).isEqualTo(swarm);
        assertThat(SiteView.swarmsOf(site.nodes())).containsExactly(swarm);
    }

    @Test
    @Order(6)
    void aFlashedAnewBoxIsOneEntry() {
        SiteView before = await(FiveBoxesIT::isWhole, "a whole site");
        String host = before.nodes().stream()
                .filter(node -> node.manager().isEmpty())
                .map(SiteView.Entry::host)
                .findFirst()
                .orElseThrow();
        String old = before.nodes().stream()
                .filter(node -> node.host().equals(host))
                .map(SiteView.Entry::id)
                .findFirst()
                .orElseThrow();
        named(host).reflash();
        SiteView after = await(
                view -> view.working() == 5
                        && view.nodes().size() == 5
                        && view.nodes().stream().noneMatch(node -> node.id().equals(old)),
                "the box with a new entry and without the old one");
        assertThat(after.swarm()).isEqualTo(swarm);
    }
}
