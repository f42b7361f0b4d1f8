package dev.rwo.ci.sim;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.swarm.managers.ManagerController;
import dev.rwo.agent.swarm.managers.ManagerStep;
import dev.rwo.firstboot.config.ClusterConfig;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Consumer;

/** The agent's own controller of the managers. */
final class ManagerMind extends Mind {

    private final ManagerController controller;

    ManagerMind(Box box) {
        super(box, "managers");
        controller = new ManagerController(
                box.engine, box.gossip, ClusterConfig.DEFAULT, new BoxClock(box), topic -> box.look("news"));
    }

    @Override
    Round<ManagerStep> round() {
        return new Round<>() {
            @Override
            public Plan<ManagerStep> plan(Instant wall) throws ObservationException {
                return controller.plan(controller.observe(), wall);
            }

            @Override
            public void act(ManagerStep step, Consumer<Outcome> done) {
                box.engineLater(2 + box.world.random.nextInt(300), () -> {
                    Outcome outcome = controller.act(step);
                    box.later(1, () -> done.accept(outcome));
                });
            }
        };
    }

    private static final class BoxClock extends Clock {

        private final Box box;

        BoxClock(Box box) {
            this.box = box;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return box.steady();
        }
    }
}
