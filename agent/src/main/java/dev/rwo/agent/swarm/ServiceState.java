package dev.rwo.agent.swarm;

import java.util.List;

/**
 * A service and how far its tasks are.
 *
 * @param id Swarm's ID
 * @param name its name, with the stack's name before an underscore
 * @param stack the stack it belongs to, empty when none
 * @param image its image
 * @param constraints its placement constraints, as written
 * @param desired tasks wanted; for a global service, tasks that exist and should run
 * @param running tasks running
 * @param pending what Swarm says of tasks it could not place, without repeats
 */
public record ServiceState(
        String id,
        String name,
        String stack,
        String image,
        List<String> constraints,
        int desired,
        int running,
        List<String> pending) {

    /** Copies the lists. */
    public ServiceState {
        constraints = List.copyOf(constraints);
        pending = List.copyOf(pending);
    }

    /** swarmkit, manager/scheduler/pipeline.go: no node satisfies the task's constraints or has what it reserves. */
    private static final String NOWHERE = "no suitable node";

    /** Whether fewer tasks run than are wanted; one with a healthcheck runs when that says healthy. */
    public boolean isSick() {
        return running < desired;
    }

    /** Whether Swarm says that no node is left for it. */
    public boolean hasNowhereToGo() {
        return pending.stream().anyMatch(said -> said.contains(NOWHERE));
    }

    /** For example {@code web_shop 1/1}. */
    public String progress() {
        return name + " " + running + "/" + desired;
    }
}
