package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Gateway;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What one box of two asks the other, the gateway and the witness, each at its own pace, and what it last heard. */
final class TwoNodeRounds implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TwoNodeRounds.class);
    private static final String CONTACT = "/api/v1/peer/twonode/contact";
    private static final String LEASE = "/api/v1/peer/twonode/lease";
    private static final Duration REPLICA = Duration.ofSeconds(5);
    private static final Duration RENEWAL = Duration.ofSeconds(5);

    private final Asked asked;
    private final PairLink link;
    private final ReplicaStore store;
    private final TwoNodeTiming timing;
    private final Supplier<Duration> clock;
    private final CountDownLatch stopped = new CountDownLatch(1);

    private volatile Gateway gateway = Gateway.UNKNOWN;
    private volatile @Nullable Duration replicaChecked;
    private volatile String replicaTrouble = "";
    private volatile String witnessApi = "";
    private volatile String witnessTrouble = "";

    /** Who is asked: the nodes, those of them that are there, and the gateway. */
    record Asked(Peers peers, Membership membership, GatewayProbe gateway) {}

    TwoNodeRounds(Asked asked, PairLink link, ReplicaStore store, TwoNodeTiming timing, Supplier<Duration> clock) {
        this.asked = asked;
        this.link = link;
        this.store = store;
        this.timing = timing;
        this.clock = clock;
    }

    /**
     * Begins.
     *
     * @param mode decides who is asked
     * @param lease what to ask the witness, null while its lease is not wanted
     * @param pulled told after each replica that came whole
     */
    void start(TwoNode mode, Supplier<@Nullable LeaseQuestion> lease, Runnable pulled) {
        pulse("two-node-contact", timing.interval(), this::contact);
        if (mode == TwoNode.GATEWAY) {
            pulse("two-node-gateway", timing.interval(), this::askGateway);
        }
        if (mode == TwoNode.WITNESS) {
            pulse("two-node-lease", RENEWAL, () -> askWitness(lease.get()));
        }
        pulse("two-node-replica", REPLICA, () -> pullReplica(pulled));
    }

    /**
     * For the witness.
     *
     * @param swarmId the swarm
     * @param epoch the epoch this box is in
     * @param running whether this box is the keeper and its engine runs
     */
    record LeaseQuestion(String swarmId, long epoch, boolean running) {

        JsonNode toJson() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("swarmId", swarmId)
                    .put("epoch", epoch)
                    .put("running", running);
        }
    }

    private void pulse(String name, Duration interval, Runnable beat) {
        Thread.ofVirtual().name(name).start(() -> {
            try {
                do {
                    try {
                        beat.run();
                    } catch (RuntimeException defect) {
                        LOG.errorf(defect, "%s failed unexpectedly", name);
                    }
                } while (!stopped.await(interval.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void contact() {
        PairMemory memory = link.memory();
        if (memory.role() == Role.NONE || memory.peerApi().isEmpty()) {
            return;
        }
        Contact question = link.message();
        Duration sent = clock.get();
        try {
            Contact answer =
                    Contact.of(asked.peers().only(memory.peerId()).post(memory.peerApi(), CONTACT, question.toJson()));
            link.answered(question, answer, sent, clock.get());
        } catch (PeerException silent) {
            LOG.debugf("%s does not answer: %s", memory.peerName(), silent.getMessage());
        }
    }

    private void askGateway() {
        PairMemory memory = link.memory();
        if (memory.role() == Role.NONE) {
            return;
        }
        String peer = TwoNodeController.host(memory.peerApi());
        Duration sent = clock.get();
        boolean answers = asked.gateway().answers();
        boolean relays = answers && peer != null && asked.gateway().relays(peer);
        gateway = gateway.after(sent, answers, relays, timing.lost());
    }

    private void askWitness(@Nullable LeaseQuestion question) {
        if (question == null) {
            witnessTrouble = "";
            return;
        }
        asked.membership().members().present().stream()
                .filter(member -> member.digest().role() == SwarmRole.WITNESS)
                .findFirst()
                .ifPresent(third -> witnessApi = third.digest().api());
        String api = witnessApi;
        if (api.isEmpty()) {
            witnessTrouble = "no box of this site is a witness: set cluster.witness in the rwo.yaml of the third";
            return;
        }
        Duration sent = clock.get();
        try {
            JsonNode answer = asked.peers().post(api, LEASE, question.toJson());
            String refusal = answer.path("reason").asText("");
            link.witnessed(
                    new Witness.Answer(
                            answer.path("granted").asBoolean(),
                            answer.path("uninterrupted").asBoolean(),
                            refusal),
                    sent,
                    clock.get());
            witnessTrouble = refusal;
        } catch (PeerException silent) {
            witnessTrouble = String.valueOf(silent.getMessage());
            LOG.debugf("the witness does not answer: %s", witnessTrouble);
        }
    }

    private void pullReplica(Runnable pulled) {
        PairMemory memory = link.memory();
        if (memory.role() != Role.STANDBY
                || !memory.pair()
                || memory.taking() != Taking.NO
                || memory.peerApi().isEmpty()) {
            return;
        }
        Duration sent = clock.get();
        try {
            store.pull(asked.peers().only(memory.peerId()), memory.peerApi());
            replicaChecked = sent;
            replicaTrouble = "";
            pulled.run();
        } catch (ReplicaException | PeerException failed) {
            replicaTrouble = String.valueOf(failed.getMessage());
            LOG.debugf("no replica: %s", replicaTrouble);
        }
    }

    Gateway gateway() {
        return gateway;
    }

    /** When the replica was last known to be that of now, null before the first. */
    @Nullable
    Duration replicaChecked() {
        return replicaChecked;
    }

    /** Why the last replica did not come, empty when it came. */
    String replicaTrouble() {
        return replicaTrouble;
    }

    /** Why the witness gave no lease, empty when it did or was not asked. */
    String witnessTrouble() {
        return witnessTrouble;
    }

    /** What the box pulled is no copy of anything any more. */
    void forgetReplica() {
        replicaChecked = null;
        replicaTrouble = "";
    }

    @Override
    public void close() {
        stopped.countDown();
    }
}
