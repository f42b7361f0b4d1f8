package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two boxes that take over from each other. By themselves: the cable of the one that leads is pulled, it stops its engine,
 * and only then does the other lead. Or when a person says so.
 */
@RequiresLab
@Order(3)
class TwoBoxesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    Path directory;

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

    @Test
    void theStandbyTakesOverWithItsServicesWhenAPersonSaysSoAndTheOldKeeperStandsBy() throws IOException {
        try (LabSite site = LabSite.builder().nodes(2).start()) {
            Pair pair = awaitPair(site);
            SiteNode keeper = pair.keeper();
            SiteNode standby = pair.standby();
            Path image = DemoImage.write(directory);
            site.nodes().forEach(node -> node.docker("import", image.toString(), "idle:1"));
            DemoImage.runEverywhere(keeper, "till");
            keeper.docker("secret", "create", "drawer", "/etc/hostname");
            Instant made = Instant.now();
            site.await(
                    PATIENCE,
                    () -> site.nodes().stream()
                            .noneMatch(node -> node.docker("ps", "--quiet").isEmpty()),
                    "the service on both boxes");
            site.await(PATIENCE, () -> isReplicaSince(made, status(standby)), "a replica younger than the service");
            assertThatThrownBy(() -> standby.rwo("takeover", "--yes"))
                    .as("a takeover while the keeper is heard")
                    .hasMessageContaining(" is there: it was heard ");
            assertThat(SiteView.of(keeper))
                    .map(SiteView::leader)
                    .contains(keeper.host().name());

            keeper.kill();
            site.await(PATIENCE, () -> succeeds(() -> standby.rwo("takeover", "--yes")), "a takeover that is allowed");
            awaitTakenOver(site, standby);
            SiteView taken = SiteView.await(
                    List.of(standby),
                    view -> view.leader().equals(standby.host().name()) && view.hasManagers(1),
                    "the standby leads");
            assertThat(taken.swarm()).isEqualTo(pair.view().swarm());
            assertThat(standby.docker("secret", "ls", "--format", "{{.Name}}")).isEqualTo("drawer");
            site.await(
                    PATIENCE,
                    () -> standby.docker("service", "ls", "--format", "{{.Name}}")
                                    .equals("till")
                            && !standby.docker("ps", "--quiet").isEmpty(),
                    "the service on the box that took over");
            standby.docker("secret", "create", "later", "/etc/hostname");

            keeper.boot();
            SiteView after = SiteView.await(
                    List.of(standby),
                    view -> view.working() == 2
                            && view.hasManagers(1)
                            && view.hosts().equals(List.of("node-1", "node-2")),
                    "the old keeper is back as a worker");
            assertThat(after.leader()).isEqualTo(standby.host().name());
            assertThat(after.swarm()).isEqualTo(taken.swarm());
            assertThat(keeper.docker("info", "--format", "{{.Swarm.ControlAvailable}}"))
                    .as("the old keeper could write")
                    .isEqualTo("false");
            assertThat(keeper.docker("info", "--format", "{{.Swarm.NodeID}}"))
                    .as("what the old keeper is now")
                    .isEqualTo(after.id(keeper));
            assertThat(standby.docker("secret", "ls", "--format", "{{.Name}}").lines())
                    .containsExactlyInAnyOrder("drawer", "later");
            site.await(
                    PATIENCE,
                    () -> keeper.rwo("takeover", "--status")
                            .contains("done: stands by for " + standby.host().name() + " with a replica"),
                    "the old keeper stands by");
            site.await(PATIENCE, () -> !keeper.docker("ps", "--quiet").isEmpty(), "the service on both boxes again");
        }
    }

    /** Whether the standby has asked for the keeper's state, and has it, since then; the age it tells is cut to seconds. */
    static boolean isReplicaSince(Instant made, JsonNode status) {
        return status.has("replicaAgeSeconds")
                && Duration.ofSeconds(status.path("replicaAgeSeconds").asLong() + 1)
                                .compareTo(Duration.between(made, Instant.now()))
                        < 0;
    }

    private static JsonNode status(SiteNode node) {
        try {
            return new ObjectMapper().readTree(node.rwo("takeover", "--status", "--json"));
        } catch (IOException noJson) {
            throw new UncheckedIOException(noJson);
        }
    }

    private static boolean succeeds(Runnable command) {
        try {
            command.run();
            return true;
        } catch (LabException notYet) {
            return false;
        }
    }

    private record Pair(SiteNode keeper, SiteNode standby, SiteView view) {}

    private static Pair awaitPair(LabSite site) {
        List<SiteNode> boxes = site.nodes().subList(0, 2);
        SiteView before = SiteView.await(
                boxes, view -> view.working() == 2 && view.hasManagers(1), "two working boxes, one of them the keeper");
        SiteNode keeper = before.leader().equals("node-1") ? site.node(1) : site.node(2);
        SiteNode standby = keeper.equals(site.node(1)) ? site.node(2) : site.node(1);
        site.await(
                PATIENCE,
                () -> {
                    String keeping = keeper.rwo("takeover", "--status");
                    String standing = standby.rwo("takeover", "--status");
                    if (!keeping.contains("done: keeper")
                            || !standing.contains(
                                    "done: stands by for " + keeper.host().name() + " with a replica")) {
                        throw new LabException("the two say\n" + keeping + "\n" + standing);
                    }
                    return true;
                },
                "both boxes are ready, and the tie-break if there is one");
        return new Pair(keeper, standby, before);
    }

    /** The engine leads with what it copied before that swarm is its own; in between it answers nobody for a moment. */
    private static void awaitTakenOver(LabSite site, SiteNode standby) {
        site.await(
                PATIENCE,
                () -> {
                    JsonNode said = status(standby);
                    if (said.path("epoch").asLong() != 1 || said.path("taking").asBoolean()) {
                        throw new LabException("the box that takes over says " + said);
                    }
                    return true;
                },
                "the takeover's end");
    }

    private static void theStandbyTakesOverWhenTheKeeperIsCutOff(LabSite site) {
        Pair pair = awaitPair(site);
        SiteNode keeper = pair.keeper();
        SiteNode standby = pair.standby();
        SiteView before = pair.view();
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
        awaitTakenOver(site, standby);
        assertThat(SiteView.of(standby)).map(SiteView::swarm).contains(before.swarm());

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
