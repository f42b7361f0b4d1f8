package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.control.Step;
import dev.rwo.agent.membership.Member;
import java.net.InetAddress;
import java.util.List;

/** What formation does. */
public sealed interface FormationStep extends Step {

    /**
     * Tells the others where this box stands.
     *
     * @param place its place in the swarm
     * @param candidate whether it would found one
     */
    record Tell(Place place, boolean candidate, String reason) implements FormationStep {}

    /**
     * Asks every box in sight for its word.
     *
     * @param voters all others that are present, none of them in a swarm
     */
    record AskAll(List<Member> voters, String reason) implements FormationStep {}

    /**
     * Makes the swarm, while everybody's word is fresh.
     *
     * @param advertised the address that other nodes use
     * @param overlayPool where overlay networks get their addresses
     */
    record Found(InetAddress advertised, String overlayPool, String reason) implements FormationStep {}

    /**
     * Asks every box in sight to acknowledge the swarm that this box made; only then it counts.
     *
     * @param voters all others that are present, none of them in a swarm
     */
    record Announce(List<Member> voters, String reason) implements FormationStep {}

    /**
     * Joins a swarm as a drained worker.
     *
     * @param swarmId the swarm
     * @param manager one of its managers
     * @param advertised the address that other nodes use
     */
    record Join(String swarmId, Member manager, InetAddress advertised, String reason) implements FormationStep {}

    /**
     * Asks a manager whether the swarm still knows this box.
     *
     * @param manager whom
     */
    record Inquire(Member manager, String reason) implements FormationStep {}

    /** Writes down where this box belongs. */
    record Remember(Remembered what, String reason) implements FormationStep {}

    /**
     * Leaves the swarm.
     *
     * @param swarmId which, empty when this box does not know
     */
    record Leave(String swarmId, String reason) implements FormationStep {}

    /** Writes on the swarm itself that it ran a workload. */
    record MarkUsed(String reason) implements FormationStep {}
}
