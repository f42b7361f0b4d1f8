package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.firstboot.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Keys of a working site are made anew and boxes are let in and shut out, while its containers run on. */
@RequiresLab
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(5)
class TrustLabIT {

    /** Nodes that renew their certificates do so one after the other. */
    private static final Duration ROTATION = Duration.ofMinutes(4);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Pattern CODE = Pattern.compile("(?m)^([A-Z0-9]{6}) +\\S+ +node-4 ");

    @TempDir
    static Path directory;

    private static final Set<String> SECRETS = new TreeSet<>();

    private static LabSite site;
    private static ArgumentWatch arguments;
    private static Map<String, String> containers = Map.of();

    @BeforeAll
    static void plugIn() throws IOException {
        arguments = ArgumentWatch.start();
        site = LabSite.builder().nodes(4).create();
        try {
            Path credential = site.node(4).machine().root().resolve("run/rwo/seed/credential");
            LabFolder.remove(credential);
            // What an image of trust mode approve has instead.
            Files.createDirectories(credential);
            for (Map.Entry<String, byte[]> file :
                    site.site().joinCredential().files().entrySet()) {
                Files.write(credential.resolve(file.getKey()), file.getValue());
            }
            LabNetwork.inParallel(site.nodes(), SiteNode::boot);
        } catch (IOException | RuntimeException failed) {
            site.close();
            throw failed;
        }
    }

    @AfterAll
    static void pullOut() {
        if (site != null) {
            site.close();
        }
        if (arguments != null) {
            arguments.close();
        }
    }

    @AfterEach
    void collectSecrets() {
        site.nodes().forEach(node -> SECRETS.addAll(SiteSecrets.of(node)));
    }

    private static boolean isWhole(SiteView view) {
        return view.working() == 4 && view.hasManagers(3);
    }

    private static SiteNode leader() {
        String name = SiteView.await(site.nodes(), view -> !view.leader().isEmpty(), "a leader")
                .leader();
        return site.nodes().stream()
                .filter(node -> node.host().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode keys(SiteNode node) {
        try {
            return new ObjectMapper().readTree(node.rwo("keys", "show", "--json"));
        } catch (IOException unreadable) {
            throw new LabException("rwo keys show --json: " + unreadable.getMessage(), unreadable);
        }
    }

    private static void awaitOnAll(List<SiteNode> nodes, Duration patience, Predicate<JsonNode> wanted, String what) {
        site.await(patience, () -> nodes.stream().allMatch(node -> wanted.test(keys(node))), what);
    }

    private static boolean isDone(JsonNode keys) {
        return keys.path("rotation").asText().isEmpty();
    }

    /** What an operator types after {@code ./rwo} on a workstation in the shop's LAN. */
    private static String workstation(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.rwo.image.cli.RwoCommand"));
        command.addAll(List.of(words));
        return site.node(1).exec(command.toArray(String[]::new));
    }

    private static Map<String, String> runningContainers() {
        Map<String, String> running = new TreeMap<>();
        for (SiteNode node : site.nodes()) {
            running.put(
                    node.host().name(),
                    String.join(
                            " ",
                            new TreeSet<>(List.of(node.docker("ps", "--no-trunc", "--format", "{{.ID}}")
                                    .split("\\s+")))));
        }
        return running;
    }

    private static void nothingWasLost() {
        SiteView.await(site.nodes(), TrustLabIT::isWhole, "four working nodes");
        assertThat(runningContainers()).isEqualTo(containers);
    }

    private static Optional<String> codeThatWaits() {
        return site.nodes().subList(0, 3).stream()
                .map(node -> CODE.matcher(node.rwo("approve")))
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst();
    }

    private static boolean says(SiteNode node, Stage stage, String... words) {
        String said = node.stage(stage).map(Object::toString).orElse("");
        return Arrays.stream(words).allMatch(said::contains);
    }

    @Test
    @Order(1)
    void aBoxThatMustBeApprovedWaitsAndIsLetInByItsCode() {
        SiteView.await(
                site.nodes(), view -> view.working() == 3 && view.hasManagers(3), "three that let themselves in");
        SiteNode waiting = site.node(4);
        // The three may be a swarm before the fourth has found one of them to ask.
        String code = Waiting.await(PATIENCE, TrustLabIT::codeThatWaits, "the code of the box that waits");
        site.await(
                PATIENCE,
                () -> says(waiting, Stage.IDENTITY, "awaiting approval", code)
                        && says(waiting, Stage.SWARM, "awaiting approval of code " + code),
                "the stages of the box that waits say so");
        for (SiteNode node : site.nodes().subList(0, 3)) {
            if (node.rwo("approve").contains(code)) {
                assertThat(node.rwo("approve", code)).contains("node-4");
                break;
            }
        }
        SiteView.await(site.nodes(), TrustLabIT::isWhole, "four working nodes");
    }

    @Test
    @Order(2)
    void aServiceRunsEverywhere() throws IOException {
        Path image = DemoImage.write(directory);
        site.nodes().forEach(node -> node.docker("import", image.toString(), "idle:1"));
        DemoImage.runEverywhere(leader());
        site.await(
                Duration.ofMinutes(2),
                () -> runningContainers().values().stream().noneMatch(String::isEmpty),
                "the service on every node");
        containers = runningContainers();
    }

    @Test
    @Order(3)
    void gossipGetsANewKeyOnEveryNode() {
        String before = keys(leader()).path("gossipKeys").toString();
        leader().rwo("keys", "rotate", "gossip");
        awaitOnAll(
                site.nodes(),
                ROTATION,
                keys -> isDone(keys) && !keys.path("gossipKeys").toString().equals(before),
                "a new gossip key everywhere");
        nothingWasLost();
    }

    @Test
    @Order(4)
    void everyNodeThatMayGetsANewKeyOfItsOwn() {
        Map<String, String> before = new TreeMap<>();
        site.nodes().forEach(node -> before.put(node.host().name(), nodeKey(node)));
        leader().rwo("keys", "rotate", "node", "--all");
        site.await(
                ROTATION,
                () -> site.nodes().subList(0, 3).stream()
                        .noneMatch(node ->
                                nodeKey(node).equals(before.get(node.host().name()))),
                "new keys of the three that let themselves in");
        nothingWasLost();
    }

    private static String nodeKey(SiteNode node) {
        return keys(node).path("node").path("key").asText();
    }

    @Test
    @Order(5)
    void theIssuingAuthorityIsMadeAnew() {
        rotate("issuing", keys -> keys.path("node").path("authority").asText());
    }

    @Test
    @Order(6)
    void theRootIsMadeAnew() {
        rotate("root", keys -> keys.path("roots").toString());
    }

    private static void rotate(String what, Function<JsonNode, String> shown) {
        String before = shown.apply(keys(leader()));
        String folder = site.site().directory().toString();
        String said = workstation(
                "keys",
                "rotate",
                what,
                "--site",
                folder,
                "--node",
                leader().host().address().getHostAddress());
        assertThat(said).contains("rwo keys show");
        awaitOnAll(
                site.nodes(),
                ROTATION,
                keys -> isDone(keys)
                        && !shown.apply(keys).equals(before)
                        && keys.path("roots").size() == 1,
                "a new " + what + " everywhere and the old one gone");
        nothingWasLost();
    }

    @Test
    @Order(7)
    void aStolenBoxIsShutOutByEveryMemberWithinAMinute() {
        SiteNode leader = leader();
        SiteNode stolen = site.nodes().subList(0, 3).stream()
                .filter(node -> !node.equals(leader))
                .findFirst()
                .orElseThrow();
        List<SiteNode> rest =
                site.nodes().stream().filter(node -> !node.equals(stolen)).toList();
        leader.rwo("node", "revoke", stolen.host().name());
        awaitOnAll(
                rest,
                Duration.ofMinutes(1),
                keys -> keys.path("revoked")
                                .findValuesAsText("name")
                                .contains(stolen.host().name())
                        && keys.path("members").findValuesAsText("name").stream()
                                .noneMatch(stolen.host().name()::equals),
                "every member refuses the stolen box");
        SiteView after = SiteView.await(
                rest,
                view -> view.hosts().size() == 3
                        && !view.hosts().contains(stolen.host().name())
                        && view.working() == 3
                        && view.hasManagers(3),
                "a site of three without the stolen box");
        assertThat(after.hosts()).doesNotContain(stolen.host().name());
    }

    @Test
    @Order(8)
    void noSecretWasEverAnArgumentOfAProgram() {
        assertThat(arguments.lines())
                .as("what was watched")
                .anyMatch(line -> line.contains("dockerd"))
                .anyMatch(line -> line.contains("keys rotate gossip"));
        assertThat(SECRETS)
                .as("tokens, keys of nodes, gossip and authority before and after, enrolment and join secret")
                .hasSizeGreaterThan(20);
        assertThat(arguments.seen(SECRETS))
                .as("secrets in arguments during birth, join, enrolment and rotations")
                .isZero();
    }
}
