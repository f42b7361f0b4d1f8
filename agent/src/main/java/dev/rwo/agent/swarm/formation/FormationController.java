package dev.rwo.agent.swarm.formation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnNode;
import dev.rwo.firstboot.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Brings the box into the swarm of its site and keeps it in the right one. */
public final class FormationController implements Controller<FormationView, FormationStep> {

    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final String CLAIM_PATH = "/api/v1/peer/birth/claim";
    private static final String JOIN_PATH = "/api/v1/peer/join";
    /** Between two claims of one box; the jitter keeps two boxes from asking in step. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final long AGAIN_JITTER_MILLIS = 2000;
    /** An engine that was asked to make a swarm and did not answer may still make it. */
    private static final Duration DOUBT = Duration.ofSeconds(20);

    private final Wiring wiring;
    private final JoinDesk desk;
    private final Duration window;
    private volatile Lapses lapses = Lapses.NONE;
    private volatile Standing standing = Standing.NONE;
    private volatile Duration doubtUntil;
    private volatile int joinAttempts;
    private volatile @Nullable Duration wordSince;

    /**
     * What it works with.
     *
     * @param orchestrator the engine
     * @param membership the site's members
     * @param peers asks them
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
            Peers peers,
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
    public FormationController(Wiring wiring) {
        this.wiring = wiring;
        this.desk = new JoinDesk(wiring.orchestrator());
        this.window =
                FormationPlanner.LISTEN.plusMillis(wiring.random().nextLong(FormationPlanner.JITTER.toMillis() + 1));
        this.doubtUntil =
                wiring.memory().get().provisional() ? wiring.uptime().get().plus(DOUBT) : Duration.ZERO;
        Remembered remembered = wiring.memory().get();
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

    @Override
    public Declaration declaration() {
        return new Declaration(
                "swarm",
                Stage.SWARM,
                Set.of(Topic.ENGINE, Topic.SWARM, Topic.NETWORK, Topic.MEMBERS, Topic.TRUST),
                Set.of("swarm.membership", "digest.swarm"),
                SWEEP);
    }

    @Override
    public FormationView observe() throws ObservationException {
        // Members first: what the swarm says of itself after that cannot be older than what they tell.
        MemberTable members = wiring.membership().members();
        EngineState engine;
        try {
            engine = wiring.orchestrator().engine();
        } catch (OrchestratorException unanswered) {
            throw OwnNode.noAnswer();
        }
        Duration uptime = wiring.uptime().get();
        Remembered remembered = wiring.memory().get();
        Place place = place(engine, remembered, members);
        lapses = lapses.after(uptime, members, engine.membership(), place);
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
                lapses,
                standing,
                doubtUntil,
                joinAttempts,
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

    @Override
    public Plan<FormationStep> plan(FormationView view, Instant now) {
        return FormationPlanner.plan(view, now);
    }

    @Override
    public Outcome act(FormationStep step) {
        try {
            return switch (step) {
                case FormationStep.Tell tell -> tell(tell);
                case FormationStep.AskAll ask -> askAll(ask);
                case FormationStep.Found found -> found(found);
                case FormationStep.Announce announce -> announce(announce);
                case FormationStep.Join join -> join(join);
                case FormationStep.Inquire inquire -> inquire(inquire);
                case FormationStep.Remember remember ->
                    wiring.memory().set(remember.what()) ? Outcome.applied() : Outcome.unchanged();
                case FormationStep.Leave ignored -> leave();
                case FormationStep.MarkUsed ignored -> markUsed();
            };
        } catch (OrchestratorException | IOException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }

    private Outcome tell(FormationStep.Tell step) {
        Place place = step.place();
        wiring.membership()
                .tell(digest -> digest.withSwarm(
                                place.role(), place.swarmId(), place.swarmNode(), place.used(), place.epoch())
                        .withCandidate(step.candidate()));
        return Outcome.applied();
    }

    // ---- founding ----

    private Outcome askAll(FormationStep.AskAll step) {
        OptionalLong number = wiring.ballots().claim(sight(""));
        if (number.isEmpty()) {
            return again("this box has given its word to another");
        }
        Duration asked = wiring.uptime().get();
        Claim claim = claim(Claim.Kind.CLAIM, number.getAsLong(), step.voters(), "");
        String refusal = poll(claim, step.voters());
        if (!refusal.isEmpty()) {
            return withdrawn(claim, step.voters(), refusal);
        }
        wordSince = asked;
        return Outcome.applied();
    }

    private Claim claim(Claim.Kind kind, long number, List<Member> voters, String swarmId) {
        Member self = wiring.membership().members().self();
        return new Claim(
                kind,
                self.nodeId(),
                self.boot(),
                number,
                voters.stream().map(Member::nodeId).toList(),
                swarmId);
    }

    private Outcome found(FormationStep.Found step) throws OrchestratorException, IOException {
        wiring.memory().set(wiring.memory().get().founding());
        // Writing to a worn disk can take seconds: the word is looked at last.
        if (!isFresh()) {
            return again("the word of the others is too old");
        }
        doubtUntil = wiring.uptime().get().plus(DOUBT);
        wiring.orchestrator().createCluster(step.advertised(), step.overlayPool());
        return Outcome.applied();
    }

    private boolean isFresh() {
        Duration since = wordSince;
        return since != null && wiring.uptime().get().minus(since).compareTo(Ballot.FRESH) < 0;
    }

    private Outcome announce(FormationStep.Announce step) throws OrchestratorException, IOException {
        EngineState engine = wiring.orchestrator().engine();
        Cluster cluster = wiring.orchestrator().cluster();
        OptionalLong number = wiring.ballots().claim(sight(""));
        if (number.isEmpty()) {
            return again("this box has given its word to another");
        }
        wordSince = wiring.uptime().get();
        Claim claim = claim(Claim.Kind.BORN, number.getAsLong(), step.voters(), cluster.id());
        String refusal = poll(claim, step.voters());
        if (!refusal.isEmpty()) {
            // Those who acknowledged keep their word: the swarm exists.
            return againAfter(refusal);
        }
        if (!isFresh()) {
            return againAfter("the acknowledgements came too late");
        }
        Place place = new Place(
                SwarmRole.LEADER,
                cluster.id(),
                engine.nodeId(),
                SwarmLabels.used(cluster),
                SwarmLabels.epoch(cluster),
                true);
        wiring.memory().set(wiring.memory().get().in(place));
        tell(new FormationStep.Tell(place, false, step.reason()));
        wiring.news().accept(Topic.SWARM);
        return Outcome.applied();
    }

    /** Asks all at once; the first refusal, or empty when everybody agreed in time. */
    private String poll(Claim claim, List<Member> voters) {
        List<CompletableFuture<String>> answers =
                voters.stream().map(voter -> new CompletableFuture<String>()).toList();
        for (int i = 0; i < voters.size(); i++) {
            ask(claim, voters.get(i), answers.get(i));
        }
        long deadline = System.nanoTime() + Ballot.FRESH.toNanos();
        String refusal = "";
        for (int i = 0; i < voters.size() && refusal.isEmpty(); i++) {
            String name = voters.get(i).digest().name();
            try {
                refusal = answers.get(i).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                refusal = name + " does not answer";
            } catch (ExecutionException defect) {
                refusal = name + " could not be asked: " + defect.getCause();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                refusal = "the agent stops";
            }
        }
        return refusal;
    }

    private void ask(Claim claim, Member voter, CompletableFuture<String> answer) {
        ObjectNode body = claim.toJson();
        Thread.ofVirtual().name("claim-" + voter.digest().name()).start(() -> {
            try {
                var said = wiring.peers().post(voter.digest().api(), CLAIM_PATH, body);
                answer.complete(
                        said.path("granted").asBoolean()
                                ? ""
                                : voter.digest().name() + ": "
                                        + said.path("reason").asText("no reason"));
            } catch (PeerException unanswered) {
                answer.complete(voter.digest().name() + ": " + unanswered.getMessage());
            } catch (RuntimeException defect) {
                answer.completeExceptionally(defect);
            }
        });
    }

    private Outcome withdrawn(Claim claim, List<Member> voters, String refusal) {
        Claim withdrawal =
                new Claim(Claim.Kind.WITHDRAW, claim.candidate(), claim.boot(), claim.number(), claim.visible(), "");
        voters.forEach(voter -> ask(withdrawal, voter, new CompletableFuture<>()));
        return again(refusal);
    }

    private Outcome again(String why) {
        wordSince = null;
        return againAfter(why);
    }

    private Outcome againAfter(String why) {
        Duration wait = AGAIN.plusMillis(wiring.random().nextLong(AGAIN_JITTER_MILLIS));
        wiring.ballots().refused(why, wiring.uptime().get().plus(wait));
        return new Outcome.Deferred(wait, "not every box agrees yet: " + why);
    }

    // ---- joining and leaving ----

    private Outcome join(FormationStep.Join step) throws OrchestratorException, IOException {
        joinAttempts = joinAttempts + 1;
        JoinAnswer answer = askManager(step.manager(), "");
        if (answer.kind() != JoinAnswer.Kind.GRANTED) {
            return new Outcome.Failed(
                    step.manager().digest().name() + " does not let this box join: " + answer.reason());
        }
        boolean joined = wiring.orchestrator().joinCluster(answer.managers(), answer.token(), step.advertised());
        if (joined) {
            EngineState engine = wiring.orchestrator().engine();
            Place place = new Place(
                    SwarmRole.WORKER, answer.swarmId(), engine.nodeId(), answer.used(), answer.epoch(), false);
            wiring.memory().set(wiring.memory().get().in(place));
            standing = Standing.NONE.then(
                    Standing.Kind.KNOWN, wiring.uptime().get(), answer.swarmId(), answer.epoch(), answer.used());
            joinAttempts = 0;
            tell(new FormationStep.Tell(place, false, step.reason()));
        }
        wiring.news().accept(Topic.SWARM);
        return joined ? Outcome.applied() : Outcome.unchanged();
    }

    private JoinAnswer askManager(Member manager, String swarmNode) {
        Member self = wiring.membership().members().self();
        JoinRequest request = new JoinRequest(self.nodeId(), self.digest().name(), self.boot(), swarmNode);
        try {
            return JoinAnswer.fromJson(wiring.peers().post(manager.digest().api(), JOIN_PATH, request.toJson()));
        } catch (PeerException unanswered) {
            return JoinAnswer.refused(String.valueOf(unanswered.getMessage()));
        } catch (IllegalArgumentException nonsense) {
            return JoinAnswer.refused("its answer makes no sense");
        }
    }

    private Outcome inquire(FormationStep.Inquire step) throws OrchestratorException, IOException {
        String node = wiring.orchestrator().engine().nodeId();
        if (node.isEmpty()) {
            node = wiring.memory().get().swarmNode();
        }
        Duration uptime = wiring.uptime().get();
        if (node.isEmpty()) {
            standing = standing.unanswered(uptime);
            return Outcome.unchanged();
        }
        JoinAnswer answer = askManager(step.manager(), node);
        standing = heard(answer, uptime);
        boolean home = answer.kind() == JoinAnswer.Kind.KNOWN || answer.kind() == JoinAnswer.Kind.AWAY;
        if (home
                && wiring.memory().get().swarmId().isEmpty()
                && !wiring.memory().get().provisional()) {
            wiring.memory()
                    .set(wiring.memory()
                            .get()
                            .in(new Place(
                                    SwarmRole.WORKER, answer.swarmId(), node, answer.used(), answer.epoch(), false)));
            wiring.news().accept(Topic.SWARM);
        }
        return Outcome.unchanged();
    }

    private Standing heard(JoinAnswer answer, Duration uptime) {
        return switch (answer.kind()) {
            case KNOWN -> standing.then(Standing.Kind.KNOWN, uptime, answer.swarmId(), answer.epoch(), answer.used());
            case AWAY -> standing.then(Standing.Kind.AWAY, uptime, answer.swarmId(), answer.epoch(), answer.used());
            case UNKNOWN ->
                standing.then(Standing.Kind.UNKNOWN, uptime, answer.swarmId(), answer.epoch(), answer.used());
            case GRANTED, REFUSED -> standing.unanswered(uptime);
        };
    }

    private Outcome leave() throws OrchestratorException, IOException {
        wiring.orchestrator().leaveCluster();
        forget(wiring.memory().get().outside());
        return Outcome.applied();
    }

    private void forget(Remembered next) throws IOException {
        wiring.memory().set(next);
        standing = Standing.NONE;
        joinAttempts = 0;
        tell(new FormationStep.Tell(Place.NONE, false, ""));
        wiring.news().accept(Topic.SWARM);
    }

    private Outcome markUsed() throws OrchestratorException {
        Cluster cluster = wiring.orchestrator().cluster();
        if (SwarmLabels.used(cluster)) {
            return Outcome.unchanged();
        }
        wiring.orchestrator().labelCluster(cluster.version(), SwarmLabels.asUsed(cluster));
        wiring.news().accept(Topic.SWARM);
        return Outcome.applied();
    }

    // ---- what others ask ----

    /** Answers a candidate; for the API. */
    public Ballot.Answer hear(Claim claim) {
        Ballot.Answer answer = wiring.ballots().hear(claim, sight(ownSwarm()));
        if (answer.granted()) {
            wiring.news().accept(Topic.SWARM);
        }
        return answer;
    }

    private Ballot.Sight sight(String swarm) {
        return new Ballot.Sight(
                wiring.uptime().get(), wiring.site(), swarm, wiring.membership().members());
    }

    /** Why this box counts as being in a swarm, whatever the state of its engine; empty when it does not. */
    private String ownSwarm() {
        Remembered remembered = wiring.memory().get();
        if (remembered.provisional() && wiring.uptime().get().compareTo(doubtUntil) < 0) {
            return "is founding a swarm itself";
        }
        try {
            EngineState engine = wiring.orchestrator().engine();
            return engine.membership() == EngineState.Membership.INACTIVE ? "" : "is in a swarm";
        } catch (OrchestratorException unanswered) {
            return remembered.isNothing() ? "" : "was in a swarm when its engine last answered";
        }
    }

    /**
     * Answers a box that wants to join, or asks whether it still belongs; for the API.
     *
     * @param caller node ID in the asker's certificate
     * @throws OrchestratorException when this box's swarm cannot answer
     */
    public JoinAnswer answer(JoinRequest request, String caller) throws OrchestratorException {
        return desk.answer(
                request,
                caller,
                wiring.membership().members(),
                wiring.memory().get().provisional());
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
