package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.FailingDisk.Failure;
import dev.rwo.firstboot.config.ConfigProblem;
import dev.rwo.firstboot.config.InstallTarget;
import dev.rwo.firstboot.config.NetworkConfig;
import dev.rwo.firstboot.config.NodeConfig;
import dev.rwo.keys.Credential;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SeedImportTest {

    private static final String YAML = """
            site: shop-17
            network:
              address: 192.168.1.20/24
              gateway: 192.168.1.1
            install:
              target: auto
            """;

    @TempDir
    static Path sites;

    private static Credential credential;
    private static Credential foreign;

    @TempDir
    Path root;

    private NodeLayout layout;
    private final Clock clock = Clock.systemUTC();

    @BeforeAll
    static void makeTwoSites() {
        credential = Site.create(sites.resolve("one"), new SiteName("shop-17"), Clock.systemUTC())
                .credential();
        foreign = Site.create(sites.resolve("two"), new SiteName("shop-17"), Clock.systemUTC())
                .credential();
    }

    @BeforeEach
    void makeASeed() {
        layout = new NodeLayout(root);
        fillSeed(layout);
    }

    private static void fillSeed(NodeLayout layout) {
        Tree.write(layout.seedConfig(), YAML);
        credential.writeTo(layout.seedCredential());
        Tree.write(layout.seedStacks().resolve("web/docker-compose.yml"), "services: {}\n");
        Tree.write(layout.seedStacks().resolve("web/.env"), "A=1\n");
        Tree.write(layout.seedStacks().resolve("web/conf/site.conf"), "listen 80\n");
        Tree.write(layout.seedStacks().resolve("web/web.tar"), "image ".repeat(10_000));
        Tree.write(layout.seedStacks().resolve("web/Thumbs.db"), "litter");
        Tree.write(layout.seedStacks().resolve("till/docker-compose.yml"), "services: {till: {}}\n");
        Tree.write(layout.seedStacks().resolve("System Volume Information/x"), "litter");
        Tree.write(layout.variable().resolve("lib/.keep"), "");
    }

    private SeedResult run() {
        return SeedImport.run(layout, clock);
    }

    private SeedResult run(Disk disk) {
        return new SeedImport(layout, clock, new AtomicFiles(disk)).run();
    }

    private static List<String> lines(SeedResult result) {
        return result.problems().stream().map(ConfigProblem::toString).toList();
    }

    @Test
    void everythingOnTheSeedIsTakenOver() {
        SeedResult result = run();
        assertThat(lines(result)).isEmpty();
        assertThat(result.seedPresent()).isTrue();
        assertThat(result.finding().state()).isEqualTo(StageState.DONE);
        assertThat(result.effective().site()).isEqualTo(new SiteName("shop-17"));
        assertThat(result.effective().installTarget()).isEqualTo(new InstallTarget.Auto());
        assertThat(result.stacks())
                .containsExactlyEntriesOf(new java.util.TreeMap<>(Map.of(
                        "till",
                        layout.stacks().resolve("till"),
                        "web",
                        layout.stacks().resolve("web"))));
        assertThat(Tree.of(layout.stacks().resolve("web")).keySet())
                .containsExactly(
                        "", ".env", ".rwo-manifest", "conf", "conf/site.conf", "docker-compose.yml", "web.tar");
        assertThat(layout.stacks().resolve("web/web.tar"))
                .hasSameTextualContentAs(layout.seedStacks().resolve("web/web.tar"));
        assertThat(Tree.mode(layout.state())).isEqualTo("rwx------");
        assertThat(Tree.mode(layout.pki())).isEqualTo("rwx------");
        assertThat(Tree.mode(layout.savedConfig())).isEqualTo("rw-------");
        assertThat(Tree.mode(layout.pki().resolve("issuing-ca.key"))).isEqualTo("rw-------");
        assertThat(Tree.mode(layout.pki().resolve("enrolment-secret"))).isEqualTo("rw-------");
        assertThat(Credential.read(layout.pki()).root()).isEqualTo(credential.root());
    }

    @Test
    void anUnchangedSeedCausesNoWriteAtAll() throws IOException {
        run();
        SortedMap<String, String> before = Tree.marks(layout.variable());
        FailingDisk disk = FailingDisk.sound();
        SeedResult again = run(disk);
        assertThat(disk.operations()).isZero();
        assertThat(again.changed()).isEmpty();
        assertThat(lines(again)).isEmpty();
        assertThat(Tree.marks(layout.variable())).isEqualTo(before);
    }

    @Test
    void withoutASeedTheSettingsOfTheLastStartHoldAndNothingIsInstalled() throws IOException {
        NodeConfig first = run().effective();
        new AtomicFiles().delete(layout.seed());
        Files.createDirectories(layout.seed());
        SeedResult result = run();
        assertThat(result.seedPresent()).isFalse();
        assertThat(result.effective()).isEqualTo(first.withoutInstall());
        assertThat(result.stacks()).containsOnlyKeys("till", "web");
        assertThat(result.finding().state()).isEqualTo(StageState.DONE);
    }

    @Test
    void aBoxWithoutSeedAndWithoutMemoryHasDefaults() throws IOException {
        new AtomicFiles().delete(layout.seed());
        SeedResult result = run();
        assertThat(result)
                .isEqualTo(new SeedResult(NodeConfig.DEFAULT, List.of(), List.of(), false, new java.util.TreeMap<>()));
    }

    @Test
    void aTypoKeepsTheAddressOfTheLastStart() {
        NetworkConfig good = run().effective().network();
        Tree.write(layout.seedConfig(), YAML.replace("192.168.1.1\n", "192.168.2.1\n"));
        SeedResult result = run();
        assertThat(result.effective().network()).isEqualTo(good);
        assertThat(run().effective().network()).isEqualTo(good);
        assertThat(result.finding())
                .isEqualTo(new StageFinding(
                        Stage.SEED,
                        StageState.DEGRADED,
                        "rwo.yaml:4:3: network.gateway: 192.168.2.1 is not in the subnet of 192.168.1.20/24",
                        "write the router's address in the node's subnet, or 'none'; then restart; what is wrong keeps"
                                + " its last good value"));
    }

    @Test
    void windowsHidingTheEndingIsSeenThrough() throws IOException {
        run();
        Files.move(layout.seedConfig(), layout.seed().resolve("rwo.yaml.txt"));
        SeedResult result = run();
        assertThat(lines(result))
                .containsExactly("rwo.yaml: is missing on the seed partition; rename rwo.yaml.txt to rwo.yaml (Windows"
                        + " may hide the ending)");
        assertThat(result.effective().site()).isEqualTo(new SiteName("shop-17"));
    }

    @Test
    void aDirectoryInPlaceOfTheSettingsIsNamed() throws IOException {
        Files.delete(layout.seedConfig());
        Files.createDirectory(layout.seedConfig());
        assertThat(lines(run()))
                .containsExactly(
                        "rwo.yaml: cannot be read: it is not a file; write it again; if that fails, replace the"
                                + " stick or disk");
    }

    @Test
    void theCredentialOfAnotherSiteIsRefusedEvenWithTheSameName() {
        run();
        foreign.writeTo(layout.seedCredential());
        SortedMap<String, String> before = Tree.of(layout.pki());
        assertThat(lines(run()))
                .containsExactly("credential: it is of site shop-17 (another root certificate than this node's), and"
                        + " this node belongs to site shop-17 already; nothing was changed; put the credential of its"
                        + " own site there, or reset the node first");
        assertThat(Tree.of(layout.pki())).isEqualTo(before);
    }

    @Test
    void halfACredentialIsRefusedAndNothingOfItIsKept() throws IOException {
        Files.delete(layout.seedCredential().resolve("issuing-ca.key"));
        assertThat(lines(run()))
                .containsExactly("credential: " + layout.seedCredential().resolve("issuing-ca.key")
                        + " is missing; copy the whole credential of the site; copy the site's whole credential folder"
                        + " again");
        assertThat(layout.pki()).doesNotExist();
    }

    @Test
    void anEditedStackReplacesTheOldOneWhole() throws IOException {
        run();
        Tree.write(layout.seedStacks().resolve("web/docker-compose.yml"), "services: {b: {}}\n");
        Files.delete(layout.seedStacks().resolve("web/conf/site.conf"));
        SeedResult result = run();
        assertThat(result.changed()).containsExactly(layout.stacks().resolve("web"));
        assertThat(Tree.of(layout.stacks()).keySet())
                .contains("web/docker-compose.yml", "web/web.tar")
                .doesNotContain("web/conf/site.conf");
        assertThat(layout.stacks().resolve("web/docker-compose.yml")).hasContent("services: {b: {}}\n");
    }

    @Test
    void aStickThatWasWrittenAgainWithTheSameContentChangesNothing() throws IOException {
        run();
        Files.setLastModifiedTime(
                layout.seedStacks().resolve("web/web.tar"), FileTime.from(Instant.parse("2026-03-01T00:00:00Z")));
        assertThat(run().changed()).isEmpty();
        FailingDisk disk = FailingDisk.sound();
        run(disk);
        assertThat(disk.operations()).isZero();
    }

    @Test
    void aStackThatLeftTheSeedStaysOnTheNode() throws IOException {
        run();
        new AtomicFiles().delete(layout.seedStacks().resolve("till"));
        assertThat(run().stacks()).containsOnlyKeys("till", "web");
    }

    @Test
    void aStackOfTheImageIsDeployedUnlessTheSeedHasOneOfItsName() {
        Tree.write(layout.imageStacks().resolve("web/docker-compose.yml"), "from the image");
        Tree.write(layout.imageStacks().resolve("hello/docker-compose.yml"), "from the image");
        assertThat(run().stacks())
                .containsEntry("web", layout.stacks().resolve("web"))
                .containsEntry("hello", layout.imageStacks().resolve("hello"));
    }

    @Test
    void aStackThatDoesNotFitIsNamedWithSizesAndTheOthersAreTakenOver() {
        Tree.write(layout.seedStacks().resolve("web/web.tar"), "x".repeat(3 << 20));
        SeedResult result = run(FailingDisk.sound().withUsableSpace(66L << 20));
        assertThat(lines(result))
                .containsExactly("stacks/web: needs 3 MiB, /var has 2 MiB free; remove unused images with 'docker image"
                        + " prune -a', or give the box a larger disk");
        assertThat(result.stacks()).containsOnlyKeys("till");
    }

    @Test
    void whatIsNoStackIsNamedWithItsRemedy() throws IOException {
        new AtomicFiles().delete(layout.seedStacks());
        Tree.write(layout.seedStacks().resolve("docker-compose.yml"), "x");
        Tree.write(layout.seedStacks().resolve("Web Shop/docker-compose.yml"), "x");
        Tree.write(layout.seedStacks().resolve("hidden/docker-compose.yml.txt"), "x");
        Tree.write(layout.seedStacks().resolve("linked/docker-compose.yml"), "x");
        Files.createSymbolicLink(layout.seedStacks().resolve("linked/passwd"), Path.of("/etc/passwd"));
        Tree.write(layout.seedStacks().resolve("README.txt"), "fine");
        SeedResult result = run();
        assertThat(lines(result))
                .containsExactly(
                        "stacks/Web Shop: is not the name of a stack; use a-z, 0-9, '-' and '_', beginning with a letter"
                                + " or digit",
                        "stacks/docker-compose.yml: lies beside the stacks; put it into a folder of its own:"
                                + " stacks/<name>/docker-compose.yml",
                        "stacks/hidden: has no docker-compose.yml; rename docker-compose.yml.txt to docker-compose.yml"
                                + " (Windows may hide the ending)",
                        "stacks/linked: passwd is a link or device, not a file; rename or remove it");
        assertThat(result.stacks()).isEmpty();
    }

    @Test
    void aFullDiskIsAProblemAndNotAnEnd() {
        SeedResult result = run(new FailingDisk(Failure.FULL, 1));
        assertThat(result.effective().network()).isInstanceOf(NetworkConfig.Static.class);
        assertThat(lines(result))
                .allMatch(line -> line.contains("disk is full"))
                .hasSizeGreaterThan(2);
        assertThat(lines(run())).isEmpty();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void afterAPowerCutAtAnyOperationTheNextStartEndsInTheSameState() throws IOException {
        FailingDisk counting = FailingDisk.sound();
        run(counting);
        SortedMap<String, String> wanted = Tree.of(layout.state());
        int operations = counting.operations();
        assertThat(operations).isGreaterThan(20);
        for (int k = 1; k <= operations; k++) {
            new AtomicFiles().delete(layout.state());
            cutOff(k);
            SeedResult result = run();
            assertThat(lines(result)).as("after a cut at operation %d", k).isEmpty();
            assertThat(Tree.of(layout.state()))
                    .as("after a cut at operation %d", k)
                    .isEqualTo(wanted);
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void anExchangeOfStacksThatWasCutOffLosesNeitherStackEvenWithoutTheSeed() throws IOException {
        run();
        String old = Files.readString(layout.stacks().resolve("web/docker-compose.yml"));
        SortedMap<String, String> before = Tree.of(layout.state());
        Tree.write(layout.seedStacks().resolve("web/docker-compose.yml"), "new");
        FailingDisk counting = FailingDisk.sound();
        run(counting);
        SortedMap<String, String> wanted = Tree.of(layout.state());
        for (int k = 1; k <= counting.operations(); k++) {
            Tree.write(layout.seedStacks().resolve("web/docker-compose.yml"), old);
            run();
            assertThat(Tree.of(layout.state()).keySet()).isEqualTo(before.keySet());
            Tree.write(layout.seedStacks().resolve("web/docker-compose.yml"), "new");
            cutOff(k);
            // The stick is out at the next start: old or new, but whole.
            Path away = root.resolve("away");
            Files.move(layout.seed(), away);
            assertThat(run().stacks()).containsOnlyKeys("till", "web");
            assertThat(Files.readString(layout.stacks().resolve("web/docker-compose.yml")))
                    .isIn(old, "new");
            assertThat(layout.stacks().resolve("web/web.tar")).exists();
            Files.move(away, layout.seed());
            run();
            assertThat(withoutTimes(Tree.of(layout.state())))
                    .as("operation %d", k)
                    .isEqualTo(withoutTimes(wanted));
        }
    }

    /** The manifest holds the seed's time stamps, which this test makes anew. */
    private static SortedMap<String, String> withoutTimes(SortedMap<String, String> tree) {
        tree.keySet().removeIf(path -> path.endsWith(".rwo-manifest"));
        return tree;
    }

    private void cutOff(int operation) {
        try {
            run(new FailingDisk(Failure.POWER_CUT, operation));
        } catch (FailingDisk.PowerCut e) {
            return;
        }
        throw new AssertionError("no operation " + operation);
    }
}
