package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * How long things have been as they are, by a clock that never jumps: a planner gets these durations, because the wall
 * clock of a box jumps by years when its battery is empty.
 *
 * @param uptime now
 * @param company who is present
 * @param companySince since when it is the same
 * @param rival whether another swarm, or a higher epoch of the own, is in sight
 * @param rivalSince since when
 * @param stuck whether the engine is in a swarm but not working in it
 * @param stuckSince since when
 */
public record Lapses(
        Duration uptime,
        Set<String> company,
        Duration companySince,
        boolean rival,
        Duration rivalSince,
        boolean stuck,
        Duration stuckSince) {

    /** Before the first look. */
    public static final Lapses NONE =
            new Lapses(Duration.ZERO, Set.of(), Duration.ZERO, false, Duration.ZERO, false, Duration.ZERO);

    /** After another look. */
    public Lapses after(Duration now, MemberTable members, EngineState.Membership membership, Place place) {
        Set<String> present = new TreeSet<>();
        boolean otherSwarm = false;
        for (Member member : members.others()) {
            if (!member.isPresent()) {
                continue;
            }
            present.add(member.boot());
            otherSwarm |= !place.swarmId().isEmpty()
                    && member.digest().inSwarm()
                    && (!member.digest().swarmId().equals(place.swarmId())
                            || member.digest().epoch() > place.epoch());
        }
        boolean stuckNow = membership == EngineState.Membership.PENDING || membership == EngineState.Membership.ERROR;
        return new Lapses(
                now,
                present,
                present.equals(company) ? companySince : now,
                otherSwarm,
                otherSwarm && rival ? rivalSince : now,
                stuckNow,
                stuckNow && stuck ? stuckSince : now);
    }

    /** For how long the same members have been present. */
    public Duration settled() {
        return uptime.minus(companySince);
    }

    /** For how long a rival has been in sight. */
    public Duration rivalled() {
        return rival ? uptime.minus(rivalSince) : Duration.ZERO;
    }

    /** For how long the engine has been in a swarm without working in it. */
    public Duration beingStuck() {
        return stuck ? uptime.minus(stuckSince) : Duration.ZERO;
    }
}
