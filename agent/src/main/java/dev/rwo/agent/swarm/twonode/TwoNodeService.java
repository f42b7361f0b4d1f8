package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Failure;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Gateway;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Replica;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One box of two, put together: what it asks the other, the gateway and the witness, each at its own pace, what it
 * answers, and the {@link #controller} that decides.
 */
public final class TwoNodeService implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TwoNodeService.class);
    private static final String CONTACT = "/api/v1/peer/twonode/contact";
    private static final String LEASE = "/api/v1/peer/twonode/lease";
    private static final Duration REPLICA = Duration.ofSeconds(5);
    private static final Duration RENEWAL = Duration.ofSeconds(5);
    /** A confirmation that could not be used by then is forgotten. */
    private static final Duration CONFIRMATION = Duration.ofMinutes(1);

    private final Parts parts;
    private final TwoNodeTiming timing;
    private final TwoNodePlanner planner;
    private final PairLink link;
    private final EngineGate gate;
    private final SwarmDirectory directory;
    private final ReplicaStore store;
    private final Takeover takeover;
    private final GatewayProbe gatewayProbe;
    private final Witness witness;
    private final Duration started;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final TwoNodeController controller;

    private volatile Gateway gateway = Gateway.UNKNOWN;
    private volatile @Nullable Duration replicaChecked;
    private volatile @Nullable Duration confirmed;
    private volatile Verdict verdict = Verdict.done("");
    private volatile String replicaTrouble = "";
    private volatile String witnessApi = "";
    private volatile String witnessTrouble = "";
    private volatile Failure failure = Failure.NONE;

    /**
     * What it needs of the box.
     *
     * @param root {@code /} on a node
     * @param state {@code /var/lib/rwo} on a node
     * @param swarm the engine's directory of its swarm, {@code /var/lib/docker/swarm} on a node
     * @param nodeId this node's ID
     * @param name its name
     * @param mode what happens when one of two is lost
     * @param isWitness whether this box only holds the tie-break
     * @param advertised the address that other nodes use, empty while there is none
     * @param uptime a clock that never jumps and survives the agent: {@code /proc/uptime}
     * @param news told {@link Topic#ENGINE} and {@link Topic#SWARM} after changes
     */
    public record Parts(
            Path root,
            Path state,
            Path swarm,
            String nodeId,
            String name,
            TwoNode mode,
            boolean isWitness,
            Orchestrator orchestrator,
            Membership membership,
            Peers peers,
            HostCommands commands,
            Supplier<Optional<InetAddress>> advertised,
            Supplier<Duration> uptime,
            Consumer<Topic> news) {}

    /** Puts it together; nothing runs before {@link #start}. */
    public TwoNodeService(Parts parts, TwoNodeTiming timing) {
        this.parts = parts;
        this.timing = timing;
        this.planner = new TwoNodePlanner(timing);
        this.started = parts.uptime().get();
        Path standby = parts.state().resolve("standby");
        this.gate = new EngineGate(
                standby.resolve("hold"), parts.root().resolve("run/rwo/two-node-permit"), parts.commands(), timing);
        PairFile file = new PairFile(standby.resolve("pair.json"));
        this.link = new PairLink(
                parts.nodeId(),
                parts.name(),
                UUID.randomUUID().toString(),
                timing,
                file.read(),
                TwoNodeController.guard(gate.armed(), parts.mode()),
                file::write);
        this.directory = new SwarmDirectory(parts.swarm());
        this.store = new ReplicaStore(standby, directory);
        this.takeover =
                new Takeover(parts.orchestrator(), gate, directory, store, parts.commands(), link, parts.uptime());
        this.gatewayProbe = new GatewayProbe(parts.root(), parts.commands());
        this.witness = new Witness(timing, started);
        this.controller = new TwoNodeController(this);
    }

    /** A clock for {@link Parts#uptime}: counts while the machine sleeps, and goes on when the agent restarts. */
    public static Supplier<Duration> uptime(Path root) {
        Path file = root.resolve("proc/uptime");
        return () -> {
            try {
                String seconds = Files.readString(file).split(" ", 2)[0];
                return Duration.ofMillis((long) (Double.parseDouble(seconds) * 1000));
            } catch (IOException | NumberFormatException broken) {
                throw new IllegalStateException(file + " cannot be read: " + broken.getMessage(), broken);
            }
        };
    }

    /** The part that decides; to be run by the agent's engine. */
    public Controller<?, ?> controller() {
        return controller;
    }

    /** Begins to ask the other box, the gateway and the witness. */
    public void start() {
        pulse("two-node-contact", timing.interval(), this::contact);
        if (parts.mode() == TwoNode.GATEWAY) {
            pulse("two-node-gateway", timing.interval(), this::askGateway);
        }
        if (parts.mode() == TwoNode.WITNESS) {
            pulse("two-node-lease", RENEWAL, this::askWitness);
        }
        pulse("two-node-replica", REPLICA, this::pullReplica);
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

    private boolean isPart() {
        return link.memory().role() != Role.NONE;
    }

    private void contact() {
        PairMemory memory = link.memory();
        if (!isPart() || memory.peerApi().isEmpty()) {
            return;
        }
        Contact question = link.message();
        Duration sent = now();
        try {
            Contact answer =
                    Contact.of(parts.peers().only(memory.peerId()).post(memory.peerApi(), CONTACT, question.toJson()));
            link.answered(question, answer, sent, now());
        } catch (PeerException silent) {
            LOG.debugf("%s does not answer: %s", memory.peerName(), silent.getMessage());
        }
    }

    private void askGateway() {
        String peer = TwoNodeController.host(link.memory().peerApi());
        if (isPart()) {
            Duration asked = now();
            boolean answers = gatewayProbe.answers();
            boolean relays = answers && peer != null && gatewayProbe.relays(peer);
            gateway = gateway.after(asked, answers, relays, timing.lost());
        }
    }

    private void askWitness() {
        TwoNodeView view = view();
        if (!planner.wantsLease(view)) {
            witnessTrouble = "";
            return;
        }
        Optional<Member> third = parts.membership().members().present().stream()
                .filter(member -> member.digest().role() == SwarmRole.WITNESS)
                .findFirst();
        third.ifPresent(this::rememberWitness);
        String api = witnessApi;
        if (api.isEmpty()) {
            witnessTrouble = "no box of this site is a witness: set cluster.witness in the rwo.yaml of the third";
            return;
        }
        Duration sent = now();
        try {
            JsonNode answer = parts.peers()
                    .post(
                            api,
                            LEASE,
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("swarmId", view.swarmId())
                                    .put("epoch", view.epoch())
                                    .put("running", view.role() == Role.KEEPER && view.isPermitted(timing.lost())));
            String refusal = answer.path("reason").asText("");
            link.witnessed(
                    new Witness.Answer(
                            answer.path("granted").asBoolean(),
                            answer.path("uninterrupted").asBoolean(),
                            refusal),
                    sent,
                    now());
            witnessTrouble = refusal;
        } catch (PeerException silent) {
            witnessTrouble = String.valueOf(silent.getMessage());
            LOG.debugf("the witness does not answer: %s", witnessTrouble);
        }
    }

    private void rememberWitness(Member third) {
        witnessApi = third.digest().api();
    }

    private void pullReplica() {
        PairMemory memory = link.memory();
        if (memory.role() != Role.STANDBY
                || !memory.pair()
                || memory.taking() != Taking.NO
                || memory.peerApi().isEmpty()) {
            return;
        }
        Duration asked = now();
        try {
            store.pull(parts.peers().only(memory.peerId()), memory.peerApi());
            replicaChecked = asked;
            replicaTrouble = "";
            failure = Failure.NONE;
        } catch (ReplicaException | PeerException failed) {
            replicaTrouble = String.valueOf(failed.getMessage());
            LOG.debugf("no replica: %s", replicaTrouble);
        }
    }

    /** Everything that decides, now. */
    TwoNodeView view() {
        PairMemory memory = link.memory();
        boolean armed = gate.armed();
        link.guard(TwoNodeController.guard(armed, parts.mode()));
        ReplicaInfo replica = store.kept();
        boolean gossip = parts.membership().members().present().stream()
                .anyMatch(member -> member.nodeId().equals(memory.peerId())
                        && !memory.peerId().isEmpty());
        Duration now = now();
        Duration said = confirmed;
        return new TwoNodeView(
                now,
                started,
                parts.mode(),
                memory.role(),
                memory.pair(),
                memory.swarmId(),
                memory.epoch(),
                link.peer(gossip),
                gateway,
                link.lease(),
                new Replica(replica.swarmId(), replica.epoch(), replicaChecked),
                armed,
                gate.permit(),
                link.suspended(),
                memory.taking(),
                memory.taking() == Taking.RAISED && takeover.isRestored(memory.swarmId()),
                failure,
                said != null && now.minus(said).compareTo(CONFIRMATION) < 0);
    }

    /** The other box asks. */
    public JsonNode receive(String caller, JsonNode question) {
        Contact contact = Contact.of(question);
        if (!contact.nodeId().equals(caller)) {
            throw new IllegalArgumentException("a node speaks for itself only");
        }
        return link.receive(contact, now()).toJson();
    }

    /**
     * A box asks for the tie-break.
     *
     * @param caller its node ID, from its certificate
     */
    public JsonNode lease(String caller, JsonNode question) {
        if (!parts.isWitness()) {
            throw new IllegalArgumentException("this box is no witness: set cluster.witness in its rwo.yaml");
        }
        Witness.Answer answer = witness.ask(
                question.path("swarmId").asText(""),
                question.path("epoch").asLong(),
                caller,
                question.path("running").asBoolean(),
                now());
        return JsonNodeFactory.instance
                .objectNode()
                .put("granted", answer.granted())
                .put("uninterrupted", answer.uninterrupted())
                .put("reason", answer.reason());
    }

    /**
     * The standby asks for the replica.
     *
     * @param caller its node ID, from its certificate
     */
    public JsonNode replica(String caller) throws ReplicaException {
        PairMemory memory = allowed(caller);
        return store.offer(memory.swarmId(), memory.epoch()).toJson();
    }

    /** The standby asks for a piece of it. */
    public JsonNode replicaChunk(String caller, String sha256, long offset) throws ReplicaException {
        allowed(caller);
        return store.chunk(sha256, offset);
    }

    private PairMemory allowed(String caller) throws ReplicaException {
        PairMemory memory = link.memory();
        if (memory.role() != Role.KEEPER
                || !memory.pair()
                || memory.taking() != Taking.NO
                || isFenced()
                || caller.isEmpty()
                || !memory.peerId().equals(caller)) {
            throw new ReplicaException("a replica is for the standby of this box's own swarm only");
        }
        return memory;
    }

    /** What {@code rwo takeover} shows. */
    public ObjectNode describe() {
        TwoNodeView view = view();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("mode", view.mode().name().toLowerCase(java.util.Locale.ROOT))
                .put("role", view.role().name().toLowerCase(java.util.Locale.ROOT))
                .put("pair", view.pair())
                .put("peer", view.peer().name())
                .put("epoch", view.epoch())
                .put("fenced", view.fenced())
                .put("taking", view.taking() != Taking.NO)
                .put("failure", view.failure().reason())
                .put("state", verdict.state().id())
                .put("reason", verdict.reason())
                .put("hint", verdict.hint())
                .put("refusal", planner.refusal(view))
                .put("replicaTrouble", replicaTrouble)
                .put("witnessTrouble", witnessTrouble);
        Duration checked = view.replica().checked();
        if (checked != null) {
            json.put("replicaAgeSeconds", view.now().minus(checked).toSeconds());
        }
        return json;
    }

    /**
     * An operator confirms that the other box is off.
     *
     * @return why not, in one line; empty when the takeover begins
     */
    public String confirm() {
        String refusal = planner.refusal(view());
        if (refusal.isEmpty()) {
            confirmed = now();
            tell(Topic.SWARM);
        }
        return refusal;
    }

    /** What two boxes have to say on the swarm's stage; empty while there is nothing to say. */
    public Optional<Verdict> notice() {
        return link.memory().pair() && !verdict.reason().isEmpty() ? Optional.of(verdict) : Optional.empty();
    }

    /** Whether the engine is kept from running here: others must not start it, nor complain that it is stopped. */
    public boolean isFenced() {
        Duration permit = gate.permit();
        return gate.armed() && (permit == null || now().minus(permit).compareTo(timing.lost()) >= 0);
    }

    void failed(String reason) {
        failure = new Failure(now(), reason);
    }

    /** The replica is no copy of anything any more; that it cannot be deleted is no reason not to run. */
    void succeeded() {
        failure = Failure.NONE;
        replicaChecked = null;
        replicaTrouble = "";
        try {
            store.forget();
        } catch (ReplicaException left) {
            LOG.warnf("rwo: after the takeover: %s", left.getMessage());
        }
    }

    void used() {
        confirmed = null;
    }

    void sight(TwoNodeView view) {
        verdict = planner.plan(view).verdict();
    }

    void tell(Topic topic) {
        parts.news().accept(topic);
    }

    Duration now() {
        return parts.uptime().get();
    }

    Parts parts() {
        return parts;
    }

    TwoNodeTiming timing() {
        return timing;
    }

    TwoNodePlanner planner() {
        return planner;
    }

    PairLink link() {
        return link;
    }

    EngineGate gate() {
        return gate;
    }

    SwarmDirectory directory() {
        return directory;
    }

    ReplicaStore store() {
        return store;
    }

    Takeover takeover() {
        return takeover;
    }

    @Override
    public void close() {
        stopped.countDown();
    }

    /** {@code pair.json}. */
    private record PairFile(Path path) {

        PairMemory read() {
            try {
                return PairMemory.of(new ObjectMapper().readTree(Files.readAllBytes(path)));
            } catch (IOException none) {
                return PairMemory.NOTHING;
            }
        }

        void write(PairMemory memory) {
            try {
                AtomicFiles files = new AtomicFiles();
                Path folder = path.getParent();
                if (folder != null) {
                    files.makeDirectories(folder, AtomicFiles.PRIVATE_DIRECTORY);
                }
                files.write(
                        path,
                        (memory.toJson().toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8),
                        AtomicFiles.PRIVATE_FILE);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
