package dev.rwo.agent.swarm.twonode;

import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that decides between two boxes. Every moment is by one clock of this box that never jumps and counts while the
 * machine sleeps; null for never.
 *
 * @param now the moment of the look
 * @param started when the box's agent started
 * @param mode what the operator chose
 * @param role what this box is
 * @param pair whether the swarm has exactly two nodes, or had and the other has not been released from it
 * @param swarmId the swarm
 * @param epoch how often it was taken over by force, as far as this box was there
 * @param peer the other box
 * @param gateway the default gateway
 * @param lease the witness's word
 * @param replica the copy of the keeper's state; on the standby
 * @param armed whether the engine starts only with this box's leave, also after a reboot
 * @param permit the last proof on which the engine may run, or might until it ran out; null: the box is fenced
 * @param suspended the automatic takeover is off by agreement: on the keeper, the standby has promised it; on the
 *     standby, it has promised
 * @param taking how far a takeover is that has begun here
 * @param restored whether the engine runs here as the keeper already, while a takeover cannot be given up any more
 * @param failure the last takeover that was given up here
 * @param confirmed whether a person just confirmed that the other box is off
 */
public record TwoNodeView(
        Duration now,
        Duration started,
        TwoNode mode,
        Role role,
        boolean pair,
        String swarmId,
        long epoch,
        Peer peer,
        Gateway gateway,
        Lease lease,
        Replica replica,
        boolean armed,
        @Nullable Duration permit,
        boolean suspended,
        Taking taking,
        boolean restored,
        Failure failure,
        boolean confirmed) {

    /** What a box is in the pair. */
    public enum Role {
        /** In no swarm, or of a site with more boxes. */
        NONE,
        /** The one manager. */
        KEEPER,
        /** The worker with the replica. */
        STANDBY
    }

    /**
     * The other box.
     *
     * @param name its name, for people
     * @param acknowledged when this box sent what the other answered last, not being about to take over
     * @param heard when anything came from it: a question, an answer, gossip
     * @param gossip whether gossip counts it as present
     * @param epoch the epoch it last told
     * @param keeper whether it last said that it is the keeper
     * @param guard the mode in which its engine runs only on proof, as it last said; empty when it is not armed
     * @param back while this box takes over: whether the other was heard as the keeper since that began
     */
    public record Peer(
            String name,
            @Nullable Duration acknowledged,
            @Nullable Duration heard,
            boolean gossip,
            long epoch,
            boolean keeper,
            String guard,
            boolean back) {

        /** Nobody yet. */
        public static final Peer UNKNOWN = new Peer("the other box", null, null, false, 0, false, "", false);
    }

    /**
     * The default gateway.
     *
     * @param answered when this box asked what the gateway answered last
     * @param relayed when the other box last answered through the gateway
     * @param tried when this was last tried
     * @param silent since when the gateway answered every time and the other box never did through it: only then is
     *     its silence no fault on this box's own way
     */
    public record Gateway(
            @Nullable Duration answered,
            @Nullable Duration relayed,
            @Nullable Duration tried,
            @Nullable Duration silent) {

        /** Never asked. */
        public static final Gateway UNKNOWN = new Gateway(null, null, null, null);

        /**
         * After another try. A gap between two tries begins the silence anew: nobody listened.
         *
         * @param asked when
         * @param gateway whether the gateway answered
         * @param other whether the other box did, through it
         * @param gap the longest time between two tries that counts as listening
         */
        public Gateway after(Duration asked, boolean gateway, boolean other, Duration gap) {
            boolean listened = tried != null && asked.minus(tried).compareTo(gap) < 0;
            Duration since = !gateway || other ? null : listened && silent != null ? silent : asked;
            return new Gateway(gateway ? asked : answered, other ? asked : relayed, asked, since);
        }
    }

    /**
     * The witness's word.
     *
     * @param renewed when this box asked for what was granted last
     * @param since when it was granted without a break up to {@code renewed}
     * @param uninterrupted whether nobody else held it since this box had it before, as the witness remembers
     * @param answered when the witness last answered anything
     */
    public record Lease(
            @Nullable Duration renewed,
            @Nullable Duration since,
            boolean uninterrupted,
            @Nullable Duration answered) {

        /** Never asked. */
        public static final Lease NONE = new Lease(null, null, false, null);
    }

    /**
     * The copy of the keeper's state.
     *
     * @param swarmId of which swarm, empty for none
     * @param epoch at which epoch
     * @param checked when the keeper last confirmed that it is what it has, null when not since the agent started
     */
    public record Replica(
            String swarmId, long epoch, @Nullable Duration checked) {

        /** None. */
        public static final Replica NONE = new Replica("", 0, null);

        /** Whether there is one of this swarm, no older than this epoch. */
        public boolean isOf(String swarm, long atLeast) {
            return !swarmId.isEmpty() && swarmId.equals(swarm) && epoch >= atLeast;
        }
    }

    /**
     * A takeover that was given up.
     *
     * @param at when; null for never since the agent started
     * @param reason why, one line
     */
    public record Failure(@Nullable Duration at, String reason) {

        /** None. */
        public static final Failure NONE = new Failure(null, "");
    }

    /** Whether the engine is kept from running. */
    public boolean fenced() {
        return armed && permit == null;
    }

    /**
     * Whether the engine may run now. A permit that ran out is none, although the engine may still be running.
     *
     * @param lost how long a proof is good
     */
    public boolean isPermitted(Duration lost) {
        return !armed || (permit != null && now.minus(permit).compareTo(lost) < 0);
    }

    /** Short enough for {@code rwo why}. */
    @Override
    public String toString() {
        return "mode " + mode + ", " + role + (pair ? " of two" : "") + ", epoch " + epoch + ", " + peer.name()
                + " answered " + ago(peer.acknowledged()) + ", heard " + ago(peer.heard())
                + (peer.gossip() ? ", in gossip" : "") + ", its epoch " + peer.epoch() + ", gateway "
                + ago(gateway.answered()) + ", through it " + ago(gateway.relayed()) + ", lease "
                + ago(lease.renewed()) + ", replica " + (replica.swarmId().isEmpty() ? "none" : ago(replica.checked()))
                + (fenced() ? ", FENCED" : "") + (suspended ? ", automatic takeover suspended" : "")
                + (taking == Taking.NO ? "" : ", taking over: " + taking.word());
    }

    private String ago(@Nullable Duration moment) {
        return moment == null ? "never" : now.minus(moment).toSeconds() + " s ago";
    }
}
