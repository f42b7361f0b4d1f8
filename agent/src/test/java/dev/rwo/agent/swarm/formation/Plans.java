package dev.rwo.agent.swarm.formation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Plan;
import dev.rwo.firstboot.StageState;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ObjectAssert;

/** What tests say of plans. */
final class Plans {

    private Plans() {}

    /** What is done, apart from telling the others where the box stands. */
    static List<FormationStep> deeds(Plan<FormationStep> plan) {
        return plan.steps().stream()
                .filter(step -> !(step instanceof FormationStep.Tell))
                .toList();
    }

    /** It does this and nothing else. */
    static <T extends FormationStep> ObjectAssert<T> assertDoes(Views views, Class<T> step) {
        return assertThat(deeds(views.plan())).singleElement(InstanceOfAssertFactories.type(step));
    }

    /** It does nothing, says this of its stage, and why. */
    static void assertSays(Views views, StageState state, String reason) {
        Plan<FormationStep> plan = views.plan();
        assertThat(deeds(plan)).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(state);
        assertThat(plan.verdict().reason()).contains(reason);
    }

    /** It waits, and says for what. */
    static void assertWaits(Views views, String reason) {
        assertSays(views, StageState.WAITING, reason);
    }
}
