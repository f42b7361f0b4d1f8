package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Five boxes with real engines and the packaged agent: plugged in together, and everything that befalls them then. */
@RequiresLab
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(4)
class FiveBoxesIT {

    private static final List<String> ALL = List.of("node-1", "node-2", "node-3", "node-4", "node-5");
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration STANDSTILL = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

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

    private static SiteView await(Predicate<SiteView> wanted, String description) {
        return SiteView.await(site.nodes(), wanted, description);
    }

    private static boolean isWhole(SiteView view) {
        return view.working() == 5 && view.hasManagers(3) && view.hosts().equals(ALL);
    }

    private static List<SiteNode> allBut(SiteNode gone) {
        return allBut(List.of(gone));
    }

    private static List<SiteNode> allBut(List<SiteNode> gone) {
        List<SiteNode> rest = new ArrayList<>(site.nodes());
        rest.removeAll(gone);
        return rest;
    }

    private static List<String> names(List<SiteNode> boxes) {
        return boxes.stream().map(box -> box.host().name()).sorted().toList();
    }

    /** What runs on each of these boxes, by the IDs of the containers. */
    private static Map<String, String> containers(List<SiteNode> boxes, String service) {
        Map<String, String> running = new TreeMap<>();
        for (SiteNode box : boxes) {
            String ids = box.docker(
                    "ps", "--quiet", "--no-trunc", "--filter", "label=com.docker.swarm.service.name=" + service);
            if (!ids.isEmpty()) {
                running.put(box.host().name(), ids);
            }
        }
        return running;
    }

    private static void awaitContainers(List<SiteNode> boxes, String service) {
        site.await(
                PATIENCE,
                () -> containers(boxes, service).size() == boxes.size(),
                "a container of " + service + " on each of " + names(boxes));
    }

    /** What a box believes to be, whatever others think of it. */
    private static String nodeId(SiteNode box) {
        return box.docker("info", "--format", "{{.Swarm.NodeID}}");
    }

    private static boolean canStart(List<SiteNode> boxes, String service) {
        for (SiteNode box : boxes) {
            try {
                DemoImage.runEverywhere(box, service);
                return true;
            } catch (LabException noManager) {
                // The next one may be.
            }
        }
        return false;
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
        SiteView before = await(FiveBoxesIT::isWhole, "a whole site");
        SiteNode dead = named(before.leader());
        dead.kill();
        SiteView.await(
                allBut(dead),
                view -> view.working() >= 4
                        && view.reachableManagers().stream()
                                        .filter(host -> !host.equals(dead.host().name()))
                                        .count()
                                == 3,
                "three managers again without " + dead.host().name());
        dead.boot();
        SiteView after = await(FiveBoxesIT::isWhole, "five nodes again");
        // Nobody had to leave and join anew, neither the box that took its place nor itself.
        assertThat(after.entries()).isEqualTo(before.entries());
    }

    @Test
    @Order(4)
    void aBoxThatStandsStillForTwentySecondsCostsNobodyElseAnything() throws IOException {
        Path image = DemoImage.write(directory);
        site.nodes().forEach(node -> node.docker("import", image.toString(), "idle:1"));
        SiteView before = await(FiveBoxesIT::isWhole, "a whole site");
        site.await(PATIENCE, () -> canStart(site.nodes(), "till"), "a service is started");
        awaitContainers(site.nodes(), "till");
        SiteNode slow = named(before.leader());
        List<SiteNode> others = allBut(slow);
        Map<String, String> running = containers(others, "till");

        // Not a second longer: after thirty another box would take its place, and rightly.
        slow.host().pause();
        CompletableFuture<Void> resumed = CompletableFuture.runAsync(
                slow.host()::resume, CompletableFuture.delayedExecutor(STANDSTILL.toSeconds(), TimeUnit.SECONDS));
        // A new leader calls everybody unknown until it hears of them, but nobody who is there may be called down.
        TreeSet<String> lost = new TreeSet<>();
        SiteView after = SiteView.await(
                others,
                view -> {
                    lost.addAll(view.lost());
                    return resumed.isDone() && isWhole(view);
                },
                "five nodes after the pause");
        resumed.join();
        lost.remove(slow.host().name());
        assertThat(lost).as("others that counted as lost").isEmpty();

        assertThat(nodeId(slow)).as("what the box that stood still is").isEqualTo(before.id(slow));
        assertThat(after.swarm()).isEqualTo(swarm);
        assertThat(after.entries()).isEqualTo(before.entries());
        assertThat(containers(others, "till")).as("what runs on the others").isEqualTo(running);
    }

    @Test
    @Order(5)
    void aPartedSiteGoesOnWhereMostBoxesAndManagersAreAndGrowsTogether() {
        SiteView before = await(FiveBoxesIT::isWhole, "a whole site");
        theSiteGoesOnWithout(
                List.of(named(before.leader()), named(before.workers().getFirst())), before, "parted-boxes");
    }

    @Test
    @Order(6)
    void aPartedSiteGoesOnWhereMostManagersAreEvenIfMostBoxesAreElsewhere() {
        SiteView before = await(FiveBoxesIT::isWhole, "a whole site");
        theSiteGoesOnWithout(
                List.of(
                        named(before.leader()),
                        named(before.workers().getFirst()),
                        named(before.workers().getLast())),
                before,
                "parted-managers");
    }

    /** These have the leader and no majority of managers. */
    private static void theSiteGoesOnWithout(List<SiteNode> cutOff, SiteView before, String service) {
        List<SiteNode> rest = allBut(cutOff);
        SiteNode formerLeader = named(before.leader());
        site.partition(numbers(cutOff), numbers(rest));
        SiteView.await(rest, view -> names(rest).contains(view.leader()), "a leader among " + names(rest));
        site.await(PATIENCE, () -> SiteView.of(formerLeader).isEmpty(), "the leader that is cut off is none any more");
        site.await(PATIENCE, () -> canStart(rest, service), "a service is started by " + names(rest));
        awaitContainers(rest, service);
        // Asked last: by now they have been on their own for longer than a birth takes.
        for (SiteNode box : cutOff) {
            assertThat(SiteView.of(box)).as("a swarm that answers on " + box).isEmpty();
            assertThat(nodeId(box)).as("what " + box + " is").isEqualTo(before.id(box));
        }
        assertThat(canStart(cutOff, "refused"))
                .as("a service started without a majority")
                .isFalse();
        assertThat(containers(cutOff, service)).as("what the others started").isEmpty();

        site.heal();
        SiteView after = await(
                view -> isWhole(view) && view.swarm().equals(before.swarm()), "five nodes after the cable is back");
        awaitContainers(site.nodes(), service);
        assertThat(SiteView.swarmsOf(site.nodes())).containsExactly(swarm);
        // Also those who were promoted meanwhile: nobody had to leave and join anew.
        assertThat(after.entries()).isEqualTo(before.entries());
        for (SiteNode box : site.nodes()) {
            assertThat(nodeId(box)).as("what " + box + " is").isEqualTo(before.id(box));
        }
    }

    private static List<Integer> numbers(List<SiteNode> boxes) {
        return boxes.stream().map(box -> box.host().number()).toList();
    }

    @Test
    @Order(7)
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
