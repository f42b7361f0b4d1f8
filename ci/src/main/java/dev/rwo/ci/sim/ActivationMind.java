package dev.rwo.ci.sim;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.swarm.ActivationController;
import dev.rwo.agent.swarm.Neighbours;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The agent's own controller that activates nodes. */
final class ActivationMind extends Mind {

    private final ActivationController controller;

    ActivationMind(Box box) {
        super(box, "activation");
        controller = new ActivationController(
                box.engine,
                Neighbours.none(),
                () -> Optional.of(box.facts()),
                () -> box.world.mutation != Mutation.WORKS_TOO_EARLY && isProvisional(),
                topic -> box.look("news"));
    }

    private boolean isProvisional() {
        FormationMind formation = box.world.formation(box);
        return formation == null || formation.formation.isProvisional();
    }

    @Override
    Round<ActivationController.Change> round() {
        return new Round<>() {
            @Override
            public Plan<ActivationController.Change> plan(Instant wall) throws ObservationException {
                if (!box.engine.isManager()) {
                    // A worker only asks how it is seen, and writes nothing.
                    throw new ObservationException(Verdict.waiting("no manager", ""));
                }
                return controller.plan(controller.observe(), wall);
            }

            @Override
            public void act(ActivationController.Change step, Consumer<Outcome> done) {
                onEngine(() -> controller.act(step), done);
            }
        };
    }
}
