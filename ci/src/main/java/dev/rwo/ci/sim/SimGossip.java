package dev.rwo.ci.sim;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
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

    private static final class Heard {
        final int box;
        long beat;
        long digestVersion;
        MemberDigest digest;
        long advanced;
        MemberState state = MemberState.ALIVE;

        @Nullable
        Member member;

        Heard(int box, MemberDigest digest, long now) {
            this.box = box;
            this.digest = digest;
            this.advanced = now;
        }
    }

    private final Box box;
    private final Map<String, Heard> heard = new TreeMap<>();
    private final Map<Integer, Long> addresses = new HashMap<>();
    private final Map<String, Long> saw = new HashMap<>();
    private final Set<Integer> contacts = new TreeSet<>();
    private MemberDigest told;
    private MemberDigest published;
    private long publishedVersion;
    private long beat;
    private boolean publishing;
    private @Nullable MemberTable table;

    SimGossip(Box box, MemberDigest digest) {
        this.box = box;
        this.told = digest;
        this.published = digest;
    }

    @Override
    public MemberTable members() {
        MemberTable known = table;
        if (known == null) {
            List<Member> others = new ArrayList<>();
            for (Map.Entry<String, Heard> each : heard.entrySet()) {
                Heard other = each.getValue();
                Member member = other.member;
                if (member == null) {
                    member = new Member(
                            each.getKey(),
                            box.world.boxes.get(other.box).ip() + ":8444",
                            other.state,
                            box.steady().minusMillis(box.world.time.now() - other.advanced),
                            other.digest);
                    other.member = member;
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

    private void note(MemberDigest digest) {
        if (digest.inSwarm()) {
            saw.put(digest.swarmId(), box.world.time.now());
        }
    }

    /** When it last had news of a member of that swarm; negative for never since its start. */
    long saw(String swarm) {
        return saw.getOrDefault(swarm, -1L);
    }

    MemberDigest told() {
        return told;
    }

    /** A multicast of another box came. */
    void found(int other) {
        if (contacts.add(other)) {
            addresses.put(other, box.world.time.now());
        }
    }

    /** Whether a box was found that is no member yet. */
    boolean introducing() {
        long now = box.world.time.now();
        return addresses.entrySet().stream()
                .anyMatch(found -> now - found.getValue() < 2_000
                        && heard.values().stream().noneMatch(each -> each.box == found.getKey()));
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
        Map<String, long[]> beats = beats();
        Map<String, MemberDigest> digests = digests();
        box.world.time.in(
                net.latency(),
                () -> other.datagram(() -> {
                    other.gossip.found(box.index);
                    other.gossip.merge(beats, digests);
                    if (net.arrives(other.index, box.index)) {
                        Map<String, long[]> back = other.gossip.beats();
                        Map<String, MemberDigest> digestsBack = other.gossip.digests();
                        box.world.time.in(net.latency(), () -> box.datagram(() -> merge(back, digestsBack)));
                    }
                }));
    }

    private Map<String, long[]> beats() {
        Map<String, long[]> all = new HashMap<>();
        heard.forEach((boot, each) -> {
            if (each.state != MemberState.DEAD) {
                all.put(boot, new long[] {each.beat, each.digestVersion, each.box});
            }
        });
        all.put(box.boot, new long[] {beat, publishedVersion, box.index});
        return all;
    }

    private Map<String, MemberDigest> digests() {
        Map<String, MemberDigest> all = new HashMap<>();
        heard.forEach((boot, each) -> all.put(boot, each.digest));
        all.put(box.boot, published);
        return all;
    }

    private void merge(Map<String, long[]> beats, Map<String, MemberDigest> digests) {
        long now = box.world.time.now();
        boolean news = false;
        for (Map.Entry<String, long[]> each : beats.entrySet()) {
            String boot = each.getKey();
            int owner = (int) each.getValue()[2];
            if (owner == box.index) {
                continue;
            }
            contacts.add(owner);
            Heard known = heard.get(boot);
            if (known == null) {
                known = new Heard(owner, Objects.requireNonNull(digests.get(boot)), now);
                known.beat = -1;
                known.digestVersion = each.getValue()[1];
                heard.put(boot, known);
                news = true;
            }
            if (each.getValue()[0] > known.beat) {
                known.beat = each.getValue()[0];
                known.advanced = now;
                note(known.digest);
                if (known.state != MemberState.ALIVE) {
                    known.state = MemberState.ALIVE;
                    known.member = null;
                    news = true;
                }
            }
            if (each.getValue()[1] > known.digestVersion) {
                known.digestVersion = each.getValue()[1];
                known.digest = Objects.requireNonNull(digests.get(boot));
                known.member = null;
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
        for (Heard each : heard.values()) {
            long silent = now - each.advanced;
            MemberState next = silent > DEAD_AFTER
                    ? MemberState.DEAD
                    : silent > SUSPECT_AFTER ? MemberState.SUSPECT : MemberState.ALIVE;
            if (next.compareTo(each.state) > 0) {
                each.state = next;
                each.member = null;
                news = true;
            }
        }
        news |= heard.values().removeIf(each -> now - each.advanced > FORGOTTEN_AFTER);
        if (news) {
            table = null;
            box.look("members");
        }
    }
}
