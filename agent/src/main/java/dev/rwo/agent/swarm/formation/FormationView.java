package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that decides about a box's part in the swarm.
 *
 * @param uptime by a clock that never jumps; all durations below are by it
 * @param site the site's name, empty when the box has no credential
 * @param witness whether the box only holds the tie-break of two others
 * @param obstacle why this box must not be in a swarm just now, one line; empty when it may
 * @param advertised the address that other nodes use, null for none yet
 * @param overlayPool where overlay networks of a new swarm get their addresses
 * @param window how long this box listens before it founds a swarm, with its own jitter
 * @param members the site's members as gossip sees them
 * @param surroundings what discovery says
 * @param engine the engine's own words
 * @param place what this box is to its swarm
 * @param remembered what it remembers
 * @param ballot what it has promised
 * @param lapses how long things have been so
 * @param standing what a manager last said of this box
 * @param doubtUntil until when a swarm that this box was founding may still come to be
 * @param joinAttempts how often joining failed since the box was last in a swarm
 * @param workRuns whether this box leads and a service's task runs
 */
public record FormationView(
        Duration uptime,
        String site,
        boolean witness,
        String obstacle,
        @Nullable InetAddress advertised,
        String overlayPool,
        Duration window,
        MemberTable members,
        Surroundings surroundings,
        EngineState engine,
        Place place,
        Remembered remembered,
        Ballot ballot,
        Lapses lapses,
        Standing standing,
        Duration doubtUntil,
        int joinAttempts,
        boolean workRuns) {

    /** Short enough for {@code rwo why}. */
    @Override
    public String toString() {
        return "engine " + engine.membership() + (engine.manager() ? " manager" : "") + ", place " + place + ", "
                + members.present().size() + " others present, swarms in sight "
                + SwarmSight.of(members).values().stream()
                        .map(SwarmSight::describe)
                        .toList()
                + ", remembered " + remembered + ", promise " + ballot.promise() + ", standing " + standing.kind()
                + (obstacle.isEmpty() ? "" : ", obstacle: " + obstacle);
    }
}
