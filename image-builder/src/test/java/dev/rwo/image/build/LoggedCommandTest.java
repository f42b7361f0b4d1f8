package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggedCommandTest {

    @TempDir
    private Path directory;

    @Test
    void theReasonIsAptsErrorAndNotTheAftermathOfMkosi() {
        assertThat(LoggedCommand.reason(List.of(
                        "‣  Installing packages",
                        "Reading package lists...",
                        "E: Unable to locate package dokcer.io",
                        "",
                        "‣ \"apt-get install dokcer.io\" returned non-zero exit code 100.")))
                .isEqualTo("E: Unable to locate package dokcer.io");
    }

    @Test
    void coloursAndBulletsAreTakenOff() {
        assertThat(LoggedCommand.reason(List.of("\u001b[31m‣ error: No space left on device\u001b[0m")))
                .isEqualTo("error: No space left on device");
    }

    @Test
    void withoutAnyErrorTheLastLineMustDo() {
        assertThat(LoggedCommand.reason(List.of("step one", "step two", ""))).isEqualTo("step two");
        assertThat(LoggedCommand.reason(List.of())).isEqualTo("it said nothing");
    }

    @Test
    void aFailureNamesWhatFailedWhyAndTheLog() {
        Path log = directory.resolve("logs/x.log");

        assertThatThrownBy(() -> shell("echo 'E: nothing to eat'; exit 3", log, Duration.ofMinutes(1)))
                .isInstanceOf(ImageBuildException.class)
                .hasMessage("the meal failed: E: nothing to eat: see " + log);
    }

    @Test
    void anOldFailureInTheSameLogIsNotQuoted() throws Exception {
        Path log = directory.resolve("x.log");
        Files.writeString(log, "E: yesterday's trouble\n");

        assertThatThrownBy(() -> shell("echo no idea; exit 1", log, Duration.ofMinutes(1)))
                .hasMessageContaining("no idea")
                .hasMessageNotContaining("yesterday");
    }

    @Test
    void aProgramThatHangsIsKilledAtTheDeadline() {
        assertThatThrownBy(() -> shell("exec sleep 600", directory.resolve("x.log"), Duration.ofMillis(50)))
                .isInstanceOf(ImageBuildException.class)
                .hasMessageContaining("the meal was given up");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        var command = new LoggedCommand(
                "the meal", List.of("/nonexistent/cook"), Map.of(), directory.resolve("x.log"), Duration.ofMinutes(1));

        assertThatThrownBy(command::run).hasMessageContaining("cannot start /nonexistent/cook");
    }

    private static void shell(String script, Path log, Duration deadline) throws ImageBuildException {
        new LoggedCommand("the meal", List.of("/bin/sh", "-c", script), Map.of("PATH", "/usr/bin:/bin"), log, deadline)
                .run();
    }
}
