package dev.rwo.agent.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.upgrade.NodeUpgrade.Phase;
import dev.rwo.agent.upgrade.source.Sources;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.StateFormat;
import dev.rwo.firstboot.config.ProxyConfig;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradeServiceTest {

    private static final OsVersion NEW = new OsVersion("0.2.0");
    private static final Bundle BUNDLE = new Bundle(FakeRauc.ID, NEW);

    @TempDir
    private Path root;

    private final Vertx vertx = Vertx.vertx();
    private final List<UpgradeService> opened = new ArrayList<>();
    private NodeLayout layout;
    private FakeRauc rauc;
    private Path file;
    private X509Certificate authority;

    @BeforeEach
    void twoSlots() throws Exception {
        layout = new NodeLayout(root);
        rauc = new FakeRauc(root);
        run("0.1.0");
        rauc.kernel("rwo_0.1.0.efi");
        Files.createDirectories(layout.slots());
        Files.writeString(layout.slots().resolve("b-root"), "");
        Files.createDirectories(layout.runtime());
        file = Files.writeString(root.resolve("new.raucb"), "a bundle");
        authority = Site.create(root.resolve("site"), new SiteName("shop"), Clock.systemUTC())
                .root();
    }

    @AfterEach
    void close() {
        opened.forEach(UpgradeService::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void run(String version) throws IOException {
        Files.createDirectories(layout.osRelease().getParent());
        Files.writeString(layout.osRelease(), "ID=debian\nIMAGE_VERSION=\"" + version + "\"\n");
    }

    /** The agent as it starts, after a restart too. */
    private UpgradeService start() {
        UpgradeService service = new UpgradeService(
                layout,
                rauc,
                () -> List.of(authority),
                new Sources(Neighbours.none().peers(), ProxyConfig.NONE),
                vertx,
                Duration.ofMinutes(10));
        opened.add(service);
        service.start();
        return service;
    }

    private UpgradeService staged() throws UpgradeException {
        UpgradeService service = start();
        assertThat(service.inspect(file.toString())).isEqualTo(BUNDLE);
        service.stage(BUNDLE, List.of(file.toString()), false);
        awaitPhase(service, Phase.STAGED);
        return service;
    }

    /** Long enough for any machine: what never comes is a failure. */
    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still waiting after 30 s").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void awaitPhase(UpgradeService service, Phase phase) {
        await(() -> service.look().phase() == phase);
    }

    @Test
    void installsIntoTheOtherSlotAndRestartsOnlyWhenTold() throws Exception {
        UpgradeService service = staged();
        assertThat(rauc.asked).noneMatch(line -> line.contains("reboot") || line.contains("mark-active"));
        service.boot(NEW);
        assertThat(rauc.asked).anyMatch(line -> line.contains("mark-active other"));
        assertThat(rauc.asked.getLast()).isEqualTo("systemctl --no-block reboot");
        assertThat(service.look().phase()).isEqualTo(Phase.REBOOTING);
        assertThat(Files.readString(layout.updateKeyring())).contains("BEGIN CERTIFICATE");
    }

    @Test
    void whatIsWellStaysAndIsNotTriedAgain() throws Exception {
        staged().boot(NEW);
        run("0.2.0");
        UpgradeService after = start();
        assertThat(after.look().phase()).isEqualTo(Phase.TRIAL);
        assertThatThrownBy(() -> after.stage(new Bundle(FakeRauc.ID, new OsVersion("0.3.0")), List.of("/x"), false))
                .hasMessageContaining("on trial");
        after.keep();
        assertThat(after.look().isGoodWith(NEW)).isTrue();
        assertThat(Files.readString(layout.bootVerdict())).isEqualTo("good\n");
        assertThat(start().look().phase()).isEqualTo(Phase.IDLE);
    }

    @Test
    void whatFailedIsRefusedUntilItIsCleared() throws Exception {
        staged().boot(NEW);
        rauc.renameKernel("rwo_0.2.0+3-0.efi", "rwo_0.2.0+0-1.efi");
        Files.writeString(layout.upgrades().resolve("verdict"), "0.2.0\nthe till's check failed\n");
        UpgradeService back = start();
        assertThat(back.look().phase()).isEqualTo(Phase.FAILED);
        assertThat(back.look().refused()).containsEntry("0.2.0", "the till's check failed");
        UpgradeService later = start();
        assertThatThrownBy(() -> later.stage(BUNDLE, List.of(file.toString()), true))
                .hasMessageContaining("the till's check failed")
                .hasMessageContaining("rwo upgrade clear 0.2.0");
        later.clear(NEW);
        later.stage(BUNDLE, List.of(file.toString()), false);
        awaitPhase(later, Phase.STAGED);
    }

    @Test
    void whatNeverCameUpIsRefusedToo() throws Exception {
        staged().boot(NEW);
        rauc.renameKernel("rwo_0.2.0+3-0.efi", "rwo_0.2.0+0-3.efi");
        assertThat(start().look().refused().get("0.2.0")).contains("started 3 times");
    }

    @Test
    void aPowerCutBeforeTheRestartCostsNothing() throws Exception {
        staged().boot(NEW);
        UpgradeService again = start();
        assertThat(again.look().phase()).isEqualTo(Phase.STAGED);
        assertThat(again.look().refused()).isEmpty();
        again.boot(NEW);
        assertThat(again.look().phase()).isEqualTo(Phase.REBOOTING);
    }

    @Test
    void anInstallationThatThePowerCutEndedIsDoneAgainByItself() throws Exception {
        UpgradeMemory ordered =
                UpgradeMemory.NOTHING.ordered(new UpgradeMemory.Order(BUNDLE, List.of(file.toString()), false));
        new UpgradeFiles(layout).remember(ordered);
        awaitPhase(start(), Phase.STAGED);
    }

    @Test
    void whatIsNotTakenSaysWhy() throws Exception {
        UpgradeService service = start();
        assertThatThrownBy(() -> service.stage(new Bundle(FakeRauc.ID, new OsVersion("0.0.9")), List.of("/x"), false))
                .hasMessageContaining("not newer than 0.1.0")
                .hasMessageContaining("--allow-older");
        assertThatThrownBy(() -> service.stage(new Bundle(FakeRauc.ID, new OsVersion("0.1.0")), List.of("/x"), true))
                .hasMessageContaining("runs version 0.1.0 already");
        assertThatThrownBy(() -> service.stage(BUNDLE, List.of(), false)).hasMessageContaining("no place");
        assertThatThrownBy(() -> service.inspect("nowhere")).hasMessageContaining("neither a URL");
        rauc.inspectError.set("signature verification failed: no signers certificate");
        assertThatThrownBy(() -> service.inspect(file.toString())).hasMessageContaining("not signed for this site");
        assertThatThrownBy(() -> service.boot(NEW)).hasMessageContaining("install it first");
    }

    @Test
    void aVersionThatCannotReadTheStateOfTheBoxIsRefusedWhoeverWantsIt() throws Exception {
        UpgradeService service = start();
        Files.writeString(layout.stateFormat(), "2 0.1.5\n");
        assertThatThrownBy(() -> service.stage(new Bundle(FakeRauc.ID, new OsVersion("0.1.4")), List.of("/x"), true))
                .hasMessage(
                        "version 0.1.4 cannot read the state of this box, which is of format 2: the oldest that can is"
                                + " 0.1.5");
    }

    @Test
    void theStateIsOfTheNewFormatOnlyOnceTheNewVersionHasPassedItsTrial() throws Exception {
        staged().boot(NEW);
        run("0.2.0");
        Files.delete(layout.stateFormat());
        UpgradeService after = start();
        assertThat(layout.stateFormat()).doesNotExist();
        after.keep();
        assertThat(StateFormat.of(layout)).isEqualTo(StateFormat.CURRENT);
        assertThat(layout.stateFormat()).exists();
    }

    @Test
    void anotherBundleInThePlaceIsNotInstalled() throws Exception {
        UpgradeService service = start();
        rauc.version.set("0.3.0");
        service.stage(BUNDLE, List.of(file.toString()), false);
        awaitPhase(service, Phase.FAILED);
        assertThat(service.look().problem()).contains("another bundle");
        assertThat(rauc.asked).noneMatch(line -> line.contains("InstallBundle"));
    }

    @Test
    void whatCouldNotBeWrittenMayBeTriedAgain() throws Exception {
        UpgradeService service = start();
        rauc.installError.set("Slot too small");
        service.stage(BUNDLE, List.of(file.toString()), false);
        awaitPhase(service, Phase.FAILED);
        assertThat(service.look().problem()).contains("Slot too small");
        rauc.installError.set("");
        service.stage(BUNDLE, List.of(file.toString()), false);
        awaitPhase(service, Phase.STAGED);
    }

    @Test
    void anotherSystemIsLeftAlone() throws Exception {
        Files.delete(layout.slots().resolve("b-root"));
        UpgradeService service = start();
        assertThat(service.look().slot()).isEmpty();
        assertThatThrownBy(() -> service.inspect(file.toString())).hasMessageContaining("no second slot");
    }

    @Test
    void aBundleIsKeptForOthersOnlyWhenItIsTheRightOne() throws Exception {
        UpgradeService service = start();
        service.store(BUNDLE, List.of(file.toString()));
        await(() -> service.look().has(BUNDLE));
        assertThat(service.stored(FakeRauc.ID).orElseThrow()).hasContent("a bundle");
        service.discard(BUNDLE);
        assertThat(service.look().stored()).isEmpty();
        rauc.version.set("0.3.0");
        service.store(BUNDLE, List.of(file.toString()));
        await(() -> service.look().stored().isEmpty());
        assertThat(service.stored(FakeRauc.ID)).isEmpty();
    }
}
