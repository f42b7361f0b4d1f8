package dev.rwo.agent.swarm.managers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever goes on and off, the managers stay a majority that the agent did not lower, and become odd and sized. */
class ManagerPlannerPropertiesTest {

    /** What befalls a box. */
    enum Kind {
        ON,
        OFF,
        LEADERLESS
    }

    /** Something befalls a box, and then some time passes. */
    record Event(int box, Kind kind, int seconds) {}

    @Provide
    Arbitrary<Event> events() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.of(Kind.class),
                        Arbitraries.integers().between(0, 600))
                .as(Event::new);
    }

    /** The model itself throws when a step lowers the reachable managers below the quorum. */
    @Property(tries = 60)
    void noSequenceOfFailuresMakesUsLoseTheMajorityOrKeepsUsFromConverging(
            @ForAll @IntRange(min = 1, max = 9) int boxes,
            @ForAll @Size(max = 10) List<@net.jqwik.api.From("events") Event> events) {
        SwarmModel swarm = new SwarmModel();
        for (int i = 0; i < boxes; i++) {
            swarm.plugIn("till-" + i);
        }
        swarm.run(Duration.ofMinutes(1));
        for (Event event : events) {
            if (event.box() < boxes) {
                String name = "till-" + event.box();
                switch (event.kind()) {
                    case ON -> swarm.power(name, true);
                    case OFF -> swarm.power(name, false);
                    case LEADERLESS -> swarm.box(name).leaderless = swarm.box(name).voter;
                }
                swarm.run(Duration.ofSeconds(event.seconds()));
            }
        }
        swarm.run(SwarmModel.MEMBER_GRACE.plus(Duration.ofMinutes(5)));
        if (!swarm.hasQuorum()) {
            return;
        }
        int alive = (int) swarm.boxes().stream().filter(box -> box.powered).count();
        assertThat(swarm.managers()).hasSize(ManagerPlanner.wanted(alive));
        assertThat(swarm.reachable()).isEqualTo(swarm.voters());
        int quiet = swarm.done.size();
        swarm.run(Duration.ofMinutes(20));
        assertThat(swarm.done).as("a site at rest is left alone").hasSize(quiet);
    }
}
