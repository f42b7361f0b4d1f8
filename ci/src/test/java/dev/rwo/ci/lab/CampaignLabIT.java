package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.ci.web.BundleServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A site of four boxes with real engines and the packaged agent is upgraded box by box; their slots are played. */
@RequiresLab
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(1)
class CampaignLabIT {

    private static final Duration PATIENCE = Duration.ofMinutes(12);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String SERVICE = "page";

    @TempDir
    static Path directory;

    private static LabSite site;

    @BeforeAll
    static void plugIn() throws IOException {
        site = LabSite.builder()
                .nodes(4)
                .rwoYaml(node -> "upgrade:\n  trial: 2min\n")
                .create();
        site.nodes().forEach(box -> LabSlots.give(box, "1.0"));
        LabNetwork.inParallel(site.nodes(), SiteNode::boot);
        SiteView whole = awaitWhole();
        Path image = DemoImage.write(directory);
        site.nodes().forEach(node -> node.docker("import", image.toString(), "idle:1"));
        DemoImage.serve(named(whole.leader()), SERVICE, 2);
    }

    @AfterAll
    static void pullOut() {
        if (site != null) {
            site.close();
        }
    }

    private static SiteView awaitWhole() {
        return SiteView.await(
                site.nodes(), view -> view.working() == 4 && view.hasManagers(3), "four boxes, three of them managers");
    }

    private static SiteNode named(String host) {
        return site.nodes().stream()
                .filter(box -> box.host().name().equals(host))
                .findFirst()
                .orElseThrow();
    }

    /** What any box answers; one that restarts does not. */
    private static Optional<JsonNode> status() {
        for (SiteNode box : site.nodes()) {
            try {
                return Optional.of(
                        new ObjectMapper().readTree(box.exec("sh", "-c", "rwo upgrade status --json || true")));
            } catch (LabException | IOException restarting) {
                // The next one may be there.
            }
        }
        return Optional.empty();
    }

    private static JsonNode awaitState(String state, Runnable meanwhile) {
        AtomicReference<String> last = new AtomicReference<>("nothing");
        try {
            return Waiting.await(
                    PATIENCE,
                    PAUSE,
                    () -> {
                        meanwhile.run();
                        Optional<JsonNode> now = status();
                        now.ifPresent(json -> last.set(json.toPrettyString()));
                        return now.filter(json -> json.path("state").asText().equals(state));
                    },
                    "the upgrade is " + state);
        } catch (LabException inVain) {
            throw new AssertionError(inVain.getMessage() + "; the last answer: " + last.get(), inVain);
        }
    }

    private static Map<String, String> running(JsonNode status) {
        Map<String, String> versions = new TreeMap<>();
        status.path("nodes")
                .forEach(node -> versions.put(
                        node.path("name").asText(), node.path("running").asText()));
        return versions;
    }

    private static BundleServer web() {
        LabHost host = site.nodes().getLast().host();
        return host.call(() -> new BundleServer(host.address(), host.address().getHostAddress()));
    }

    private static List<URI> addresses() {
        return site.nodes().stream()
                .map(box -> URI.create("http://" + box.host().address().getHostAddress() + ":8080/"))
                .toList();
    }

    private static int tasks() {
        int tasks = 0;
        for (SiteNode box : site.nodes()) {
            try {
                String ids = box.docker("ps", "--quiet", "--filter", "label=com.docker.swarm.service.name=" + SERVICE);
                tasks += ids.isEmpty() ? 0 : ids.split("\n", -1).length;
            } catch (LabException restarting) {
                // It runs nothing.
            }
        }
        return tasks;
    }

    @Test
    @Order(1)
    void everyBoxIsUpgradedTheLeaderLastAndNoRequestFails() throws IOException {
        SiteView before = awaitWhole();
        site.await(PATIENCE, () -> tasks() == 2, "two tasks of " + SERVICE);
        Path bundle = LabSlots.bundle(directory, "2.0");
        List<String> order = new ArrayList<>();
        JsonNode done;
        try (BundleServer web = web();
                Customer customer = new Customer(site.nodes().getFirst().host(), addresses(), DemoImage.PAGE)) {
            named(before.leader()).rwo("upgrade", "start", web.offer(bundle));
            done = awaitState(
                    "done",
                    () -> status().ifPresent(json -> running(json).forEach((name, version) -> {
                        if (version.equals("2.0") && !order.contains(name)) {
                            order.add(name);
                        }
                    })));
            assertThat(customer.failures())
                    .as("of " + customer.requests() + " requests")
                    .isEmpty();
            assertThat(customer.requests()).isGreaterThan(100);
            // The played RAUC reads all of a bundle to look at it, once; four boxes of their own would be four more.
            assertThat(web.sent()).as("bytes from the internet").isLessThan(3 * Files.size(bundle));
        }
        assertThat(running(done).values()).as(done.toPrettyString()).containsOnly("2.0");
        assertThat(order).as("the leader last").hasSize(4).last().isEqualTo(before.leader());
        SiteView after = awaitWhole();
        assertThat(after.entries()).isEqualTo(before.entries());
        assertThat(done.path("locks")).isEmpty();
    }

    @Test
    @Order(2)
    void aBadVersionFromAStickStopsAtTheCanaryAndTheOthersAreLeftAlone() throws IOException {
        SiteView before = awaitWhole();
        String canary = before.workers().getFirst();
        LabSlots.failCheck(named(canary), "3.0");
        Path stick =
                Files.createDirectories(named(before.leader()).layout().sticks().resolve("sda1"));
        Path bundle = LabSlots.bundle(stick, "3.0");
        assertThat(named(before.leader()).rwo("upgrade", "status"))
                .contains("version 3.0 for this site", "rwo upgrade start stick");
        named(before.leader()).rwo("upgrade", "start", "stick", "--canary", canary);
        // The stick is pulled out.
        Files.delete(bundle);
        JsonNode halted = awaitState("halted", () -> {});
        assertThat(halted.path("reason").asText()).contains(canary).contains("the till says no");
        assertThat(running(halted).values()).containsOnly("2.0");
        awaitWhole();
        assertThat(LabSlots.kernels(named(canary))).contains("rwo_2.0.efi");
        named(before.leader()).rwo("upgrade", "abort");
        awaitState("aborted", () -> {});
    }

    @Test
    @Order(3)
    void aLeaderThatDiesInTheMiddleIsReplacedAndTheUpgradeGoesOn() throws IOException {
        SiteView before = awaitWhole();
        SiteNode leader = named(before.leader());
        Path bundle = LabSlots.bundle(directory, "4.0");
        leader.rwo("upgrade", "start", bundle.toString());
        AtomicReference<SiteNode> dead = new AtomicReference<>();
        JsonNode done = awaitState("done", () -> {
            if (dead.get() == null
                    && status().map(CampaignLabIT::running)
                            .filter(versions -> versions.containsValue("4.0"))
                            .isPresent()) {
                leader.kill();
                dead.set(leader);
                leader.boot();
            }
        });
        assertThat(dead.get()).as("the leader was switched off in the middle").isNotNull();
        assertThat(running(done).values()).as(done.toPrettyString()).containsOnly("4.0");
        assertThat(awaitWhole().entries()).isEqualTo(before.entries());
    }
}
