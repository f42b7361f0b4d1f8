package dev.rwo.agent.membership.gossip;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is there, by scalecube's events: its own list of members is not safe to read from outside its thread.
 *
 * <p>Members are told apart by their boot, so two of one node at once both show.
 */
final class Roll {

    /** How long a member that is gone is listed, and its address tried. */
    private static final Duration MEMORY = Duration.ofHours(1);

    private static final int REMEMBERED = 256;

    /** How long those who were there before a restart of gossip may take to be heard again. */
    private static final Duration RESTART = Duration.ofSeconds(15);

    private final Clock clock;
    private final Map<String, Member> members = new HashMap<>();
    /** Not the clock's: a clock that is set must not prolong a doubt. */
    private final LongSupplier nanos;
    /** Members of whose death we heard while we were not well ourselves: until then they are only suspect. */
    private final Map<String, Long> doubts = new HashMap<>();

    private Member self;
    private volatile MemberTable table;

    Roll(Clock clock, LongSupplier nanos, MemberDigest digest) {
        this.clock = clock;
        this.nanos = nanos;
        self = new Member("", "", MemberState.ALIVE, clock.instant(), digest);
        table = new MemberTable(self, List.of());
    }

    MemberTable table() {
        return table;
    }

    /** This node started anew, under this address. */
    synchronized void restarted(String boot, String address) {
        self = new Member(boot, address, MemberState.ALIVE, clock.instant(), self.digest());
        members.remove(boot);
        // What is known of others is told again by those who are there.
        members.replaceAll((key, member) -> member.isPresent() ? in(member, MemberState.SUSPECT) : member);
        long until = nanos.getAsLong() + RESTART.toNanos();
        members.forEach((key, member) -> {
            if (member.isPresent()) {
                doubts.put(key, until);
            }
        });
        publish();
    }

    synchronized void tell(MemberDigest digest) {
        self = new Member(self.boot(), self.address(), self.state(), self.since(), digest);
        publish();
    }

    /** A member is there, or tells something new; says whether that changed anything. */
    synchronized boolean present(String boot, String address, MemberDigest digest) {
        if (boot.equals(self.boot())) {
            return false;
        }
        Member known = members.get(boot);
        Member now = new Member(
                boot,
                address,
                MemberState.ALIVE,
                known != null && known.state() == MemberState.ALIVE ? known.since() : clock.instant(),
                digest);
        doubts.remove(boot);
        return !now.equals(members.put(boot, now)) && publish();
    }

    /** A member is in this state now; says whether that changed anything. */
    synchronized boolean change(String boot, MemberState state) {
        Member known = members.get(boot);
        if (known == null || known.state() == state || doubts.containsKey(boot)) {
            return false;
        }
        if (!known.isPresent() && (state != MemberState.DEAD || known.state() == MemberState.LEFT)) {
            return false;
        }
        members.put(boot, in(known, state));
        return publish();
    }

    /** A member was declared dead while this node had reason to doubt itself. */
    synchronized boolean doubt(String boot, Duration patience) {
        boolean changed = change(boot, MemberState.SUSPECT);
        Member known = members.get(boot);
        if (known != null && known.isPresent()) {
            doubts.put(boot, nanos.getAsLong() + patience.toNanos());
        }
        return changed;
    }

    /** Ends doubts and forgets those gone for long; says whether that changed anything. */
    synchronized boolean sweep() {
        Instant now = clock.instant();
        boolean changed = false;
        for (Map.Entry<String, Long> doubt : List.copyOf(doubts.entrySet())) {
            if (nanos.getAsLong() - doubt.getValue() >= 0) {
                doubts.remove(doubt.getKey());
                changed |= change(doubt.getKey(), MemberState.DEAD);
            }
        }
        List<Member> gone = new ArrayList<>(
                members.values().stream().filter(member -> !member.isPresent()).toList());
        gone.sort(Comparator.comparing(Member::since).reversed());
        for (int i = 0; i < gone.size(); i++) {
            Member member = gone.get(i);
            if (i >= REMEMBERED || member.since().plus(MEMORY).isBefore(now)) {
                members.remove(member.boot());
                changed = true;
            }
        }
        return changed && publish();
    }

    synchronized @Nullable Member byAddress(String address) {
        return members.values().stream()
                .filter(member -> member.isPresent() && member.address().equals(address))
                .findFirst()
                .orElse(null);
    }

    /** Where members are that count as present. */
    List<String> addresses() {
        return table.others().stream()
                .filter(Member::isPresent)
                .map(Member::address)
                .toList();
    }

    /** Where to look for members that were lost without a goodbye: those in doubt, and the dead. */
    synchronized Set<String> lost() {
        Set<String> lost = new HashSet<>();
        members.values().forEach(member -> {
            if (member.state() == MemberState.DEAD || doubts.containsKey(member.boot())) {
                lost.add(member.address());
            }
        });
        members.values().forEach(member -> {
            if (member.isPresent() && !doubts.containsKey(member.boot())) {
                lost.remove(member.address());
            }
        });
        lost.remove(self.address());
        return lost;
    }

    private Member in(Member member, MemberState state) {
        return new Member(member.boot(), member.address(), state, clock.instant(), member.digest());
    }

    private boolean publish() {
        table = new MemberTable(self, List.copyOf(members.values()));
        return true;
    }
}
