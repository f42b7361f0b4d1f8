package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How long things have been as they are, by a clock that never jumps: a planner gets these durations, because the wall
 * clock of a box jumps by years when its battery is empty.
 *
 * @param uptime now
 * @param awakeSince since when this box has looked around without a longer break: a box that stood still has not listened
 * @param company who is present
 * @param companySince since when it is the same
 * @param rival whether another swarm, or a higher epoch of the own, is in sight
 * @param stuck whether the engine is in a swarm but not working in it
 * @param leaderless whether the engine manages a swarm and finds no leader
 * @param seen the swarm that was in sight last, null for none since the agent started
 */
public record Lapses(
        Duration uptime,
        Duration awakeSince,
        Set<String> company,
        Duration companySince,
        Lasting rival,
        Lasting stuck,
        Lasting leaderless,
        @Nullable Seen seen) {

    /**
     * Something that is so or not, and since when.
     *
     * @param since when it became what it is
     */
    public record Lasting(boolean is, Duration since) {

        private static final Lasting NOT = new Lasting(false, Duration.ZERO);

        private Lasting then(boolean still, Duration now) {
            return still == is ? this : new Lasting(still, now);
        }

        private Duration length(Duration now) {
            return is ? now.minus(since) : Duration.ZERO;
        }
    }

    /**
     * A swarm that was in sight.
     *
     * @param id its ID
     * @param name a member of it
     * @param at when
     */
    public record Seen(String id, String name, Duration at) {}

    /**
     * A box that has seen a swarm waits this long for it to come back before it takes part in founding another: a
     * founder that reboots, with a check of its file system, is back by then.
     */
    public static final Duration WAITED_FOR = Duration.ofMinutes(5);

    /**
     * How long a manager may find no leader before it says so: electing one takes Swarm up to 20 s, and each change that is
     * told costs the whole site a message.
     */
    private static final Duration LEADERLESS = Duration.ofSeconds(30);

    /** Asking everybody takes up to 4 s, and a box that is in no swarm looks every second. */
    private static final Duration BREAK = Duration.ofSeconds(6);

    /** Before the first look. */
    public static final Lapses NONE = new Lapses(
            Duration.ZERO, Duration.ZERO, Set.of(), Duration.ZERO, Lasting.NOT, Lasting.NOT, Lasting.NOT, null);

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
                now.minus(uptime).compareTo(BREAK) > 0 ? now : awakeSince,
                present,
                present.equals(company) ? companySince : now,
                rival.then(otherSwarm, now),
                stuck.then(stuckNow, now),
                leaderless.then(place.leaderless(), now),
                lastSeen(now, members));
    }

    private @Nullable Seen lastSeen(Duration now, MemberTable members) {
        return members.present().stream()
                .filter(member -> member.digest().inSwarm())
                .reduce((first, second) -> second)
                .map(member ->
                        new Seen(member.digest().swarmId(), member.digest().name(), now))
                .orElse(seen);
    }

    /** After a look at the members alone, because the engine does not answer: a swarm may come and go meanwhile. */
    public Lapses seeing(Duration now, MemberTable members) {
        return new Lapses(uptime, awakeSince, company, companySince, rival, stuck, leaderless, lastSeen(now, members));
    }

    /** After asking the others, which takes its time: this box has not stood still meanwhile. */
    public Lapses asking(Duration now) {
        return now.minus(uptime).compareTo(BREAK) > 0
                ? this
                : new Lapses(now, awakeSince, company, companySince, rival, stuck, leaderless, seen);
    }

    /** For how long this box has looked around without a break. */
    public Duration awake() {
        return uptime.minus(awakeSince);
    }

    /** The swarm that was in sight lately, though it may not be now. */
    public Optional<Seen> lately(Duration now) {
        Seen last = seen;
        return last != null && now.minus(last.at()).compareTo(WAITED_FOR) < 0 ? Optional.of(last) : Optional.empty();
    }

    /** After the founder of a swarm told of it, before gossip does. */
    public Lapses hearing(Seen news) {
        return new Lapses(uptime, awakeSince, company, companySince, rival, stuck, leaderless, news);
    }

    /** After leaving a swarm: it is not waited for. */
    public Lapses leaving() {
        return new Lapses(uptime, awakeSince, company, companySince, rival, stuck, leaderless, null);
    }

    /** For how long the same members have been present. */
    public Duration settled() {
        return uptime.minus(companySince);
    }

    /** For how long a rival has been in sight. */
    public Duration rivalled() {
        return rival.length(uptime);
    }

    /** For how long the engine has been in a swarm without working in it. */
    public Duration beingStuck() {
        return stuck.length(uptime);
    }

    /** Whether this box has been a manager that finds no leader for so long that the others are to know. */
    public boolean isLeaderlessForLong() {
        return leaderless.length(uptime).compareTo(LEADERLESS) >= 0;
    }
}
