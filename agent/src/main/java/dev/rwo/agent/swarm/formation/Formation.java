package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnNode;
import dev.rwo.agent.swarm.OwnedLabels;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * What this box knows and has promised about its part in the swarm, and every step but the talking: a step that asks
 * others is an opening and a closing half with the answers in between. {@link FormationController} talks over the
 * network, the simulator over a simulated one. What others ask of this box is
 * {@link FormationAnswers}, how it founds a swarm {@link Founding}.
 */
public final class Formation {

    private static final Logger LOG = Logger.getLogger(Formation.class);

    private final Wiring wiring;
    private final FormationAnswers answers;
    private final Founding founding;
    private final Duration window;
    /** Written by {@link FormationAnswers} as well. */
    private final AtomicReference<Lapses> lapses = new AtomicReference<>(Lapses.NONE);

    private final AtomicReference<Duration> doubtUntil = new AtomicReference<>(Duration.ZERO);

    private volatile Standing standing = Standing.NONE;
    private final AtomicInteger joinAttempts = new AtomicInteger();

    /**
     * What it works with.
     *
     * @param orchestrator the engine
     * @param membership the site's members
     * @param memory what the box remembers of its swarm
     * @param ballots what it has promised
     * @param site the site's name, empty when the box has no site credential
     * @param witness whether the box only holds the tie-break of two others
     * @param advertised the address that other nodes use, empty while there is none
     * @param overlayPool where overlay networks of a new swarm get their addresses
     * @param obstacle why this box must not be in a swarm just now, one line; empty when it may
     * @param surroundings what discovery says
     * @param uptime a clock that never jumps, from any origin
     * @param random for jitter
     * @param news told {@link Topic#SWARM} after a change
     */
    public record Wiring(
            Orchestrator orchestrator,
            Membership membership,
            SwarmMemory memory,
            BallotBox ballots,
            String site,
            boolean witness,
            Supplier<Optional<InetAddress>> advertised,
            Supplier<String> overlayPool,
            Supplier<String> obstacle,
            Supplier<Surroundings> surroundings,
            Supplier<Duration> uptime,
            RandomGenerator random,
            Consumer<Topic> news) {

        /** Tells the others where this box stands, and whether it would found a swarm. */
        void tell(Place place, boolean candidate) {
            membership.tell(digest -> digest.withSwarm(
                            place.role(), place.swarmId(), place.swarmNode(), place.used(), place.epoch())
                    .withLeaderless(place.leaderless())
                    .withCandidate(candidate));
        }
    }

    /** For one box. Tells the others of the swarm it remembers at once, so that no one founds another meanwhile. */
    public Formation(Wiring wiring) {
        this.wiring = wiring;
        this.answers = new FormationAnswers(wiring, lapses, doubtUntil::get);
        this.founding = new Founding(wiring, answers, lapses, doubtUntil);
        this.window =
                FormationPlanner.LISTEN.plusMillis(wiring.random().nextLong(FormationPlanner.JITTER.toMillis() + 1));
        Remembered remembered = wiring.memory().get();
        if (remembered.provisional()) {
            founding.doubt();
        }
        if (!remembered.awaited().isEmpty()) {
            lapses.set(Lapses.NONE.hearing(new Lapses.Seen(
                    remembered.awaited(), "a box of the site", wiring.uptime().get())));
        }
        if (!remembered.swarmId().isEmpty()) {
            wiring.membership()
                    .tell(digest -> digest.withSwarm(
                            SwarmRole.NONE,
                            remembered.swarmId(),
                            remembered.swarmNode(),
                            remembered.used(),
                            remembered.epoch()));
        }
    }

    /**
     * Looks at the world.
     *
     * @throws ObservationException when the engine does not answer
     */
    public FormationView observe() throws ObservationException {
        // Members first: what the swarm says of itself after that cannot be older than what they tell.
        MemberTable members = wiring.membership().members();
        EngineState engine;
        try {
            engine = wiring.orchestrator().engine();
        } catch (OrchestratorException unanswered) {
            lapses.updateAndGet(before -> before.seeing(wiring.uptime().get(), members));
            throw OwnNode.noAnswer();
        }
        Duration uptime = wiring.uptime().get();
        Remembered remembered = wiring.memory().get();
        Place place = place(engine, remembered, members);
        Lapses now = lapses.updateAndGet(before -> before.after(uptime, members, engine.membership(), place));
        return new FormationView(
                uptime,
                wiring.site(),
                wiring.witness(),
                wiring.obstacle().get(),
                wiring.advertised().get().orElse(null),
                wiring.overlayPool().get(),
                window,
                members,
                wiring.surroundings().get(),
                engine,
                place.leaderless(now.isLeaderlessForLong()),
                remembered,
                wiring.ballots().get(),
                now,
                standing,
                doubtUntil.get(),
                joinAttempts.get(),
                place.role() == SwarmRole.LEADER && !place.used() && workRuns());
    }

    private Place place(EngineState engine, Remembered remembered, MemberTable members) {
        if (engine.membership() == EngineState.Membership.INACTIVE) {
            return Place.NONE;
        }
        if (engine.membership() == EngineState.Membership.ACTIVE && engine.manager()) {
            try {
                Cluster cluster = wiring.orchestrator().cluster();
                ClusterNode node = wiring.orchestrator().node(engine.nodeId());
                return new Place(
                        node.isLeader() ? SwarmRole.LEADER : SwarmRole.MANAGER,
                        cluster.id(),
                        engine.nodeId(),
                        SwarmLabels.used(cluster),
                        SwarmLabels.epoch(cluster),
                        true);
            } catch (OrchestratorException refused) {
                // A swarm without a leader says so; an engine that is merely slow says nothing of its leader.
                return fromMemory(SwarmRole.MANAGER, engine, remembered, members)
                        .leaderless(OwnNode.isQuorumLost(refused));
            }
        }
        return fromMemory(
                engine.membership() == EngineState.Membership.ACTIVE ? SwarmRole.WORKER : SwarmRole.NONE,
                engine,
                remembered,
                members);
    }

    private static Place fromMemory(SwarmRole role, EngineState engine, Remembered remembered, MemberTable members) {
        String id = remembered.swarmId().isEmpty() ? engine.clusterId() : remembered.swarmId();
        boolean used = remembered.used()
                || members.present().stream()
                        .anyMatch(member -> !id.isEmpty()
                                && member.digest().swarmId().equals(id)
                                && member.digest().swarmUsed());
        String node = engine.nodeId().isEmpty() ? remembered.swarmNode() : engine.nodeId();
        return new Place(role, id, node, used, remembered.epoch(), false);
    }

    private boolean workRuns() {
        try {
            return wiring.orchestrator().services().stream().anyMatch(service -> service.running() > 0);
        } catch (OrchestratorException unanswered) {
            return false;
        }
    }

    /** Tells the others. */
    public Outcome tell(FormationStep.Tell step) {
        wiring.tell(step.place(), step.candidate());
        return Outcome.applied();
    }

    /** What to ask a manager; with this box's node in the swarm, whether it still belongs there. */
    public JoinRequest request(String swarmNode) {
        Member self = wiring.membership().members().self();
        return new JoinRequest(self.nodeId(), self.digest().name(), self.boot(), swarmNode);
    }

    /** Before a manager is asked: the next try asks another one. */
    public void countAttempt() {
        joinAttempts.incrementAndGet();
    }

    /** After the engine joined with what a manager granted. */
    public Outcome joined(JoinAnswer answer) throws OrchestratorException, IOException {
        EngineState engine = wiring.orchestrator().engine();
        Place place =
                new Place(SwarmRole.WORKER, answer.swarmId(), engine.nodeId(), answer.used(), answer.epoch(), false);
        wiring.memory().set(wiring.memory().get().in(place));
        standing = Standing.NONE.then(
                Standing.Kind.KNOWN, wiring.uptime().get(), answer.swarmId(), answer.epoch(), answer.used());
        joinAttempts.set(0);
        wiring.tell(place, false);
        wiring.news().accept(Topic.SWARM);
        return Outcome.applied();
    }

    /** This box's node in its swarm, as far as anything says; empty when nothing does. */
    public String ownNode() throws OrchestratorException {
        String node = wiring.orchestrator().engine().nodeId();
        return node.isEmpty() ? wiring.memory().get().swarmNode() : node;
    }

    /**
     * After a manager was asked whether this box still belongs.
     *
     * @param manager whom
     * @param node this box's node in its swarm
     */
    public Outcome heard(Member manager, String node, JoinAnswer answer) throws IOException {
        Duration uptime = wiring.uptime().get();
        if (answer.epoch() > wiring.memory().get().epoch() && worksHere(manager)) {
            LOG.warnf(
                    "rwo: swarm: %s answers that it took the swarm over (epoch %d), but works in it as before: not"
                            + " believed",
                    manager.digest().name(), answer.epoch());
            standing = standing.unanswered(uptime);
            return Outcome.unchanged();
        }
        Standing.Kind kind = switch (answer.kind()) {
            case KNOWN -> Standing.Kind.KNOWN;
            case AWAY -> Standing.Kind.AWAY;
            case UNKNOWN -> Standing.Kind.UNKNOWN;
            case GRANTED, REFUSED -> Standing.Kind.UNASKED;
        };
        if (kind == Standing.Kind.UNASKED) {
            standing = standing.unanswered(uptime);
            joinAttempts.incrementAndGet();
            return Outcome.unchanged();
        }
        standing = standing.then(kind, uptime, answer.swarmId(), answer.epoch(), answer.used());
        Remembered remembered = wiring.memory().get();
        if (kind != Standing.Kind.UNKNOWN && remembered.isNothing()) {
            wiring.memory()
                    .set(remembered.in(
                            new Place(SwarmRole.WORKER, answer.swarmId(), node, answer.used(), answer.epoch(), false)));
            wiring.news().accept(Topic.SWARM);
        }
        return Outcome.unchanged();
    }

    /**
     * Whether another box works in the swarm that this box manages: then it has not taken it over. Of two boxes the new
     * keeper has the old one's node, so that one does not tell.
     */
    private boolean worksHere(Member other) {
        try {
            EngineState engine = wiring.orchestrator().engine();
            return engine.membership() == EngineState.Membership.ACTIVE
                    && engine.manager()
                    && wiring.orchestrator().nodes().stream()
                            .filter(node -> node.isReady() && !node.id().equals(engine.nodeId()))
                            .anyMatch(node -> node.id().equals(other.digest().swarmNode())
                                    || other.nodeId().equals(node.labels().get(OwnedLabels.NODE_ID)));
        } catch (OrchestratorException noQuorum) {
            return false;
        }
    }

    /** Writes down where this box belongs. */
    public Outcome remember(FormationStep.Remember step) throws IOException {
        return wiring.memory().set(step.what()) ? Outcome.applied() : Outcome.unchanged();
    }

    /** Leaves the swarm. */
    public Outcome leave() throws OrchestratorException, IOException {
        wiring.orchestrator().leaveCluster();
        forget(wiring.memory().get().outside());
        return Outcome.applied();
    }

    private void forget(Remembered next) throws IOException {
        wiring.memory().set(next);
        standing = Standing.NONE;
        joinAttempts.set(0);
        doubtUntil.set(Duration.ZERO);
        lapses.updateAndGet(Lapses::leaving);
        wiring.tell(Place.NONE, false);
        wiring.news().accept(Topic.SWARM);
    }

    /** Writes on the swarm that it ran a workload. */
    public Outcome markUsed() throws OrchestratorException {
        Cluster cluster = wiring.orchestrator().cluster();
        if (SwarmLabels.used(cluster)) {
            return Outcome.unchanged();
        }
        wiring.orchestrator().labelCluster(cluster.version(), SwarmLabels.asUsed(cluster));
        wiring.news().accept(Topic.SWARM);
        return Outcome.applied();
    }

    /** How this box founds the swarm. */
    public Founding founding() {
        return founding;
    }

    /** What others ask of this box; for the API. */
    public FormationAnswers answers() {
        return answers;
    }

    /**
     * Whether the swarm here does not count yet: nothing may be placed on it, because it may be given up.
     */
    public boolean isProvisional() {
        return wiring.memory().get().provisional();
    }

    /**
     * Gives up the swarm that this box is in: it leaves, and joins another one only. For an operator.
     *
     * @param swarmId the swarm that the operator means
     * @throws IllegalArgumentException when the box is in another swarm or in none, or no other is in sight
     */
    public void dissolve(String swarmId) throws OrchestratorException, IOException {
        String own = wiring.memory().get().swarmId();
        if (own.isEmpty() || !own.equals(swarmId)) {
            throw new IllegalArgumentException(
                    own.isEmpty() ? "this box is in no swarm" : "this box is in swarm " + own + ", not in " + swarmId);
        }
        boolean other =
                SwarmSight.of(wiring.membership().members()).keySet().stream().anyMatch(id -> !Objects.equals(id, own));
        if (!other) {
            throw new IllegalArgumentException("no other swarm is in sight that this box could join");
        }
        wiring.orchestrator().leaveCluster();
        forget(wiring.memory().get().givingUp(own));
    }
}
