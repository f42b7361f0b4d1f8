package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.swarm.twonode.TwoNodeView.Lease;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Peer;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one box has heard and promised: the bookkeeping under {@link TwoNodePlanner}, without network, files or clock.
 *
 * <p>An answer counts from when its question was <em>sent</em>, a question from when it <em>came</em>: so the standby has
 * always heard from the keeper no earlier than the keeper believes. Safe for many threads.
 */
public final class PairLink {

    private final String nodeId;
    private final String name;
    private final String boot;
    private final TwoNodeTiming timing;
    private final Consumer<PairMemory> store;

    private PairMemory memory;
    private String guard;
    private boolean twoNodes;
    private long sequence;
    private @Nullable Duration acknowledged;
    private @Nullable Duration heard;
    private long peerEpoch;
    private boolean peerKeeper;
    private String peerGuard = "";
    private String peerBoot = "";
    private long peerSequence;
    /** When the takeover began that is under way; null for none, or one from before the agent started. */
    private @Nullable Duration begun;

    private boolean suspendWanted;
    /** On the keeper: from which message on an answer counts as the promise. */
    private long suspendFrom;

    private boolean suspendPromised;
    private Lease lease = Lease.NONE;

    /**
     * For one box.
     *
     * @param boot random, new at each start
     * @param remembered from before
     * @param guard as {@link #guard(String)}
     * @param store brings the memory to the disk before anybody is told of it; fails when it cannot
     */
    public PairLink(
            String nodeId,
            String name,
            String boot,
            TwoNodeTiming timing,
            PairMemory remembered,
            String guard,
            Consumer<PairMemory> store) {
        this.nodeId = nodeId;
        this.name = name;
        this.boot = boot;
        this.timing = timing;
        this.memory = remembered;
        this.guard = guard;
        this.twoNodes = remembered.pair();
        this.store = store;
    }

    /** What is remembered. */
    public synchronized PairMemory memory() {
        return memory;
    }

    /** Remembers, on the disk first. */
    public synchronized void remember(PairMemory now) {
        if (!now.equals(memory)) {
            store.accept(now);
            memory = now;
        }
    }

    /**
     * Follows what the engine says of this box's place. A pair stays one until the other is released or seen no more by
     * a person's word: an entry that went from the swarm proves nothing of the box.
     *
     * @param two whether the swarm has exactly two nodes
     */
    public synchronized void place(Role role, boolean two, String swarmId, long epoch) {
        boolean same = memory.pair() && memory.swarmId().equals(swarmId) && role == memory.role();
        twoNodes = two;
        remember(
                memory.withPlace(role, (same && !guard.isEmpty()) || (two && (same || heard != null)), swarmId, epoch));
    }

    /** A person vouches that the other is off for good: it counts again only when it is heard again. */
    public synchronized void release() {
        heard = null;
        acknowledged = null;
        remember(memory.withPlace(memory.role(), false, memory.swarmId(), memory.epoch()));
    }

    /** Says in which mode this box's engine runs only on proof; empty for none. */
    public synchronized void guard(String mode) {
        guard = mode;
    }

    /** The next message to the other. */
    public synchronized Contact message() {
        sequence++;
        return contact();
    }

    private Contact contact() {
        return new Contact(
                nodeId,
                name,
                boot,
                sequence,
                memory.swarmId(),
                memory.epoch(),
                memory.role() == Role.KEEPER,
                memory.role() == Role.KEEPER ? twoNodes : memory.pair(),
                memory.role() == Role.KEEPER ? suspendWanted : memory.promised(),
                guard,
                memory.taking() != Taking.NO);
    }

    /**
     * Takes a question and makes the answer. A question of an older order than one before changes nothing, but was heard.
     *
     * @param now when it came
     */
    public synchronized Contact receive(Contact question, Duration now) {
        if (concerns(question)) {
            heard = now;
            if (learn(question)
                    && memory.role() == Role.STANDBY
                    && memory.taking() == Taking.NO
                    && question.keeper()
                    && question.epoch() >= memory.epoch()) {
                follow(question);
            }
        }
        return message();
    }

    /** The standby does as its keeper says. */
    private void follow(Contact keeper) {
        remember(memory.withPlace(Role.STANDBY, keeper.pair(), memory.swarmId(), keeper.epoch())
                .withPromise(keeper.suspended())
                .withPeer(keeper.nodeId(), keeper.name(), memory.peerApi()));
    }

    private boolean concerns(Contact other) {
        return (other.swarmId().equals(memory.swarmId()) || isOutside(other))
                && !memory.swarmId().isEmpty()
                && (memory.peerId().isEmpty() || other.nodeId().equals(memory.peerId()));
    }

    /** A box that says it is in no swarm cannot take over, which is as good as any proof. */
    private boolean isOutside(Contact other) {
        return other.swarmId().isEmpty() && other.nodeId().equals(memory.peerId());
    }

    /** Messages overtake each other: what is older than what is known already is not news. */
    private boolean learn(Contact other) {
        if (other.boot().equals(peerBoot) && other.sequence() <= peerSequence) {
            return false;
        }
        peerBoot = other.boot();
        peerSequence = other.sequence();
        peerEpoch = other.epoch();
        peerKeeper = other.keeper();
        peerGuard = other.guard();
        return true;
    }

    /**
     * Takes the answer to a question of this box.
     *
     * @param question what was asked
     * @param sent when
     * @param now when the answer came
     */
    public synchronized void answered(Contact question, Contact answer, Duration sent, Duration now) {
        if (!concerns(answer)) {
            return;
        }
        heard = now;
        learn(answer);
        boolean proves = !answer.taking() && !(answer.keeper() && memory.role() == Role.KEEPER);
        if (proves && (acknowledged == null || sent.compareTo(acknowledged) > 0)) {
            acknowledged = sent;
        }
        if (memory.role() == Role.KEEPER
                && suspendWanted
                && question.sequence() >= suspendFrom
                && !answer.keeper()
                && answer.suspended()) {
            suspendPromised = true;
        }
        if (memory.role() == Role.KEEPER && !question.pair() && proves && !answer.pair() && !twoNodes) {
            remember(memory.withPlace(Role.KEEPER, false, memory.swarmId(), memory.epoch()));
        }
    }

    /** Wants the promise that nobody takes over by itself, or gives it back: at once on this side. */
    public synchronized void suspend(boolean wanted) {
        if (wanted && suspendWanted) {
            return;
        }
        suspendWanted = wanted;
        suspendPromised = false;
        suspendFrom = sequence + 1;
    }

    /**
     * Begins a takeover, unless the other was heard in the meantime: from here on no answer of this box proves anything
     * to the other. One that was begun before a break goes on where it was.
     *
     * @param silent how long it must have been silent, at this moment
     * @return whether it may go on
     */
    public synchronized boolean beginTakeover(Duration silent, Duration now) {
        if (memory.taking() != Taking.NO) {
            return true;
        }
        if (heard != null && now.minus(heard).compareTo(silent) < 0) {
            return false;
        }
        remember(memory.withTaking(Taking.BEGUN));
        begun = now;
        return true;
    }

    /**
     * Goes a step further with a takeover, unless the other is back while it can still be given up.
     *
     * @return whether it may go on
     */
    public synchronized boolean advance(Taking stage) {
        if (memory.taking().canBeGivenUp() && peerIsBack()) {
            return false;
        }
        if (memory.taking().compareTo(stage) < 0) {
            remember(memory.withTaking(stage));
        }
        return true;
    }

    /** This box is again what it was before the takeover; its answers prove that from now on. */
    public synchronized void giveUp() {
        begun = null;
        remember(memory.withTaking(Taking.NO));
    }

    /** Whether the other was heard as the keeper since the takeover began, or since the agent started. */
    private boolean peerIsBack() {
        return memory.taking() != Taking.NO
                && peerKeeper
                && heard != null
                && (begun == null || heard.compareTo(begun) > 0);
    }

    /**
     * Whether the other is the keeper and nothing stops its engine: it says so, and that it needs no proof for it.
     *
     * @param mode in which this box would know that the other is fenced
     */
    synchronized boolean isPeerUnguarded(String mode) {
        return peerIsBack() && peerEpoch <= memory.epoch() && (mode.isEmpty() || !peerGuard.equals(mode));
    }

    /**
     * A takeover is complete: this box is the keeper.
     *
     * @param pair whether the other may still run somewhere, so that this one goes on needing proof
     */
    public synchronized void tookOver(long epoch, boolean pair) {
        remember(memory.withPlace(Role.KEEPER, pair, memory.swarmId(), epoch)
                .withPromise(false)
                .withTaking(Taking.NO));
        begun = null;
        suspendWanted = false;
        suspendPromised = false;
    }

    /** This box is in no swarm any more. */
    public synchronized void dropped() {
        remember(PairMemory.NOTHING.withPeer(memory.peerId(), memory.peerName(), memory.peerApi()));
    }

    /**
     * The witness answered.
     *
     * @param sent when it was asked
     */
    public synchronized void witnessed(Witness.Answer answer, Duration sent, Duration now) {
        if (!answer.granted()) {
            lease = new Lease(null, null, false, now);
            return;
        }
        Duration renewed = lease.renewed();
        boolean unbroken = renewed != null && sent.minus(renewed).compareTo(timing.lease()) < 0;
        lease = new Lease(
                sent,
                unbroken ? lease.since() : Duration.ZERO.plus(now),
                unbroken ? lease.uninterrupted() : answer.uninterrupted(),
                now);
    }

    /** The witness's word as it is now. */
    public synchronized Lease lease() {
        return lease;
    }

    /** Whether nobody takes over by itself: promised to this keeper, or by this standby. */
    public synchronized boolean suspended() {
        return memory.role() == Role.KEEPER ? suspendPromised : memory.promised();
    }

    /**
     * The other box.
     *
     * @param gossip whether gossip counts it as present
     */
    public synchronized Peer peer(boolean gossip) {
        return new Peer(memory.peerName(), acknowledged, heard, gossip, peerEpoch, peerKeeper, peerGuard, peerIsBack());
    }
}
