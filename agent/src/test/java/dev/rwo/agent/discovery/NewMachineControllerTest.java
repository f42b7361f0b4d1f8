package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.firstboot.StageState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of one machine in another, with the script that the image's {@code docker.service} asks. */
class NewMachineControllerTest {

    private static final Path SCRIPT = Path.of("../overlays/engine/mkosi.extra/usr/libexec/rwo/known-machine");
    private static final Instant START = Instant.parse("2026-11-23T14:00:00Z");

    @TempDir
    Path root;

    private final List<String> started = new ArrayList<>();
    private Instant now = START;
    private Optional<Instant> listening = Optional.of(START);
    private Optional<String> copyOf = Optional.empty();
    private boolean undecided;
    private NewMachineController controller;

    @BeforeEach
    void aBoxThatRanBefore() throws IOException {
        Path script = root.resolve("usr/libexec/rwo/known-machine");
        Files.createDirectories(script.resolveSibling(""));
        Files.copy(SCRIPT, script, StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(root.resolve("var/lib/rwo"));
        machine("U1", "00:16:3e:00:00:01");
        boot();
        look();
    }

    private void machine(String uuid, String adapter) throws IOException {
        Path firmware = Files.createDirectories(root.resolve("sys/class/dmi/id"));
        Files.writeString(firmware.resolve("product_uuid"), uuid + "\n");
        Path eth0 = root.resolve("sys/class/net/eth0");
        Files.createDirectories(eth0.resolve("device"));
        Files.writeString(eth0.resolve("addr_assign_type"), "0\n");
        Files.writeString(eth0.resolve("address"), adapter + "\n");
    }

    private void boot() {
        HostCommands real = HostCommands.system();
        controller = new NewMachineController(
                new NewMachineController.Others(() -> listening, () -> copyOf, () -> undecided),
                root,
                (deadline, command) -> {
                    if (command[0].equals("systemctl")) {
                        started.add(command[command.length - 1]);
                        return "";
                    }
                    List<String> words = new ArrayList<>(List.of("env", "RWO_ROOT=" + root));
                    words.addAll(List.of(command));
                    return real.run(deadline, words.toArray(String[]::new));
                },
                () -> now,
                topic -> {});
    }

    /** One round; answers why the engine is kept stopped. */
    private Optional<StageState> look() {
        controller
                .plan(controller.observe(), now)
                .steps()
                .forEach(step -> assertThat(controller.act(step)).isInstanceOf(Outcome.Applied.class));
        controller.observe();
        return controller.notice().map(verdict -> verdict.state());
    }

    @Test
    void aRebootHoldsNothingBackAlsoWithANewBoardOrALateAdapter() throws IOException {
        machine("U2", "00:16:3e:00:00:01");
        boot();
        assertThat(look()).isEmpty();
        Files.delete(root.resolve("sys/class/net/eth0/addr_assign_type"));
        boot();
        assertThat(look()).isEmpty();
        assertThat(started).isEmpty();
    }

    @Test
    void anEngineThatWasHeldBackByMistakeIsStarted() throws IOException {
        boot();
        Files.createDirectories(root.resolve("run/rwo"));
        Files.createFile(root.resolve("run/rwo/engine-held"));
        assertThat(look()).isEmpty();
        assertThat(started).containsExactly("docker.service");
        look();
        assertThat(started).hasSize(1);
    }

    @Test
    void aMovedDiskStartsItsEngineWhenNobodyElseIsThatNodeAndOnlyTheFirstTimeLate() throws IOException {
        machine("U2", "00:16:3e:00:00:02");
        boot();
        assertThat(look()).contains(StageState.WAITING);
        now = START.plus(Duration.ofSeconds(44));
        assertThat(look()).contains(StageState.WAITING);
        assertThat(started).isEmpty();
        now = START.plus(Duration.ofSeconds(45));
        assertThat(look()).isEmpty();
        assertThat(started).containsExactly("docker.service");
        boot();
        assertThat(look()).isEmpty();
        assertThat(started).hasSize(1);
    }

    @Test
    void withoutANetworkItListensForLonger() throws IOException {
        machine("U2", "00:16:3e:00:00:02");
        listening = Optional.empty();
        boot();
        now = START.plus(Duration.ofSeconds(119));
        assertThat(look()).contains(StageState.WAITING);
        now = START.plus(Duration.ofMinutes(2));
        assertThat(look()).isEmpty();
    }

    @Test
    void aCopyNeverStartsItsEngine() throws IOException {
        machine("U2", "00:16:3e:00:00:02");
        undecided = true;
        boot();
        now = START.plus(Duration.ofMinutes(10));
        assertThat(look()).contains(StageState.WAITING);
        undecided = false;
        copyOf = Optional.of("this disk is a copy of node till-1");
        assertThat(look()).contains(StageState.FAILED);
        assertThat(controller.notice().orElseThrow().reason()).contains("copy of node till-1");
        assertThat(started).isEmpty();
    }
}
