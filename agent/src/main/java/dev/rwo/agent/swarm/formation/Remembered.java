package dev.rwo.agent.swarm.formation;

import java.util.List;

/**
 * What a box remembers of its swarm over a restart: a worker cannot ask the engine for the swarm's ID.
 *
 * @param swarmId the swarm it is in, empty for none
 * @param swarmNode its node ID there
 * @param used whether that swarm ever ran a workload
 * @param epoch how often that swarm was taken over by force
 * @param provisional whether this box is founding a swarm that the others have not acknowledged yet; nobody is told of
 *     it, and it is given up for any other
 * @param givenUp swarms that an operator dissolved here: they are not joined again
 * @param awaited the newborn swarm that this box acknowledged and has not joined yet, empty for none: after a power cut of
 *     the whole site it may be the first that is back, and must not found another
 */
public record Remembered(
        String swarmId,
        String swarmNode,
        boolean used,
        long epoch,
        boolean provisional,
        List<String> givenUp,
        String awaited) {

    /** In no swarm. */
    public static final Remembered NOTHING = new Remembered("", "", false, 0, false, List.of(), "");

    /** Copies the list. */
    public Remembered {
        givenUp = List.copyOf(givenUp);
    }

    /** In no swarm, and nothing being founded. */
    public boolean isNothing() {
        return swarmId.isEmpty() && !provisional;
    }

    /** About to found one. */
    public Remembered founding() {
        return new Remembered("", "", false, 0, true, givenUp, "");
    }

    /** In this swarm for good. */
    public Remembered in(Place place) {
        return new Remembered(place.swarmId(), place.swarmNode(), place.used(), place.epoch(), false, givenUp, "");
    }

    /** The same, having acknowledged this newborn swarm. */
    public Remembered awaiting(String swarm) {
        return new Remembered(swarmId, swarmNode, used, epoch, provisional, givenUp, swarm);
    }

    /** In none, still avoiding what was given up. */
    public Remembered outside() {
        return new Remembered("", "", false, 0, false, givenUp, "");
    }

    /** As {@link #outside()}, and avoiding the swarm it was in as well. */
    public Remembered givingUp(String swarm) {
        List<String> all = new java.util.ArrayList<>(givenUp);
        if (!all.contains(swarm)) {
            all.add(swarm);
        }
        // An operator does this once in a box's life; more than a few are an error of ours.
        return new Remembered("", "", false, 0, false, all.subList(Math.max(0, all.size() - 8), all.size()), "");
    }
}
