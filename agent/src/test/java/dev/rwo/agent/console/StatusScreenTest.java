package dev.rwo.agent.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.StageStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusScreenTest {

    private static StageStatus status(Stage stage, StageState state, String reason, String hint) {
        return new StageStatus(stage, state, reason, hint, Instant.EPOCH);
    }

    private static List<String> screen(StageStatus... stages) {
        return StatusScreen.lines(new StatusScreen.Content(
                "RWO 0.1.0", "shop-17", "till-1", "https://192.0.2.10:8443", Arrays.asList(stages)));
    }

    @Test
    void showsNameAddressSiteAndWhatIsWrongWithWhatToDo() {
        List<String> lines = screen(
                status(Stage.DATA, StageState.DONE, "9.1 GiB free", ""),
                status(Stage.SEED, StageState.DEGRADED, "rwo.yaml:3:1: ntpp: unknown key", "did you mean ntp?"));
        assertThat(String.join("\n", lines))
                .contains("RWO 0.1.0", "site shop-17", "till-1", "https://192.0.2.10:8443")
                .contains("[ ok ]  data disk         9.1 GiB free")
                .contains("[ !! ]  seed import       rwo.yaml:3:1: ntpp: unknown key")
                .contains("-> did you mean ntp?");
    }

    @Test
    void neverLeavesTheScreenWhateverTheReason() {
        List<String> lines = screen(
                status(Stage.ENGINE, StageState.FAILED, "x".repeat(500), "many words ".repeat(60)),
                status(Stage.SWARM, StageState.WAITING, "\u001b[31m\u202ehostile \u00e9", ""));
        assertThat(lines).allSatisfy(line -> assertThat(line).matches("[\\x20-\\x7e]{0,80}"));
    }

    @Test
    void allStagesFitOnTheSmallestConsole() {
        StageStatus[] all = Arrays.stream(Stage.values())
                .map(stage -> status(stage, StageState.DONE, "fine", ""))
                .toArray(StageStatus[]::new);
        assertThat(screen(all)).hasSizeLessThan(25);
    }
}
