package dev.rwo.agent.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.upgrade.TrialController.Change;
import dev.rwo.agent.upgrade.TrialController.GiveUp;
import dev.rwo.agent.upgrade.TrialController.Keep;
import dev.rwo.agent.upgrade.TrialController.View;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrialControllerTest {

    private static Plan<Change> plan(View view) {
        return TrialController.decide(view);
    }

    private static View view(int uptime, String problem, int well) {
        return new View(
                "0.2.0",
                Duration.ofSeconds(600),
                Duration.ofSeconds(uptime),
                problem.isEmpty() ? List.of() : List.of(problem),
                Duration.ofSeconds(well));
    }

    @ParameterizedTest
    @CsvSource({
        "100,'',0,wait",
        "100,'',29,wait",
        "130,'',30,keep",
        "599,engine is failed,0,wait",
        "601,engine is failed,0,give up",
        "601,'',5,wait",
        "640,'',40,keep"
    })
    void keepsWhatIsWellForAWhileAndGivesUpWhatIsNotInTime(int uptime, String problem, int well, String wanted) {
        List<Change> steps = plan(view(uptime, problem, well)).steps();
        String chosen = steps.isEmpty()
                ? "wait"
                : switch (steps.getFirst()) {
                    case Keep ignored -> "keep";
                    case GiveUp ignored -> "give up";
                };
        assertThat(chosen).isEqualTo(wanted);
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(plan(view(700, "check /etc/rwo/checks.d/till exited with status 1", 0))
                        .steps()
                        .getFirst()
                        .reason())
                .contains("check /etc/rwo/checks.d/till")
                .contains("600 s");
    }

    @Test
    void doesNothingOnOtherDays() {
        assertThat(plan(new View("", Duration.ZERO, Duration.ZERO, List.of(), Duration.ZERO))
                        .steps())
                .isEmpty();
    }
}
