package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.twonode.TwoNodeRounds.LeaseQuestion;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Failure;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Replica;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One box of two, put together: the rounds in which it asks the others, what it {@link #answers}, and the
 * {@link #controller} that decides.
 */
public final class TwoNodeService implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TwoNodeService.class);
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
    private final TwoNodeRounds rounds;
    private final TwoNodeAnswers answers;
    private final Duration started;
    private final TwoNodeController controller;

    private volatile @Nullable Duration confirmed;
    private volatile Verdict verdict = Verdict.done("");
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
        this.rounds = new TwoNodeRounds(
                new TwoNodeRounds.Asked(
                        parts.peers(), parts.membership(), new GatewayProbe(parts.root(), parts.commands())),
                link,
                store,
                timing,
                parts.uptime());
        this.answers =
                new TwoNodeAnswers(link, store, gate, new Witness(timing, started), parts.isWitness(), parts.uptime());
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
        rounds.start(parts.mode(), this::leaseQuestion, () -> failure = Failure.NONE);
    }

    private @Nullable LeaseQuestion leaseQuestion() {
        TwoNodeView view = view();
        return planner.wantsLease(view)
                ? new LeaseQuestion(
                        view.swarmId(), view.epoch(), view.role() == Role.KEEPER && view.isPermitted(timing.lost()))
                : null;
    }

    /** What this box answers when the other, or one of the two it is the witness of, asks. */
    public TwoNodeAnswers answers() {
        return answers;
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
                rounds.gateway(),
                link.lease(),
                new Replica(replica.swarmId(), replica.epoch(), rounds.replicaChecked()),
                armed,
                gate.permit(),
                link.suspended(),
                memory.taking(),
                memory.taking() == Taking.RAISED && takeover.isRestored(memory.swarmId()),
                failure,
                said != null && now.minus(said).compareTo(CONFIRMATION) < 0);
    }

    /** What {@code rwo takeover} shows. */
    public ObjectNode describe() {
        TwoNodeView view = view();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("mode", view.mode().name().toLowerCase(Locale.ROOT))
                .put("role", view.role().name().toLowerCase(Locale.ROOT))
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
                .put("replicaTrouble", rounds.replicaTrouble())
                .put("witnessTrouble", rounds.witnessTrouble());
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
        return gate.isShut(now());
    }

    void failed(String reason) {
        failure = new Failure(now(), reason);
    }

    /** The replica is no copy of anything any more; that it cannot be deleted is no reason not to run. */
    void succeeded() {
        failure = Failure.NONE;
        rounds.forgetReplica();
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
        rounds.close();
    }
}
