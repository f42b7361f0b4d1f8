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

    /** For example {@code web_shop 1/1}. */
    public String progress() {
        return name + " " + running + "/" + desired;
    }
}
