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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What this box knows and has promised about its part in the swarm, and every step but the talking: a step that asks
 * others is an opening and a closing half with the answers in between. {@link FormationController} talks over the
 * network, the simulator over a simulated one. What others ask of this box is {@link FormationAnswers}.
 */
public final class Formation {

    private static final Logger LOG = Logger.getLogger(Formation.class);

    /** Between two claims of one box; the jitter keeps two boxes from asking in step. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final long AGAIN_JITTER_MILLIS = 2000;
    /** An engine that was asked to make a swarm and did not answer may still make it. */
    private static final Duration DOUBT = Duration.ofSeconds(20);

    private final Wiring wiring;
    private final FormationAnswers answers;
    private final Duration window;
    /** Written by {@link FormationAnswers} as well. */
    private final AtomicReference<Lapses> lapses = new AtomicReference<>(Lapses.NONE);

    private volatile Standing standing = Standing.NONE;
    private volatile Duration doubtUntil = Duration.ZERO;
    private final AtomicInteger joinAttempts = new AtomicInteger();
    private volatile @Nullable Duration wordSince;

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
            Consumer<Topic> news) {}

    /** For one box. Tells the others of the swarm it remembers at once, so that no one founds another meanwhile. */
    public Formation(Wiring wiring) {
        this.wiring = wiring;
        this.answers = new FormationAnswers(wiring, lapses, () -> doubtUntil);
        this.window =
                FormationPlanner.LISTEN.plusMillis(wiring.random().nextLong(FormationPlanner.JITTER.toMillis() + 1));
        Remembered remembered = wiring.memory().get();
        if (remembered.provisional()) {
            doubtUntil = wiring.uptime().get().plus(DOUBT);
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
                place,
                remembered,
                wiring.ballots().get(),
                now,
                standing,
                doubtUntil,
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
            } catch (OrchestratorException noQuorum) {
                return fromMemory(SwarmRole.MANAGER, engine, remembered, members);
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
        Place place = step.place();
        wiring.membership()
                .tell(digest -> digest.withSwarm(
                                place.role(), place.swarmId(), place.swarmNode(), place.used(), place.epoch())
                        .withCandidate(step.candidate()));
        return Outcome.applied();
    }

    // ---- founding ----

    /** What to ask every voter; empty when this box's word is another's. */
    public Optional<Claim> open(FormationStep.AskAll step) {
        return open(Claim.Kind.CLAIM, step.voters(), "");
    }

    /** What to ask every voter about the swarm that this box made; empty when its word is another's. */
    public Optional<Claim> open(FormationStep.Announce step) throws OrchestratorException {
        return open(
                Claim.Kind.BORN, step.voters(), wiring.orchestrator().cluster().id());
    }

    private Optional<Claim> open(Claim.Kind kind, List<Member> voters, String swarmId) {
        OptionalLong number = wiring.ballots().claim(answers.sight(""));
        if (number.isEmpty()) {
            wordSince = null;
            return Optional.empty();
        }
        wordSince = wiring.uptime().get();
        Member self = wiring.membership().members().self();
        return Optional.of(new Claim(
                kind,
                self.nodeId(),
                self.boot(),
                number.getAsLong(),
                voters.stream().map(Member::nodeId).toList(),
                swarmId));
    }

    /**
     * After a claim.
     *
     * @param refusal why not everybody agreed, empty when everybody did
     */
    public Outcome close(String refusal) {
        lapses.updateAndGet(before -> before.asking(wiring.uptime().get()));
        return refusal.isEmpty() ? Outcome.applied() : again(refusal);
    }

    /** After a claim that was not even made. */
    public Outcome bound() {
        return putOff("this box has given its word to another");
    }

    /** Marks on the disk that a swarm is about to be made. */
    public void prepareFound() throws IOException {
        wiring.memory().set(wiring.memory().get().founding());
    }

    /** The last look before the engine is asked: what stands in the way, null for nothing. */
    public @Nullable Outcome beforeFound() {
        // Writing to a worn disk can take seconds: the word is looked at last.
        if (!isFresh()) {
            return putOff("the word of the others is too old");
        }
        doubtUntil = wiring.uptime().get().plus(DOUBT);
        return null;
    }

    /** After the engine said that it is in a swarm already: an operator was faster. */
    public Outcome foundMember() throws IOException {
        wiring.memory().set(wiring.memory().get().outside());
        return Outcome.applied();
    }

    /**
     * Before the newborn swarm is announced to those who were in sight at the last look: what stands in the way, null
     * for nothing. While this box stood still, boxes of which it knows nothing may have listened long enough to found a
     * swarm themselves.
     */
    public @Nullable Outcome beforeAnnounce() {
        // An engine may take seconds to make a swarm; who came into sight meanwhile may know an older one.
        if (!SwarmSight.of(wiring.membership().members()).isEmpty()) {
            return putOff("a swarm came into sight meanwhile");
        }
        Duration age = wiring.uptime().get().minus(lapses.get().uptime());
        return age.compareTo(FormationPlanner.LISTEN) < 0 ? null : putOff("this box stood still meanwhile");
    }

    private boolean isFresh() {
        Duration since = wordSince;
        return since != null && wiring.uptime().get().minus(since).compareTo(Ballot.FRESH) < 0;
    }

    /**
     * After the newborn swarm was announced: it counts from here on, if everybody agreed.
     *
     * @param refusal why not everybody agreed, empty when everybody did
     */
    public Outcome closeAnnounce(String refusal) throws OrchestratorException, IOException {
        lapses.updateAndGet(before -> before.asking(wiring.uptime().get()));
        if (!refusal.isEmpty()) {
            return again(refusal);
        }
        Cluster cluster = wiring.orchestrator().cluster();
        Place place = new Place(
                SwarmRole.LEADER,
                cluster.id(),
                wiring.orchestrator().engine().nodeId(),
                SwarmLabels.used(cluster),
                SwarmLabels.epoch(cluster),
                true);
        if (!isFresh()) {
            return again("the acknowledgements came too late");
        }
        wiring.memory().set(wiring.memory().get().in(place));
        tell(new FormationStep.Tell(place, false, ""));
        wiring.news().accept(Topic.SWARM);
        return Outcome.applied();
    }

    private Outcome again(String why) {
        Duration wait = untilNext();
        wiring.ballots().refused(why, wiring.uptime().get().plus(wait));
        return deferred(wait, why);
    }

    private Outcome putOff(String why) {
        Duration wait = untilNext();
        wiring.ballots().putOff(why, wiring.uptime().get().plus(wait));
        return deferred(wait, why);
    }

    private Duration untilNext() {
        return AGAIN.plusMillis(wiring.random().nextLong(AGAIN_JITTER_MILLIS));
    }

    private Outcome deferred(Duration wait, String why) {
        wordSince = null;
        return new Outcome.Deferred(wait, "not every box agrees yet: " + why);
    }

    // ---- joining and leaving ----

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
        tell(new FormationStep.Tell(place, false, ""));
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
        doubtUntil = Duration.ZERO;
        lapses.updateAndGet(Lapses::leaving);
        tell(new FormationStep.Tell(Place.NONE, false, ""));
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
