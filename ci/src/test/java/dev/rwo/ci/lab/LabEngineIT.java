package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@RequiresEngine
class LabEngineIT {

    @Test
    void nothingOfALabIsLeftBehind() throws Exception {
        Path directory;
        try (LabEngine engine = LabEngine.start("till-1")) {
            directory = Objects.requireNonNull(engine.config().getParent());
            LabNode.docker(engine, "swarm", "init", "--advertise-addr", "192.0.2.10");
            assertThat(commandLinesWith(directory)).isNotEmpty();
        }
        assertThat(directory).doesNotExist();
        assertThat(commandLinesWith(directory)).isEmpty();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
        try (Stream<Path> controllers = Files.list(Path.of("/sys/fs/cgroup"))) {
            assertThat(controllers.map(controller -> controller.resolve(directory.getFileName())))
                    .noneMatch(Files::exists);
        }
    }

    private static Stream<String> commandLinesWith(Path directory) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(directory.toString()));
    }

    @Test
    void aLabWhoseTestWasKilledIsSweptByTheNext() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path left = Files.createTempDirectory("rwo-lab-" + dead.pid() + "-");
        Files.writeString(left.resolve("dockerd.log"), "killed\n");
        LabEngine.start("till-1").close();
        assertThat(left).doesNotExist();
    }
}
