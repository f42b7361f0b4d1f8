package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rwo.firstboot.Stage;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Three boxes of a site, and a fourth on their LAN that is not one of them, or not quite. The site goes on. */
@RequiresLab
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(2)
class IntrudersIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern COUNT = Pattern.compile("([0-9.]+)$");
    /** The agent's heap ends at 128 MiB; what is around it does not grow with what strangers do. */
    private static final long MOST_GROWTH_KIB = 160 * 1024;

    private static final Path FAKETIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
    private static final String DROPPED = "rwo_discovery_mdns_dropped_total";
    private static final String SECONDS = "60";
    /** The agent closes what proves nothing, and ten thousand are tried; a busy machine gets through with fewer. */
    private static final long MANY = 2_000;

    /** In which the attack and what is asked meanwhile lie. */
    private static final int MINUTES = 3;

    private static final Pattern OPENED = Pattern.compile("opened (\\d+)");
    private static final Pattern TURNED_AWAY = Pattern.compile("turned away (\\d+)");
    private static final Pattern SENT = Pattern.compile("sent (\\d+) frames");
    private static final Pattern GUARD = Pattern.compile("counter packets (\\d+)");
    private static final Pattern REFUSED = Pattern.compile("gossip refused from (\\S+: it .*) \\(");

    private static final int API = 8443;
    private static final int GOSSIP = 8444;

    @TempDir
    static Path directory;

    private static LabSite site;
    private static List<SiteNode> members;
    private static SiteNode fourth;
    private static String swarm = "";

    @BeforeAll
    static void plugIn() {
        site = LabSite.builder().nodes(4).create();
        members = site.nodes().subList(0, 3);
        fourth = site.node(4);
        LabNetwork.inParallel(members, SiteNode::boot);
        swarm = SiteView.await(members, IntrudersIT::isWhole, "three managers").swarm();
    }

    @AfterAll
    static void pullOut() {
        if (site != null) {
            site.close();
        }
    }

    @AfterEach
    void theSiteGoesOn() {
        fourth.kill();
        for (SiteNode member : members) {
            SiteView after = SiteView.await(List.of(member), IntrudersIT::isTheSameThree, "the same three");
            assertThat(after.swarm()).isEqualTo(swarm);
        }
    }

    private static boolean isTheSameThree(SiteView view) {
        return isWhole(view) && view.hosts().equals(List.of("node-1", "node-2", "node-3"));
    }

    private static boolean isWhole(SiteView view) {
        return view.working() == 3 && view.hasManagers(3);
    }

    private static String metrics(SiteNode node) {
        String certificate = node.layout().nodeCertificate().toString();
        return node.exec(
                "curl",
                "--silent",
                "--show-error",
                "--insecure",
                "--cert",
                certificate,
                "--key",
                node.layout().nodeKey().toString(),
                "https://127.0.0.1:" + API + "/q/metrics");
    }

    /** What one of the counters says on a member, all its tags together. */
    private static double counted(SiteNode node, String name) {
        return metrics(node)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(COUNT::matcher)
                .filter(Matcher::find)
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    private static double countedBySomebody(String name) {
        return members.stream().mapToDouble(node -> counted(node, name)).sum();
    }

    private static Optional<String> says(SiteNode node, String wanted) {
        return node.rwo("why", "discovery")
                .lines()
                .filter(line -> line.contains(wanted))
                .findFirst();
    }

    private static boolean isSaidBy(SiteNode node, String wanted) {
        return says(node, wanted).isPresent();
    }

    private static boolean isLogged(SiteNode node, String wanted) {
        try {
            return Files.readString(node.log()).contains(wanted);
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Test
    @Order(1)
    void aBoxOfAnotherSiteIsToldSoAndLivesOnItsOwn() throws IOException {
        Site other = Site.create(directory.resolve("other"), new SiteName("other"), Clock.systemUTC());
        LabFolder.remove(fourth.machine().root().resolve("run/rwo/seed/credential"));
        fourth.machine().seed(other);
        fourth.machine().seed("site: other\nnode:\n  name: node-4\n");
        fourth.boot();
        site.await(
                PATIENCE,
                () -> isSaidBy(fourth, "another site"),
                "the fourth box says that the others are not its own");
        SiteView own = SiteView.await(List.of(fourth), view -> view.working() == 1, "a site of one");
        assertThat(own.swarm()).isNotEqualTo(swarm);
        assertThat(countedBySomebody("rwo_discovery_introductions_total{outcome=\"other_site\""))
                .isPositive();
    }

    @Test
    @Order(2)
    void aBoxWhoseClockIsYearsBehindIsToldSo() throws IOException {
        assumeTrue(Files.exists(FAKETIME), "a wrong clock needs: apt-get install libfaketime");
        fourth.wipe();
        LabFolder.remove(fourth.machine().root().resolve("run/rwo/seed/credential"));
        fourth.machine().seed(site.site());
        fourth.machine().seed("site: lab\nnode:\n  name: node-4\n");
        Path settings = fourth.host().folder().resolve("agent.env");
        String right = Files.readString(settings);
        Files.writeString(
                settings, right + "LD_PRELOAD=" + FAKETIME + "\nFAKETIME=-5y\n" + "FAKETIME_DONT_FAKE_MONOTONIC=1\n");
        try {
            fourth.boot();
            assertThat(fourth.await(
                                    Stage.SWARM,
                                    PATIENCE,
                                    status -> status.toString().contains("clock"))
                            .toString())
                    .contains("but the site exists from");
            site.await(
                    PATIENCE,
                    () -> isLogged(fourth, "a clock is wrong: this box says"),
                    "the box is told so by those that it finds");
            assertThat(SiteView.of(fourth)).as("a swarm of its own").isEmpty();
        } finally {
            Files.writeString(settings, right);
        }
    }

    @Test
    @Order(3)
    void aCopyOfADiskIsShutOutWhileTheOriginalWorks() throws IOException {
        SiteNode original = members.getLast();
        original.stopAgent();
        original.systemctl("stop", "docker");
        LabFolder.remove(fourth.layout().variable());
        Commands.run(
                Duration.ofMinutes(2),
                Map.of(),
                "",
                List.of(
                        "cp",
                        "-a",
                        original.layout().variable().toString(),
                        fourth.layout().variable().toString()));
        original.systemctl("start", "docker");
        original.startAgent();
        long engineLog = Files.size(fourth.engineLog());
        fourth.boot();
        fourth.await(Stage.SWARM, PATIENCE, status -> status.toString().contains("flash this box anew"));
        site.await(PATIENCE, () -> isSaidBy(original, "copy of this box"), "the original says where the copy is");
        assertThat(Files.size(fourth.engineLog()))
                .as("an engine that speaks and votes as the original's never started")
                .isEqualTo(engineLog);
        assertThat(countedBySomebody("rwo_discovery_duplicates_found_total")).isPositive();
    }

    private static CompletableFuture<String> intrude(String... words) {
        return CompletableFuture.supplyAsync(() -> {
            List<String> command = new ArrayList<>(List.of(
                    "sh",
                    "-c",
                    "ulimit -n $(ulimit -H -n); exec \"$@\"",
                    "intruder",
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-cp",
                    absolute(System.getProperty("java.class.path")),
                    Intruder.class.getName()));
            command.addAll(List.of(words));
            Process process = fourth.host().start(ProcessBuilder.Redirect.PIPE, command.toArray(String[]::new));
            try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            } catch (IOException ended) {
                return ended.toString();
            }
        });
    }

    /** A command on a host begins in its root. */
    private static String absolute(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator, -1))
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String address(SiteNode node) {
        return node.host().address().getHostAddress();
    }

    private static String agent(SiteNode node, String what) {
        return node.exec(
                "sh",
                "-c",
                "sed -n 's/^" + what + ":[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$(cat /run/lab-rwo-agent.pid)/status");
    }

    @Test
    @Order(4)
    void tenThousandHalfOpenConnectionsNoiseAndInventedBoxesCostTheSiteNothing() throws IOException {
        SiteNode victim = members.getFirst();
        SiteNode leader = members.get(1);
        Path image = DemoImage.write(directory);
        members.forEach(node -> node.docker("import", image.toString(), "idle:1"));
        String process = agent(victim, "Pid");
        // proc(5): 5 makes the peak what it is now, without what starting took.
        victim.exec("sh", "-c", "echo 5 >/proc/$(cat /run/lab-rwo-agent.pid)/clear_refs");
        long before = Long.parseLong(agent(victim, "VmRSS"));
        fourth.host().boot();

        String addresses = manyAddresses(fourth);
        long turnedAwayBefore = turnedAwayByTheGuard(leader);
        Map<SiteNode, Double> droppedBefore = new LinkedHashMap<>();
        members.forEach(node -> droppedBefore.put(node, counted(node, DROPPED)));
        int logBefore = refusalsLogged(victim).size();

        CompletableFuture<String> api = intrude("hold", address(victim), "" + API, "10000", SECONDS, addresses);
        CompletableFuture<String> gossip = intrude("hold", address(victim), "" + GOSSIP, "10000", SECONDS, addresses);
        CompletableFuture<String> crowd = intrude("hold", address(leader), "" + API, "500", SECONDS, address(fourth));
        CompletableFuture<String> noise = intrude("noise", address(victim), "" + GOSSIP, SECONDS);
        CompletableFuture<String> invented = intrude("mdns", address(fourth), "3000");

        site.await(
                PATIENCE,
                () -> members.stream().anyMatch(IntrudersIT::startsAService),
                "a service is started while the box is attacked");
        site.await(
                PATIENCE,
                () -> members.stream()
                        .noneMatch(node -> node.docker("ps", "--quiet").isEmpty()),
                "it runs on every box");
        assertThat(leader.rwo("nodes")).contains("node-1", "node-2", "node-3");
        String said = String.join("\n", api.join(), gossip.join(), crowd.join(), noise.join(), invented.join());
        long most = Long.parseLong(agent(victim, "VmHWM"));
        System.out.println(said + "\nresident before " + before + " KiB, at most " + most + " KiB");
        assertThat(agent(victim, "Pid"))
                .as("the agent that was attacked is the same process")
                .isEqualTo(process);
        assertThat(most - before).as("growth at the worst moment").isLessThan(MOST_GROWTH_KIB);

        assertThat(number(OPENED, api.join())).as(said).isGreaterThan(MANY);
        assertThat(number(OPENED, gossip.join())).as(said).isGreaterThan(MANY);
        assertThat(number(TURNED_AWAY, crowd.join())).as(said).isPositive();
        assertThat(number(SENT, noise.join())).as(said).isPositive();
        assertThat(turnedAwayByTheGuard(leader)).as("turned away by the guard").isGreaterThan(turnedAwayBefore);
        for (String reason : List.of("crowded", "not-gossip")) {
            assertThat(counted(victim, "rwo_gossip_refused_total{reason=\"" + reason + "\""))
                    .as("refused because " + reason)
                    .isPositive();
        }
        droppedBefore.forEach((node, dropped) -> assertThat(counted(node, DROPPED))
                .as("packets that " + node + " dropped")
                .isGreaterThan(dropped));

        List<String> refusals = refusalsLogged(victim);
        assertThat(refusals).as("refusals in the log").hasSizeGreaterThan(logBefore);
        assertThat(refusals.subList(logBefore, refusals.size()).stream()
                        .collect(Collectors.groupingBy(line -> line, Collectors.counting()))
                        .values())
                .as("lines about one address and one reason, of which a minute may have one")
                .allMatch(lines -> lines <= 1 + MINUTES);
        assertThat(Files.readString(victim.log()))
                .as("what a stranger calls itself")
                .doesNotContain("\u001b");
    }

    /** As a box with many network cards, or a switch full of them: one address alone is stopped by the guard. */
    private static String manyAddresses(SiteNode node) {
        List<String> addresses =
                IntStream.range(60, 220).mapToObj(last -> "192.0.2." + last).toList();
        node.host()
                .run(
                        "sh",
                        "-c",
                        "for each in " + String.join(" ", addresses) + "; do ip address add $each/24 dev "
                                + LabHost.DEVICE + "; done");
        return String.join(",", addresses);
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        assertThat(found.find()).as("a number in: " + text).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static long turnedAwayByTheGuard(SiteNode node) {
        return GUARD.matcher(node.exec("nft", "list", "chain", "inet", "rwo_guard", "calls"))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    /** Address and reason of each line. */
    private static List<String> refusalsLogged(SiteNode node) throws IOException {
        return REFUSED.matcher(Files.readString(node.log()))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    @Order(5)
    void whatIsSecretIsInNoLogMetricAnswerOrArgumentList() throws IOException {
        for (SiteNode node : members) {
            Set<String> secrets = SiteSecrets.of(node);
            assertThat(secrets)
                    .as("tokens, node key, issuing key, enrolment secret")
                    .hasSizeGreaterThan(6);
            Map<String, String> places = Map.of(
                    "the agent's log", Files.readString(node.log()),
                    "the engine's log", Files.readString(node.engineLog()),
                    "metrics", metrics(node),
                    "rwo why", node.rwo("why") + node.rwo("why", "--json"),
                    "rwo nodes", node.rwo("nodes", "--json"),
                    "rwo status", node.exec("sh", "-c", "rwo status --json || true"),
                    "argument lists", node.exec("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"));
            places.forEach((place, text) -> assertThat(
                            secrets.stream().filter(text::contains).count())
                    .as("secrets of " + node.host() + " in " + place)
                    .isZero());
        }
    }

    private static boolean startsAService(SiteNode node) {
        try {
            DemoImage.runEverywhere(node);
            return true;
        } catch (LabException notYet) {
            return false;
        }
    }
}
