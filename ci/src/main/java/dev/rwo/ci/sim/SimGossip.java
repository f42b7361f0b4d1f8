package dev.rwo.ci.sim;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One box's view of the site: epidemic exchange of heartbeats and digests, so that views are late, stale and different,
 * with suspicion and death after a silence.
 */
final class SimGossip implements Membership {

    static final long TICK = 500;
    private static final long SUSPECT_AFTER = 3_000;
    private static final long DEAD_AFTER = 7_000;
    private static final long FORGOTTEN_AFTER = 120_000;
    private static final int DEBOUNCE = 2_000;
    private static final int FANOUT = 2;

    /** What one box says to another: by slots of {@link Boots}, a beat of {@link #NOT_SAID} where it says nothing. */
    private static final class Talk {

        final long[] beats;
        final long[] versions;
        final MemberDigest[] digests;

        Talk(long[] beats, long[] versions, MemberDigest[] digests) {
            this.beats = beats;
            this.versions = versions;
            this.digests = digests;
        }
    }

    private static final long NOT_SAID = -1;

    private final Box box;
    private final Boots boots;
    /** By slots: what was heard of a boot; a state of null where nothing was. */
    private long[] beats = {};

    private long[] versions = {};
    private long[] advanced = {};
    private long[] since = {};
    private MemberDigest[] digests = {};
    private @Nullable MemberState[] states = {};
    private @Nullable Member[] shown = {};
    private final Map<Integer, Long> addresses = new HashMap<>();
    private final Map<String, Long> saw = new HashMap<>();
    private final Map<String, Long> sawFirst = new HashMap<>();
    private final Set<Integer> contacts = new TreeSet<>();
    private final boolean[] isContact;
    private MemberDigest told;
    private MemberDigest published;
    private long publishedVersion;
    private long beat;
    private boolean publishing;
    private @Nullable MemberTable table;

    SimGossip(Box box, MemberDigest digest) {
        this.box = box;
        this.boots = box.world.boots;
        this.isContact = new boolean[box.world.size];
        this.told = digest;
        this.published = digest;
    }

    /** Room for every boot there is. */
    private void grow(int slots) {
        if (slots > beats.length) {
            int size = slots + slots / 4 + 8;
            beats = Arrays.copyOf(beats, size);
            versions = Arrays.copyOf(versions, size);
            advanced = Arrays.copyOf(advanced, size);
            since = Arrays.copyOf(since, size);
            digests = Arrays.copyOf(digests, size);
            states = Arrays.copyOf(states, size);
            shown = Arrays.copyOf(shown, size);
        }
    }

    @Override
    public MemberTable members() {
        MemberTable known = table;
        if (known == null) {
            List<Member> others = new ArrayList<>();
            for (int slot : boots.inOrder()) {
                MemberState state = slot < states.length ? states[slot] : null;
                if (state == null) {
                    continue;
                }
                Member member = shown[slot];
                if (member == null) {
                    member = new Member(
                            boots.name(slot),
                            box.world.boxes.get(boots.box(slot)).ip() + ":8444",
                            state,
                            box.steady().minusMillis(box.world.time.now() - advanced[slot]),
                            digests[slot]);
                    shown[slot] = member;
                }
                others.add(member);
            }
            known = new MemberTable(
                    new Member(box.boot, box.ip() + ":8444", MemberState.ALIVE, Instant.EPOCH, told), others);
            table = known;
        }
        return known;
    }

    @Override
    public void tell(UnaryOperator<MemberDigest> change) {
        MemberDigest next = change.apply(told);
        if (next.equals(told)) {
            return;
        }
        told = next;
        table = null;
        if (!publishing) {
            publishing = true;
            box.later(box.world.random.nextInt(DEBOUNCE), () -> {
                publishing = false;
                published = told;
                publishedVersion++;
            });
        }
    }

    /** When it last had news of a member of that swarm; negative for never since its start. */
    long saw(String swarm) {
        return saw.getOrDefault(swarm, -1L);
    }

    /** When it first had news of a member of that swarm; negative for never since its start. */
    long sawFirst(String swarm) {
        return sawFirst.getOrDefault(swarm, -1L);
    }

    /** Since when a boot of another box has counted as present; negative when it does not. */
    long presentSince(String boot) {
        int slot = boots.slot(boot);
        boolean present = slot < states.length && states[slot] != null && states[slot] != MemberState.DEAD;
        return present ? since[slot] : -1;
    }

    MemberDigest told() {
        return told;
    }

    /** A multicast of another box came. */
    void found(int other) {
        if (meets(other)) {
            addresses.put(other, box.world.time.now());
        }
    }

    private boolean meets(int other) {
        if (isContact[other]) {
            return false;
        }
        isContact[other] = true;
        return contacts.add(other);
    }

    /** Whether a box was found that is no member yet. */
    boolean introducing() {
        long now = box.world.time.now();
        return addresses.entrySet().stream()
                .anyMatch(found -> now - found.getValue() < 2_000
                        && boots.of(found.getKey()).stream()
                                .noneMatch(slot -> slot < states.length && states[slot] != null));
    }

    /** Twice a second. */
    void tick() {
        beat++;
        expire();
        if (beat % 2 == 1) {
            for (Box other : box.world.boxes) {
                boolean lost = box.world.random.nextDouble() < box.world.multicastLoss;
                if (other != box && !lost && box.world.net.arrives(box.index, other.index)) {
                    other.datagram(() -> other.gossip.found(box.index));
                }
            }
        }
        List<Integer> targets = new ArrayList<>(contacts);
        for (int i = 0; i < FANOUT && !targets.isEmpty(); i++) {
            int place = box.world.random.nextInt(targets.size());
            int target = targets.get(place);
            targets.subList(place, place + 1).clear();
            exchange(box.world.boxes.get(target));
        }
    }

    private void exchange(Box other) {
        Network net = box.world.net;
        if (!net.arrives(box.index, other.index)) {
            return;
        }
        Talk talk = talk();
        box.world.time.in(
                net.latency(),
                () -> other.datagram(() -> {
                    other.gossip.found(box.index);
                    other.gossip.merge(talk);
                    if (net.arrives(other.index, box.index)) {
                        Talk back = other.gossip.talk();
                        box.world.time.in(net.latency(), () -> box.datagram(() -> merge(back)));
                    }
                }));
    }

    private Talk talk() {
        grow(boots.count());
        Talk talk = new Talk(beats.clone(), versions.clone(), digests.clone());
        for (int slot = 0; slot < states.length; slot++) {
            if (states[slot] == null || states[slot] == MemberState.DEAD) {
                talk.beats[slot] = NOT_SAID;
            }
        }
        int own = boots.slot(box.boot);
        talk.beats[own] = beat;
        talk.versions[own] = publishedVersion;
        talk.digests[own] = published;
        return talk;
    }

    private void merge(Talk talk) {
        grow(boots.count());
        long now = box.world.time.now();
        boolean news = false;
        String noted = "";
        for (int slot = 0; slot < boots.count() && slot < talk.beats.length; slot++) {
            long said = talk.beats[slot];
            int owner = boots.box(slot);
            if (said == NOT_SAID || owner == box.index) {
                continue;
            }
            meets(owner);
            if (states[slot] == null) {
                states[slot] = MemberState.ALIVE;
                since[slot] = now;
                beats[slot] = NOT_SAID;
                versions[slot] = talk.versions[slot];
                digests[slot] = talk.digests[slot];
                advanced[slot] = now;
                shown[slot] = null;
                news = true;
            }
            if (said > beats[slot]) {
                beats[slot] = said;
                advanced[slot] = now;
                MemberDigest digest = digests[slot];
                if (digest.inSwarm() && !digest.swarmId().equals(noted)) {
                    noted = digest.swarmId();
                    saw.put(noted, now);
                    sawFirst.putIfAbsent(noted, now);
                }
                if (states[slot] != MemberState.ALIVE) {
                    since[slot] = states[slot] == MemberState.DEAD ? now : since[slot];
                    states[slot] = MemberState.ALIVE;
                    shown[slot] = null;
                    news = true;
                }
            }
            if (talk.versions[slot] > versions[slot]) {
                versions[slot] = talk.versions[slot];
                digests[slot] = talk.digests[slot];
                shown[slot] = null;
                news = true;
            }
        }
        if (news) {
            table = null;
            box.look("members");
        }
    }

    private void expire() {
        long now = box.world.time.now();
        boolean news = false;
        for (int slot = 0; slot < states.length; slot++) {
            MemberState state = states[slot];
            if (state == null) {
                continue;
            }
            long silent = now - advanced[slot];
            MemberState next = silent > DEAD_AFTER
                    ? MemberState.DEAD
                    : silent > SUSPECT_AFTER ? MemberState.SUSPECT : MemberState.ALIVE;
            if (next.compareTo(state) > 0) {
                states[slot] = next;
                shown[slot] = null;
                news = true;
            }
            if (silent > FORGOTTEN_AFTER) {
                states[slot] = null;
                news = true;
            }
        }
        if (news) {
            table = null;
            box.look("members");
        }
    }
}
